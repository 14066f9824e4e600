"""Drafting, copying the last meeting, and making a draft a meeting."""

from services.meetings.agenda import actions as agendas
from services.meetings.agenda import following
from services.meetings.directory import actions as directory
from services.meetings.drafts import domain, store
from services.meetings.drafts.domain import Draft, DraftMeeting, ScheduleDraft
from services.meetings.drafts.store import DRAFTS
from services.meetings.meetings import actions as meetings
from services.meetings.meetings.model import Meeting
from services.meetings.meetings.store import MEETINGS
from services.meetings.places.store import PLACES
from services.meetings.reminders import actions as reminders
from services.meetings.reminders.domain import PlanReminders
from services.meetings.reminders.store import PLANS
from services.meetings.series import store as series
from shared.auth import Actor
from shared.ids import utc_now
from shared.storage import Tx
from shared.web import expect


async def draft_meeting(tx: Tx, command: DraftMeeting, *, by: Actor) -> Draft:
    """Begin a meeting that has no date yet."""
    await directory.check(tx, command.audience)
    await series.check(tx, command.series_id)
    draft = domain.draft(command, by=by.person_id, now=utc_now())
    await DRAFTS.add(tx, draft)
    return draft


async def change_draft(tx: Tx, draft_id: str, command: DraftMeeting, *, seen: int | None) -> Draft:
    """Change what a draft says."""
    known = await DRAFTS.get(tx, draft_id)
    expect(known, seen)
    await directory.check(tx, command.audience)
    await series.check(tx, command.series_id)
    draft = domain.change(known, command, now=utc_now())
    await DRAFTS.put(tx, draft)
    return draft


async def copy_meeting(tx: Tx, meeting_id: str, *, by: Actor) -> Draft:
    """Begin the next meeting as a copy of this one: words, place, room, audience, reminders and agenda; no date."""
    meeting, places, plan = (
        await MEETINGS.get(tx, meeting_id),
        await PLACES.find(tx, meeting_id),
        await PLANS.find(tx, meeting_id),
    )
    draft = domain.copy(
        meeting,
        capacity=places.capacity if places else None,
        reminders=PlanReminders(days_before=plan.days_before, moved=plan.moved) if plan else None,
        by=by.person_id,
        now=utc_now(),
    )
    await DRAFTS.add(tx, draft)
    await agendas.copy_agenda(tx, meeting_id, draft)
    return draft


async def schedule_draft(tx: Tx, draft_id: str, command: ScheduleDraft, *, by: Actor, seen: int | None) -> Meeting:
    """Give a draft its date: it is a meeting from now on, at the same address, and its audience is invited.

    As many have room, and the silent are reminded, as was planned in the draft.
    """
    draft = await DRAFTS.get(tx, draft_id)
    expect(draft, seen, required=False)
    agenda = await agendas.agenda_of(tx, agendas.Frame(draft))
    await store.remove(tx, draft_id)
    planned = domain.to_schedule(draft, command, agenda)
    meeting = await meetings.schedule_meeting(tx, planned, by=by, id=draft_id)
    await following.follow(tx, meeting, given_anew=False)
    if draft.reminders is not None and draft.reminders.days_before:
        await reminders.plan_reminders(tx, meeting.id, draft.reminders)
    return meeting


async def discard_draft(tx: Tx, draft_id: str, *, seen: int | None) -> None:
    """Take a draft away, with its agenda."""
    draft = await DRAFTS.get(tx, draft_id)
    expect(draft, seen, required=False)
    await store.remove(tx, draft_id)
    await agendas.forget_agenda(tx, draft_id)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Take a person out of the audiences that drafts, and the meetings they are copied from, are for."""
    await store.forget_person(tx, person_id)
