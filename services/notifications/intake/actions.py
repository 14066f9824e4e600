"""What is done about a mail that came back: kept, understood and acted upon in one transaction."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.message import Message

from services.notifications.contacts import store as contacts
from services.notifications.deliveries import store as letters
from services.notifications.deliveries.domain import Change, Trouble
from services.notifications.fanouts import store as fanouts
from services.notifications.intake import store
from services.notifications.intake.addresses import IntakeAddresses, Named
from services.notifications.intake.answering import answer_from
from services.notifications.intake.delivery_status import quoted_sender
from services.notifications.intake.domain import Finding
from services.notifications.intake.store import Received
from services.notifications.suppressions import actions as suppressions
from shared.ids import new_id, utc_now
from shared.storage import Tx

ABOUT_MEETINGS = frozenset(
    {
        "people-invited",
        "meeting-rescheduled",
        "meeting-updated",
        "meeting-postponed",
        "meeting-cancelled",
        "invitation-withdrawn",
    }
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail as it arrived: for which of our addresses, parsed, and what it was found to say."""

    named: Named
    raw: bytes
    message: Message
    finding: Finding

    @property
    def fingerprint(self) -> str:
        """The same for the same mail to the same address."""
        return hashlib.sha256(f"{self.named.purpose} {self.named.id} ".encode() + self.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose mail it is: the person, and the letter or the meeting it answers."""

    recipient_id: str
    letter_id: str | None = None
    about_id: str | None = None
    meeting_id: str | None = None


def named_by_complaint(addresses: IntakeAddresses, message: Message) -> Named | None:
    """Return the letter that a complaint is about: it must quote an address that we gave away with it."""
    found = (addresses.read(each) for each in quoted_sender(message))
    return next((named for named in found if named is not None and named.purpose == "bounce"), None)


async def receive(tx: Tx, arrived: Arrived) -> str:
    """Keep a mail and do what it asks for; return what was done, in kebab-case."""
    origin = await _origin(tx, arrived.named)
    if origin is None:
        return "subject-unknown"  # erased, or gone: nothing is kept of whom we do not know
    if await store.known(tx, arrived.fingerprint):
        return "received-before"
    now, id = utc_now(), new_id()
    outcome = await _act(tx, arrived, origin, id=id, now=now)
    received = Received(
        id=id,
        recipient_id=origin.recipient_id,
        letter_id=origin.letter_id,
        about_id=origin.about_id,
        **arrived.finding.model_dump(include={"sort", "fault", "permanent", "status"}),
        outcome=outcome,
        size=len(arrived.raw),
        received_at=now,
    )
    cipher = await contacts.seal(tx, origin.recipient_id, arrived.raw.decode("latin-1"))
    await store.keep(tx, received, fingerprint=arrived.fingerprint, cipher=cipher)
    return outcome


async def _origin(tx: Tx, named: Named) -> Origin | None:
    if named.purpose == "reply":
        invitation = await fanouts.invitation(tx, named.id)
        if invitation is None:
            return None
        meeting_id = invitation["meeting_id"]
        return Origin(invitation["person_id"], about_id=meeting_id, meeting_id=meeting_id)
    row = await letters.find_row(tx, named.id)
    if row is None:
        return None
    meeting_id = row["about_id"] if row["kind"] in ABOUT_MEETINGS else None
    return Origin(row["recipient_id"], row["_id"], row["about_id"], meeting_id)


async def _act(tx: Tx, arrived: Arrived, origin: Origin, *, id: str, now: datetime) -> str:
    match arrived.finding.sort:
        case "bounce" | "complaint" if origin.letter_id is not None:
            return await _judge(tx, arrived.finding, origin.recipient_id, origin.letter_id, now=now)
        case "calendar-reply" if origin.meeting_id is not None:
            return await answer_from(tx, arrived.message, origin.recipient_id, origin.meeting_id, id=id)
        case "auto-reply":
            return "ignored"
    return "not-understood"


async def _judge(tx: Tx, finding: Finding, recipient_id: str, letter_id: str, *, now: datetime) -> str:
    """Write down what a bounce or complaint says of a letter, and hold it against the address."""
    trouble = Trouble(code=f"{finding.sort} {finding.status or finding.fault}")
    lost = finding.sort == "bounce" and finding.permanent
    await letters.come_back(tx, letter_id, Change("failed" if lost else "sent", trouble, attempted=False), now=now)
    if await suppressions.judge(tx, letter_id, recipient_id, finding):
        return "address-suppressed"
    return "letter-failed" if lost else "noted"


async def forget_person(tx: Tx, person_id: str) -> None:
    """Delete what came back from a person."""
    await store.forget(tx, person_id)
