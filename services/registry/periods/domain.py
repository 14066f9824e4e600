"""A reporting period and what each organisation said for it: asked, reminded, reported, late, locked."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from shared.events.registry import PeriodNotice, ReportingReminded, ReportingRequested
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, LocalLine, Model, Text, Time
from shared.problems import Conflict, Invalid

MAX_ORGANISATIONS = 2_000  # asked in one period
MAX_HISTORY = 50  # changes kept of one organisation's report
REMIND_AGAIN_AFTER = timedelta(hours=24)  # by hand: nobody is pressed twice a day

PeriodState = Literal["planned", "open", "locked", "cancelled"]
Answer = Literal["reported", "nothing-to-report"]
ReportState = Literal["awaited", "reported", "nothing-to-report"]
ReportingState = Literal["reported", "nothing-to-report", "awaited", "not-asked"]
"""What is known of an organisation's reporting; *awaited* and *not-asked* mean that no data were reported."""


def _distinct(ids: list[Id]) -> list[Id]:
    return list(dict.fromkeys(ids))


Organisations = Annotated[list[Id], Field(min_length=1, max_length=MAX_ORGANISATIONS), AfterValidator(_distinct)]


class _Planned(Command):
    title: LocalLine
    from_on: date
    """The first day that is reported on."""
    to_on: date
    """The last one."""
    opens_at: Time
    """When the organisations are asked."""
    closes_at: Time
    """When the period locks."""
    remind_days_before: Annotated[int, Field(ge=0, le=60)] = 7
    """How many days before closing the silent are reminded; 0: never."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_on < self.from_on:
            raise ValueError("to_on must not be before from_on")
        if self.closes_at <= self.opens_at:
            raise ValueError("closes_at must be after opens_at")
        return self


class OpenPeriod(_Planned):
    """Ask organisations to report on a period; when ``opens_at`` has passed, they are asked at once."""

    organisation_ids: Organisations


class ChangePeriod(_Planned):
    """Replace what a period says by this; those who were asked are not asked again."""


class AddOrganisations(Command):
    """Ask more organisations."""

    organisation_ids: Organisations


class Period(Aggregate):
    """A period for which organisations report."""

    title: LocalLine
    from_on: date
    to_on: date
    opens_at: Time
    closes_at: Time
    remind_days_before: int = 7
    state: PeriodState = "planned"
    created_at: Time
    created_by: Id | None = None
    reminding: bool = True
    """The reminder of the period has not been told yet to everybody."""

    @property
    def remind_at(self) -> Time:
        """When the silent are reminded."""
        return self.closes_at - timedelta(days=self.remind_days_before)

    def is_locked(self, now: Time) -> bool:
        """Say whether its activities may only be corrected: by the clock, whenever the job comes by."""
        return self.state == "locked" or (self.state != "cancelled" and now >= self.closes_at)

    def state_at(self, now: Time) -> PeriodState:
        """Return its state by the clock."""
        if self.state in ("locked", "cancelled"):
            return self.state
        return "locked" if now >= self.closes_at else "open" if now >= self.opens_at else "planned"


class Change(Model):
    """What somebody said for their organisation, and when."""

    at: Time
    by: Id | None = None
    """Nobody any more when that person was erased."""
    state: ReportState
    late: bool = False


class PeriodReport(Aggregate):
    """What one organisation said for one period."""

    period_id: Id
    organisation_id: Id
    state: ReportState = "awaited"
    note: str = ""
    asked_at: Time | None = None
    reminded_at: Time | None = None
    said_at: Time | None = None
    late: bool = False
    """It was said after the period had locked."""
    history: list[Change] = Field(default_factory=list)


class SayReported(Command):
    """Say for one's organisation that everything is on record, or that there is nothing to report."""

    state: Answer
    note: Annotated[Text, StringConstraints(max_length=2_000)] = ""
    """For the coordinators."""


def open_period(command: OpenPeriod, *, by: str, now: Time) -> tuple[Period, list[PeriodReport]]:
    """Return the new period and the empty reports of its organisations.  Raises `Invalid` when it is over already."""
    if command.closes_at <= now:
        raise Invalid("period-over", "Choose a closing time that is still to come.")
    fields = {name: getattr(command, name) for name in _Planned.model_fields}
    period = Period(id=new_id(), created_at=now, created_by=by, **fields)
    return period, reports_of(period, command.organisation_ids)


def reports_of(period: Period, organisation_ids: Iterable[str]) -> list[PeriodReport]:
    """Return the reports that are awaited from organisations."""
    return [PeriodReport(id=new_id(), period_id=period.id, organisation_id=each) for each in organisation_ids]


