"""Reports: written together by section, signed off, their editions, and who wants to be told of them.

Owns: merged organisations and organisation moves (which records named others before), reports, sections, editions
(which never change), releases (when a report comes out), the library (what readers find them by), practices of Books
and published practices, incidents, parties, exhibits (with exhibit files.files and exhibit files.chunks), claims,
evidence keys, custody and custody heads (the log of who had which evidence), indicators, commissions (who writes which
report, until when), section work (how far each is, and who has signed it off), writing reminders, people (who works for
which organisation, without names), subscriptions (without addresses), webhooks with their webhook secrets (sealed) and
webhook messages, images (with images.files and images.chunks), revisions, unsaved (what was typed and not saved yet),
threads (of comments), untold remarks (comments of which nobody was told yet).

Publishes: report-commissioned, section-assigned, section-submitted, section-changes-requested, section-accepted,
section-signed-off, section-commented, sections-due, report-published, report-corrected, report-withdrawn,
release-held-back, subscription-requested, subscription-confirmed, subscription-ended, webhook-disabled.

Consumes: decision-taken, organisations-merged, person-erased, person-registered, person-updated, report-corrected,
report-published, report-withdrawn.
"""
