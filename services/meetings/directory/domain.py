"""Whom an audience means: people by themselves, and through their organisations, coalitions and kinds of these."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from shared.events.registry import OrganisationKind, Role
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Country, Language, Model, ZoneName
from shared.problems import FieldError, Invalid

MAX_PEOPLE = 5_000  # ids in one request: about 200 kB
MAX_ORGANISATIONS = 1_000
MAX_COALITIONS = 100
SHOWN = 50  # people named in a preview: what a person looks through


MAX_CLAUSES = 12  # what a person can still read through

Region = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")]
"""ISO 3166-2."""


class Clause(Model):
    """One step of a query, which adds to the people so far (*or*), keeps of them (*and*), or leaves out (*without*).

    It means the people of organisations that fit every criterion given, by one of its values; ``themes`` and
    ``regions`` together mean one activity with both.  A region also means the organisations at home there.
    """

    how: Literal["or", "and", "without"] = "or"
    organisation_kinds: Annotated[list[OrganisationKind], Field(max_length=8)] = Field(default_factory=list)
    themes: Annotated[list[Theme], Field(max_length=6)] = Field(default_factory=list)
    regions: Annotated[list[Region], Field(max_length=100)] = Field(default_factory=list)
    countries: Annotated[list[Country], Field(max_length=100)] = Field(default_factory=list)
    coalition_ids: Annotated[list[Id], Field(max_length=MAX_COALITIONS)] = Field(default_factory=list)
    organisation_ids: Annotated[list[Id], Field(max_length=MAX_ORGANISATIONS)] = Field(default_factory=list)
    roles: Annotated[list[Role], Field(max_length=4)] = Field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether it names no criterion, and so means nobody."""
        return not any(getattr(self, name) for name in Clause.model_fields if name != "how")


class Audience(Model):
    """Everybody of the organisations, coalitions and kinds named, then of each clause in its order.

    People named by themselves are added in the end, whatever a clause left out; those of ``left_out_ids`` never come.
    """

    person_ids: Annotated[list[Id], Field(max_length=MAX_PEOPLE)] = Field(default_factory=list)
    organisation_ids: Annotated[list[Id], Field(max_length=MAX_ORGANISATIONS)] = Field(default_factory=list)
    coalition_ids: Annotated[list[Id], Field(max_length=MAX_COALITIONS)] = Field(default_factory=list)
    organisation_kinds: Annotated[list[OrganisationKind], Field(max_length=8)] = Field(default_factory=list)
    clauses: Annotated[list[Clause], Field(max_length=MAX_CLAUSES)] = Field(default_factory=list)
    left_out_ids: Annotated[list[Id], Field(max_length=MAX_PEOPLE)] = Field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether it names nothing and nobody."""
        named = self.person_ids or self.organisation_ids or self.coalition_ids or self.organisation_kinds
        return not (named or any(not each.is_empty for each in self.clauses))


class Person(Model):
    """What is remembered of a person: no name, no address."""

    id: Id
    organisation_ids: list[Id] = Field(default_factory=list)
    language: Language
    time_zone: ZoneName
    active: bool
    no_contact: bool
    roles: list[Role] = Field(default_factory=list)
    address_generation: int = 1
    """Links that were sent to an earlier address of theirs are no longer good."""

    @property
    def can_be_invited(self) -> bool:
        """Whether an invitation may reach them."""
        return self.active and not self.no_contact


class Reason(Model):
    """Why somebody is in an audience: by themselves, by one of its lists, or by a clause with its ``number`` from 1."""

    part: Literal["person", "organisation", "coalition", "kind", "clause"]
    number: int | None = None


class Guest(Model):
    """Somebody whom an audience means and who can be invited: no name, which is the registry's to tell."""

    person_id: Id
    organisation_ids: list[Id]
    language: Language
    time_zone: ZoneName
    reasons: list[Reason]
    invited: bool = False
    """They have, or had, an invitation to the meeting, and get no letter; whoever is named one by one is asked anew."""


class Preview(Model):
    """Whom an audience would reach; ``without_contact`` counts active people who can never become recipients."""

    people: int
    """How many would get a letter: without those who are invited to the meeting already."""
    invited: int = 0
    """How many of the audience are invited to the meeting already, and get no letter."""
    by_language: dict[Language, int]
    without_contact: int
    person_ids: list[Id]
    """Of the first 50 of the audience those who would get a letter."""


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
