"""Comments over HTTP, for those who write a report."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.reports.access import Part, part_of
from services.reports.authors import seen_as
from services.reports.comments import actions, store
from services.reports.comments.domain import AddRemark, OpenThread, SetState, State, Thread
from services.reports.comments.views import ThreadView, view
from services.reports.commissions import store as commissions
from services.reports.reports import store as reports
from services.reports.templates.domain import Key
from shared.auth import Actor, Member
from shared.ids import Id
from shared.model import Language, Model
from shared.paging import Page, PagingOf
from shared.storage import Reader
from shared.web import StorageOf, versioned

router = APIRouter(prefix="/reports/{report_id}", tags=["comments"])


class OpenThreads(Model):
    """How many threads are open in one section and language."""

    key: Key
    language: Language
    open: int


@router.post("/sections/{key}/{language}/comments", status_code=201)
async def open_thread(
    *,
    report_id: Id,
    key: Key,
    language: Language,
    command: OpenThread,
    actor: Member,
    storage: StorageOf,
    response: Response,
) -> ThreadView:
    """Begin a thread on a section or on a passage of it.  Contributors may comment on the sections of others too."""
    thread = await storage.transact(actions.open_thread, report_id, key, language, command, by=actor)
    response.headers["Location"] = f"/reports/{report_id}/comments/{thread.id}"
    return await _answer(storage.reader, thread, actor, response)


@router.get("/comments")
async def list_threads(
    *,
    report_id: Id,
    actor: Member,
    storage: StorageOf,
    paging: PagingOf,
    key: Annotated[Key | None, Query()] = None,
    language: Annotated[Language | None, Query()] = None,
    state: Annotated[State | None, Query()] = None,
) -> Page[ThreadView]:
    """List the threads of a report, oldest first."""
    part = await part_of(storage.reader, actor, report_id)
    found = await store.page(
        storage.reader,
        report_id,
        key=key,
        language=language,
        state=state,
        after=paging.after,
        limit=paging.limit,
    )
    return Page(items=await _views(storage.reader, report_id, found.items, actor, part), next=found.next)


@router.get("/comments/counts")
async def count_threads(report_id: Id, actor: Member, storage: StorageOf) -> list[OpenThreads]:
    """Count the open threads of each section and language that has one."""
    await part_of(storage.reader, actor, report_id)
    rows = await store.open_by_section(storage.reader, report_id)
    return [OpenThreads(**row["_id"], open=row["open"]) for row in rows]


@router.get("/comments/{thread_id}")
async def show_thread(
    report_id: Id, thread_id: Id, actor: Member, storage: StorageOf, response: Response
) -> ThreadView:
    """Show one thread."""
    await part_of(storage.reader, actor, report_id)
    return await _answer(storage.reader, await actions.one(storage.reader, report_id, thread_id), actor, response)


@router.post("/comments/{thread_id}/remarks", status_code=201)
async def add_remark(
    *, report_id: Id, thread_id: Id, command: AddRemark, actor: Member, storage: StorageOf, response: Response
) -> ThreadView:
    """Say something in a thread; a settled one is open again."""
    thread = await storage.transact(actions.add_remark, report_id, thread_id, command, by=actor)
    return await _answer(storage.reader, thread, actor, response)


@router.put("/comments/{thread_id}/state")
async def set_state(
    *, report_id: Id, thread_id: Id, command: SetState, actor: Member, storage: StorageOf, response: Response
) -> ThreadView:
    """Settle a thread or open it again: whoever writes the section, edits the report, or began the thread."""
    thread = await storage.transact(actions.set_state, report_id, thread_id, command, by=actor)
    return await _answer(storage.reader, thread, actor, response)


async def _answer(reader: Reader, thread: Thread, actor: Actor, response: Response) -> ThreadView:
    versioned(response, thread)
    part = await part_of(reader, actor, thread.report_id)
    (found,) = await _views(reader, thread.report_id, [thread], actor, part)
    return found


async def _views(reader: Reader, report_id: str, threads: list[Thread], actor: Actor, part: Part) -> list[ThreadView]:
    commission = await commissions.of_report(reader, report_id)
    sections = await reports.sections_of(reader, report_id) if threads else []
    texts = {(each.key, each.language): each.text for each in sections}
    return [
        view(
            thread,
            text=texts.get((thread.key, thread.language), ""),
            writes=part.writes(thread.key),
            seen=lambda author: seen_as(author, by=actor, part=part, commission=commission),
        )
        for thread in threads
    ]
