"""Who may be forgotten, and what stays: that it was done, and to which id."""

from datetime import datetime

from services.registry.people.domain import Person
from shared.events.registry import PersonErased
from shared.ids import Id
from shared.model import Command, Line, Model, Time
from shared.problems import Conflict, Invalid


class ErasePerson(Command):
    """Forget somebody.  It cannot be undone, so the name that is shown of them is asked for again."""

    display_name: Line


class Erasure(Model):
    """That somebody was forgotten: what an operator does again after a backup was restored."""

    id: Id
    """Who the person was, to our machines: an id that nothing leads to any more."""
    erased_at: Time
    revision: int


def erase(person: Person, command: ErasePerson, *, coordinators: int, now: datetime) -> tuple[Erasure, PersonErased]:
    """Return what stays of ``person``, and the news; ``coordinators`` are the active ones there are.

    Raises `Invalid` when another name was written, `Conflict` for the last coordinator: nobody could let others in.
    """
    if command.display_name.strip() != person.display_name:
        raise Invalid("name-differs", "Write the name exactly as it is shown, to be sure that it is this person.")
    if person.active and "coordinator" in person.roles and coordinators <= 1:
        raise Conflict("last-coordinator", "This is the last coordinator: make somebody else a coordinator first.")
    return told(person.id, revision=person.revision + 1, now=now)


def told(person_id: Id, *, revision: int, now: datetime) -> tuple[Erasure, PersonErased]:
    """Return what stays of a person, and the news."""
    erasure = Erasure(id=person_id, erased_at=now, revision=revision)
    return erasure, PersonErased(person_id=person_id, revision=revision)
