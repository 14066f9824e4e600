"""Giving places, taking them back, and offering what is free to those who wait, in their order."""

from services.meetings.invitations import store as invitations
from services.meetings.invitations.domain import Invitation
from services.meetings.meetings import store as meetings
from services.meetings.meetings.domain import Meeting, check_open, facts
from services.meetings.places import domain, store
from services.meetings.places.domain import Places, SetCapacity
from shared.events.meetings import PlaceOffered
from shared.ids import utc_now
from shared.storage import Tx

FILLING = "filling places"
"""The job that offers places where more became free than one transaction gives out."""
AT_ONCE = 100  # places offered in one transaction: as many letters, each with the whole notice


async def settle(tx: Tx, before: Invitation, after: Invitation, meeting: Meeting) -> Invitation:
    """Return ``after`` with its place, or its number in the queue; a place that is given up goes to the next."""
    wants, has = after.wants_a_place, before.placed
    if wants == (has != "none"):
        return after.placing(has, before.waiting_number)
    places = await store.begin(tx, meeting.id)
    if wants:
        places, place, number = domain.take(places)
        await store.PLACES.put(tx, places)
        return after.placing(place, number)
    await _give_up(tx, places, before, meeting)
    return after.placing("none", None)


async def _give_up(tx: Tx, places: Places, invitation: Invitation, meeting: Meeting) -> None:
    places = domain.leave(places, invitation.placed)
    await store.PLACES.put(tx, await _offer(tx, places, meeting, but=invitation.id))


async def set_capacity(tx: Tx, meeting_id: str, command: SetCapacity) -> Places:
    """Say how many people have room; when there is more room than before, those who wait are offered it."""
    meeting = await meetings.MEETINGS.get(tx, meeting_id)
    check_open(meeting, now=utc_now())
    places = await store.begin(tx, meeting_id)
    resized = domain.resize(places, command)
    if resized is not places:
        await store.PLACES.put(tx, await _offer(tx, resized, meeting))
    return resized


async def fill(tx: Tx, meeting_id: str) -> bool:
    """Offer free places to the next in the queue; return whether there may be more to offer."""
    meeting, places = await meetings.MEETINGS.get(tx, meeting_id), await store.begin(tx, meeting_id)
    if not meeting.is_open(utc_now()) or not places.to_fill:
        return False
    filled = await _offer(tx, places.evolve(), meeting)
    await store.PLACES.put(tx, filled)
    return bool(filled.to_fill)


async def note_quiet(tx: Tx, meeting: Meeting) -> None:
    """Note that the meeting's present sequence was told to one person alone."""
    places = await store.begin(tx, meeting.id)
    await store.PLACES.put(tx, domain.tell_one(places, meeting.sequence))


async def _offer(tx: Tx, places: Places, meeting: Meeting, *, but: str = "") -> Places:
    """Give the next in the queue what is free, and tell them; the caller writes the row, whose revision is new."""
    count = min(places.to_fill, AT_ONCE)
    if not count or not meeting.is_open(utc_now()):
        return places
    chosen = await invitations.next_in_queue(tx, meeting.id, but=but, limit=count)
    for each in chosen:
        seated = each.evolve(place="seat", waiting_number=None)
        await invitations.INVITATIONS.put(tx, seated)
        told = {"invitation_id": seated.id, "person_id": seated.person_id, "generation": seated.generation}
        await tx.publish(PlaceOffered(**facts(meeting), **told))
    return places.model_copy(update=domain.fill(places, len(chosen)).model_dump(include={"taken", "waiting"}))
