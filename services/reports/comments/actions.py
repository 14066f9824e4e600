"""Commenting: fetch, decide, write, and note what is to be told of: `services.reports.comments.jobs` does."""

from services.reports.access import part_of
from services.reports.authors import author_of
from services.reports.comments import domain, store
from services.reports.comments.domain import AddRemark, OpenThread, SetState, Thread
from services.reports.comments.store import THREADS
from services.reports.reports import store as reports
from shared.auth import Actor
from shared.ids import utc_now
from shared.model import Language
from shared.problems import NotFound
from shared.storage import Reader, Tx


async def open_thread(
    tx: Tx, report_id: str, key: str, language: Language, command: OpenThread, *, by: Actor
) -> Thread:
    """Begin a thread on a section.  Raises `NotFound` for strangers, and for a section that is not there."""
    part = await part_of(tx, by, report_id)
    await reports.get_section(tx, report_id, key, language)
    thread = domain.open_thread(report_id, key, language, command, by=author_of(part, by, key), now=utc_now())
    await THREADS.add(tx, thread)
    await store.owe_news(tx, thread)
    return thread


async def add_remark(tx: Tx, report_id: str, thread_id: str, command: AddRemark, *, by: Actor) -> Thread:
    """Say something in a thread."""
    part = await part_of(tx, by, report_id)
    before = await one(tx, report_id, thread_id)
    thread = domain.add_remark(before, command, by=author_of(part, by, before.key), now=utc_now())
    await THREADS.put(tx, thread)
    await store.owe_news(tx, thread)
    return thread


async def set_state(tx: Tx, report_id: str, thread_id: str, command: SetState, *, by: Actor) -> Thread:
    """Settle a thread, or open it again."""
    part = await part_of(tx, by, report_id)
    before = await one(tx, report_id, thread_id)
    writes = part.writes(before.key)
    thread = domain.set_state(before, command, by=author_of(part, by, before.key), writes=writes, now=utc_now())
    if thread is not before:
        await THREADS.put(tx, thread)
    return thread


async def one(reader: Reader, report_id: str, thread_id: str) -> Thread:
    """Return a thread of a report.  Raises `NotFound`."""
    thread = await THREADS.find(reader, thread_id)
    if thread is None or thread.report_id != report_id:
        raise NotFound("thread-not-found", "There is no such thread.")
    return thread


async def forget_person(tx: Tx, person_id: str) -> None:
    """Take away what a person said, and that it was they."""
    for thread in await store.of_person(tx, person_id):
        await THREADS.put(tx, domain.forget(thread, person_id))
