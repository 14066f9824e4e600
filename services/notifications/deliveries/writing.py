"""From a row to a finished mail: who, what, in which language, with which links."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.notifications.contacts import store as contacts
from services.notifications.contacts.store import LeftAlone, Reachable
from services.notifications.deliveries import domain, facts, stops, store
from services.notifications.deliveries.domain import Change, Trouble
from services.notifications.deliveries.finishing import Finishing
from services.notifications.deliveries.pages import page_of
from services.notifications.deliveries.stops import Stop
from services.notifications.fanouts import store as fanouts
from services.notifications.letters import (
    DigestFacts,
    DigestItem,
    Facts,
    LinkFacts,
    MeetingFacts,
    PreparedLetter,
    Sender,
    prepare,
)
from services.notifications.openpgp import store as openpgp
from services.notifications.operations import store as operations
from services.notifications.preferences.domain import TOPIC_OF, Wishes, postpone
from services.notifications.smtp import Mail
from services.notifications.subscribers import store as subscribers
from shared import logs
from shared.ids import utc_now
from shared.links import Links
from shared.model import Language
from shared.problems import Problem
from shared.storage import Document, Reader

log = logs.get(__name__)

ANSWER_LINKS_LAST = timedelta(days=30)  # beyond the meeting: it may be moved, and the page says what became of it
PREFERENCES_LINKS_LAST = timedelta(days=90)
UNSUBSCRIBE_LINKS_LAST = timedelta(days=730)  # an old mail must still be good for leaving, and for nothing else
PREPARED_KEPT = 200  # letters ready but for their readers: 5 languages × 3 zones × 13 events, about 5 MB
FACTS_KEPT = 500
OF_SUBSCRIBERS = domain.OF_REPORTS | {"reports-digest"}
_ABOUT_READER = frozenset({"preferences", "stop"})  # links that are for a person, not for what is told
SLICE = 0.005  # seconds that other tasks may have to wait


@dataclass(slots=True)
class Written:
    """The letters of a claim: those ready to be sent, each with its mail, and what becomes of the others."""

    rows: list[Document] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    others: list[tuple[Document, Change]] = field(default_factory=list)
    _taken: int = 0

    def take(self, count: int) -> tuple[Sequence[Document], Sequence[Mail]]:
        """Return the next ``count`` letters that are ready, and their mails."""
        start, self._taken = self._taken, self._taken + count
        return self.rows[start : start + count], self.mails[start : start + count]


class Writer:
    """Writes the letters of one process; what is the same for many is prepared once and kept for a while."""

    def __init__(
        self,
        reader: Reader,
        links: Links,
        sender: Sender,
        finishing: Finishing | None = None,
        *,
        heed_holds: bool = True,
    ) -> None:
        self._heed_holds = heed_holds
        self._reader = reader
        self._finishing = finishing or Finishing(sender)
        self._links = links
        self._sender = sender
        self._domain = sender.address.rpartition("@")[2]
        self._facts: OrderedDict[str, tuple[str, Facts]] = OrderedDict()
        self._prepared: OrderedDict[tuple[str, str, Language, str], PreparedLetter] = OrderedDict()

    async def write(self, rows: Sequence[Document]) -> Written:
        """Write the letters of ``rows``; one that cannot be written is no reason for the others not to be."""
        reachable = await contacts.reach(self._reader, [row["recipient_id"] for row in rows])
        invitations = {row["about_id"] for row in rows if row["kind"] in domain.ENDS_WITH_INVITATION}
        meetings = await fanouts.meetings(self._reader, list(invitations)) if invitations else {}
        await self._load_facts({_told_by(row, meetings) for row in rows})
        keys = await openpgp.texts(self._reader, [who for who, to in reachable.items() if _is_encrypted_to(to)])
        editions = {row["about_id"] for row in rows if row["kind"] in domain.TELLS_OF_EDITION}
        withdrawn = await subscribers.withdrawn_among(self._reader, list(editions)) if editions else set()
        held = await operations.held(self._reader) if self._heed_holds else set()
        stopped = await stops.standing(self._reader) if self._heed_holds else []
        written, now = Written(), utc_now()
        pause_at = asyncio.get_running_loop().time() + SLICE
        for row in rows:
            to, key = reachable.get(row["recipient_id"]), keys.get(row["recipient_id"])
            change = _called_off(row, stopped, withdrawn)
            change = change or (domain.hold(domain.HELD) if row["kind"] in held else None)
            change = change or _unfit(row, to, meetings.get(row["about_id"]), now)
            if change is None and isinstance(to, Reachable):
                change = self._write_one(written, row, to, _told_by(row, meetings), now=now, key=key)
            if change is not None:
                written.others.append((row, change))
            if asyncio.get_running_loop().time() > pause_at:
                await asyncio.sleep(0)
                pause_at = asyncio.get_running_loop().time() + SLICE
        return written

    async def _load_facts(self, event_ids: set[str]) -> None:
        missing = event_ids - self._facts.keys()
        if missing:
            for event_id, row in (await store.facts_of(self._reader, missing)).items():
                self._facts[event_id] = row["digest"], facts.told(row)
        for event_id in event_ids & self._facts.keys():
            self._facts.move_to_end(event_id)
        while len(self._facts) > max(FACTS_KEPT, len(event_ids)):
            self._facts.popitem(last=False)

    def _write_one(
        self,
        written: Written,
        row: Document,
        to: Reachable,
        event_id: str,
        *,
        now: datetime,
        key: str | None,
    ) -> Change | None:
        """Add the mail to ``written``, or return what becomes of the letter instead."""
        try:
            digest, what = self._facts[event_id]
            if isinstance(what, LinkFacts) and what.expires_at <= now:
                return domain.suppress("link-expired")
            language = row["language"] or to.language
            letter = self._prepare(row["kind"], digest, what, language, to.time_zone)
            content = letter.fill(
                address=to.address,
                display_name=to.display_name,
                message_id=f"<{row['_id']}@{self._domain}>",
                links=self._links_of(letter.links, row, what, language, to),
                date=now,
                organiser_address=self._finishing.organiser(row) if letter.method else "",
            )
            mail = self._finishing.mail(row, to, content, armored=key, now=now)
        except Problem as problem:
            return Change("failed", Trouble(code=problem.code, text=problem.detail), attempted=False)
        except Exception as error:  # a template or a fact that does not fit: the neighbours must not suffer
            log.error("letter-not-written", letter_id=row["_id"], kind=row["kind"], exc_info=error)
            return Change("failed", Trouble(code="letter-not-written", text=type(error).__name__), attempted=False)
        if isinstance(mail, Change):
            return mail
        written.rows.append(row)
        written.mails.append(mail)
        return None

    def _prepare(self, kind: str, digest: str, what: Facts, language: Language, time_zone: str) -> PreparedLetter:
        key = (digest, kind, language, time_zone)
        found = self._prepared.get(key)
        if found is None:
            if kind in domain.TELLS_NEWEST:
                what = facts.as_first_told(what)
            found = self._prepared[key] = prepare(kind, what, language, time_zone, self._sender)
            if len(self._prepared) > PREPARED_KEPT:
                self._prepared.popitem(last=False)
        return found

    def _links_of(
        self, names: Set[str], row: Document, what: Facts, language: Language, to: Reachable
    ) -> dict[str, str]:
        """Return the links that a letter shows, by name."""
        links = {
            name: self._link(name, row, what, language, to)
            for name in names - _ABOUT_READER
            if not name.startswith("item-")
        }
        if names & _ABOUT_READER:
            links |= self._about_reader(row, language, to)
        if isinstance(what, DigestFacts):
            links |= {
                what.link_of(index): self._link_of_item(row, item, language, to)
                for index, item in enumerate(what.items)
            }
        return links

    def _about_reader(self, row: Document, language: Language, to: Reachable) -> dict[str, str]:
        """Return where readers choose what is written to them, and where a mail program stops one topic for them."""
        reader, pages = row["recipient_id"], f"{self._sender.portal_url}/{language}/preferences"
        chosen = self._token("preferences", row, row["created_at"] + PREFERENCES_LINKS_LAST, reader, to.link_generation)
        stop = self._token("stop", row, row["created_at"] + UNSUBSCRIBE_LINKS_LAST, reader)
        return {
            "preferences": f"{pages}/{chosen}" + ("/subscription" if row["kind"] in OF_SUBSCRIBERS else ""),
            "stop": f"{pages}/{stop}/stop/{TOPIC_OF.get(row['kind'], 'meetings')}",
        }

    def _link_of_item(self, row: Document, item: DigestItem, language: Language, to: Reachable) -> str:
        portal = f"{self._sender.portal_url}/{language}"
        if item.path or item.expires_at is None:
            return portal + item.path
        own, sent_to = (item.subject_id, item.generation), to.address_generation
        return f"{portal}/answer/{self._token('answer', row, item.expires_at, *own, address_generation=sent_to)}"

    def _link(self, name: str, row: Document, what: Facts, language: Language, to: Reachable) -> str:
        portal = f"{self._sender.portal_url}/{language}"
        match name, what:
            case "page", _ if not isinstance(what, LinkFacts | DigestFacts):
                return portal + page_of(what)
            case "answer", MeetingFacts():
                expires_at = max(what.ends_at, row["created_at"]) + ANSWER_LINKS_LAST
                token = self._token("answer", row, expires_at, address_generation=to.address_generation)
                return f"{portal}/answer/{token}"
            case ("sign-in" | "subscription") as purpose, LinkFacts():
                return f"{portal}/{purpose}/{self._token(purpose, row, what.expires_at)}"
            case "unsubscribe", _:
                token = self._token("unsubscribe", row, row["created_at"] + UNSUBSCRIBE_LINKS_LAST)
                return f"{portal}/unsubscribe/{token}"
        raise LookupError(f"a letter {row['kind']} has no link {name}")

    def _token(
        self,
        purpose: str,
        row: Document,
        expires_at: datetime,
        subject: str = "",
        generation: int = 0,
        *,
        address_generation: int = 1,
    ) -> str:
        return self._links.sign(
            purpose,  # type: ignore[arg-type]  # one of those that are named here
            subject or row["subject_id"],
            generation=generation or row["generation"],
            address_generation=address_generation,
            expires_at=expires_at,
            nonce=row["nonce"],
        )


def _told_by(row: Document, meetings: dict[str, Document]) -> str:
    """Return the event whose facts a letter tells: an invitation tells the newest that is known of its meeting."""
    meeting = meetings.get(row["about_id"]) if row["kind"] in domain.TELLS_NEWEST else None
    return str(meeting["event_id"] if meeting else row["event_id"])


def _called_off(row: Document, stopped: Sequence[Stop], withdrawn: Set[str]) -> Change | None:
    """Return what becomes of a letter that an operator or a withdrawal has stopped."""
    if row["kind"] in domain.TELLS_OF_EDITION and row["about_id"] in withdrawn:
        return domain.suppress(domain.WITHDRAWN)
    code = stops.code_of(stopped, row)
    return domain.suppress(code) if code else None


def _unfit(row: Document, to: Reachable | LeftAlone | None, meeting: Document | None, now: datetime) -> Change | None:
    """Return why a letter must not be sent now, if it must not."""
    if row["kind"] in domain.ENDS_WITH_INVITATION and meeting is not None and meeting["cancelled"]:
        return domain.suppress("meeting-cancelled")
    if to is None:
        return domain.await_contact(row.get("sought", 0), since=row["since"], now=now)
    if isinstance(to, LeftAlone):
        return domain.suppress("no-contact")
    if to.suppressed and row["kind"] not in domain.URGENT:  # what somebody asks for just now is tried
        return domain.suppress("address-suppressed")
    if to.wishes is None:
        return None
    return postpone(Wishes.model_validate(to.wishes), row["kind"], time_zone=to.time_zone, now=now)


def _is_encrypted_to(to: Reachable | LeftAlone) -> bool:
    return isinstance(to, Reachable) and bool(to.encryption)
