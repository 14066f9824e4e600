"""The parts of which an activity is made, in the words of the IATI standard 2.03 (iatistandard.org)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from services.registry.audiences import Audience
from services.registry.places.domain import CommuneCode, RegionCode
from shared.ids import Id
from shared.model import Country, Language, Model

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


Block = Literal[
    "activity",
    "identifier",
    "title",
    "description",
    "reporting",
    "funding",
    "accountable",
    "extending",
    "implementing",
    "other",
    "status",
    "dates",
    "sectors",
    "places",
    "budgets",
    "transactions",
    "related",
    "contacts",
    "more",
    "notes",
]
"""What of an activity has an audience: all of it, or fields that belong together."""


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
    audience: Audience | None = None
    """Who may know of it, where that is fewer than may know of its part: a donor may be withheld."""


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
    other_names: Otherwise = Field(default_factory=dict)
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    country: Country | None = None
    region: RegionCode | None = None
    commune: CommuneCode | None = None
    unplaced: bool = False
    """Nobody knows where it is: its name is on the review list."""


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
    description_otherwise: Otherwise = Field(default_factory=dict)
    provider: Named | None = None
    receiver: Named | None = None
    sectors: list[Share] = Field(default_factory=list, max_length=MAX_LISTED)
    countries: list[Code] = Field(default_factory=list, max_length=MAX_LISTED)
    regions: list[Code] = Field(default_factory=list, max_length=MAX_LISTED)
    humanitarian: bool = False
