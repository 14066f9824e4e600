"""Briefs: gather what concerns somebody, and tell everybody invited once."""

from collections.abc import Sequence
from datetime import datetime

from services.meetings.briefs import concerns, domain, store
from services.meetings.briefs.domain import IN_A_LETTER, ON_A_PAGE, BriefPlan, Found, PlanBrief
from services.meetings.decisions import domain as decision_rules
from services.meetings.decisions import store as decisions
from services.meetings.directory import activities
from services.meetings.directory import store as people
from services.meetings.meetings import actions as meetings
from services.meetings.meetings.domain import Meeting
from services.meetings.meetings.store import MEETINGS
from services.meetings.meetings.telling import told_zone
from services.meetings.minutes import store as minutes
from shared.auth import Actor
from shared.events.meetings import BriefNotice, BriefPrepared
from shared.ids import new_id, utc_now
from shared.model import Language
from shared.problems import Conflict
from shared.storage import Reader, Tx
from shared.web import expect

READ_AT_MOST = 300  # of each list: more than any page shows


async def gather(reader: Reader, meeting: Meeting, who: tuple[str, Sequence[str]], *, now: datetime) -> Found:
    """Return everything that concerns ``who`` (a person, their organisations) before ``meeting``."""
    person_id, organisation_ids = who
    earlier = await store.before(reader, meeting)
    since, today = domain.since(earlier, now=now), now.date()
    mine = concerns.interests(await activities.own(reader, organisation_ids) if organisation_ids else [])
    paid = await activities.paid_for(reader, mine.themes, mine.regions, today=today) if mine.themes else []
    covered = await activities.covered(reader, mine.themes, mine.regions, today=today) if mine.regions else set()
    recorded = await activities.recorded_since(reader, since, mine.themes)
    due = await decisions.due_for(reader, person_id, organisation_ids, until=meeting.ends_at.date(), limit=READ_AT_MOST)
    held = {each: await MEETINGS.find(reader, each) for each in {decision.meeting_id for decision in due}}
    return Found(
        decisions=[decision_rules.under(each, held[each.meeting_id]) for each in due],
        activities=concerns.news(recorded, mine, organisation_ids),
        overlaps=concerns.overlaps(paid, mine, today=today),
        gaps=concerns.gaps(covered, mine),
        reports=await activities.reports_since(reader, since, limit=READ_AT_MOST),
        general=mine.unknown,
        minutes=earlier is not None and await minutes.any_approved(reader, earlier.id),
    )


async def compose(
    reader: Reader,
    meeting: Meeting,
    who: tuple[str, Sequence[str]],
    language: Language,
    *,
    limits: dict[str, int],
    now: datetime,
) -> BriefNotice:
    """Return the brief of ``who`` in ``language``, cut to ``limits``."""
    found = await gather(reader, meeting, who, now=now)
    since_on = domain.since(await store.before(reader, meeting), now=now).date()
    return domain.notice(meeting, found, language, who=who, since_on=since_on, today=now.date(), limits=limits)


async def read_brief(
    reader: Reader, meeting_id: str, *, by: Actor, language: Language | None
) -> tuple[Meeting, BriefNotice]:
    """Return what concerns the caller before a meeting, as it stands now, in their language or the one asked for."""
    meeting = await meetings.read_meeting(reader, meeting_id, by=by)
    person = await people.find_person(reader, by.person_id)
    spoken: Language = language or (person.language if person else "en")
    limits = dict.fromkeys(IN_A_LETTER, ON_A_PAGE)
    who = (by.person_id, by.organisation_ids)
    return meeting, await compose(reader, meeting, who, spoken, limits=limits, now=utc_now())


async def plan_brief(tx: Tx, meeting_id: str, command: PlanBrief, *, seen: int | None) -> BriefPlan:
    """Say when the brief of a meeting goes out, if it does."""
    await MEETINGS.get(tx, meeting_id)
    before = await store.plan_of(tx, meeting_id)
    expect(before, seen, required=False)
    plan = domain.plan(before, command)
    if plan is not before:
        await store.put_plan(tx, plan)
    return plan


async def ask_again(tx: Tx, meeting_id: str) -> BriefPlan:
    """Have everybody get the brief once more, now.  Raises `Conflict` unless the meeting is still to come."""
    meeting = await MEETINGS.get(tx, meeting_id)
    now = utc_now()
    if not meeting.is_open(now):
        raise Conflict("meeting-begun", "There is a brief only before a meeting that is still to come.")
    plan = domain.ask_again(await store.plan_of(tx, meeting_id), now=now)
    await store.put_plan(tx, plan)
    return plan


async def tell(tx: Tx, meeting: Meeting, brief: BriefPrepared, *, turn: int) -> None:
    """Tell a group its brief, and write down who has it.  Raises `Duplicate` when somebody was told meanwhile."""
    await store.mark(tx, meeting.id, turn, brief.person_ids, now=utc_now())
    await tx.publish(brief)


def prepared(meeting: Meeting, notice: BriefNotice, language: Language, person_ids: Sequence[str]) -> BriefPrepared:
    """Return the news of a brief; of a closed meeting it says when it is, on no city's clock, and nothing else."""
    closed = decision_rules.is_closed(meeting)
    return BriefPrepared(
        brief_id=new_id(),
        revision=1,
        meeting_id=meeting.id,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        time_zone=told_zone(meeting),
        language=language,
        closed=closed,
        person_ids=list(person_ids),
        notice=BriefNotice() if closed else notice,
    )


async def letter_notice(
    reader: Reader, meeting: Meeting, who: tuple[str, Sequence[str]], language: Language, *, now: datetime
) -> BriefNotice:
    """Return what the letter to ``who`` says: nothing for a closed meeting, which is not even looked up."""
    if decision_rules.is_closed(meeting):
        return BriefNotice()
    return await compose(reader, meeting, who, language, limits=IN_A_LETTER, now=now)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Forget that a person was ever told anything."""
    await store.forget(tx, person_id)
