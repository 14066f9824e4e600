"""Joins what waits for one reader into one letter when it is due: once, whoever and however many try.

The letters that are joined and the digest that tells of them change in one transaction.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from services.notifications.contacts import store as contacts
from services.notifications.contacts.store import Reachable
from services.notifications.deliveries import actions as deliveries
from services.notifications.deliveries import domain, facts, store
from services.notifications.deliveries.domain import Recipient
from services.notifications.deliveries.pages import page_of
from services.notifications.deliveries.writing import ANSWER_LINKS_LAST
from services.notifications.fanouts import store as fanouts
from services.notifications.letters import DigestItem, LinkFacts, MeetingFacts, PreparedLetter, prepare
from services.notifications.letters.facts import DigestFacts, Facts
from services.notifications.settings import Settings
from shared import logs
from shared.ids import new_id, utc_now
from shared.service import Context, Job
from shared.storage import Document, Tx, Unreachable

log = logs.get(__name__)

IN_ONE = 100  # letters that one digest joins; whatever is more comes with the next
AT_ONCE = 200  # people looked after in one run


async def join_digests(context: Context) -> None:
    """Write the digests that are due; one that cannot be written is no reason for the others not to be."""
    now = utc_now()
    for recipient_id in await store.due_digests(context.storage.reader, now=now, limit=AT_ONCE):
        try:
            await _join_for(context, recipient_id, now)
        except Unreachable:
            raise
        except Exception as error:
            log.error("digest-not-written", recipient_id=recipient_id, exc_info=error)
        if context.stopping.is_set():
            return


async def _join_for(context: Context, recipient_id: str, now: datetime) -> None:
    rows = await store.collected(context.storage.reader, recipient_id, now=now, limit=IN_ONE)
    rows = await _without_cancelled(context, rows)
    if rows:
        items = await _items(context, recipient_id, rows)
        with suppress(Elsewhere):
            await context.storage.transact(join, recipient_id, [row["_id"] for row in rows], items)


async def join(tx: Tx, recipient_id: str, letter_ids: list[str], items: list[DigestItem]) -> None:
    """Join letters into one, unless others have: then their change and this one conflict, and this finds nothing."""
    digest_id = new_id()
    if await store.join(tx, letter_ids, into=digest_id) != len(letter_ids):
        raise Elsewhere
    await store.keep_facts(tx, digest_id, facts.facts_of_digest(digest_id, items))
    recipient = Recipient(recipient_id, recipient_id)
    await deliveries.owe_letters(tx, "digest", [recipient], event_id=digest_id, about_id=digest_id)


class Elsewhere(Exception):
    """Some of the letters are no longer collected: look again."""


async def _without_cancelled(context: Context, rows: list[Document]) -> list[Document]:
    """Return the letters that still have something to tell: nobody is invited to what was called off meanwhile."""
    invited = [row["about_id"] for row in rows if row["kind"] in domain.ENDS_WITH_INVITATION]
    meetings = await fanouts.meetings(context.storage.reader, invited) if invited else {}
    off = {row["_id"] for row in rows if invited and meetings.get(row["about_id"], {}).get("cancelled")}
    if off:
        which: Document = {"_id": {"$in": list(off)}}
        await context.storage.transact(store.withhold, which, domain.suppress("meeting-cancelled"), now=utc_now())
    return [row for row in rows if row["_id"] not in off]


async def _items(context: Context, recipient_id: str, rows: list[Document]) -> list[DigestItem]:
    """Return what the digest says of each letter, in the reader's language."""
    settings: Settings = context.settings
    to = (await contacts.reach(context.storage.reader, [recipient_id])).get(recipient_id)
    language, zone = (to.language, to.time_zone) if isinstance(to, Reachable) else ("en", "UTC")
    found = await store.facts_of(context.storage.reader, {row["event_id"] for row in rows})
    items = []
    for row in rows:
        what = facts.told(found[row["event_id"]])
        prepared = prepare(row["kind"], what, row["language"] or language, zone, settings.sender)
        items.append(_item(row, what, prepared))
    return items


def _item(row: Document, what: Facts, letter: PreparedLetter) -> DigestItem:
    own = (row["subject_id"], row["generation"])
    if "answer" in letter.links and isinstance(what, MeetingFacts):
        return DigestItem(
            letter.subject, row["kind"], "", *own, max(what.ends_at, row["created_at"]) + ANSWER_LINKS_LAST
        )
    path = "" if isinstance(what, LinkFacts | DigestFacts) else page_of(what)
    return DigestItem(letter.subject, row["kind"], path, *own)


JOBS = [Job("digests", join_digests, timedelta(seconds=30))]
