"""The rules of commissions: who writes a report, by when, and under which name readers know them.  Pure.

A decision commissions one report, begun when it is heard of; a report begun by hand is commissioned by its editors.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator, model_validator

from services.reports.commissions.pseudonyms import choose_letters
from services.reports.reports.domain import CreateReport, Day, Report, Section, create
from services.reports.templates.domain import MAX_SECTIONS, Key
from shared.events.meetings import DecisionTaken
from shared.events.reports import ReportCommissioned
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Country, Language, Line, Model, Time
from shared.problems import Conflict, Invalid

MAX_CONTRIBUTORS = 100
MAX_EDITORS = 50
MAX_OTHER_NAMES = 200  # of one contributor


def _days(value: Any, handler: ValidatorFunctionWrapHandler) -> dict[str, Day]:
    try:
        days: dict[str, Day] = handler(value)
    except ValidationError:  # which would name a key that the caller made up
        raise ValueError("must give a day, as in 2030-01-31, for each section that it names") from None
    return days


Deadlines = Annotated[dict[Key, Day], Field(max_length=MAX_SECTIONS), WrapValidator(_days)]
"""When single sections must be written, by their keys."""
Keys = Annotated[list[Key], Field(max_length=MAX_SECTIONS)]
Name = dict[Language, Line]
OtherNames = Annotated[list[Line], Field(max_length=MAX_OTHER_NAMES)]


class _Contributing(Model):
    organisation_id: Id
    sections: Keys = Field(default_factory=list)
    """The keys of its own sections; none: wherever it can."""
    due_on: Day | None = None
    credit: Name = Field(default_factory=dict)
    """What readers know it by, in each language; under a pseudonym it is never printed, and searched for."""
    names: OtherNames = Field(default_factory=list)
    """Whatever else it is called, with its acronyms: never printed, and searched for under a pseudonym."""

    @model_validator(mode="before")
    @classmethod
    def _sections_were_themes(cls, values: Any) -> Any:
        if isinstance(values, dict) and "themes" in values:
            return {**{name: each for name, each in values.items() if name != "themes"}, "sections": values["themes"]}
        return values


class PlanContributor(_Contributing):
    """An organisation that is to write; ``pseudonymous``: neither readers nor fellow contributors learn which it is."""

    pseudonymous: bool = False


class Contributor(_Contributing):
    """An organisation that writes; ``pseudonym`` is the letter it goes by, where nobody else may learn its name."""

    pseudonym: str | None = None

    def keys(self, report: Report) -> tuple[str, ...]:
        """Return the keys of the sections of ``report`` that this organisation writes, in their order."""
        return tuple(key for key in report.keys if not self.sections or key in self.sections)


class PlanCommission(Command):
    """Say who writes what until when, and who edits; ``deadlines`` are of single sections, by their keys."""

    contributors: Annotated[list[PlanContributor], Field(max_length=MAX_CONTRIBUTORS)]
    editor_ids: Annotated[list[Id], Field(max_length=MAX_EDITORS)] = Field(default_factory=list)
    deadlines: Deadlines = Field(default_factory=dict)
    due_on: Day


class Commission(Aggregate):
    """Who was asked for a report, and by which decision, if by one."""

    decision_id: Id | None = None
    meeting_id: Id | None = None
    number: str = ""
    """The number of the decision: 2008-10/3."""
    report_id: Id
    country: Country
    period_from_on: Day
    period_to_on: Day
    languages: tuple[Language, ...]
    contributors: list[Contributor] = Field(default_factory=list)
    editor_ids: list[Id] = Field(default_factory=list)
    deadlines: dict[str, Day] = Field(default_factory=dict)
    due_on: Day
    commissioned_at: Time
    changed_at: Time
    closed_by: int | None = None
    """The edition that carried it out."""

    @property
    def organisation_ids(self) -> list[str]:
        """The organisations that write."""
        return [each.organisation_id for each in self.contributors]

    def writers_of(self, report: Report, key: str) -> list[Contributor]:
        """Return who writes one section of ``report``."""
        return [each for each in self.contributors if key in each.keys(report)]

    def due_of(self, contributor: Contributor | None, key: str) -> Day:
        """Return by when a section is to be written: by its own day, its writer's, or else the whole report's."""
        own = None if contributor is None else contributor.due_on
        return self.deadlines.get(key) or own or self.due_on


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
        regions=tuple(wanted.regions),
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
    return made, report, sections, told(made, event.decision_id)


def begin(
    report: Report, command: PlanCommission, *, now: datetime, choose: Callable[[Sequence[str]], str]
) -> Commission:
    """Return a commission by hand of a report that no decision asked for.  Raises as `plan` does."""
    empty = Commission(
        id=new_id(),
        report_id=report.id,
        due_on=command.due_on,
        commissioned_at=now,
        changed_at=now,
        **report.model_dump(include={"country", "period_from_on", "period_to_on", "languages"}),
    )
    return plan(empty, command, report=report, now=now, choose=choose).model_copy(update={"revision": 1})


def plan(
    commission: Commission,
    command: PlanCommission,
    *,
    report: Report,
    now: datetime,
    choose: Callable[[Sequence[str]], str],
) -> Commission:
    """Return ``commission`` with other writers, editors and deadlines; as it was when nothing changes.

    ``choose`` takes one of several letters, which must not follow from the order of names.  Raises `Invalid` for an
    organisation named twice, a section that the report has not, or a deadline after that of the whole.
    """
    _check(command, report)
    values = {
        "contributors": _contributors(commission, command, choose),
        "editor_ids": list(dict.fromkeys(command.editor_ids)),
        "deadlines": command.deadlines,
        "due_on": command.due_on,
    }
    if all(getattr(commission, name) == value for name, value in values.items()):
        return commission
    return commission.evolve(**values, changed_at=now)


def _check(command: PlanCommission, report: Report) -> None:
    ids = [each.organisation_id for each in command.contributors]
    if len(set(ids)) != len(ids):
        raise Invalid("contributor-twice", "Name each organisation once, with all its sections.")
    named = {*command.deadlines, *(key for each in command.contributors for key in each.sections)}
    if not named <= set(report.keys):
        raise Invalid("section-not-in-report", "Name sections of this report only.")
    days = [*command.deadlines.values(), *(each.due_on for each in command.contributors)]
    if any(day is not None and day > command.due_on for day in days):
        raise Invalid("due-after-the-report", "A section must be written before the report is due.")


def _contributors(
    commission: Commission, command: PlanCommission, choose: Callable[[Sequence[str]], str]
) -> list[Contributor]:
    held = {each.organisation_id: each.pseudonym for each in commission.contributors if each.pseudonym}
    hidden = [each.organisation_id for each in command.contributors if each.pseudonymous]
    letters = choose_letters(hidden, held, choose=choose)
    return [
        Contributor(**each.model_dump(exclude={"pseudonymous"}), pseudonym=letters.get(each.organisation_id))
        for each in command.contributors
    ]


def name_editor(commission: Commission, person_id: str, *, now: datetime) -> Commission:
    """Return ``commission`` with one more editor; as it was when they are one.  Raises `Conflict` beyond 50."""
    if person_id in commission.editor_ids:
        return commission
    if len(commission.editor_ids) >= MAX_EDITORS:
        raise Conflict("too-many-editors", f"A report has at most {MAX_EDITORS} editors: take somebody away first.")
    return commission.evolve(editor_ids=[*commission.editor_ids, person_id], changed_at=now)


def release_editor(commission: Commission, person_id: str, *, now: datetime) -> Commission:
    """Return ``commission`` without an editor; as it was when they are none."""
    if person_id not in commission.editor_ids:
        return commission
    return forget(commission, person_id).model_copy(update={"changed_at": now})


def carry_out(commission: Commission, edition: int, *, now: datetime) -> Commission:
    """Return ``commission``, carried out by an edition of its report; as it was when an earlier one did."""
    if commission.closed_by is not None:
        return commission
    return commission.evolve(closed_by=edition, changed_at=now)


def told(commission: Commission, decision_id: Id) -> ReportCommissioned:
    """Return the news that the report of a decision is begun."""
    return ReportCommissioned(
        report_id=commission.report_id,
        revision=commission.revision,
        decision_id=decision_id,
        contributor_ids=commission.organisation_ids,
        due_on=commission.due_on,
    )


def forget(commission: Commission, person_id: str) -> Commission:
    """Return ``commission`` without an editor who has been erased."""
    return commission.evolve(editor_ids=[each for each in commission.editor_ids if each != person_id])


def already() -> Conflict:
    """Return the refusal to commission a report twice."""
    return Conflict("commissioned-already", "This report has its writers already: change the plan instead.")
