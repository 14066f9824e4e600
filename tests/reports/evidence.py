"""Small builders of evidence: an arrest, somebody who was arrested, a file."""

from typing import Any

from services.reports.evidence.incidents.domain import RecordIncident
from shared.testing.stack import Running

ARREST, DETENTION, BEATING = "030101000000", "030102000000", "020101000000"


def incident(**changes: Any) -> dict[str, Any]:
    """Return an arrest in Hrodna on 14 October 2008, seen by a witness."""
    values: dict[str, Any] = {
        "theme": "political-persecution",
        "title": {"en": "Arrest before the meeting"},
        "text": {"en": "Taken from home at six in the morning."},
        "when": {"from_on": "2008-10-14"},
        "where": {"country": "BY", "region": "BY-HR"},
        "detail": "Sovietskaya street 3",
        "acts": [{"code": ARREST, "unnamed_victims": 2}],
        "sources": [{"material": "230920140501", "connection": "010200000000", "reliability": "020000000000"}],
    }
    return values | changes


def recorded(**changes: Any) -> RecordIncident:
    """Return the command that records such an arrest."""
    return RecordIncident.model_validate(incident(**changes))


async def post(reports: Running, path: str, body: dict[str, Any], **claims: Any) -> dict[str, Any]:
    """Ask for something new as an editor; return the answer."""
    async with reports.as_("editor", **claims) as editor:
        answer = await editor.post(path, json=body)
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


async def exhibit(reports: Running, report_id: str, content: bytes, **changes: Any) -> dict[str, Any]:
    """Take a file in; return the exhibit."""
    made = await post(reports, f"/reports/{report_id}/exhibits", {"title": "Testimony", **changes})
    async with reports.as_("editor") as editor:
        answer = await editor.put(f"/reports/{report_id}/exhibits/{made['id']}/content", content=content)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())
