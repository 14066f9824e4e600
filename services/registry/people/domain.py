"""What is known about a person, who may see which of it, and how it changes."""

from collections.abc import Collection
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, StringConstraints

from shared.addresses import Address
from shared.events.registry import Contact, ContactChanged, PersonRegistered, PersonUpdated, Role
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, Line, Model, Text, Time, ZoneName
from shared.problems import Conflict, Forbidden, Invalid

MAX_LOOKUP = 500


def _distinct(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


Roles = Annotated[list[Role], Field(max_length=4), AfterValidator(_distinct)]
OrganisationIds = Annotated[list[Id], Field(max_length=20), AfterValidator(_distinct)]
"""Organisations somebody belongs to; they travel in every access token."""


def _member() -> list[Role]:
    return ["member"]


Function = Literal["director", "focal-point", "finance", "expert", "staff", "board"]
"""What somebody does for an organisation; focal points are asked when something is wanted of it."""


class Position(Model):
    """What somebody does for one of their organisations."""

    organisation_id: Id
    function: Function


Positions = Annotated[list[Position], Field(max_length=40)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^(\+[0-9 ()-]{6,30})?$")]
"""A telephone number in international form, as in +48 22 123 45 67; or nothing."""


class RegisterPerson(Command):
    """Begin the record of a person.  ``display_name`` may be a pseudonym: it is all that others ever see."""

    display_name: Line
    legal_name: Line | Literal[""] = ""
    phone: Phone = ""
    positions: Positions = Field(default_factory=list)
    address: Address
    language: Language = "en"
    time_zone: ZoneName = "Europe/Warsaw"
    roles: Roles = Field(default_factory=_member)
    organisation_ids: OrganisationIds = Field(default_factory=list)
    no_contact: bool = False
    notes: Text = ""


class UpdatePerson(RegisterPerson):
    """Replace what the record says by this; inactive people are out at their next request."""

    active: bool = True


class CorrectOwnRecord(Command):
    """Replace what people may change of their own record themselves."""

    display_name: Line
    language: Language
    time_zone: ZoneName


class LookUpPeople(Command):
    """Ask what some people are called."""

    ids: Annotated[list[Id], Field(max_length=MAX_LOOKUP)]


class Person(Aggregate):
    """A person, in clear: only for the code of this service.  What others see is one of the views below."""

    display_name: Line
    legal_name: str = ""
    phone: str = ""
    positions: Positions = Field(default_factory=list)
    address: Address
    address_generation: int = Field(default=1, ge=1)
    """How often they have had another address, and one: links sent to an earlier one are no longer good."""
    notes: Text = ""
    language: Language = "en"
    time_zone: ZoneName = "Europe/Warsaw"
    roles: Roles = Field(default_factory=list)
    organisation_ids: OrganisationIds = Field(default_factory=list)
    no_contact: bool = False
    active: bool = True
    registered_at: Time


class ColleagueName(Model):
    """What somebody may know of a colleague of the same organisation: how they want to be called."""

    id: Id
    display_name: str


class PersonName(Model):
    """What coordinators need to show many people: never an address."""

    id: Id
    display_name: str
    organisation_ids: list[Id]
    language: Language


class PersonSummary(PersonName):
    """A person in a coordinator's list: never an address."""

    revision: int
    time_zone: ZoneName
    roles: list[Role]
    positions: list[Position]
    no_contact: bool
    active: bool
    unreachable: str | None = None
    """Why letters to this person do not arrive, where they do not: *hard-bounce*, *complaint* …"""


class OwnRecord(PersonSummary):
    """A person as they see themselves."""

    address: str
    legal_name: str
    phone: str
    registered_at: Time


class PersonRecord(OwnRecord):
    """A person as a coordinator sees the single record."""

    notes: str


View = TypeVar("View", bound=Model)


def name_of(person: Person) -> PersonName:
    """Return what is shown of one among many."""
    return _view(PersonName, person)


def summary_of(person: Person) -> PersonSummary:
    """Return what a coordinator's list shows."""
    return _view(PersonSummary, person)


def own_record_of(person: Person) -> OwnRecord:
    """Return what the person themselves is shown."""
    return _view(OwnRecord, person)


def record_of(person: Person) -> PersonRecord:
    """Return what a coordinator is shown who asks for this one person."""
    return _view(PersonRecord, person)


def _view(view: type[View], person: Person) -> View:
    return view(**{name: getattr(person, name) for name in view.model_fields if name in Person.model_fields})


News = PersonRegistered | PersonUpdated | ContactChanged


def register(command: RegisterPerson, *, by: Collection[Role], now: Time) -> tuple[Person, list[News]]:
    """Return the new record and the news of it; ``by`` are the roles of whoever asks.  Raises `Forbidden`."""
    _refuse_overreach(by, set(command.roles))
    _refuse_strange_positions(command)
    person = Person(id=new_id(), registered_at=now, **_fields(command))
    return person, [PersonRegistered(**_standing(person)), _contact(person)]


def update(
    person: Person, command: UpdatePerson, *, by: Collection[Role], by_id: Id | None = None
) -> tuple[Person, list[News]]:
    """Return the corrected record and the news of it; the same record and no news when nothing differs.

    ``by`` are the roles and ``by_id`` the id of whoever asks.  Raises `Forbidden` when they give or take a role that
    is not theirs to give, `Conflict` when coordinators shut themselves out.
    """
    _refuse_overreach(by, set(command.roles) ^ set(person.roles))
    _refuse_strange_positions(command)
    if by_id == person.id:
        _refuse_lockout(person, command)
    changes = {name: value for name, value in _fields(command).items() if getattr(person, name) != value}
    if "operator" in person.roles and changes.keys() & {"address", "active"}:
        _refuse_overreach(by, {"operator"})  # whoever has an operator's address is the operator
    if not changes:
        return person, []
    if "address" in changes:
        changes["address_generation"] = person.address_generation + 1
    person = person.evolve(**changes)
    news: list[News] = []
    if changes.keys() & _STANDING:
        news.append(PersonUpdated(**_standing(person)))
    if changes.keys() & _CONTACT:
        news.append(_contact(person))
    return person, news


def update_command(person: Person, **changes: Any) -> UpdatePerson:
    """Return the command that leaves ``person`` as they are but for ``changes``."""
    fields = {name: getattr(person, name) for name in UpdatePerson.model_fields}
    return UpdatePerson(**{**fields, **changes})


_STANDING = frozenset(
    {"organisation_ids", "roles", "active", "no_contact", "language", "time_zone", "address_generation"}
)
_CONTACT = frozenset({"address", "display_name", "language", "time_zone", "no_contact", "active"})


def _refuse_overreach(by: Collection[Role], touched: Collection[Role]) -> None:
    if "operator" in touched and "operator" not in by:
        raise Forbidden("role-not-yours-to-give", "Only operators make and unmake operators.")


def _refuse_strange_positions(command: RegisterPerson) -> None:
    if not {each.organisation_id for each in command.positions} <= set(command.organisation_ids):
        raise Invalid("position-elsewhere", "A position is held at one of the person's organisations: add it there.")


def _refuse_lockout(person: Person, command: UpdatePerson) -> None:
    if not command.active or set(person.roles) - set(command.roles):
        raise Conflict("own-standing", "Let another coordinator take a role from you or end your access.")


def _fields(command: RegisterPerson) -> dict[str, Any]:
    return {name: getattr(command, name) for name in type(command).model_fields}


def _standing(person: Person) -> dict[str, Any]:
    names = ("revision", *sorted(_STANDING))
    return {"person_id": person.id, **{name: getattr(person, name) for name in names}}


def _contact(person: Person) -> ContactChanged:
    return ContactChanged(
        revision=person.revision,
        person_id=person.id,
        contact=Contact(address=person.address, display_name=person.display_name),
        language=person.language,
        time_zone=person.time_zone,
        no_contact=person.no_contact or not person.active,  # a mailbox may be in other hands by now
        address_generation=person.address_generation,
    )
