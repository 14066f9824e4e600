"""Minutes: fetch, decide, write, tell."""

from services.meetings.decisions.actions import items_of
from services.meetings.decisions.domain import NOBODY
from services.meetings.meetings import actions as meetings
from services.meetings.meetings.store import MEETINGS
from services.meetings.minutes import domain, store
from services.meetings.minutes.domain import Minutes, MoveMinutes, Version, WriteMinutes
from services.meetings.minutes.store import MINUTES
from shared.auth import READ_GRANTED_BY, Actor
from shared.ids import utc_now
from shared.problems import Stale
from shared.storage import Reader, Tx
from shared.web import expect


async def write_minutes(
    tx: Tx, meeting_id: str, item: str, command: WriteMinutes, *, seen: int | None, by: Actor
) -> Minutes:
    """Save the minutes of one item as a new version.  ``seen`` is the revision read, nothing for the first ones."""
    meeting = await MEETINGS.get(tx, meeting_id)
    before = await store.find(tx, meeting_id, item)
    if before is None:
        if seen is not None:
            raise Stale("changed-meanwhile", "These minutes are gone: read them again before you save.")
        items = await items_of(tx, meeting)
        minutes, version = domain.begin(meeting, item, command, by=by.person_id, now=utc_now(), items=items)
        await MINUTES.add(tx, minutes)
        await store.add_version(tx, version)
        return minutes
    expect(before, seen)
    minutes, added = domain.write(before, meeting, command, by=by.person_id, now=utc_now())
    if added is not None:
        await MINUTES.put(tx, minutes)
        await store.add_version(tx, added)
    return minutes


async def move_minutes(tx: Tx, meeting_id: str, item: str, command: MoveMinutes, *, seen: int | None) -> Minutes:
    """Propose minutes, take them back, or approve them."""
    before = await store.get(tx, meeting_id, item)
    expect(before, seen, required=False)
    minutes, event = domain.move(before, command, now=utc_now())
    if minutes is not before:
        await MINUTES.put(tx, minutes)
    if event is not None:
        await tx.publish(event)
    return minutes


async def readable(reader: Reader, meeting_id: str, *, by: Actor) -> list[tuple[Minutes, Version]]:
    """Return the minutes of a meeting with the version that the caller may read.

    Coordinators read the newest.  The invited read what was approved, or else what is proposed; drafts are not for
    them.  Raises `NotFound` for everybody else.
    """
    await meetings.read_meeting(reader, meeting_id, by=by)
    coordinates = bool(by.roles & READ_GRANTED_BY["coordinator"])
    found = []
    for minutes in await store.of_meeting(reader, meeting_id):
        number = minutes.version if coordinates else _read_by_the_invited(minutes)
        if number is not None:
            found.append((minutes, await store.version(reader, minutes.id, number)))
    return found


def _read_by_the_invited(minutes: Minutes) -> int | None:
    return minutes.approved_version or (minutes.version if minutes.state == "proposed" else None)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Take a person out of all minutes: who wrote, and who spoke."""
    for minutes in await store.of_person(tx, person_id):
        await MINUTES.put(tx, domain.forget(minutes, person_id))
    await store.forget_in_versions(tx, person_id, nobody=NOBODY)
