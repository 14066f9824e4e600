"""What the registry tells: organisations, people, coalitions, activities, sign-in.

Names never travel; an address travels only in `ContactChanged`, sealed.
"""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.events.base import Event
from shared.ids import Id
from shared.model import Country, Language, Time, ZoneName
from shared.sealing import Sealed

OrganisationKind = Literal[
    "donor",
    "implementer",
    "government",
    "eu-body",
    "public-authority",
    "minority-organisation",
    "majority-organisation",
    "expert-body",
]

Role = Literal["member", "editor", "coordinator", "operator"]


class _Organisation(Event):
    publisher: ClassVar[str] = "registry"
    subject: ClassVar[str] = "organisation_id"

    organisation_id: Id
    """The organisation."""
    kinds: list[OrganisationKind] = Field(default_factory=list)
    """What it is in this work; several at once are usual."""
    country: Country | None = None
    """Where it is at home, when that is known."""
    region: str | None = None
    """Where in that country, by ISO 3166-2, when that is known."""
    level: Literal["municipal", "county", "regional", "central"] | None = None
    """How far a public authority's word reaches."""


class OrganisationRegistered(_Organisation):
    """An organisation has a record."""

    name: ClassVar[str] = "organisation-registered"


class OrganisationUpdated(_Organisation):
    """An organisation's record has changed."""

    name: ClassVar[str] = "organisation-updated"


class OrganisationsMerged(_Organisation):
    """Several records turned out to be one organisation: ``organisation_id`` stays, the others point to it.

    ``undone`` tells that they were told apart again: each of ``merged_ids`` stands for itself as before.
    """

    name: ClassVar[str] = "organisations-merged"

    merged_ids: list[Id] = Field(min_length=1, max_length=100)
    """The records that are now the same organisation as ``organisation_id``."""
    undone: bool = False
    """True: the merge was taken back."""


class _Person(Event):
    publisher: ClassVar[str] = "registry"
    subject: ClassVar[str] = "person_id"

    person_id: Id
    """The person."""
    organisation_ids: list[Id] = Field(default_factory=list)
    """The organisations for which the person works."""
    roles: list[Role] = Field(default_factory=list)
    """What the person may do here."""
    active: bool = True
    """False: signed out everywhere at the next request."""
    no_contact: bool = False
    """True: can never become a recipient."""
    language: Language = "en"
    """The language in which to write to the person."""
    time_zone: ZoneName = "Europe/Warsaw"
    """The zone in which to tell the person times."""
    address_generation: int = Field(default=1, ge=1)
    """How often the person has had another address, and one: links sent to an earlier one are no longer good."""


class PersonRegistered(_Person):
    """A person has a record."""

    name: ClassVar[str] = "person-registered"


class PersonUpdated(_Person):
    """A person's organisations, roles, language, zone or standing have changed."""

    name: ClassVar[str] = "person-updated"


class PersonErased(Event):
    """A person wants to be forgotten: every service deletes what it knows of them, and keeps only counts."""

    name: ClassVar[str] = "person-erased"
    publisher: ClassVar[str] = "registry"
    subject: ClassVar[str] = "person_id"

    person_id: Id
    """The person."""


class Contact(BaseModel):
    """How to reach one person; travels sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    address: str
    """The e-mail address."""
    display_name: str = ""
    """How to greet the person, or nothing."""


class ContactChanged(Event):
    """A person's address, display name, language, zone or wish to be left alone has changed.  Private."""

    name: ClassVar[str] = "contact-changed"
    publisher: ClassVar[str] = "registry"
    subject: ClassVar[str] = "person_id"
    private: ClassVar[bool] = True

    person_id: Id
    """The person."""
    contact: Annotated[Contact | None, Sealed()] = None
    """How to reach the person."""
    language: Language
    """The language in which to write."""
    time_zone: ZoneName
    """The zone in which to tell times."""
    no_contact: bool = False
    """True: nothing may be sent."""
    address_generation: int = Field(default=1, ge=1)
    """How often the person has had another address, and one: links say to which they were sent."""


