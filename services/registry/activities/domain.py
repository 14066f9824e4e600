"""What is known of an activity, in the words of the IATI standard 2.03 (iatistandard.org)."""

import hashlib
import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from services.registry.organisations.domain import IATI, RegisterOrganisation
from shared.events.registry import ActivityRecorded, OrganisationKind
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, Model, Time

MAX_WORDING = 50_000  # characters of one narrative
MAX_TRANSACTIONS = 10_000  # of one activity: about 3 MB, well under what one document can hold (16 MB)
MAX_TOLD = 200  # organisations and sectors that one event names: at most 50 kB
MAX_LISTED = 1_000  # of everything else that an activity lists

Wording = dict[Language, Annotated[str, StringConstraints(max_length=MAX_WORDING)]]
"""A text in the languages of the pages."""

Otherwise = dict[
    Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[a-z0-9]{1,8})*$")],
    Annotated[str, StringConstraints(max_length=MAX_WORDING)],
]
"""The same text in other languages, by BCP 47 tag in small letters."""

Code = Annotated[str, StringConstraints(max_length=200)]
"""A code of one of the standard's lists, kept as it was written."""

Number = Annotated[Decimal, Field(max_digits=34)]
"""A decimal number, kept exactly."""

Part = Literal["funding", "accountable", "extending", "implementing", "other"]
PARTS: dict[str, Part] = {"1": "funding", "2": "accountable", "3": "extending", "4": "implementing"}
"""Code list OrganisationRole."""

DateKind = Literal["planned-start", "actual-start", "planned-end", "actual-end", "other"]
DATES: dict[str, DateKind] = {"1": "planned-start", "2": "actual-start", "3": "planned-end", "4": "actual-end"}
"""Code list ActivityDateType."""


class Named(Model):
    """An organisation as a file names it: identifier, type and name may each be missing."""

    ref: Code = ""
    type: Code = ""
    name: Wording = Field(default_factory=dict)
    other_names: Otherwise = Field(default_factory=dict)


class Participation(Named):
    """An organisation's part in an activity."""

    part: Part
    organisation_id: Id | None = None
    """Its record here; `None` when the file says nothing to recognise it by."""


class Moment(Model):
    """A date in the life of an activity."""

    kind: DateKind
    happens_on: date


class Share(Model):
    """A sector, country or region and how much of the activity goes to it, in percent where it is said."""

    code: Code
    vocabulary: Code = ""
    percentage: Number | None = None


class Location(Model):
    """A place: ``latitude`` and ``longitude`` are degrees in WGS 84."""

    ref: Code = ""
    name: Wording = Field(default_factory=dict)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)


class Money(Model):
    """An amount; ``currency`` is an ISO 4217 code, ``valued_on`` the day whose exchange rate counts."""

    amount: Number
    currency: Code = ""
    valued_on: date | None = None


class Budget(Model):
    """What may be spent in a period."""

    type: Code = ""
    status: Code = ""
    starts_on: date
    ends_on: date
    money: Money


class Transaction(Model):
    """Money that was promised, paid or spent; ``type`` is of the code list TransactionType."""

    ref: Code = ""
    type: Code
    happened_on: date
    money: Money
    description: Wording = Field(default_factory=dict)
    provider: Named | None = None
    receiver: Named | None = None
    sectors: list[Share] = Field(default_factory=list, max_length=MAX_LISTED)
    countries: list[Code] = Field(default_factory=list, max_length=MAX_LISTED)
    regions: list[Code] = Field(default_factory=list, max_length=MAX_LISTED)
    humanitarian: bool = False


class RecordActivity(Command):
    """Record an activity, or replace what is recorded of it, by what a file says."""

    iati_identifier: Code
    fingerprint: Code = ""
    """Where the publisher gave no identifier: a hash of all that the file says, by which the same is recognised."""
    title: Wording
    title_otherwise: Otherwise = Field(default_factory=dict)
    description: Wording = Field(default_factory=dict)
    description_otherwise: Otherwise = Field(default_factory=dict)
    reporting: Named
    participations: list[Participation] = Field(default_factory=list, max_length=MAX_LISTED)
    status: Code
    dates: list[Moment] = Field(default_factory=list, max_length=MAX_LISTED)
    sectors: list[Share] = Field(default_factory=list, max_length=MAX_LISTED)
    countries: list[Share] = Field(default_factory=list, max_length=MAX_LISTED)
    regions: list[Share] = Field(default_factory=list, max_length=MAX_LISTED)
    locations: list[Location] = Field(default_factory=list, max_length=MAX_LISTED)
    budgets: list[Budget] = Field(default_factory=list, max_length=MAX_LISTED)
    transactions: list[Transaction] = Field(default_factory=list, max_length=MAX_TRANSACTIONS)
    hierarchy: int | None = None
    humanitarian: bool = False
    default_currency: Code = ""
    related: list[Code] = Field(default_factory=list, max_length=MAX_LISTED)
    updated_at: Time | None = None
    """When the publisher says to have changed it last."""

    @property
    def content_hash(self) -> str:
        """A fingerprint (SHA-256) of all that is kept of it: equal when a file says nothing new."""
        said = self.model_dump_json(exclude_defaults=True)  # so that a field added later changes no fingerprint
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def key(self) -> str:
        """What it is recognised by."""
        return f"iati:{self.iati_identifier}" if self.iati_identifier else f"content:{self.fingerprint}"


