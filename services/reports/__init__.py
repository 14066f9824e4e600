"""Reports: monitoring reports in six sections, their editions, and who wants to be told of them.

Owns: merged organisations and organisation moves (which records named others before), reports, sections, editions
(which never change), the library (what readers find them by), commissions (who writes which report, until when),
subscriptions (without addresses).

Publishes: report-commissioned, report-published, subscription-requested, subscription-confirmed, subscription-ended.

Consumes: decision-taken, organisations-merged, person-erased, person-updated.
"""
