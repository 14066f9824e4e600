"""The rules of parties: people and groups in the evidence; their names are protected unless somebody says otherwise."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from services.reports.evidence.levels import NameLevel
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Line, Text, Time
from shared.problems import Conflict

MAX_PARTIES = 10_000  # of one report
MAX_NAMES = 20

Kind = Literal["person", "group", "organisation", "authority"]


class RecordParty(Command):
    """Say who somebody is.  ``names`` are all spellings and pseudonyms known; unless ``level`` is *public*, none of
    them may be in print.

    ``label`` is what may be written instead, as in "a student of 21".
    """

    kind: Kind = "person"
    names: Annotated[list[Line], Field(min_length=1, max_length=MAX_NAMES)]
    label: Line | None = None
    notes: Text = ""
    level: NameLevel = "protected"


class Party(Aggregate):
    """Somebody whom the evidence names, in clear: only for the code of this service."""

    report_id: Id
    kind: Kind
    names: list[Line]
    label: str | None = None
    notes: str
    level: NameLevel
    recorded_by: Id | None
    recorded_at: Time
    changed_at: Time


def record(report_id: str, command: RecordParty, *, others: int, by: str, now: datetime) -> Party:
    """Return a new party of a report that has so many ``others``.  Raises `Conflict` when it is full of them."""
    if others >= MAX_PARTIES:
        raise Conflict("too-many-parties", f"A report names at most {MAX_PARTIES} parties: count the others.")
    facts = {name: getattr(command, name) for name in RecordParty.model_fields}
    return Party(id=new_id(), report_id=report_id, recorded_by=by, recorded_at=now, changed_at=now, **facts)


def change(party: Party, command: RecordParty, *, now: datetime) -> Party:
    """Return ``party`` as the command has it; as it was when nothing changes."""
    facts = {name: getattr(command, name) for name in RecordParty.model_fields}
    if all(getattr(party, name) == value for name, value in facts.items()):
        return party
    return party.evolve(**facts, changed_at=now)
