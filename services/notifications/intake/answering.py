"""What a calendar program answers for somebody, told to meetings when it is they who say it.

The address it came to is in the calendar of one person, and calendars are shared: so both the attendee who answers and
the mailbox it comes from must be theirs.  Whatever does not fit is kept, with the reason, and told to nobody.
"""

from datetime import datetime
from email.message import Message
from email.utils import getaddresses

from services.notifications.contacts import store as contacts
from services.notifications.contacts.store import Reachable
from services.notifications.intake.calendar import CalendarMessage, read
from services.notifications.intake.reading import calendar_parts
from services.notifications.subscribers import store as subscribers
from shared.events.notifications import ReplyReceived, ReplyWords
from shared.ids import utc_now
from shared.model import FIRST_YEAR, LAST_YEAR
from shared.storage import Tx


async def answer_from(tx: Tx, message: Message, person_id: str, meeting_id: str, *, id: str) -> str:
    """Tell what ``message`` answers for ``person_id`` about ``meeting_id``; return what was done, in kebab-case."""
    spoken = next((each for each in _answers(message) if each.meeting_id == meeting_id), None)
    if spoken is None:
        return "another-event"
    to = (await contacts.reach(tx, [person_id])).get(person_id)
    if not isinstance(to, Reachable):
        return "person-unknown"
    said = spoken.said_by(to.address)
    if said is None:
        return "wrong-attendee"
    if to.address.casefold() not in _senders(message):
        return "wrong-sender"
    await tx.publish(
        ReplyReceived(
            reply_id=id,
            meeting_id=meeting_id,
            person_id=person_id,
            method=spoken.method,
            participation=said.participation,
            sequence=spoken.sequence,
            replied_at=_usual(spoken.stamped_at) or utc_now(),
            proposed_starts_at=_usual(spoken.starts_at) if spoken.method == "COUNTER" else None,
            proposed_ends_at=_usual(spoken.ends_at) if spoken.method == "COUNTER" else None,
            delegate_id=await _delegate(tx, said.delegated_to),
            words=ReplyWords(comment=spoken.comment) if spoken.comment else None,
            revision=1,
        )
    )
    return "answer-told"


async def _delegate(tx: Tx, address: str) -> str | None:
    """Return who is sent instead, when that is one person whom we know."""
    found = await contacts.owners(tx, address) if address else []
    people = [each for each in found if await subscribers.subscription(tx, each) is None]
    return people[0] if len(people) == 1 else None


def _answers(message: Message) -> list[CalendarMessage]:
    found = (event for source, method in calendar_parts(message) for event in read(source, method=method))
    return [each for each in found if each.is_answer]


def _senders(message: Message) -> set[str]:
    return {address.strip().casefold() for _, address in getaddresses([str(message.get("From", ""))[:1000]])}


def _usual(moment: datetime | None) -> datetime | None:
    return moment if moment is not None and FIRST_YEAR <= moment.year <= LAST_YEAR else None
