"""Whom an audience means: people by themselves, and through their organisations, coalitions and kinds of these."""

from typing import Annotated

from pydantic import Field

from shared.events.registry import OrganisationKind, Role
from shared.ids import Id
from shared.model import Language, Model, ZoneName
from shared.problems import FieldError, Invalid

MAX_PEOPLE = 5_000  # ids in one request: about 200 kB
MAX_ORGANISATIONS = 1_000
MAX_COALITIONS = 100
SHOWN = 50  # people named in a preview: what a person looks through


class Audience(Model):
    """Everybody named, and everybody of each organisation, coalition and kind of organisation named."""

    person_ids: Annotated[list[Id], Field(max_length=MAX_PEOPLE)] = Field(default_factory=list)
    organisation_ids: Annotated[list[Id], Field(max_length=MAX_ORGANISATIONS)] = Field(default_factory=list)
    coalition_ids: Annotated[list[Id], Field(max_length=MAX_COALITIONS)] = Field(default_factory=list)
    organisation_kinds: Annotated[list[OrganisationKind], Field(max_length=8)] = Field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether it names nothing and nobody."""
        return not (self.person_ids or self.organisation_ids or self.coalition_ids or self.organisation_kinds)


class Person(Model):
    """What is remembered of a person: no name, no address."""

    id: Id
    organisation_ids: list[Id] = Field(default_factory=list)
    language: Language
    time_zone: ZoneName
    active: bool
    no_contact: bool
    roles: list[Role] = Field(default_factory=list)

    @property
    def can_be_invited(self) -> bool:
        """Whether an invitation may reach them."""
        return self.active and not self.no_contact


class Preview(Model):
    """Whom an audience would reach; ``without_contact`` counts active people who can never become recipients."""

    people: int
    by_language: dict[Language, int]
    without_contact: int
    person_ids: list[Id]
    """The first 50."""


def check_known(named: dict[str, list[str]], known: dict[str, set[str]]) -> None:
    """Refuse an audience that names something not ``known``: nobody is left out in silence.

    Both are by the audience's field.  Raises `Invalid` (``audience-not-known``).
    """
    errors = tuple(
        FieldError("not-known", f"{len(missing)} of them are not known here.", field=f"audience.{field}")
        for field, ids in named.items()
        if (missing := set(ids) - known.get(field, set()))
    )
    if errors:
        raise Invalid(
            "audience-not-known",
            "The audience names somebody who is not in the registry, or was added just now: check it, and try again.",
            errors=errors,
        )
