"""Showing a code at the venue, taking it, and marking who came."""

import secrets

from services.meetings.attendance import domain, store
from services.meetings.attendance.domain import ALPHABET, CODE_LENGTH, Counts, EnterCode, How, MarkPeople, VenueCode
from services.meetings.attendance.store import ATTENDANCE, CODES
from services.meetings.directory.store import find_person
from services.meetings.meetings.model import Meeting
from services.meetings.meetings.store import MEETINGS
from shared.ids import utc_now
from shared.problems import FieldError, Invalid
from shared.storage import Reader, Tx


async def show_code(tx: Tx, meeting_id: str) -> VenueCode:
    """Return the code to be shown at the venue, made anew each time this is asked for: the old one is over."""
    domain.check_recordable(await MEETINGS.get(tx, meeting_id), now=utc_now())
    code, now = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)), utc_now()
    known = await CODES.find(tx, meeting_id)
    if known is None:
        made = VenueCode(id=meeting_id, code=code, shown_at=now)
        await CODES.add(tx, made)
        return made
    changed = known.evolve(code=code, shown_at=now)
    await CODES.put(tx, changed)
    return changed


async def enter_code(tx: Tx, meeting: Meeting, person_id: str, command: EnterCode) -> None:
    """Record that somebody came who knows the code; they are invited, and said so themselves."""
    domain.check_code(meeting, await CODES.find(tx, meeting.id), command, now=utc_now())
    await _record(tx, meeting.id, person_id, present=True, how="code", by=person_id)


async def mark_people(tx: Tx, meeting_id: str, command: MarkPeople, *, by: str) -> None:
    """Record who came and who did not, as an organiser saw it."""
    domain.check_recordable(await MEETINGS.get(tx, meeting_id), now=utc_now())
    for present, ids in ((True, command.present), (False, command.absent)):
        for person_id in dict.fromkeys(ids):
            await _check_known(tx, person_id)
            await _record(tx, meeting_id, person_id, present=present, how="organiser", by=by)


async def counts(reader: Reader, meeting: Meeting, person_id: str) -> Counts:
    """Return how many came, and whether ``person_id`` did."""
    mine = await store.of(reader, meeting.id, person_id)
    open_now = domain.takes_code(meeting, now=utc_now()) and await CODES.find(reader, meeting.id) is not None
    came = mine is not None and mine.present
    return Counts(present=await store.present(reader, meeting.id), mine=came, can_enter=open_now and not came)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Keep that somebody came, and forget who."""
    await store.forget_person(tx, person_id)


async def _record(tx: Tx, meeting_id: str, person_id: str, *, present: bool, how: How, by: str) -> None:
    known = await store.of(tx, meeting_id, person_id)
    if known is None and not present:
        return  # whoever is not marked was not there
    row = domain.record(
        known, meeting_id=meeting_id, person_id=person_id, present=present, how=how, by=by, now=utc_now()
    )
    if row is not None:
        await (ATTENDANCE.put(tx, row) if known else ATTENDANCE.add(tx, row))


async def _check_known(reader: Reader, person_id: str) -> None:
    if await find_person(reader, person_id) is None:
        error = FieldError("not-known", "Choose somebody who is in the registry.", field="present")
        raise Invalid("person-not-known", "Somebody is not in the registry, or was added just now.", errors=(error,))
