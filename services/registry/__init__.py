"""The registry: organisations, people, coalitions, activities and signing in.

Owns: the records of organisations, with the words they are found by (organisation words), their organisation history,
proposals whose names are (organisation proposals) and what was decided (organisation decisions), merges (organisation
mergings) with what they moved (organisation moves), and pairs that are likely one (organisation pairs); people and
how to reach them (encrypted, with their keys), what they agreed to (consents), who was erased (erasures), who is
unreachable, coalitions, activities (who does what where) with what their files said word by word (activity sources)
and whom these name (activity contacts, encrypted), communes, unmatched places, the matrix (cells, and cells added up
to lines), sign-ins, sessions and the signing keys of access tokens; imports of sheets (sheets, sheet rows, sheet
files.files and sheet files.chunks); periods, period reports, who was told of them (period told), and corrections
after they locked.

Publishes: organisation-registered, organisation-updated, organisations-merged, person-registered, person-updated,
contact-changed, person-erased, coalition-formed, coalition-changed, activity-recorded, activity-withdrawn,
sign-in-requested, reporting-requested, reporting-reminded.

Consumes: address-suppressed, person-erased, person-updated.
"""
