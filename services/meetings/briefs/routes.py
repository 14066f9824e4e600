"""Briefs over HTTP: everybody's own, and the coordinator's plan of when they go out."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.meetings.briefs import actions, domain, store
from services.meetings.briefs.domain import BriefPlan, PlanBrief
from services.meetings.briefs.jobs import BRIEFS
from services.meetings.decisions.domain import is_closed
from services.meetings.meetings.domain import Meeting
from services.meetings.meetings.store import MEETINGS
from shared.auth import Coordinator, Member
from shared.events.meetings import BriefList
from shared.ids import Id
from shared.model import Language, Model, Time, ZoneName
from shared.storage import Reader
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/meetings/{meeting_id}", tags=["briefs"])


class BriefView(Model):
    """What concerns the caller before a meeting, as it stands now."""

    meeting_id: Id
    title: dict[Language, str]
    starts_at: Time
    ends_at: Time
    time_zone: ZoneName
    closed: bool
    since_on: str
    general: bool
    """Nothing is known of the caller's themes and regions: what is new is of all of them."""
    tasks: BriefList
    activities: BriefList
    overlaps: BriefList
    gaps: BriefList
    reports: BriefList
    minutes_of: Id | None
    """The meeting before, when its minutes are approved."""


class BriefPlanView(Model):
    """When the brief of a meeting goes out, and how many have had it."""

    revision: int
    days_before: int
    wanted: bool
    turn: int
    due_at: Time
    told: int


@router.get("/brief")
async def read_brief(
    meeting_id: Id, actor: Member, storage: StorageOf, language: Annotated[Language | None, Query()] = None
) -> BriefView:
    """Show what concerns the caller before a meeting: made for them, seen by nobody else."""
    meeting, notice = await actions.read_brief(storage.reader, meeting_id, by=actor, language=language)
    earlier = await store.before(storage.reader, meeting) if notice.minutes else None
    return BriefView(
        meeting_id=meeting.id,
        title=meeting.title,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        time_zone=meeting.time_zone,
        closed=is_closed(meeting),
        since_on=notice.since_on.isoformat() if notice.since_on else "",
        general=notice.general,
        minutes_of=earlier.id if earlier else None,
        **{name: getattr(notice, name) for name in domain.IN_A_LETTER},
    )


@router.get("/brief-plan")
async def read_plan(meeting_id: Id, actor: Coordinator, storage: StorageOf, response: Response) -> BriefPlanView:
    """Show when the brief goes out, and how many have had it."""
    meeting = await MEETINGS.get(storage.reader, meeting_id)
    return await _plan_view(storage.reader, meeting, await store.plan_of(storage.reader, meeting_id), response)


@router.put("/brief-plan")
async def plan_brief(
    *,
    meeting_id: Id,
    command: PlanBrief,
    actor: Coordinator,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> BriefPlanView:
    """Say how many days before the meeting the brief goes out, or that none does."""
    plan = await storage.transact(actions.plan_brief, meeting_id, command, seen=seen)
    return await _plan_view(storage.reader, await MEETINGS.get(storage.reader, meeting_id), plan, response)


@router.post("/briefs")
async def send_again(
    meeting_id: Id, actor: Coordinator, storage: StorageOf, request: Request, response: Response
) -> BriefPlanView:
    """Send everybody their brief now, once more where they have had it."""
    plan = await storage.transact(actions.ask_again, meeting_id)
    request.app.state.context.wake(BRIEFS)
    return await _plan_view(storage.reader, await MEETINGS.get(storage.reader, meeting_id), plan, response)


async def _plan_view(reader: Reader, meeting: Meeting, plan: BriefPlan, response: Response) -> BriefPlanView:
    versioned(response, plan)
    return BriefPlanView(
        **plan.model_dump(include={"revision", "days_before", "wanted", "turn"}),
        due_at=domain.due_at(meeting, plan),
        told=await store.told(reader, meeting.id, plan.turn),
    )
