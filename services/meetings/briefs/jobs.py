"""Sending briefs when they are due: each person once for each meeting, unless somebody asks for them again.

Who has a brief is written in the transaction that tells it, so a job that dies half-way, or runs twice, doubles none;
whoever is invited later gets theirs at the next run.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.meetings.briefs import actions, domain, store
from services.meetings.briefs.domain import BriefPlan
from services.meetings.meetings.domain import Meeting
from shared import logs
from shared.events.meetings import INVITED_AT_ONCE
from shared.ids import utc_now
from shared.model import Language
from shared.service import Context, Job
from shared.storage import Document, Duplicate

log = logs.get(__name__)

BRIEFS = "prepare-briefs"
LEASE = timedelta(seconds=60)  # a group takes a tenth of a second; the lease spares replicas the same work

Group = tuple[Language, tuple[str, ...], str]
"""Language, organisations, and the person where something is assigned to them by name."""


async def prepare_briefs(context: Context) -> None:
    """Tell everybody invited to a meeting whose brief is due what concerns them."""
    storage, holder = context.storage, context.settings.instance
    if not await storage.lease(BRIEFS, holder, LEASE):
        return
    now = utc_now()
    for meeting in await store.near(storage.reader, now=now):
        plan = await store.plan_of(storage.reader, meeting.id)
        if plan.wanted and domain.due_at(meeting, plan) <= now:
            await _brief(context, meeting, plan, now=now)
    await storage.release(BRIEFS, holder)


async def _brief(context: Context, meeting: Meeting, plan: BriefPlan, *, now: datetime) -> None:
    """Tell everybody who is invited now and has not been told.

    Each is looked up by name: as many as are invited may have been told, and one of them not be invited any more.
    """
    after, reader = "", context.storage.reader
    while not context.stopping.is_set():
        if not await context.storage.lease(BRIEFS, context.settings.instance, LEASE):
            return
        chunk = await store.invited_after(reader, meeting.id, after, limit=INVITED_AT_ONCE)
        people = await store.unbriefed(reader, meeting.id, plan.turn, [person for _, person in chunk])
        for group, person_ids in (await _groups(context, people)).items():
            await _tell(context, meeting, plan, group, person_ids, now=now)
        if len(chunk) < INVITED_AT_ONCE:
            return
        after = chunk[-1][0]


async def _groups(context: Context, people: Sequence[Document]) -> dict[Group, list[str]]:
    """Return the people who get the same brief, by what makes it the same."""
    alone = await store.with_own_tasks(context.storage.reader, [each["_id"] for each in people])
    groups: dict[Group, list[str]] = defaultdict(list)
    for each in people:
        organisations = tuple(sorted(each["organisation_ids"]))
        groups[each["language"], organisations, each["_id"] if each["_id"] in alone else ""].append(each["_id"])
    return groups


async def _tell(
    context: Context, meeting: Meeting, plan: BriefPlan, group: Group, person_ids: Sequence[str], *, now: datetime
) -> None:
    language, organisations, person_id = group
    who = (person_id, organisations)
    notice = await actions.letter_notice(context.storage.reader, meeting, who, language, now=now)
    brief = actions.prepared(meeting, notice, language, person_ids)
    try:
        await context.storage.transact(actions.tell, meeting, brief, turn=plan.turn)
    except Duplicate:  # another replica took the lease over and was faster: the next run looks again
        log.info("brief-told-meanwhile", meeting_id=meeting.id)


JOBS = [Job(BRIEFS, prepare_briefs, every=timedelta(minutes=5))]
