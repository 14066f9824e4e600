"""People, meetings and reports as notifications hears of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from icalendar import Calendar

from services.notifications.consumers import consumer
from services.notifications.deliveries.bundles import LETTERS
from shared.events import Event
from shared.events.meetings import (
    InvitationWithdrawn,
    Invitee,
    MeetingCancelled,
    MeetingPostponed,
    MeetingRescheduled,
    MeetingUpdated,
    MessageNotice,
    MessageWritten,
    Notice,
    PeopleInvited,
)
from shared.events.registry import Contact, ContactChanged, SignInRequested
from shared.events.reports import (
    ReportCorrected,
    ReportNotice,
    ReportPublished,
    ReportWithdrawn,
    SubscriptionConfirmed,
    SubscriptionEnded,
    SubscriptionRequested,
    Theme,
)
from shared.ids import new_id, utc_now
from shared.model import Language
from shared.storage import Document
from shared.testing.accepted import AcceptedMail
from shared.testing.sink import Sink
from shared.testing.stack import Running, until

STARTS_AT = datetime(2030, 10, 14, 7, 0, tzinfo=UTC)
NOTICE = Notice(
    title={"en": "Implementers' meeting", "pl": "Spotkanie realizatorów"},
    text={"en": "We meet to agree a joint strategy.", "pl": "Spotykamy się, aby uzgodnić strategię."},
    place="Warszawa, ul. Nowogrodzka 1",
)


def meeting(meeting_id: str, *, revision: int = 1, days: int = 0) -> dict[str, Any]:
    """Return what every event about a meeting says."""
    return {
        "meeting_id": meeting_id,
        "revision": revision,
        "sequence": revision - 1,
        "starts_at": STARTS_AT + timedelta(days=days),
        "ends_at": STARTS_AT + timedelta(days=days, hours=8),
        "time_zone": "Europe/Warsaw",
        "notice": NOTICE,
    }


def invitees(people: Sequence[str]) -> list[Invitee]:
    return [Invitee(invitation_id=new_id(), person_id=person_id) for person_id in people]


def people_invited(meeting_id: str, people: Sequence[str], *, revision: int = 1, days: int = 0) -> PeopleInvited:
    return PeopleInvited(**meeting(meeting_id, revision=revision, days=days), invitees=invitees(people))


def rescheduled(meeting_id: str, *, revision: int = 2, days: int = 7) -> MeetingRescheduled:
    return MeetingRescheduled(**meeting(meeting_id, revision=revision, days=days))


def updated(meeting_id: str, *, revision: int = 2) -> MeetingUpdated:
    """Return the news that what a meeting says was corrected."""
    return MeetingUpdated(**{**meeting(meeting_id, revision=revision), "sequence": 0})


def message_written(event: PeopleInvited, *, revision: int = 1, says: bool = True) -> MessageWritten:
    """Return that the organisers wrote to everybody whom ``event`` invited; of a closed meeting it ``says`` nothing."""
    words = MessageNotice(
        subject={"en": "The entrance", "pl": "Wejście"}, text={"en": "It is in the courtyard.", "pl": "Od podwórza."}
    )
    facts = meeting(event.meeting_id, revision=revision)
    return MessageWritten(**facts, message_id=new_id(), message=words if says else None, invitees=event.invitees)


def postponed(meeting_id: str, *, revision: int = 2) -> MeetingPostponed:
    """Return the news that a meeting has no date any more."""
    return MeetingPostponed(**meeting(meeting_id, revision=revision))


def cancelled(meeting_id: str, *, revision: int = 3) -> MeetingCancelled:
    return MeetingCancelled(**meeting(meeting_id, revision=revision))


def withdrawn(event: PeopleInvited, *, revision: int = 2) -> InvitationWithdrawn:
    """Return the withdrawal of the first invitation of ``event``."""
    first = event.invitees[0]
    return InvitationWithdrawn(
        **meeting(event.meeting_id, revision=revision), invitation_id=first.invitation_id, person_id=first.person_id
    )


def contact_changed(
    person_id: str,
    *,
    revision: int = 1,
    address: str | None = None,
    name: str = "Ada Example",
    language: Language = "en",
    time_zone: str = "Europe/Warsaw",
    no_contact: bool = False,
    address_generation: int = 1,
) -> ContactChanged:
    return ContactChanged(
        person_id=person_id,
        revision=revision,
        contact=Contact(address=address or address_of(person_id), display_name=name),
        language=language,
        time_zone=time_zone,
        no_contact=no_contact,
        address_generation=address_generation,
    )


def address_of(recipient_id: str) -> str:
    return f"p{recipient_id.replace('-', '')}@example.org"


def sign_in_requested(person_id: str, *, lasts: timedelta = timedelta(minutes=15)) -> SignInRequested:
    return SignInRequested(
        sign_in_id=new_id(), person_id=person_id, language="en", expires_at=utc_now() + lasts, revision=1
    )


def subscription_requested(subscription_id: str, *, revision: int = 1) -> SubscriptionRequested:
    return SubscriptionRequested(
        subscription_id=subscription_id,
        contact=Contact(address=address_of(subscription_id)),
        language="en",
        expires_at=utc_now() + timedelta(days=7),
        revision=revision,
    )


def subscription_confirmed(
    subscription_id: str, *themes: Theme, language: Language = "en", revision: int = 2, **wish: Any
) -> SubscriptionConfirmed:
    return SubscriptionConfirmed(
        subscription_id=subscription_id, themes=list(themes), language=language, revision=revision, **wish
    )


def subscription_ended(subscription_id: str, *, revision: int = 3, replaced_by: str | None = None) -> SubscriptionEnded:
    return SubscriptionEnded(subscription_id=subscription_id, revision=revision, replaced_by=replaced_by)


def report_published(
    *themes: Theme, languages: Sequence[Language] = ("en", "pl"), title: str = "Monitoring report", **values: Any
) -> ReportPublished:
    facts: dict[str, Any] = {"report_id": new_id(), "edition": 1, "country": "BY", "revision": 1, **values}
    return ReportPublished(
        themes=list(themes),
        languages=list(languages),
        published_at=utc_now(),
        notice=ReportNotice(title={"en": title}, summary={"en": "What happened."}),
        **facts,
    )


def _again(event: ReportPublished) -> dict[str, Any]:
    same = {name: getattr(event, name) for name in ("report_id", "themes", "languages", "country", "kind")}
    return {**same, "edition": 2}


def report_corrected(event: ReportPublished, *, revision: int = 2) -> ReportCorrected:
    """Return the correction of what ``event`` told of."""
    assert event.notice is not None
    notice = ReportNotice(title=event.notice.title, erratum={"en": "It was in May."})
    return ReportCorrected(**_again(event), corrects=1, corrected_at=utc_now(), notice=notice, revision=revision)


def report_withdrawn(event: ReportPublished, *, revision: int = 3) -> ReportWithdrawn:
    """Return the withdrawal of what ``event`` told of."""
    assert event.notice is not None
    notice = ReportNotice(title=event.notice.title, reason={"en": "Somebody is in danger."})
    return ReportWithdrawn(**_again(event), withdrawn_at=utc_now(), notice=notice, revision=revision)


def invitation_in(mail: AcceptedMail) -> tuple[str, Any]:
    """Return the method and the one event of a mail's calendar part."""
    calendar: Any = Calendar.from_ical(mail.text("text/calendar"))
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), event


