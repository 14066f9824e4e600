"""One letter of each kind to look at that tells what did not go as it was meant to."""

from datetime import UTC, datetime

from services.notifications.letters.facts import Facts, ReleaseFacts, WebhookFacts
from shared.events.reports import HeldReason, ReleaseNotice, WebhookNotice
from shared.model import Language

_MEDIA: dict[Language, str] = {
    "pl": "Wolność mediów",
    "en": "Media freedom",
    "be": "Свабода медыя",
    "uk": "Свобода медіа",
    "ru": "Свобода СМИ",
}


def samples(report_id: str, report: dict[Language, str]) -> dict[str, Facts]:
    """Return what the letters tell, by their kinds, of a report and of a system."""
    reasons = [
        HeldReason(code="sign-off-outdated", part="sections", section=_MEDIA, languages=["en", "be"]),
        HeldReason(code="protected-name", part="sections", section=_MEDIA, languages=["be"]),
        HeldReason(code="summary-missing", part="summary", languages=["be"]),
        HeldReason(code="changed-since-planned"),
    ]
    release = ReleaseFacts(
        report_id=report_id,
        planned_for=datetime(2008, 12, 10, 9, 0, tzinfo=UTC),
        more=3,
        notice=ReleaseNotice(report=report, reasons=reasons),
    )
    webhook = WebhookFacts(
        webhook_id=report_id,
        notice=WebhookNotice(label="Library of Minsk", host="hooks.library.example"),
        code="503",
        failing_since=datetime(2008, 12, 8, 6, 30, tzinfo=UTC),
    )
    return {"release-held-back": release, "webhook-disabled": webhook}
