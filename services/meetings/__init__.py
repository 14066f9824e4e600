"""Meetings: who is invited to what and when, and what they answered.

Owns: merged organisations and what that moved (organisation moves), meetings with who corrected what they say (meeting
corrections), their series, drafts, agendas and what was changed in them (agenda changes), documents with their bytes
(files.files, files.chunks) and feeds, attendance with the codes of the day (venue codes) and certificates,
invitations, expansions (audiences still being invited), reminder plans and reminder rounds, messages to those invited,
places, answers of calendar programs (replies), the keys of what people wrote, whom letters do not reach (unreachable),
minutes with every version (minutes versions), decisions with the registers of their numbers and the reminders of what
is late, brief plans and briefings (who had which brief), what members may know of activities (known activities) and of
published reports, and a directory of people, organisations, coalitions and activities without names of people or
addresses, kept from the events of others.

Publishes: meeting-scheduled, people-invited, meeting-rescheduled, meeting-updated, meeting-postponed,
meeting-cancelled, invitation-answered, invitation-withdrawn, reply-requested, message-written, place-offered,
proposal-declined, minutes-approved, decision-taken, task-assigned, task-lapsed, brief-prepared.

Consumes: person-registered, person-erased, person-updated, organisation-registered, organisation-updated,
organisations-merged, coalition-formed, coalition-changed, activity-recorded, activity-withdrawn, report-commissioned,
report-published, reply-received, address-suppressed, letter-failed.
"""
