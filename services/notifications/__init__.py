"""Notifications: each person gets each notice once, in their language and time zone, alone on the To line.

Owns: contacts (encrypted, with the keys, one for each person); fanouts (news on the way to many), letters and the
bundles they travel in, the facts they are written from and what became of them, what is held (holds), whose word is
taken again for a while (believed relays), what is called off (stops), how far what is limited has been handed out
(allowances); mails received in return, suppressions and the failures that lead to them; people's public keys,
preferences and second paths, and the pushes by those; and what it must know of meetings, invitations and subscribers
to write to the right people, and of told reports (whether they are withdrawn).

Publishes: address-suppressed, letter-failed, reply-received.

Consumes: brief-prepared, contact-changed, invitation-answered, invitation-withdrawn, meeting-cancelled,
meeting-postponed, meeting-rescheduled, meeting-updated, message-written, people-invited, person-erased,
person-updated, place-offered, proposal-declined, release-held-back, reply-requested, report-corrected,
report-published, report-withdrawn, reporting-reminded, reporting-requested, section-accepted, section-assigned,
section-changes-requested, section-commented, section-signed-off, section-submitted, sections-due, sign-in-requested,
subscription-confirmed, subscription-ended, subscription-requested, task-assigned, task-lapsed, webhook-disabled.
"""
