"""What is done with periods: opened, moved on by the clock, told of, answered, locked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from services.registry.organisations.actions import require_organisations
from services.registry.periods import domain, store
from services.registry.periods.domain import (
    AddOrganisations,
    ChangePeriod,
    OpenPeriod,
    Period,
    PeriodReport,
    ReportingState,
    SayReported,
)
from shared.ids import utc_now
from shared.model import Time
from shared.problems import Conflict, NotFound
from shared.storage import Document, Reader, Tx
from shared.web import expect

CHUNK = 100  # organisations asked in one transaction
TOLD_AT_ONCE = 500  # people whom one event names
FOCAL_POINT = "focal-point"

ASKING = "periods-told"
"""The job that asks and reminds: woken when a period opens."""

Turn = Literal["request", "reminder"]


async def open_period(tx: Tx, command: OpenPeriod, *, by: str) -> Period:
    """Ask organisations to report on a period when it opens.  Raises `Invalid`."""
    await require_organisations(tx, command.organisation_ids)
    period, awaited = domain.open_period(command, by=by, now=utc_now())
    await store.periods.add(tx, period)
    await store.add_reports(tx, awaited)
    return period


async def change_period(tx: Tx, period_id: str, command: ChangePeriod, *, revision: int | None) -> Period:
    """Change the title or the times of a period.  Raises `NotFound`, `Stale`, `Conflict`, `Invalid`."""
    period = await store.periods.get(tx, period_id)
    expect(period, revision)
    period = domain.change(period, command, now=utc_now())
    await store.periods.put(tx, period)
    return period


async def cancel_period(tx: Tx, period_id: str, *, revision: int | None) -> Period:
    """Call a period off.  Raises `NotFound`, `Stale`, `Conflict`."""
    period = await store.periods.get(tx, period_id)
    expect(period, revision)
    period = domain.cancel(period, now=utc_now())
    await store.periods.put(tx, period)
    return period


async def add_organisations(tx: Tx, period_id: str, command: AddOrganisations) -> Period:
    """Ask more organisations than before.  Raises `NotFound`, `Conflict`, `Invalid`."""
    period = await store.periods.get(tx, period_id)
    domain.expect_changeable(period, now=utc_now())
    await require_organisations(tx, command.organisation_ids)
    known = await store.asked_already(tx, period_id, command.organisation_ids)
    fresh = [each for each in command.organisation_ids if each not in known]
    await store.add_reports(tx, domain.reports_of(period, fresh))
    return period


async def say_reported(
    tx: Tx, period_id: str, organisation_id: str, command: SayReported, *, by: str, revision: int | None
) -> PeriodReport:
    """Keep what somebody says for an organisation.  Raises `NotFound`, `Stale`, `Conflict`."""
    period = await store.periods.get(tx, period_id)
    report = await store.report_of(tx, period_id, organisation_id)
    if report is None:
        raise NotFound("report-not-found", "This organisation was not asked to report for this period.")
    expect(report, revision)
    said = domain.say(report, period, command, by=by, now=utc_now())
    if said is not report:
        await store.reports.put(tx, said)
    return said


# By the clock


async def move_on(tx: Tx, period_id: str) -> Period:
    """Put a period in the state that the clock says.  Raises `NotFound`."""
    period = await store.periods.get(tx, period_id)
    moved = domain.move_on(period, now=utc_now())
    if moved is not period:
        await store.periods.put(tx, moved)
    return moved


async def ask(tx: Tx, period_id: str) -> bool:
    """Ask the next organisations of an open period; return whether there may be more.

    Who was asked is written in the transaction that tells it: a crash in between asks nobody twice and forgets nobody.
    """
    period = await store.periods.get(tx, period_id)
    now = utc_now()
    if period.state_at(now) != "open":
        return False
    rows = await store.to_ask(tx, period_id, limit=CHUNK)
    await _tell(tx, period, rows, turn="request", now=now)
    return len(rows) == CHUNK


async def remind(tx: Tx, period_id: str) -> bool:
    """Remind the next of the silent when it is time, once; return whether there may be more."""
    period = await store.periods.get(tx, period_id)
    now = utc_now()
    due = period.remind_days_before > 0 and now >= period.remind_at and period.state_at(now) == "open"
    if not due or not period.reminding:
        return False
    rows = await store.to_remind(tx, period_id, limit=CHUNK)
    await _tell(tx, period, rows, turn="reminder", now=now)
    if len(rows) < CHUNK:
        await store.periods.put(tx, period.evolve(reminding=False))
    return len(rows) == CHUNK


async def remind_now(tx: Tx, period_id: str) -> int:
    """Remind at most `CHUNK` of the silent by hand, and return how many organisations those were.

    Whoever was reminded within a day is left in peace.  Raises `NotFound`, and `Conflict` unless the period is open.
    """
    period, now = await store.periods.get(tx, period_id), utc_now()
    if period.state_at(now) not in ("open", "locked") or period.state == "cancelled":
        raise Conflict("period-not-open", "Nobody has been asked for this period yet, or it was called off.")
    rows = await store.to_remind(tx, period_id, limit=CHUNK, not_since=now - domain.REMIND_AGAIN_AFTER)
    await _tell(tx, period, rows, turn="reminder", now=now)
    return len(rows)


async def _tell(tx: Tx, period: Period, rows: Sequence[Document], *, turn: Turn, now: Time) -> None:
    """Tell the people who answer for the organisations in ``rows``, each person once on one day."""
    if not rows:
        return
    people = await _answering(tx, [each["organisation_id"] for each in rows])
    turn_of_day = turn if turn == "request" else f"{turn}-{now.date().isoformat()}"
    fresh = await store.claim(tx, period.id, turn_of_day, people)
    for start in range(0, len(fresh), TOLD_AT_ONCE):
        some = fresh[start : start + TOLD_AT_ONCE]
        await tx.publish(domain.request(period, some) if turn == "request" else domain.reminder(period, some))
    await store.stamp(tx, rows, "asked_at" if turn == "request" else "reminded_at", now)


async def _answering(reader: Reader, organisation_ids: Sequence[str]) -> list[str]:
    """Return the focal points of organisations; of those that have none, all their people."""
    people = await store.answering(reader, organisation_ids)
    chosen: dict[str, None] = {}
    for organisation_id in organisation_ids:
        own = [each for each in people if organisation_id in each["organisation_ids"]]
        focal = [each for each in own if _is_focal(each, organisation_id)]
        chosen |= dict.fromkeys(each["_id"] for each in focal or own)
    return list(chosen)


def _is_focal(person: Mapping[str, object], organisation_id: str) -> bool:
    positions = person.get("positions")
    held = positions if isinstance(positions, list) else []
    return any(each["organisation_id"] == organisation_id and each["function"] == FOCAL_POINT for each in held)


# What others ask


async def reporting_state(
    reader: Reader, organisation_ids: Iterable[str], period: tuple[date, date]
) -> dict[str, ReportingState]:
    """Return what is known of organisations' reporting for the days from ``period``'s first to its last.

    *reported* and *nothing-to-report* are answers for every reporting period that touches them: where nothing is on
    record, there is no activity.  *awaited* and *not-asked* say that no data were reported.
    """
    ids = list(dict.fromkeys(organisation_ids))
    states: dict[str, list[domain.ReportState]] = {each: [] for each in ids}
    for organisation_id, state in await store.states_in(reader, ids, *period):
        states[organisation_id].append(state)
    return {each: domain.together(known) for each, known in states.items()}


async def forget_person(tx: Tx, person_id: str) -> None:
    """Leave no trace of who opened, said or corrected what."""
    await store.forget_person(tx, person_id)
