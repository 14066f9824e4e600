"""Reports: monitoring reports in six sections, their editions, and who wants to be told of them.

Owns: reports, sections, editions (which never change), subscriptions (without addresses).

Publishes: report-published, subscription-requested, subscription-confirmed, subscription-ended.

Consumes: person-erased, person-updated.
"""
