"""An activity as it is kept, and what follows from what is known of it."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal, TypeVar

from pydantic import ConfigDict

from services.registry.activities.commands import RecordActivity
from services.registry.activities.parts import Part
from services.registry.places.domain import Place
from services.registry.themes import themes_of
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Aggregate, Text, Time
from shared.regions import is_region

MAX_YEARS = 60  # in which one activity is found: files hold ends in the year 9999

State = Literal["recorded", "withdrawn"]
T = TypeVar("T")


class Activity(RecordActivity, Aggregate):
    """An activity with all that is known of it: only for the code of this service.  What others see is in `views`."""

    model_config = ConfigDict(extra="ignore")

    reporting_id: Id | None = None
    """The record of the organisation that reports it."""
    content: str
    """The `content_hash` of the file's words."""
    state: State = "recorded"
    reason: Text = ""
    """Why it was withdrawn, for coordinators alone."""
    notes: Text = ""
    """What coordinators note of it for themselves."""
    written: bool = False
    """Somebody wrote or corrected it by hand since a file said it."""
    apart: bool = False
    """Another activity had its identifier before, of which whoever wrote it may not know: files mean that one."""
    recorded_at: Time
    changed_at: Time

    @property
    def key(self) -> str:
        """What it is recognised by."""
        return f"apart:{self.id}" if self.apart else super().key

    @property
    def organisation_ids(self) -> list[Id]:
        """The organisations that report it or have a part in it."""
        return _distinct([self.reporting_id, *(each.organisation_id for each in self.participations)])

    def with_part(self, part: Part) -> list[Id]:
        """Return the organisations that have this part in it."""
        return _distinct(each.organisation_id for each in self.participations if each.part == part)

    @property
    def funder_ids(self) -> list[Id]:
        """The organisations that pay for it."""
        return self.with_part("funding")

    @property
    def country_codes(self) -> list[str]:
        """The countries it or its transactions go to (ISO 3166-1 alpha-2)."""
        named = [each.code.upper() for each in self.countries]
        paid = [code.upper() for each in self.transactions for code in each.countries]
        placed = [each.country for each in self.locations if each.country]
        return [code for code in _distinct([*named, *paid, *placed]) if re.fullmatch("[A-Z]{2}", code)]

    @property
    def region_codes(self) -> list[str]:
        """The regions it takes place in (ISO 3166-2)."""
        coded = [each.code.upper() for each in self.regions if is_region(each.code.upper())]
        return _distinct([*(each.region for each in self.locations), *coded])

    @property
    def commune_codes(self) -> list[str]:
        """The communes of Poland it takes place in (TERYT)."""
        return _distinct(each.commune for each in self.locations)

    @property
    def places(self) -> list[Place]:
        """Where it takes place, as exactly as it is known: a country without regions stands for itself."""
        exact = [Place(country=each.country, region=each.region, commune=each.commune) for each in self.locations]
        regions = [Place(country=code[:2], region=code) for code in self.region_codes]
        named = {each.country for each in exact}
        countries = [Place(country=code) for code in self.country_codes if code not in named]
        found = {each.model_dump_json(): each for each in exact if each != Place()}
        covered = {each.region for each in exact}
        more = [*(each for each in regions if each.region not in covered), *countries]
        return [*found.values(), *more]

    @property
    def sector_codes(self) -> list[str]:
        """The sectors it or its transactions belong to, as ``vocabulary:code``; vocabulary 1 is the OECD DAC's."""
        shares = [*self.sectors, *(share for each in self.transactions for share in each.sectors)]
        return _distinct(f"{each.vocabulary or '1'}:{each.code}" for each in shares)

    @property
    def themes(self) -> list[Theme]:
        """What it is about, by our themes."""
        return themes_of(self.sector_codes)

    @property
    def starts_on(self) -> date | None:
        """When it begins, as it did or as it is planned."""
        return self._day("start")

    @property
    def ends_on(self) -> date | None:
        """When it ends, as it did or as it is planned."""
        return self._day("end")

    def _day(self, end: str) -> date | None:
        days = {each.kind: each.happens_on for each in reversed(self.dates)}
        found = [day for kind, day in days.items() if kind == f"actual-{end}"]
        return found[0] if found else next((day for kind, day in days.items() if kind == f"planned-{end}"), None)

    @property
    def years(self) -> list[int]:
        """The years in which it goes on, at most `MAX_YEARS`: without an end, the one in which it begins."""
        first, last = self.starts_on, self.ends_on
        if first is None or last is None:
            only = first or last
            return [] if only is None else [only.year]
        return list(range(first.year, min(max(last.year, first.year), first.year + MAX_YEARS - 1) + 1))


def _distinct(values: Iterable[T | None]) -> list[T]:
    return list(dict.fromkeys(each for each in values if each is not None))
