"""The registry, asked for activities and places: who does what where, and what nobody knows yet."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page, Stream
from shared.events.reports import Theme


class Audience(Model):
    """Who may see something; people only where they are named one by one."""

    level: str = "public"
    person_ids: list[str] = Field(default_factory=list)


class Line(Model):
    """An activity in a list."""

    id: str
    revision: int = 1
    iati_identifier: str = ""
    title: dict[str, str] = Field(default_factory=dict)
    status: str = ""
    country_codes: list[str] = Field(default_factory=list)
    region_codes: list[str] = Field(default_factory=list)
    themes: list[Theme] = Field(default_factory=list)
    funder_ids: list[str] = Field(default_factory=list)
    starts_on: date | None = None
    ends_on: date | None = None
    state: str = "recorded"
    withheld: list[str] = Field(default_factory=list)


class Organisation(Model):
    """An organisation as an activity names it."""

    organisation_id: str | None = None
    part: str = ""
    ref: str = ""
    name: dict[str, str] = Field(default_factory=dict)
    other_names: dict[str, str] = Field(default_factory=dict)
    audience: Audience | None = None

    @property
    def called(self) -> dict[str, str]:
        """Its names, in whatever languages there are; its identifier where there are none."""
        return self.name or self.other_names or {"en": self.ref}


class Moment(Model):
    """A date in the life of an activity."""

    kind: str
    happens_on: date


class Share(Model):
    """A sector and how much of the activity belongs to it."""

    code: str
    vocabulary: str = ""
    percentage: Decimal | None = None


class Location(Model):
    """A place."""

    name: dict[str, str] = Field(default_factory=dict)
    other_names: dict[str, str] = Field(default_factory=dict)
    country: str | None = None
    region: str | None = None
    commune: str | None = None
    unplaced: bool = False


class Money(Model):
    """An amount."""

    amount: Decimal
    currency: str = ""


class Budget(Model):
    """What may be spent in a period."""

    starts_on: date
    ends_on: date
    money: Money


class Transaction(Model):
    """Money that was promised, paid or spent."""

    type: str
    happened_on: date
    money: Money
    description: dict[str, str] = Field(default_factory=dict)
    provider: Organisation | None = None
    receiver: Organisation | None = None


class Activity(Line):
    """One activity, as far as it is for whoever asks."""

    description: dict[str, str] = Field(default_factory=dict)
    reporting: Organisation = Field(default_factory=Organisation)
    reporting_id: str | None = None
    participations: list[Organisation] = Field(default_factory=list)
    dates: list[Moment] = Field(default_factory=list)
    sectors: list[Share] = Field(default_factory=list)
    locations: list[Location] = Field(default_factory=list)
    budgets: list[Budget] = Field(default_factory=list)
    transactions: list[Transaction] = Field(default_factory=list)
    default_currency: str = ""
    related: list[str] = Field(default_factory=list)
    changed_at: datetime
    notes: str = ""
    reason: str = ""
    audience: dict[str, Audience] = Field(default_factory=dict)
    may_write: bool = False

    def with_part(self, part: str) -> list[Organisation]:
        """Return those who have this part in it."""
        return [each for each in self.participations if each.part == part]


class Counts(Model):
    """How many activities fit, by what they are counted by."""

    total: int = 0
    more: bool = False
    by_value: bool = True
    themes: dict[Theme, int] = Field(default_factory=dict)
    countries: dict[str, int] = Field(default_factory=dict)
    regions: dict[str, int] = Field(default_factory=dict)
    statuses: dict[str, int] = Field(default_factory=dict)
    years: dict[str, int] = Field(default_factory=dict)


class Place(Model):
    """Where something is, as exactly as it is known."""

    country: str | None = None
    region: str | None = None
    commune: str | None = None


class UnmatchedPlace(Model):
    """A name that nobody knows, or what was decided about it."""

    id: str
    revision: int = 1
    names: list[str]
    country: str | None = None
    state: str = "open"
    place: Place | None = None
    reason: str = ""


class Region(Model):
    """A region by ISO 3166-2, and what it is called."""

    code: str
    names: dict[str, str]


class Activities:
    """The part of the registry's HTTP API that is about activities and places."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def find(self, **wanted: Any) -> Page[Line]:
        """Search: ``q``, ``organisation_id``, ``country``, ``region``, ``sector``, ``theme``, ``status``, ``year``."""
        return await self._call.get("/activities", Page[Line], wanted)

    async def counts(self, **wanted: Any) -> Counts:
        """Count what `find` would show."""
        return await self._call.get("/activities/counts", Counts, wanted)

    async def one(self, activity_id: str) -> Activity:
        """Return one activity."""
        return await self._call.get(f"/activities/{activity_id}", Activity)

    async def whole(self, activity_id: str) -> dict[str, Any]:
        """Return one activity with everything that is said of it, to be written again."""
        return await self._call.get(f"/activities/{activity_id}", dict[str, Any])

    async def write(self, body: dict[str, Any], *, key: str | None = None) -> Activity:
        """Record an activity."""
        return await self._call.ask("POST", "/activities", Activity, body, key=key)

    async def correct(self, activity_id: str, body: dict[str, Any], *, revision: int | None) -> Activity:
        """Write what an activity is now."""
        return await self._call.ask("PUT", f"/activities/{activity_id}", Activity, body, revision=revision)

    async def withdraw(self, activity_id: str, reason: str, *, revision: int | None) -> Activity:
        """Take an activity off the record."""
        path = f"/activities/{activity_id}/withdrawal"
        return await self._call.ask("POST", path, Activity, {"reason": reason}, revision=revision)

    async def restore(self, activity_id: str, *, revision: int | None) -> Activity:
        """Put an activity back on the record."""
        return await self._call.ask("DELETE", f"/activities/{activity_id}/withdrawal", Activity, revision=revision)

    async def file(self, path: str, **wanted: Any) -> Stream:
        """Return an IATI file as it comes: ``path`` is that of one activity, or of the export of many."""
        given = {name: value for name, value in wanted.items() if value not in (None, "")}
        return await self._call.stream("GET", path, params=given, timeout=120)  # all of them take their time

    async def regions(self, country: str) -> list[Region]:
        """Return the regions of a country."""
        return (await self._call.get("/places/regions", Page[Region], {"country": country})).items

    async def region_called(self, name: str) -> Region | None:
        """Return the region that is meant by a name in any language, when it is one."""
        found = await self._call.get("/places/regions", Page[Region], {"name": name[:200]})
        return found.items[0] if found.items else None

    async def unmatched(self, **wanted: Any) -> Page[UnmatchedPlace]:
        """Return names of places that nobody knows: ``state``, ``after``, ``limit``."""
        return await self._call.get("/places/unmatched", Page[UnmatchedPlace], wanted)

    async def place(self, place_id: str) -> UnmatchedPlace:
        """Return one entry of the review list."""
        return await self._call.get(f"/places/unmatched/{place_id}", UnmatchedPlace)

    async def decide(self, place_id: str, decision: dict[str, Any], *, revision: int | None) -> UnmatchedPlace:
        """Say what a name means."""
        path = f"/places/unmatched/{place_id}/decision"
        return await self._call.ask("PUT", path, UnmatchedPlace, decision, revision=revision)
