"""Correcting what a meeting says: fetch, decide, write, tell."""

from services.meetings.corrections import domain, store
from services.meetings.corrections.domain import CorrectMeeting
from services.meetings.meetings.domain import Meeting
from services.meetings.meetings.store import MEETINGS
from services.meetings.series import store as series
from shared.auth import Actor
from shared.ids import utc_now
from shared.storage import Tx
from shared.web import expect


async def correct_meeting(tx: Tx, meeting_id: str, command: CorrectMeeting, *, by: Actor, seen: int | None) -> Meeting:
    """Correct what a meeting says and keep how it was; tell everybody invited if that is wanted."""
    meeting = await MEETINGS.get(tx, meeting_id)
    expect(meeting, seen)
    await series.check(tx, command.series_id)
    corrected, row, event = domain.correct(meeting, command, by=by.person_id, now=utc_now())
    if row is not None:
        await MEETINGS.put(tx, corrected)
        await store.note(tx, row)
    if event is not None:
        await tx.publish(event)
    return corrected


async def forget_person(tx: Tx, person_id: str) -> None:
    """Let the history no longer say that this person made corrections."""
    await store.forget_person(tx, person_id)
