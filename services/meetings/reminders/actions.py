"""Planning reminders, and asking the silent, up to 500 in a transaction.

Whoever is asked is marked in the transaction that tells of it.  So a process that dies half-way leaves everybody either
marked and told of, or neither; and somebody who answers at that moment is either before it, and not asked, or after it.
"""

from services.meetings.meetings.domain import Meeting, check_open, facts
from services.meetings.meetings.store import MEETINGS
from services.meetings.reminders import domain, store
from services.meetings.reminders.domain import PlanReminders, ReminderPlan, RemindersView, RemindNow, RoundView
from shared.events.meetings import INVITED_AT_ONCE, ReplyRequested
from shared.ids import utc_now
from shared.storage import Reader, Tx

REMINDING = "reminders"
"""The job that asks the silent, to be woken by whoever wants it now."""
ASKED_AT_ONCE = INVITED_AT_ONCE


async def plan_reminders(tx: Tx, meeting_id: str, command: PlanReminders) -> ReminderPlan:
    """Say how many days before a meeting the silent are asked again.  Raises `Conflict` when it is too late."""
    meeting = await MEETINGS.get(tx, meeting_id)
    check_open(meeting, now=utc_now())
    known = await store.PLANS.find(tx, meeting_id)
    planned = domain.plan(meeting_id, known, command)
    await (store.PLANS.add(tx, planned) if known is None else store.PLANS.put(tx, planned))
    return await _lay_out(tx, planned, meeting)


async def lay_out(tx: Tx, meeting_id: str) -> None:
    """Reckon the rounds of a meeting's plan anew, when it was moved since; close the plan when it is over."""
    planned, meeting = await store.PLANS.get(tx, meeting_id), await MEETINGS.get(tx, meeting_id)
    if meeting.state == "cancelled" or meeting.has_begun(utc_now()):
        await store.PLANS.put(tx, planned.evolve(over=True))
    elif planned.laid_out_for != meeting.starts_at:
        await _lay_out(tx, planned, meeting)


async def _lay_out(tx: Tx, planned: ReminderPlan, meeting: Meeting) -> ReminderPlan:
    await store.replace_undone(tx, meeting.id, domain.lay_out(planned, meeting, now=utc_now()))
    planned = planned.evolve(laid_out_for=meeting.starts_at)
    await store.PLANS.put(tx, planned)
    return planned


async def remind_now(tx: Tx, meeting_id: str, command: RemindNow) -> None:
    """Have the silent, or those who answered before a move, asked at once.  Raises `Conflict` when it is too late."""
    meeting, now = await MEETINGS.get(tx, meeting_id), utc_now()
    check_open(meeting, now=now)
    await store.ROUNDS.add(tx, domain.at_once(meeting, whom=command.whom, now=now))


async def remind(tx: Tx, round_id: str) -> bool:
    """Ask the next 500 of the silent; return whether there may be more to ask now."""
    due, now = await store.ROUNDS.find(tx, round_id), utc_now()
    if due is None or due.done:
        return False
    meeting = await MEETINGS.get(tx, due.meeting_id)
    if not meeting.is_open(now) or (due.days_before is not None and meeting.starts_at != due.starts_at):
        await store.ROUNDS.put(tx, due.evolve(done=True))
        return False
    asked = await store.next_to_ask(tx, due, starts_at=meeting.starts_at, now=now, limit=ASKED_AT_ONCE)
    if asked:
        await store.stamp(tx, due, asked, starts_at=meeting.starts_at, now=now)
        await tx.publish(ReplyRequested(**facts(meeting), invitees=asked))
    more = len(asked) == ASKED_AT_ONCE
    if asked or (not more and now >= due.ends_at):
        await store.ROUNDS.put(tx, due.evolve(asked=due.asked + len(asked), done=not more and now >= due.ends_at))
    return more


async def show(reader: Reader, meeting_id: str) -> RemindersView:
    """Return the plan of a meeting, what came of it, and how many could be asked now."""
    meeting = await MEETINGS.get(reader, meeting_id)
    planned = await store.PLANS.find(reader, meeting_id)
    rounds = [
        RoundView(days_before=each.days_before, whom=each.whom, due_at=each.due_at, done=each.done, asked=each.asked)
        for each in await store.of_meeting(reader, meeting_id)
    ]
    return RemindersView(
        days_before=planned.days_before if planned else [],
        moved=planned.moved if planned else False,
        rounds=rounds,
        silent=await store.count_silent(reader, meeting_id),
        answered_before_move=await store.count_answered_before_move(reader, meeting_id, meeting.starts_at),
    )
