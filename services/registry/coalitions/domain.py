"""What a coalition is, and how its members change."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from shared.events.registry import CoalitionChanged, CoalitionFormed
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, LocalLine, Time

MAX_MEMBERS = 1_000  # about 40 kB of ids in one event


def _distinct(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


Members = Annotated[list[Id], Field(max_length=MAX_MEMBERS), AfterValidator(_distinct)]
"""Ids of organisations, each once."""


class FormCoalition(Command):
    """Give a group of organisations a name."""

    name: LocalLine
    organisation_ids: Members = Field(default_factory=list)


class ChangeMembers(Command):
    """Replace the members of a coalition by these."""

    organisation_ids: Members


class RenameCoalition(Command):
    """Call a coalition something else."""

    name: LocalLine


class Coalition(Aggregate):
    """A named group of organisations."""

    name: LocalLine
    organisation_ids: Members
    formed_at: Time


def form(command: FormCoalition, *, now: Time) -> tuple[Coalition, CoalitionFormed]:
    """Return the new coalition and the news of it."""
    coalition = Coalition(id=new_id(), name=command.name, organisation_ids=command.organisation_ids, formed_at=now)
    return coalition, CoalitionFormed(**_facts(coalition))


def change_members(coalition: Coalition, command: ChangeMembers) -> tuple[Coalition, CoalitionChanged | None]:
    """Return the coalition with other members and the news; the same and no news when they are the same."""
    if set(command.organisation_ids) == set(coalition.organisation_ids):
        return coalition, None
    coalition = coalition.evolve(organisation_ids=command.organisation_ids)
    return coalition, CoalitionChanged(**_facts(coalition))


def rename(coalition: Coalition, command: RenameCoalition) -> Coalition:
    """Return the coalition under another name; the same when it has that.  Nobody is told: no event says a name."""
    return coalition if command.name == coalition.name else coalition.evolve(name=command.name)


def _facts(coalition: Coalition) -> dict[str, Any]:
    return {
        "coalition_id": coalition.id,
        "revision": coalition.revision,
        "organisation_ids": coalition.organisation_ids,
    }
