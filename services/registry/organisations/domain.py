"""What an organisation is, and how its record is begun, corrected and recognised."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints

from services.registry.folding import fold
from shared.events.registry import OrganisationKind, OrganisationRegistered, OrganisationUpdated
from shared.ids import new_id
from shared.model import Aggregate, Command, Country, Line, LocalLine, Model, Time

IATI = "iati"
"""The scheme of organisation identifiers that IATI files use (org-id.guide)."""


def _distinct(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


class Identifier(Model):
    """A name that somebody else gave the organisation: ``{"scheme": "iati", "value": "PL-KRS-0000163131"}``."""

    scheme: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,29}$")]
    value: Line

    @property
    def key(self) -> str:
        """The identifier as one text, equal for every spelling of it."""
        return f"{self.scheme}:{self.value.casefold()}"


OtherNames = Annotated[dict[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")], Line], Field(max_length=40)]
"""Names in languages that the pages are not written in, by ISO 639 code."""


class _Described(Command):
    names: LocalLine
    other_names: OtherNames = Field(default_factory=dict)
    acronym: Line | None = None
    identifiers: Annotated[list[Identifier], Field(max_length=20), AfterValidator(_distinct)] = Field(
        default_factory=list
    )
    kinds: Annotated[list[OrganisationKind], Field(max_length=8), AfterValidator(_distinct)] = Field(
        default_factory=list
    )
    country: Country | None = None


class RegisterOrganisation(_Described):
    """Begin the record of an organisation."""


class UpdateOrganisation(_Described):
    """Replace what the record says by this."""


class Organisation(Aggregate):
    """An organisation as everybody may see it."""

    names: LocalLine
    other_names: OtherNames = Field(default_factory=dict)
    acronym: Line | None = None
    identifiers: list[Identifier] = Field(default_factory=list)
    kinds: list[OrganisationKind] = Field(default_factory=list)
    country: Country | None = None
    registered_at: Time

    @property
    def every_name(self) -> list[str]:
        """All names and the acronym."""
        named = [*self.names.values(), *self.other_names.values()]
        return [*named, self.acronym] if self.acronym else named

    @property
    def name_keys(self) -> list[str]:
        """Its names as one organisation is recognised by them: folded whole."""
        return sorted({folded for name in self.every_name if (folded := fold(name))})

    def has_identifier_of(self, scheme: str) -> bool:
        """Say whether it is known by an identifier of ``scheme``."""
        return any(each.scheme == scheme for each in self.identifiers)


def register(command: RegisterOrganisation, *, now: Time) -> tuple[Organisation, OrganisationRegistered]:
    """Return the new record and the news of it."""
    organisation = Organisation(id=new_id(), registered_at=now, **_fields(command))
    return organisation, OrganisationRegistered(**_facts(organisation))


def update(organisation: Organisation, command: UpdateOrganisation) -> tuple[Organisation, OrganisationUpdated | None]:
    """Return the corrected record and the news of it; the same record and no news when nothing differs."""
    changes = {name: value for name, value in _fields(command).items() if getattr(organisation, name) != value}
    if not changes:
        return organisation, None
    organisation = organisation.evolve(**changes)
    return organisation, OrganisationUpdated(**_facts(organisation))


def identify(organisation: Organisation, identifier: Identifier) -> tuple[Organisation, OrganisationUpdated | None]:
    """Return the record with one more ``identifier``; the same when it was known."""
    if any(each.key == identifier.key for each in organisation.identifiers):
        return organisation, None
    organisation = organisation.evolve(identifiers=[*organisation.identifiers, identifier])
    return organisation, OrganisationUpdated(**_facts(organisation))


def recognise(candidates: Iterable[Organisation], *, scheme: str | None = None) -> Organisation | None:
    """Return the one of ``candidates``, all of one name, that is meant; the oldest where several could be.

    With ``scheme`` somebody is looked for who has an identifier of that scheme which none of them has: those that
    have their own are other organisations of the same name.
    """
    fitting = (each for each in candidates if scheme is None or not each.has_identifier_of(scheme))
    return min(fitting, key=lambda each: each.id, default=None)


def _fields(command: _Described) -> Mapping[str, Any]:
    return {name: getattr(command, name) for name in type(command).model_fields}


def _facts(organisation: Organisation) -> dict[str, Any]:
    return {
        "organisation_id": organisation.id,
        "revision": organisation.revision,
        "kinds": organisation.kinds,
        "country": organisation.country,
    }
