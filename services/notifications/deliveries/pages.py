"""Which of the portal's pages a letter leads to."""

from services.notifications.letters.facts import (
    BriefFacts,
    MeetingFacts,
    Paged,
    PeriodFacts,
    ReleaseFacts,
    ReportFacts,
    TaskFacts,
    WebhookFacts,
    WritingFacts,
)


def page_of(what: Paged) -> str:  # noqa: PLR0911 - one for each kind
    """Return the path of the page on which there is more of what a letter tells, below the language."""
    match what:
        case MeetingFacts():
            return f"/meetings/{what.meeting_id}"
        case TaskFacts():
            return f"/decisions/{what.decision_id}"
        case WritingFacts():
            text = f"sections/{what.commented}/comments" if what.commented else "workshop"
            return f"/reports/{what.report_id}/{text}"
        case BriefFacts():
            return f"/meetings/{what.meeting_id}/brief"
        case ReportFacts():
            return f"/reports/{what.report_id}"
        case PeriodFacts():
            return f"/periods/{what.period_id}/report"
        case ReleaseFacts():
            return f"/reports/{what.report_id}/publishing"
        case WebhookFacts():
            return f"/webhooks/{what.webhook_id}"
