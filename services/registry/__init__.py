"""The registry: organisations, people, coalitions, activities and signing in.

Owns: the records of organisations, people and how to reach them (encrypted, with their keys), what they agreed to,
who was erased, who is unreachable, coalitions, activities (who does what where), sign-ins, sessions and the signing
keys of access tokens; imports of sheets (sheets, sheet rows, sheet files.files and sheet files.chunks); periods,
period reports, who was told of them (period told), and corrections after they locked.

Publishes: organisation-registered, organisation-updated, person-registered, person-updated, contact-changed,
person-erased, coalition-formed, coalition-changed, activity-recorded, sign-in-requested, reporting-requested,
reporting-reminded.

Consumes: address-suppressed, person-updated.
"""
