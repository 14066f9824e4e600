"""The rules of incidents: recorded by whoever writes the report, each field for those whom it names, never lost.

What HURIDOCS calls an *event* is an *incident* here, since an event is something else in this system.  Pure.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.reports.evidence.incidents.parts import Act, Source, When, Where
from services.reports.evidence.levels import Level, Sight, StoredLevel, seen_by
from shared.events.reports import Theme
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Line, LocalLine, LocalText, Text, Time
from shared.problems import Conflict, FieldError, Invalid

MAX_ACTS = 30
MAX_SOURCES = 30
MAX_INCIDENTS = 5_000  # of one report: counted anew with every change

Part = Literal["title", "text", "when", "where", "detail", "acts", "sources"]
PARTS: tuple[Part, ...] = ("title", "text", "when", "where", "detail", "acts", "sources")
"""The fields that may be for others than the incident as a whole."""
State = Literal["recorded", "withdrawn"]


class RecordIncident(Command):
    """Say what happened.  ``level`` says for whom it is; ``levels`` has the fields that are for others."""

    theme: Theme | None = None
    title: LocalLine
    text: LocalText = Field(default_factory=dict)
    when: When
    where: Where
    detail: Line | None = None
    """The place more exactly: a street, a building."""
    acts: Annotated[list[Act], Field(min_length=1, max_length=MAX_ACTS)]
    sources: Annotated[list[Source], Field(max_length=MAX_SOURCES)] = Field(default_factory=list)
    level: Level = "contributors"
    levels: dict[Part, Level] = Field(default_factory=dict)


class WithdrawIncident(Command):
    """Take an incident out of the evidence, saying why; it is counted no more, and can be had back."""

    reason: Annotated[Text, Field(min_length=1, max_length=2_000)]


class Incident(Aggregate):
    """What happened, in clear: only for the code of this service.  Views show what a reader of it may see."""

    report_id: Id
    theme: Theme | None = None
    title: LocalLine
    text: LocalText
    when: When
    where: Where
    detail: str | None = None
    acts: list[Act]
    sources: list[Source]
    level: StoredLevel
    levels: dict[Part, StoredLevel]
    state: State = "recorded"
    reason: str = ""
    """Why it was withdrawn."""
    recorded_by: Id | None
    """Nobody when they wanted to be forgotten."""
    recorded_at: Time
    changed_at: Time

    @property
    def party_ids(self) -> set[str]:
        """Everybody whom it names."""
        victims = (each.party_id for act in self.acts for each in act.victims)
        others = (each.party_id for act in self.acts for each in act.perpetrators)
        return {each for each in (*victims, *others, *(source.party_id for source in self.sources)) if each}

    @property
    def exhibit_ids(self) -> set[str]:
        """The exhibits that it rests on."""
        return {each.exhibit_id for each in self.sources if each.exhibit_id}

    def is_sourced(self, exhibit_ids: Collection[str]) -> bool:
        """Return whether somebody, some material or one of the files taken in, ``exhibit_ids``, tells of it."""
        return any(each.party_id or each.material or each.exhibit_id in exhibit_ids for each in self.sources)


def record(report_id: str, command: RecordIncident, *, others: int, by: str, now: datetime) -> Incident:
    """Return a new incident of a report that has so many ``others``.  Raises `Conflict` when it is full of them."""
    if others >= MAX_INCIDENTS:
        raise Conflict("too-many-incidents", f"A report has at most {MAX_INCIDENTS} incidents: begin another report.")
    facts = {name: getattr(command, name) for name in RecordIncident.model_fields}
    return Incident(id=new_id(), report_id=report_id, recorded_by=by, recorded_at=now, changed_at=now, **facts)


def change(incident: Incident, command: RecordIncident, *, now: datetime) -> Incident:
    """Return ``incident`` as the command has it; as it was when nothing changes.

    Raises `Conflict` when it is withdrawn.
    """
    if incident.state == "withdrawn":
        raise Conflict("incident-withdrawn", "This incident was withdrawn: have it back first.")
    facts = {name: getattr(command, name) for name in RecordIncident.model_fields}
    if all(getattr(incident, name) == value for name, value in facts.items()):
        return incident
    return incident.evolve(**facts, changed_at=now)


def withdraw(incident: Incident, command: WithdrawIncident, *, now: datetime) -> Incident:
    """Return ``incident``, no longer counted; as it was when it is withdrawn already."""
    if incident.state == "withdrawn":
        return incident
    return incident.evolve(state="withdrawn", reason=command.reason, changed_at=now)


def restore(incident: Incident, *, now: datetime) -> Incident:
    """Return ``incident``, counted again; as it was when it is recorded already."""
    if incident.state == "recorded":
        return incident
    return incident.evolve(state="recorded", reason="", changed_at=now)


def check_known(incident: Incident, parties: Iterable[str], exhibits: Iterable[str]) -> None:
    """Raise `Invalid` (``not-in-evidence``) when it names a party or an exhibit that the report does not have."""
    unknown = {"party": incident.party_ids - set(parties), "exhibit": incident.exhibit_ids - set(exhibits)}
    errors = tuple(
        FieldError("not-in-evidence", f"Record the {what} in this report first.", field="acts")
        for what, ids in unknown.items()
        if ids
    )
    if errors:
        raise Invalid("not-in-evidence", "Something named here is not in the evidence of this report.", errors=errors)


def is_for(incident: Incident, sight: Sight) -> bool:
    """Return whether ``sight`` may know more of it than that it is counted."""
    return bool({incident.level, *incident.levels.values()} & seen_by(sight))
