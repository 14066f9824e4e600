"""What an incident is made of: its day as exactly as it is known, its place, its acts, and where it is known from."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from services.reports.evidence.thesaurus import (
    UNKNOWN,
    ActCode,
    ConnectionCode,
    InvolvementCode,
    MaterialCode,
    PerpetratorCode,
    ReliabilityCode,
    StandingCode,
)
from services.reports.regions import Region
from services.reports.reports.domain import Day
from shared.ids import Id
from shared.model import Country, Model

MAX_PEOPLE = 50  # victims, or perpetrators, who are named in one act; more are counted
MAX_UNNAMED = 1_000_000

Precision = Literal["day", "month", "year", "about"]
"""How exactly a day is known; HURIDOCS' list 48 has *about* as 01, *month* as 02, *year* as 03."""


class When(Model):
    """From which day to which; of a month or a year that alone is known, the first day stands for it."""

    from_on: Day
    to_on: Day | None = None
    precision: Precision = "day"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_on is not None and self.to_on < self.from_on:
            raise ValueError("to_on must not be before from_on")
        return self

    @property
    def counted_on(self) -> date:
        """The day by which it is counted: its first."""
        return self.from_on


class Where(Model):
    """A country, and a region of it where that is known."""

    country: Country
    region: Region | None = None

    @model_validator(mode="after")
    def _within(self) -> Self:
        if self.region is not None and not self.region.startswith(f"{self.country}-"):
            raise ValueError("region must be one of the country")
        return self


class Victim(Model):
    """Somebody who suffered an act, and what became of them."""

    party_id: Id
    standing: StandingCode = UNKNOWN


class Perpetrator(Model):
    """Who did it, or had a part in it: by name, or by kind alone."""

    party_id: Id | None = None
    kind: PerpetratorCode = UNKNOWN
    involvement: InvolvementCode = UNKNOWN


class Act(Model):
    """One thing that was done, to whom and by whom."""

    code: ActCode
    victims: Annotated[list[Victim], Field(max_length=MAX_PEOPLE)] = Field(default_factory=list)
    unnamed_victims: int = Field(default=0, ge=0, le=MAX_UNNAMED)
    """How many more suffered it whose names are not kept."""
    perpetrators: Annotated[list[Perpetrator], Field(max_length=MAX_PEOPLE)] = Field(default_factory=list)


class Source(Model):
    """Where an incident is known from: from whom, or from which exhibit, how they know it, and how far to trust it."""

    party_id: Id | None = None
    exhibit_id: Id | None = None
    connection: ConnectionCode = UNKNOWN
    material: MaterialCode | None = None
    reliability: ReliabilityCode = UNKNOWN
    on: Day | None = None
    """The day on which it was told or written."""

    @model_validator(mode="after")
    def _is_something(self) -> Self:
        if self.party_id is None and self.exhibit_id is None and self.material is None:
            raise ValueError("name the party, the exhibit or the kind of material")
        return self
