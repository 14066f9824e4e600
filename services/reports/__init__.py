"""Reports: monitoring reports in six sections, their editions, and who wants to be told of them.

Owns: merged organisations and organisation moves (which records named others before), reports, sections, editions
(which never change), the library (what readers find them by), incidents, parties, exhibits
(with exhibit files.files and exhibit files.chunks), claims, evidence keys, custody and custody heads (the log of who had
which evidence), indicators, commissions (who writes which report, until when),
subscriptions (without addresses), webhooks with their webhook secrets (sealed) and webhook messages.

Publishes: report-commissioned, report-published, subscription-requested, subscription-confirmed, subscription-ended.

Consumes: decision-taken, organisations-merged, person-erased, person-updated, report-corrected, report-published,
report-withdrawn.
"""
