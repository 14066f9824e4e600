"""The rules of commissions: one report for each decision, begun when the decision is heard of.  Pure."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, model_validator

from services.reports.reports.domain import CreateReport, Day, Report, Section, create
from services.reports.templates.domain import MAX_SECTIONS, Key
from shared.events.meetings import DecisionTaken
from shared.events.reports import ReportCommissioned
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Country, Language, Model, Time
from shared.problems import Invalid

MAX_CONTRIBUTORS = 100
MAX_EDITORS = 50


class Contributor(Model):
    """An organisation that writes, the keys of its own sections (none: wherever it can), and its deadline."""

    organisation_id: Id
    sections: Annotated[list[Key], Field(max_length=MAX_SECTIONS)] = Field(default_factory=list)
    due_on: Day | None = None

    @model_validator(mode="before")
    @classmethod
    def _sections_were_themes(cls, values: Any) -> Any:
        if isinstance(values, dict) and "themes" in values:
            return {**{name: each for name, each in values.items() if name != "themes"}, "sections": values["themes"]}
        return values

    def keys(self, report: Report) -> tuple[str, ...]:
        """Return the keys of the sections of ``report`` that this organisation writes, in their order."""
        return tuple(key for key in report.keys if not self.sections or key in self.sections)


class PlanCommission(Command):
    """Say who writes what until when, and who edits."""

    contributors: Annotated[list[Contributor], Field(max_length=MAX_CONTRIBUTORS)]
    editor_ids: Annotated[list[Id], Field(max_length=MAX_EDITORS)] = Field(default_factory=list)
    due_on: Day


class Commission(Aggregate):
    """What a decision asked for, and the report that was begun for it."""

    decision_id: Id
    meeting_id: Id
    number: str
    """The number of the decision: 2008-10/3."""
    report_id: Id
    country: Country
    period_from_on: Day
    period_to_on: Day
    languages: tuple[Language, ...]
    contributors: list[Contributor] = Field(default_factory=list)
    editor_ids: list[Id] = Field(default_factory=list)
    due_on: Day
    commissioned_at: Time
    changed_at: Time
    closed_by: int | None = None
    """The edition that carried it out."""

    @property
    def organisation_ids(self) -> list[str]:
        """The organisations that write."""
        return [each.organisation_id for each in self.contributors]


def commission(
    event: DecisionTaken, *, now: datetime
) -> tuple[Commission, Report, list[Section], ReportCommissioned] | None:
    """Return the commission in ``event`` with its report and sections and the news of them, or `None` without one.

    Raises `Invalid` (``notice-missing``) when the title cannot be read.
    """
    wanted = event.commission
    if wanted is None:
        return None
    if event.notice is None or not event.notice.report:
        raise Invalid("notice-missing", "The event does not say what the report is called: check the event keys.")
    command = CreateReport(
        title=event.notice.report,
        country=wanted.country,
        period_from_on=wanted.period_from_on,
        period_to_on=wanted.period_to_on,
        languages=tuple(wanted.languages),
    )
    report, sections = create(command, now=now, by=event.taken_by)
    report = report.model_copy(update={"decision_id": event.decision_id})
    made = Commission(
        id=new_id(),
        decision_id=event.decision_id,
        meeting_id=event.meeting_id,
        number=event.notice.number,
        report_id=report.id,
        contributors=[Contributor(organisation_id=each) for each in dict.fromkeys(wanted.contributor_ids)],
        due_on=wanted.due_on,
        commissioned_at=now,
        changed_at=now,
        **command.model_dump(include={"country", "period_from_on", "period_to_on", "languages"}),
    )
    return made, report, sections, told(made)


def plan(commission: Commission, command: PlanCommission, *, now: datetime) -> Commission:
    """Return ``commission`` with other writers, editors and deadlines; as it was when nothing changes.

    Raises `Invalid` for an organisation named twice, or a deadline of one after that of the whole.
    """
    ids = [each.organisation_id for each in command.contributors]
    if len(set(ids)) != len(ids):
        raise Invalid("contributor-twice", "Name each organisation once, with all its themes.")
    if any(each.due_on is not None and each.due_on > command.due_on for each in command.contributors):
        raise Invalid("due-after-the-report", "A section must be written before the report is due.")
    values = {
        "contributors": command.contributors,
        "editor_ids": list(dict.fromkeys(command.editor_ids)),
        "due_on": command.due_on,
    }
    if all(getattr(commission, name) == value for name, value in values.items()):
        return commission
    return commission.evolve(**values, changed_at=now)


def carry_out(commission: Commission, edition: int, *, now: datetime) -> Commission:
    """Return ``commission``, carried out by an edition of its report; as it was when an earlier one did."""
    if commission.closed_by is not None:
        return commission
    return commission.evolve(closed_by=edition, changed_at=now)


def told(commission: Commission) -> ReportCommissioned:
    """Return the news that the report of ``commission`` is begun."""
    return ReportCommissioned(
        report_id=commission.report_id,
        revision=commission.revision,
        decision_id=commission.decision_id,
        contributor_ids=commission.organisation_ids,
        due_on=commission.due_on,
    )


def forget(commission: Commission, person_id: str) -> Commission:
    """Return ``commission`` without an editor who has been erased."""
    return commission.evolve(editor_ids=[each for each in commission.editor_ids if each != person_id])