class Activity(RecordActivity, Aggregate):
    """An activity as everybody may see it."""

    model_config = ConfigDict(extra="ignore")

    reporting_id: Id | None = None
    """The record of the organisation that reports it."""
    content: str
    """The `content_hash` of the file's words."""
    recorded_at: Time
    changed_at: Time

    @property
    def organisation_ids(self) -> list[Id]:
        """The organisations that report it or have a part in it."""
        named = [self.reporting_id, *(each.organisation_id for each in self.participations)]
        return list(dict.fromkeys(each for each in named if each is not None))

    @property
    def country_codes(self) -> list[str]:
        """The countries it or its transactions go to (ISO 3166-1 alpha-2)."""
        named = [each.code.upper() for each in self.countries]
        paid = [code.upper() for each in self.transactions for code in each.countries]
        return list(dict.fromkeys(code for code in [*named, *paid] if re.fullmatch("[A-Z]{2}", code)))

    @property
    def sector_codes(self) -> list[str]:
        """The sectors it or its transactions belong to, as ``vocabulary:code``; vocabulary 1 is the OECD DAC's."""
        shares = [*self.sectors, *(share for each in self.transactions for share in each.sectors)]
        return list(dict.fromkeys(f"{each.vocabulary or '1'}:{each.code}" for each in shares))


def organisation_of(named: Named, *, part: Part | None = None) -> RegisterOrganisation | None:
    """Return what a file says of an organisation as a record of it, or `None` when that is nothing.

    ``part`` is its part in the activity.  A record needs a name in a language of the pages: until somebody
    translates it, any other name, or the identifier, stands for the English one.
    """
    spoken = next((name for name in named.other_names.values() if name.strip()), named.ref)
    names = {language: _line(name) for language, name in named.name.items() if name.strip()} or {"en": _line(spoken)}
    if not any(names.values()):
        return None
    others = {tag: _line(name) for tag, name in named.other_names.items() if len(tag) <= 3 and name.strip()}
    identifiers = [{"scheme": IATI, "value": _line(named.ref)}] if named.ref.strip() else []
    kinds = [*_KINDS_OF_TYPES.get(named.type, []), *_KINDS_OF_PARTS.get(part or "other", [])]
    return RegisterOrganisation.model_validate(
        {"names": names, "other_names": others, "identifiers": identifiers, "kinds": kinds}
    )


_KINDS_OF_TYPES: dict[str, list[OrganisationKind]] = {
    "10": ["government"],
    "11": ["public-authority"],
    "15": ["public-authority"],
    "21": ["implementer"],
    "22": ["implementer"],
    "23": ["implementer"],
    "24": ["implementer"],
    "60": ["donor"],
    "80": ["expert-body"],
}
"""Code list OrganisationType, as far as it says a kind."""

_KINDS_OF_PARTS: dict[Part, list[OrganisationKind]] = {"funding": ["donor"], "implementing": ["implementer"]}


def _line(text: str) -> str:
    """Return ``text`` as one line of at most 200 characters without control characters."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()[:200].strip()


class ActivityLine(Model):
    """An activity in a list."""

    id: Id
    revision: int
    iati_identifier: str
    title: Wording
    status: Code
    dates: list[Moment]
    organisation_ids: list[Id]
    country_codes: list[str]
    sector_codes: list[str]
    changed_at: Time


def line_of(activity: Activity) -> ActivityLine:
    """Return what a list shows."""
    return ActivityLine(**{name: getattr(activity, name) for name in ActivityLine.model_fields})


def record(
    command: RecordActivity, *, reporting_id: Id | None, organisation_ids: list[Id | None], now: Time
) -> tuple[Activity, ActivityRecorded]:
    """Return the new activity and the news of it; ``organisation_ids`` belong to its participations one by one."""
    activity = Activity(id=new_id(), recorded_at=now, **_kept(command, reporting_id, organisation_ids), changed_at=now)
    return activity, _news(activity)


def replace(
    activity: Activity,
    command: RecordActivity,
    *,
    reporting_id: Id | None,
    organisation_ids: list[Id | None],
    now: Time,
) -> tuple[Activity, ActivityRecorded]:
    """Return ``activity`` as the newer ``command`` has it, and the news of it."""
    activity = activity.evolve(**_kept(command, reporting_id, organisation_ids), changed_at=now)
    return activity, _news(activity)


def _kept(command: RecordActivity, reporting_id: Id | None, organisation_ids: list[Id | None]) -> dict[str, Any]:
    fields = {name: getattr(command, name) for name in RecordActivity.model_fields}
    pairs = zip(command.participations, organisation_ids, strict=True)
    participations = [each.model_copy(update={"organisation_id": id}) for each, id in pairs]
    known = {"participations": participations, "reporting_id": reporting_id, "content": command.content_hash}
    return {**fields, **known}


def _news(activity: Activity) -> ActivityRecorded:
    return ActivityRecorded(
        activity_id=activity.id,
        revision=activity.revision,
        organisation_ids=activity.organisation_ids[:MAX_TOLD],
        sectors=activity.sector_codes[:MAX_TOLD],
        countries=activity.country_codes[:MAX_TOLD],
    )
