"""The weekly letter: what waited for subscribers, gathered for all at once who wait for the same in one language.

Ten thousand subscribers wait for few different things, so a digest is told once for 500 of them.  The letters that are
joined and those that tell of them change in one transaction.
"""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from services.notifications.deliveries import actions as deliveries
from services.notifications.deliveries import facts, store
from services.notifications.deliveries.domain import OF_REPORTS, Recipient
from services.notifications.deliveries.jobs import withhold_stopped
from services.notifications.deliveries.pages import page_of
from services.notifications.deliveries.store import Waiting
from services.notifications.letters import DigestItem, ReportFacts, prepare
from services.notifications.settings import Settings
from services.notifications.subscribers.actions import ZONE
from shared import logs
from shared.ids import new_id, utc_now
from shared.model import Language
from shared.service import Context, Job
from shared.storage import Tx, Unreachable

log = logs.get(__name__)

IN_ONE = 100  # letters that one digest joins; whatever is more comes with the next
AT_ONCE = 500  # subscribers in one transaction


@dataclass(slots=True)
class Group:
    """Subscribers who wait for the same news in one language, and the letters that this joins."""

    event_ids: tuple[str, ...]
    language: Language
    recipient_ids: list[str] = field(default_factory=list)
    letter_ids: list[str] = field(default_factory=list)


async def gather_reports(context: Context) -> None:
    """Write the weekly letters that are due, until none is."""
    reader = context.storage.reader
    await withhold_stopped(context)  # nobody is told on Sunday what was withdrawn a moment ago
    while not context.stopping.is_set():
        due = await store.waiting_for(reader, OF_REPORTS, now=utc_now(), limit=AT_ONCE)
        written = [await _gather(context, group) for group in groups_of(due)]
        if len(due) < AT_ONCE or not any(written):
            return


async def _gather(context: Context, group: Group) -> bool:
    """Write the letters of one group; return whether they could be: if not, that is no reason for the others."""
    try:
        items = await _items(context, group)
        with suppress(Elsewhere):
            await context.storage.transact(join, group, items)
    except Unreachable:
        raise
    except Exception as error:
        log.error("digests-not-written", events=group.event_ids, readers=len(group.recipient_ids), exc_info=error)
        return False
    return True


def groups_of(due: Sequence[Waiting]) -> list[Group]:
    """Return ``due`` by what is waited for, and in which language."""
    groups: dict[tuple[tuple[str, ...], Language], Group] = {}
    for each in due:
        events, letters = each.event_ids[:IN_ONE], each.letter_ids[:IN_ONE]
        group = groups.setdefault((events, each.language), Group(events, each.language))
        group.recipient_ids.append(each.recipient_id)
        group.letter_ids.extend(letters)
    return list(groups.values())


async def join(tx: Tx, group: Group, items: list[DigestItem]) -> None:
    """Owe one letter to each of a group, unless others have: then their change and this one conflict."""
    digest_id = new_id()
    if await store.join(tx, group.letter_ids, into=digest_id) != len(group.letter_ids):
        raise Elsewhere
    await store.keep_facts(tx, digest_id, facts.facts_of_digest(digest_id, items))
    recipients = [Recipient(each, each, language=group.language) for each in group.recipient_ids]
    await deliveries.owe_letters(tx, "reports-digest", recipients, event_id=digest_id, about_id=digest_id)


class Elsewhere(Exception):
    """Some of the letters wait no longer: look again."""


async def _items(context: Context, group: Group) -> list[DigestItem]:
    """Return what the letter says: one line for each report, by the first that its readers have not heard of it."""
    settings: Settings = context.settings
    found = await store.facts_of(context.storage.reader, group.event_ids)
    told: dict[str, list[tuple[str, ReportFacts]]] = defaultdict(list)
    for event_id in group.event_ids:
        what = facts.told(found[event_id])
        if isinstance(what, ReportFacts):
            told[what.report_id].append((found[event_id]["origin"]["event_name"], what))
    items = []
    for news in told.values():
        kind, what = news[0] if news[0][0] == "report-published" else news[-1]
        subject = prepare(kind, what, group.language, ZONE, settings.sender).subject
        items.append(DigestItem(subject, kind, page_of(what), what.report_id, 1))
    return items


JOBS = [Job("reports-digests", gather_reports, timedelta(seconds=30))]
