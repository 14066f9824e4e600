"""What a decision is, what may be asked of it, and what is kept of everything that happened to it."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, PlainSerializer, StringConstraints, model_validator

from shared.ids import Id
from shared.model import Aggregate, Command, Country, Language, LocalLine, Model, Text, Time
from shared.regions import is_region

MAX_TEXT = 4_000  # characters of a decision in one language: five of them, sealed, stay far below an event's limit
MAX_TASKS = 50  # of one decision: what a person can look through
HISTORY_KEPT = 200  # moments; a decision that changes more often has a problem of another kind

State = Literal["open", "in-progress", "done", "dropped"]
OPEN: tuple[State, ...] = ("open", "in-progress")
TaskState = Literal["open", "done", "dropped"]
What = Literal[
    "taken", "changed", "moved", "task-assigned", "task-moved", "commissioned", "report-begun", "report-published"
]

Day = Annotated[date, PlainSerializer(date.isoformat, return_type=str)]
"""A calendar date, written as in 2008-10-14."""
Wording = Annotated[
    dict[Language, Annotated[Text, StringConstraints(min_length=1, max_length=MAX_TEXT)]], Field(min_length=1)
]
"""A text of 1 to 4,000 characters in one or more languages."""
Note = Annotated[Text, StringConstraints(max_length=1_000)]
ItemKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-z-]{1,36}$")]
"""A session of the agenda, by its id; ``general`` for the whole meeting."""


Region = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")]
"""A part of a country by ISO 3166-2, as BY-HR."""


class Commission(Model):
    """Which report is wanted, by whom it is written, until when; without ``regions`` it is on the whole country."""

    title: LocalLine
    country: Country
    regions: Annotated[list[Region], Field(max_length=100)] = Field(default_factory=list)
    period_from_on: Day
    period_to_on: Day
    languages: Annotated[list[Language], Field(min_length=1, max_length=5)]
    contributor_ids: Annotated[list[Id], Field(max_length=100)] = Field(default_factory=list)
    due_on: Day

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        if self.period_to_on < self.period_from_on:
            raise ValueError("period_to_on must not be before period_from_on")
        if any(not (each.startswith(f"{self.country}-") and is_region(each)) for each in self.regions):
            raise ValueError("regions must be of the report's country, by ISO 3166-2")
        if len(set(self.languages)) != len(self.languages):
            raise ValueError("languages must name each language once")
        if not set(self.title) <= set(self.languages):
            raise ValueError("title must be in the report's languages")
        return self


class TakeDecision(Command):
    """Write down what a meeting decided; ``commission`` asks for a report at once."""

    text: Wording
    item: ItemKey = "general"
    owner_id: Id | None = None
    """The organisation that answers for it."""
    person_id: Id | None = None
    """The person there, if it is one; nobody for a closed meeting."""
    due_on: Day | None = None
    commission: Commission | None = None


class ChangeDecision(Command):
    """Replace what a decision says, whose it is and until when; ``note`` says why."""

    text: Wording
    owner_id: Id | None = None
    person_id: Id | None = None
    due_on: Day | None = None
    note: Note = ""


class MoveDecision(Command):
    """Say how far a decision is; back to *open* is allowed, for whoever pressed the wrong button."""

    state: State
    note: Note = ""


class CommissionReport(Command):
    """Have a decision commission a report."""

    commission: Commission


class AssignTask(Command):
    """Give a piece of a decision to an organisation or to one person."""

    text: Wording
    organisation_id: Id | None = None
    person_id: Id | None = None
    due_on: Day | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.organisation_id is None and self.person_id is None:
            raise ValueError("name the organisation or the person who does it")
        return self


class MoveTask(Command):
    """Say that a task is done, dropped, or open after all."""

    state: TaskState
    note: Note = ""


class Task(Model):
    """A piece of a decision that somebody does."""

    id: Id
    text: dict[Language, str]
    organisation_id: Id | None = None
    person_id: Id | None = None
    due_on: Day | None = None
    state: TaskState = "open"
    done_at: Time | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to do it."""
        return self.state == "open"


class Moment(Model):
    """Something that happened to a decision; ``by`` is nobody when another service's news did it."""

    at: Time
    what: What
    by: Id | None = None
    state: str = ""
    task_id: Id | None = None
    edition: int | None = None
    note: str = ""


class Decision(Aggregate):
    """What a meeting decided; ``number`` is by the meeting's year and month and its place there: 2008-10/3."""

    meeting_id: Id
    series: str | None = None
    number: str
    item: str = "general"
    closed: bool = False
    """Whether a closed meeting took it."""
    text: dict[Language, str]
    meeting_title: dict[Language, str] = Field(default_factory=dict)
    owner_id: Id | None = None
    person_id: Id | None = None
    due_on: Day | None = None
    state: State = "open"
    tasks: list[Task] = Field(default_factory=list)
    commission: Commission | None = None
    report_id: Id | None = None
    edition: int | None = None
    """The edition that closed it."""
    taken_by: Id
    taken_at: Time
    changed_at: Time
    next_due_on: Day | None = None
    """The earliest day by which something of it must be done, while anything must."""
    history: list[Moment] = Field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether somebody has still to carry it out."""
        return self.state in OPEN

    def concerns(self, person_id: str, organisation_ids: Sequence[str]) -> bool:
        """Whether it, or a task of it, is that person's or one of these organisations' to carry out."""
        people = {self.person_id, *(task.person_id for task in self.tasks)} - {None}
        organisations = {self.owner_id, *(task.organisation_id for task in self.tasks)} - {None}
        return person_id in people or bool(organisations & set(organisation_ids))