class SignInRequested(Event):
    """Somebody asked to sign in as this person; the link goes to the person's own address."""

    name: ClassVar[str] = "sign-in-requested"
    publisher: ClassVar[str] = "registry"
    subject: ClassVar[str] = "sign_in_id"

    sign_in_id: Id
    """The sign-in, which the link in the letter is for."""
    person_id: Id
    """The person."""
    language: Language
    """The language in which to write."""
    expires_at: Time
    """Until when the link is good."""


class _Coalition(Event):
    publisher: ClassVar[str] = "registry"
    subject: ClassVar[str] = "coalition_id"

    coalition_id: Id
    """The coalition."""
    organisation_ids: list[Id]
    """The organisations."""


class CoalitionFormed(_Coalition):
    """A named group of organisations exists."""

    name: ClassVar[str] = "coalition-formed"


class CoalitionChanged(_Coalition):
    """A coalition's members have changed."""

    name: ClassVar[str] = "coalition-changed"


class ActivityNotice(BaseModel):
    """What members may be told of an activity, in each language; travels sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    title: dict[Language, str] = Field(default_factory=dict)
    """What it is called, in each language."""
    funder: dict[Language, str] = Field(default_factory=dict)
    """Who pays for it, in each language; nothing when that is withheld."""


class ActivityRecorded(Event):
    """Who does what where: an activity was recorded or replaced by a newer record.

    Says only what members may know: what is kept for coordinators is left out.
    """

    name: ClassVar[str] = "activity-recorded"
    publisher: ClassVar[str] = "registry"
    subject: ClassVar[str] = "activity_id"

    activity_id: Id
    """The activity."""
    organisation_ids: list[Id]
    """The organisations."""
    sectors: list[str]
    """The sectors of the activity, by OECD DAC purpose code."""
    countries: list[Country]
    """Where it takes place."""
    themes: list[str] = Field(default_factory=list)
    """What it is about, by our themes."""
    regions: list[str] = Field(default_factory=list)
    """Where it takes place, by ISO 3166-2."""
    funder_ids: list[Id] = Field(default_factory=list)
    """Who pays for it; nobody when that is withheld."""
    starts_on: date | None = None
    """When it begins, as it did or as it is planned."""
    ends_on: date | None = None
    """When it ends, as it did or as it is planned."""
    notice: Annotated[ActivityNotice | None, Sealed()] = None
    """What members may be told of it; nothing when that is nothing."""


class ActivityWithdrawn(Event):
    """An activity is no longer on record, or no longer for others to know."""

    name: ClassVar[str] = "activity-withdrawn"
    publisher: ClassVar[str] = "registry"
    subject: ClassVar[str] = "activity_id"

    activity_id: Id
    """The activity."""


class PeriodNotice(BaseModel):
    """What those who are asked to report are told of a period; travels sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    title: dict[Language, str] = Field(default_factory=dict)
    """What the period is called, in each language."""


class _Reporting(Event):
    publisher: ClassVar[str] = "registry"
    subject: ClassVar[str] = "period_id"

    period_id: Id
    """The reporting period."""
    person_ids: list[Id] = Field(min_length=1, max_length=500)
    """Who is told: those who answer for their organisations."""
    from_on: date
    """The first day that is reported on."""
    to_on: date
    """The last one."""
    closes_at: Time
    """When the period locks."""
    notice: Annotated[PeriodNotice | None, Sealed()] = None
    """What the period is called."""


class ReportingRequested(_Reporting):
    """People are asked to report for their organisations what was done in a period."""

    name: ClassVar[str] = "reporting-requested"


class ReportingReminded(_Reporting):
    """A period closes soon, and these people's organisations have not reported."""

    name: ClassVar[str] = "reporting-reminded"
