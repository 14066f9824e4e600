"""Periods as others see them."""

from collections.abc import Mapping
from datetime import date

from services.registry.periods.domain import Change, Period, PeriodReport, PeriodState, ReportState
from shared.ids import Id
from shared.model import LocalLine, Model, Time
from shared.storage import Document


class PeriodCounts(Model):
    """How many organisations reported, have nothing to report, are awaited, and how many of them were late."""

    reported: int = 0
    nothing_to_report: int = 0
    awaited: int = 0
    late: int = 0


class PeriodView(Model):
    """A reporting period, as members see it."""

    id: Id
    revision: int
    title: LocalLine
    from_on: date
    to_on: date
    opens_at: Time
    closes_at: Time
    remind_days_before: int
    state: PeriodState
    counts: PeriodCounts | None = None
    """For coordinators."""


class ReportView(Model):
    """What an organisation said for a period."""

    id: Id
    revision: int
    period_id: Id
    organisation_id: Id
    state: ReportState
    note: str
    asked_at: Time | None
    reminded_at: Time | None
    said_at: Time | None
    late: bool
    history: list[Change]


class OwnReport(Model):
    """What is awaited of one's own organisation, and for which period."""

    period: PeriodView
    report: ReportView


class Correction(Model):
    """What was changed of an activity after its period had locked."""

    id: Id
    activity_id: Id
    activity_revision: int
    """The revision that the correction made."""
    organisation_id: Id | None
    period_ids: list[Id]
    reason: str
    by: Id | None
    at: Time
    begun: bool
    """The activity was not on record before."""


def view_of(period: Period, *, now: Time, counts: Mapping[str, int] | None = None) -> PeriodView:
    """Return a period with its state by the clock."""
    fields = {name: getattr(period, name) for name in PeriodView.model_fields if name not in ("state", "counts")}
    told = None if counts is None else PeriodCounts(**{key.replace("-", "_"): count for key, count in counts.items()})
    return PeriodView(**fields, state=period.state_at(now), counts=told)


def report_view(report: PeriodReport) -> ReportView:
    """Return what an organisation said."""
    return ReportView(**{name: getattr(report, name) for name in ReportView.model_fields})


def correction_of(row: Document) -> Correction:
    """Return a correction without what the activity said before."""
    fields = {name: row[name] for name in Correction.model_fields if name not in ("id", "begun")}
    return Correction(id=row["_id"], begun=row["before"] is None, **fields)
