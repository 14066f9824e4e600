"""What the registry tells: organisations, people, coalitions, activities, sign-in.

Names never travel; an address travels only in `ContactChanged`, sealed.
"""

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
    kinds: list[OrganisationKind] = Field(default_factory=list)
    country: Country | None = None


class OrganisationRegistered(_Organisation):
    """An organisation has a record."""

    name: ClassVar[str] = "organisation-registered"


class OrganisationUpdated(_Organisation):
    """An organisation's record has changed."""

    name: ClassVar[str] = "organisation-updated"


class _Person(Event):
    publisher: ClassVar[str] = "registry"
    subject: ClassVar[str] = "person_id"

    person_id: Id
    organisation_ids: list[Id] = Field(default_factory=list)
    roles: list[Role] = Field(default_factory=list)
    active: bool = True
    """False: signed out everywhere at the next request."""
    no_contact: bool = False
    """True: can never become a recipient."""
    language: Language = "en"
    time_zone: ZoneName = "Europe/Warsaw"


class PersonRegistered(_Person):
    """A person has a record."""

    name: ClassVar[str] = "person-registered"


class PersonUpdated(_Person):
    """A person's organisations, roles, language, zone or standing have changed."""

    name: ClassVar[str] = "person-updated"


class Contact(BaseModel):
    """How to reach one person; travels sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    address: str
    display_name: str = ""


class ContactChanged(Event):
    """A person's address, display name, language, zone or wish to be left alone has changed.  Private."""

    name: ClassVar[str] = "contact-changed"
    publisher: ClassVar[str] = "registry"
    subject: ClassVar[str] = "person_id"
    private: ClassVar[bool] = True

    person_id: Id
    contact: Annotated[Contact | None, Sealed()] = None
    language: Language
    time_zone: ZoneName
    no_contact: bool = False


class SignInRequested(Event):
    """Somebody asked to sign in as this person; the link goes to the person's own address."""

    name: ClassVar[str] = "sign-in-requested"
    publisher: ClassVar[str] = "registry"
    subject: ClassVar[str] = "sign_in_id"

    sign_in_id: Id
    person_id: Id
    language: Language
    expires_at: Time


class _Coalition(Event):
    publisher: ClassVar[str] = "registry"
    subject: ClassVar[str] = "coalition_id"

    coalition_id: Id
    organisation_ids: list[Id]


class CoalitionFormed(_Coalition):
    """A named group of organisations exists."""

    name: ClassVar[str] = "coalition-formed"


class CoalitionChanged(_Coalition):
    """A coalition's members have changed."""

    name: ClassVar[str] = "coalition-changed"


class ActivityRecorded(Event):
    """Who does what where: an activity was recorded or replaced by a newer record."""

    name: ClassVar[str] = "activity-recorded"
    publisher: ClassVar[str] = "registry"
    subject: ClassVar[str] = "activity_id"
    awaited: ClassVar[bool] = False

    activity_id: Id
    organisation_ids: list[Id]
    sectors: list[str]
    countries: list[Country]
