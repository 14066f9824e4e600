"""Small builders of meetings, people and requests."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from services.meetings.directory.consumers import consumer
from services.meetings.invitations import domain as invitations
from services.meetings.invitations.domain import Invitation
from services.meetings.meetings import domain as meetings
from services.meetings.meetings.domain import Meeting, ScheduleMeeting
from shared.events import Event
from shared.events.registry import CoalitionFormed, OrganisationRegistered, PersonRegistered
from shared.ids import new_id
from shared.testing.stack import Running, Stack

NOW = datetime(2008, 9, 1, 12, 0, tzinfo=UTC)
NEXT_DAY = timedelta(days=1)
BEGINS = datetime(2008, 10, 14, 7, 0, tzinfo=UTC)
ENDS = datetime(2008, 10, 14, 15, 0, tzinfo=UTC)


def plan(**changes: Any) -> ScheduleMeeting:
    """Return what to schedule: the meeting of October 2008, with ``changes``."""
    values = {
        "title": {"en": "International implementers' meeting", "be": "Сустрэча"},
        "place": "Warsaw",
        "time_zone": "Europe/Warsaw",
        "starts_at": BEGINS,
        "ends_at": ENDS,
        "languages": ["en", "be"],
    }
    return ScheduleMeeting(**{**values, **changes})


def scheduled(**changes: Any) -> Meeting:
    """Return a scheduled meeting."""
    return meetings.schedule(plan(**changes), by=new_id(), now=NOW)[0]


def invited(meeting: Meeting) -> Invitation:
    """Return somebody's invitation to ``meeting``."""
    return invitations.invite(meeting, new_id(), now=NOW)


def request(**changes: Any) -> dict[str, Any]:
    """Return the body that schedules a meeting a month from now."""
    begins = datetime.now(UTC).replace(microsecond=0) + timedelta(days=30)
    values = {
        "title": {"en": "Coordination", "pl": "Koordynacja"},
        "text": {"en": "Who does what next year."},
        "place": "Warsaw",
        "time_zone": "Europe/Warsaw",
        "starts_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=8)).isoformat(),
        "languages": ["en", "pl"],
    }
    return {**values, **changes}


def in_days(days: float) -> str:
    """Return the time so many days from now, as a request says it."""
    return (datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)).isoformat()


def person(**changes: Any) -> PersonRegistered:
    """Return the news of a person whom nothing keeps from being invited."""
    return PersonRegistered(**{"person_id": new_id(), "revision": 1, "language": "pl", **changes})


def organisation(*kinds: str) -> OrganisationRegistered:
    """Return the news of an organisation."""
    return OrganisationRegistered.model_validate({"organisation_id": new_id(), "revision": 1, "kinds": kinds})


def coalition(*organisation_ids: str) -> CoalitionFormed:
    """Return the news of a coalition."""
    return CoalitionFormed(coalition_id=new_id(), revision=1, organisation_ids=list(organisation_ids))


async def known(running: Running, *events: Event) -> None:
    """Let the service hear ``events`` of the registry."""
    for event in events:
        await running.deliver(consumer, event)


async def many_people(running: Running, organisation_id: str, count: int) -> list[str]:
    """Let the service know ``count`` people of an organisation at once; return their ids in order."""
    ids = sorted(new_id() for _ in range(count))
    facts = {"revision": 1, "language": "pl", "time_zone": "Europe/Warsaw", "active": True, "no_contact": False}
    await running.storage.reader["people"].insert_many(
        [{"_id": id, "organisation_ids": [organisation_id], **facts} for id in ids]
    )
    return ids


async def schedule(running: Running, audience: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Schedule a meeting over HTTP and return it."""
    answer = await running.as_("coordinator").post("/meetings", json=request(audience=audience or {}, **changes))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def invitations_of(running: Running, meeting_id: str) -> list[dict[str, Any]]:
    """Return a meeting's invitations as they are stored."""
    return await running.storage.reader["invitations"].find({"meeting_id": meeting_id}, limit=100_000)


def link_to(stack: Stack, invitation: dict[str, Any], **changes: Any) -> str:
    """Return the token of the link in somebody's letter."""
    expires_at = datetime.now(UTC) + timedelta(days=60)
    values = {"generation": invitation["generation"], "expires_at": expires_at, **changes}
    return stack.links.sign("answer", invitation["_id"], **values)


def code(answer: httpx2.Response) -> tuple[int, str]:
    """Return the status and the problem's code of an answer that refuses."""
    return answer.status_code, str(answer.json().get("code"))