@dataclass
class Office:
    """A service under test and the relay it sends to."""

    running: Running
    sink: Sink

    async def hears(self, event: Event, *, event_id: str | None = None) -> str:
        """Hand an event to its handlers; return its id."""
        return await self.running.deliver(consumer, event, event_id=event_id)

    async def knows(self, count: int, **values: Any) -> list[str]:
        """Make so many people known and return their ids."""
        people = [new_id() for _ in range(count)]
        for person_id in people:
            await self.hears(contact_changed(person_id, **values))
        return people

    async def letters(self, **where: Any) -> list[Document]:
        """Return the rows of letters that fit."""
        return await self.running.storage.reader[LETTERS].find(where, sort=[("_id", 1)], limit=10_000)

    async def letter(self, **where: Any) -> Document:
        """Return the one row that fits."""
        (row,) = await self.letters(**where)
        return row

    async def states(self, **where: Any) -> list[str]:
        """Return the states of the letters that fit, sorted."""
        return sorted(row["state"] for row in await self.letters(**where))

    async def settled(self, count: int, state: str = "sent", *, within: float = 15, **where: Any) -> None:
        """Wait until so many letters are in ``state``."""

        async def reached() -> bool:
            return len(await self.letters(state=state, **where)) >= count

        await until(reached, f"{count} letters are {state}", within=within)