def change(period: Period, command: ChangePeriod, *, now: Time) -> Period:
    """Return the period as it is now.  Raises `Conflict` when it is locked or cancelled, `Invalid` when it would be."""
    expect_changeable(period, now=now)
    if command.closes_at <= now:
        raise Invalid("period-over", "Choose a closing time that is still to come.")
    fields = {name: getattr(command, name) for name in _Planned.model_fields}
    return period.evolve(**fields)


def cancel(period: Period, *, now: Time) -> Period:
    """Return the period called off: nobody is reminded, nothing locks.  Raises `Conflict` when it is over."""
    expect_changeable(period, now=now)
    return period.evolve(state="cancelled")


def expect_changeable(period: Period, *, now: Time) -> None:
    """Raise `Conflict` when a period is locked or cancelled."""
    if period.state_at(now) == "locked":
        raise Conflict("period-locked", "This period is locked: open another one, or correct single activities.")
    if period.state == "cancelled":
        raise Conflict("period-cancelled", "This period was called off: open another one.")


def move_on(period: Period, *, now: Time) -> Period:
    """Return the period in the state that the clock says; the same when it is in that."""
    state = period.state_at(now)
    return period if state == period.state else period.evolve(state=state)


def say(report: PeriodReport, period: Period, command: SayReported, *, by: str, now: Time) -> PeriodReport:
    """Return the report as somebody of the organisation said it.  Raises `Conflict` before the period opens."""
    state = period.state_at(now)
    if state == "cancelled":
        raise Conflict("period-cancelled", "This period was called off: nothing needs to be reported.")
    if state == "planned":
        raise Conflict("period-not-open", "This period has not opened yet: come back when it has.")
    if (report.state, report.note) == (command.state, command.note):
        return report
    late = state == "locked"
    told = Change(at=now, by=by, state=command.state, late=late)
    return report.evolve(
        state=command.state,
        note=command.note,
        said_at=now,
        late=late,
        history=[*report.history, told][-MAX_HISTORY:],
    )


def united(one: PeriodReport, other: PeriodReport) -> PeriodReport:
    """Return ``one`` as the report of two records of one organisation for the same period: the last word counts.

    It is asked again when one of them had not been asked; nobody is told twice.
    """
    said = [each for each in (one, other) if each.said_at is not None]
    last = max(said, key=lambda each: each.said_at, default=one)  # type: ignore[arg-type,return-value]  # none is None
    reminded = [each.reminded_at for each in (one, other) if each.reminded_at is not None]
    return one.evolve(
        **{name: getattr(last, name) for name in ("state", "note", "said_at", "late")},
        asked_at=None if None in (one.asked_at, other.asked_at) else one.asked_at,
        reminded_at=max(reminded, default=None),
        history=sorted([*one.history, *other.history], key=lambda each: each.at)[-MAX_HISTORY:],
    )


def parted(now: PeriodReport, before: PeriodReport, other: PeriodReport) -> PeriodReport:
    """Return the report that was ``before`` united with ``other``, on its own again; what was said since stays."""
    since = [each for each in now.history if each not in before.history and each not in other.history]
    said = now if since else before
    return now.evolve(
        **{name: getattr(said, name) for name in ("state", "note", "said_at", "late")},
        history=[*before.history, *since][-MAX_HISTORY:],
    )


def is_reminded(report: PeriodReport, *, now: Time) -> bool:
    """Say whether an organisation was reminded so lately that it is left in peace."""
    return report.reminded_at is not None and report.reminded_at > now - REMIND_AGAIN_AFTER


def notice_of(period: Period) -> PeriodNotice:
    """Return what those who are asked are told; it travels sealed."""
    return PeriodNotice(title=period.title)


def request(period: Period, person_ids: list[str]) -> ReportingRequested:
    """Return the news that people are asked to report for their organisations."""
    return ReportingRequested(**_told(period, person_ids))


def reminder(period: Period, person_ids: list[str]) -> ReportingReminded:
    """Return the news that people are reminded."""
    return ReportingReminded(**_told(period, person_ids))


def _told(period: Period, person_ids: list[str]) -> dict[str, object]:
    return {
        "period_id": period.id,
        "revision": period.revision,
        "person_ids": person_ids,
        "from_on": period.from_on,
        "to_on": period.to_on,
        "closes_at": period.closes_at,
        "notice": notice_of(period),
    }


def together(states: Iterable[ReportState]) -> ReportingState:
    """Return what is known of an organisation over several periods: it must have answered for all of them."""
    known = set(states)
    if not known:
        return "not-asked"
    if "awaited" in known:
        return "awaited"
    return "reported" if "reported" in known else "nothing-to-report"


def touches(from_on: date, to_on: date, *, starts_on: date | None, ends_on: date | None) -> bool:
    """Say whether an activity goes on in a period; without an end it goes on for the day it starts."""
    first, last = starts_on or ends_on, ends_on or starts_on
    return first is not None and last is not None and first <= to_on and last >= from_on
