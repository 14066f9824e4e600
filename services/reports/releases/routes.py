"""When a report comes out, over HTTP: embargo, planned publication, cleared passages."""

from typing import Annotated

from fastapi import APIRouter, Path, Response, status

from services.reports.releases import actions, store
from services.reports.releases.domain import ClearPassage, PlanRelease, Release, State
from services.reports.reports import store as reports
from shared.auth import Coordinator, Editor
from shared.ids import Id
from shared.model import Language, Model, Time
from shared.paging import Page, PagingOf
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/reports/{report_id}/release", tags=["publication"])
desk = APIRouter(prefix="/releases", tags=["publication"])
Mark = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


class ClearanceView(Model):
    """A line that may be in print, and why."""

    mark: str
    place: str
    because: str
    cleared_by: Id | None
    cleared_at: Time


class ReleaseView(Model):
    """When a report comes out; ``revision`` is 0 while nothing was ever planned."""

    revision: int
    state: State
    embargo_until: Time | None
    publish_at: Time | None
    languages: tuple[Language, ...] | None
    translation_of: dict[Language, Language]
    held_because: list[str]
    edition: int | None
    planned_by: Id | None
    planned_at: Time | None
    cleared: list[ClearanceView]


class HeldView(Model):
    """A report that was to come out by itself and did not: when, and what was in the way."""

    report_id: Id
    title: dict[Language, str]
    publish_at: Time | None
    held_because: list[str]


def view(release: Release) -> ReleaseView:
    """Return ``release`` as editors see it."""
    facts = {name: getattr(release, name) for name in ReleaseView.model_fields if name != "cleared"}
    return ReleaseView(cleared=[ClearanceView(**each.model_dump()) for each in release.cleared], **facts)


@desk.get("/held")
async def list_held(actor: Editor, storage: StorageOf, paging: PagingOf) -> Page[HeldView]:
    """List the reports that were to come out by themselves and did not, oldest first."""
    found = await store.held(storage.reader, after=paging.after, limit=paging.limit)
    kept = [(each, await reports.REPORTS.find(storage.reader, each.id)) for each in found.items]
    items = [
        HeldView(report_id=each.id, title=report.title, publish_at=each.publish_at, held_because=each.held_because)
        for each, report in kept
        if report is not None
    ]
    return Page(items=items, next=found.next)


@router.get("")
async def show_release(report_id: Id, actor: Editor, storage: StorageOf, response: Response) -> ReleaseView:
    """Show when a report comes out, and which passages were cleared."""
    await reports.get(storage.reader, report_id)
    release = await store.find(storage.reader, report_id)
    if release is None:
        return view(Release(id=report_id)).model_copy(update={"revision": 0})
    versioned(response, release)
    return view(release)


@router.put("")
async def plan_release(
    *, report_id: Id, command: PlanRelease, actor: Editor, storage: StorageOf, seen: IfMatch, response: Response
) -> ReleaseView:
    """Set an embargo, and a time at which the report as it is now is published by itself.

    422 says what is missing.  If anything is changed until then, it is held back.
    """
    release = await storage.transact(actions.plan_release, report_id, command, seen=seen, by=actor.person_id)
    versioned(response, release)
    return view(release)


@router.post("/cleared", status_code=status.HTTP_201_CREATED)
async def clear_passage(
    *, report_id: Id, command: ClearPassage, actor: Coordinator, storage: StorageOf, response: Response
) -> ReleaseView:
    """Let a line be in print in which a protected name seems to stand, because it means somebody else."""
    release = await storage.transact(actions.clear_passage, report_id, command, by=actor.person_id)
    versioned(response, release)
    return view(release)


@router.delete("/cleared/{mark}")
async def unclear_passage(
    *, report_id: Id, mark: Mark, actor: Coordinator, storage: StorageOf, response: Response
) -> ReleaseView:
    """Have a cleared line stop publication again."""
    release = await storage.transact(actions.unclear_passage, report_id, mark)
    versioned(response, release)
    return view(release)
