"""What an organisation is, and how its record is begun, corrected and recognised."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, field_validator

from services.registry.audiences import Standing
from services.registry.organisations import identifiers as registers
from services.registry.organisations.codes import (
    Level,
    OrganisationType,
    Region,
    Teryt,
    country_of,
    is_region,
    region_of,
    type_of,
)
from services.registry.organisations.identifiers import IATI, Identifier
from shared.events.registry import OrganisationKind, OrganisationRegistered, OrganisationUpdated
from shared.folding import foldings
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Country, Language, Line, LocalLine, Time

__all__ = ["IATI", "Identifier", "Organisation", "RegisterOrganisation", "UpdateOrganisation"]

MAX_ALIASES = 100
MAX_ACRONYMS = 20
MAX_IDENTIFIERS = 40


def _distinct(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


OtherNames = Annotated[dict[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")], Line], Field(max_length=40)]
"""Names in languages that the pages are not written in, by ISO 639 code."""

Aliases = Annotated[list[Line], Field(max_length=MAX_ALIASES), AfterValidator(_distinct)]
Acronyms = Annotated[list[Line], Field(max_length=MAX_ACRONYMS), AfterValidator(_distinct)]
Kinds = Annotated[list[OrganisationKind], Field(max_length=8), AfterValidator(_distinct)]


class _Described(Command):
    names: LocalLine
    other_names: OtherNames = Field(default_factory=dict)
    acronym: Line | None = None
    acronyms: Acronyms = Field(default_factory=list)
    """Further short names, as in other languages."""
    aliases: Aliases = Field(default_factory=list)
    """Other names by which it is or was known, in any language."""
    identifiers: Annotated[list[Identifier], Field(max_length=MAX_IDENTIFIERS), AfterValidator(_distinct)] = Field(
        default_factory=list
    )
    kinds: Kinds = Field(default_factory=list)
    type: OrganisationType | None = None
    """IATI's OrganisationType, where it is known better than its kinds say."""
    level: Level | None = None
    """How far a public authority's word reaches."""
    represents: dict[Language, Line] = Field(default_factory=dict)
    """Whom a minority organisation speaks for."""
    country: Country | None = None
    region: Region | None = None
    teryt: Teryt | None = None
    """Its place in the Polish register of territory."""
    audience: Standing = "public"
    """Who may know of it; its own people always may."""

    @field_validator("identifiers")
    @classmethod
    def _check_numbers(cls, values: list[Identifier]) -> list[Identifier]:
        return _distinct([registers.checked(each) for each in values])

    @field_validator("level")
    @classmethod
    def _check_level(cls, value: Level | None, info: ValidationInfo) -> Level | None:
        if value and not {"public-authority", "government"} & set(info.data.get("kinds", ())):
            raise ValueError("is said of public authorities and governments only")
        return value

    @field_validator("represents")
    @classmethod
    def _check_represents(cls, value: dict[Language, str], info: ValidationInfo) -> dict[Language, str]:
        if value and "minority-organisation" not in info.data.get("kinds", ()):
            raise ValueError("is said of minority organisations only")
        return value

    @field_validator("region")
    @classmethod
    def _check_region(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value and info.data.get("country") not in (None, country_of(value)):
            raise ValueError("is in another country")
        return value

    @field_validator("teryt")
    @classmethod
    def _check_teryt(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is None:
            return value
        if not is_region(region_of(value)):
            raise ValueError("begins with the number of a Polish region, 02 to 32")
        if info.data.get("country") not in (None, "PL") or info.data.get("region") not in (None, region_of(value)):
            raise ValueError("is in another region or country")
        return value


class RegisterOrganisation(_Described):
    """Begin the record of an organisation."""


class UpdateOrganisation(_Described):
    """Replace what the record says by this."""


class Organisation(Aggregate):
    """An organisation's record."""

    names: LocalLine
    other_names: OtherNames = Field(default_factory=dict)
    acronym: Line | None = None
    acronyms: list[Line] = Field(default_factory=list)
    aliases: list[Line] = Field(default_factory=list)
    identifiers: list[Identifier] = Field(default_factory=list)
    kinds: list[OrganisationKind] = Field(default_factory=list)
    type: OrganisationType | None = None
    level: Level | None = None
    represents: dict[Language, Line] = Field(default_factory=dict)
    country: Country | None = None
    region: str | None = None
    teryt: str | None = None
    audience: Standing = "public"
    registered_at: Time
    merged_into: Id | None = None
    """The record that stands for this one since they were found to be the same organisation."""
    merged_ids: list[Id] = Field(default_factory=list)
    """The records that this one stands for."""

    @property
    def full_names(self) -> list[str]:
        """All names, without acronyms: as it is called in each language, then otherwise."""
        return list(dict.fromkeys([*self.names.values(), *self.other_names.values(), *self.aliases]))

    @property
    def every_acronym(self) -> list[str]:
        """All acronyms, the chief one first."""
        return list(dict.fromkeys([*([self.acronym] if self.acronym else []), *self.acronyms]))

    @property
    def every_name(self) -> list[str]:
        """All names and acronyms."""
        return [*self.full_names, *self.every_acronym]

    @property
    def name_keys(self) -> list[str]:
        """Its names as one organisation is recognised by them: folded whole, in each form."""
        return sorted({folded for name in self.every_name for folded in foldings(name)})

    @property
    def iati_type(self) -> OrganisationType:
        """Its code of IATI's OrganisationType: the one that is known, else what its kinds amount to."""
        return self.type or type_of(self.kinds, self.level)


def register(command: RegisterOrganisation, *, now: Time) -> tuple[Organisation, OrganisationRegistered]:
    """Return the new record and the news of it."""
    organisation = Organisation(id=new_id(), registered_at=now, **fields_of(command))
    return organisation, registered(organisation)


def update(organisation: Organisation, command: UpdateOrganisation) -> tuple[Organisation, OrganisationUpdated | None]:
    """Return the corrected record and the news of it; the same record and no news when nothing differs."""
    changes = {name: value for name, value in fields_of(command).items() if getattr(organisation, name) != value}
    if not changes:
        return organisation, None
    organisation = organisation.evolve(**changes)
    return organisation, updated(organisation)


def identify(
    organisation: Organisation, identifiers: Iterable[Identifier]
) -> tuple[Organisation, OrganisationUpdated | None]:
    """Return the record with ``identifiers`` too, and the news; the same and no news when all were known."""
    known = {each.key for each in organisation.identifiers}
    new = {each.key: each for each in identifiers if each.key not in known}
    if not new:
        return organisation, None
    organisation = organisation.evolve(identifiers=[*organisation.identifiers, *new.values()])
    return organisation, updated(organisation)


def registered(organisation: Organisation) -> OrganisationRegistered:
    """Return the news that there is this record."""
    return OrganisationRegistered(**told_facts(organisation))


def updated(organisation: Organisation) -> OrganisationUpdated:
    """Return the news of what a record says now."""
    return OrganisationUpdated(**told_facts(organisation))


def changed_fields(before: Organisation, after: Organisation) -> list[str]:
    """Return the names of the fields in which two revisions differ."""
    names = [name for name in Organisation.model_fields if name not in ("id", "revision")]
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def fields_of(command: _Described) -> Mapping[str, Any]:
    """Return what ``command`` says as fields of a record: a place says its region, a region its country."""
    fields = {name: getattr(command, name) for name in type(command).model_fields}
    if fields["teryt"]:
        fields["region"] = region_of(fields["teryt"])
    if fields["region"]:
        fields["country"] = country_of(fields["region"])
    return fields


def told_facts(organisation: Organisation) -> dict[str, Any]:
    """Return what every event about a record says of it: ids and codes, no name."""
    return {
        "organisation_id": organisation.id,
        "revision": organisation.revision,
        "kinds": organisation.kinds,
        "country": organisation.country,
        "region": organisation.region,
        "level": organisation.level,
    }
