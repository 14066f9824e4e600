"""What a place is: a country, a region in it, a commune in that; and what is done with a name that nobody knows."""

import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, StringConstraints, model_validator

from shared.folding import fold
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Country, Language, Line, Model, Text, Time
from shared.problems import FieldError, Invalid
from shared.regions import country_called, is_country, is_region, region_called

COMMUNES_AT_HOME = "PL"
"""The country whose register of communes (TERYT) is used."""


def _known_region(code: str) -> str:
    if not is_region(code):
        raise ValueError("must be a code of ISO 3166-2, as in PL-14")
    return code


RegionCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$"), AfterValidator(_known_region)]
"""ISO 3166-2, as PL-14 for Mazowieckie."""

CommuneCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{7}$")]
"""A commune by TERYT (TERC), with its kind as the seventh digit, as 1465011 for Warsaw."""


class Place(Model):
    """Where something is, as exactly as it is known: a commune is in a region, and a region in a country."""

    country: Country | None = None
    region: RegionCode | None = None
    commune: CommuneCode | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Refuse a region of another country, and a commune of another region."""
        if self.commune and self.region != region_of_commune(self.commune):
            raise ValueError("the commune must be in the region: its code begins with the region's number")
        if self.region and self.country != self.region[:2]:
            raise ValueError("the region must be in the country: its code begins with the country's")
        return self


def place(*, country: str | None = None, region: str | None = None, commune: str | None = None) -> Place:
    """Return the place with what follows from its parts: a commune's region, and a region's country."""
    region = region or (region_of_commune(commune) if commune else None)
    return Place(country=region[:2] if region else country, region=region, commune=commune)


def region_of_commune(code: str) -> str:
    """Return the region of a commune: ISO took the numbers of its regions in Poland from TERYT."""
    return f"{COMMUNES_AT_HOME}-{code[:2]}"


class Commune(Model):
    """A commune of the Polish register: ``kind`` as the register calls it, ``county`` by its four digits."""

    code: CommuneCode
    name: Line
    kind: Line
    county: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
    county_name: Annotated[str, StringConstraints(max_length=200)] = ""

    @property
    def region(self) -> str:
        """The region it is in."""
        return region_of_commune(self.code)

    @property
    def keys(self) -> list[str]:
        """Its folded names: *M. st. Warszawa* is also called Warszawa."""
        folded = fold(self.name)
        return sorted({folded, re.sub(r"^(m st|m) ", "", folded)})


class Asked(Model):
    """A place as somebody wrote it: names, perhaps a country, perhaps a code of some list."""

    names: tuple[str, ...] = ()
    country: str | None = None
    code: str = ""

    @property
    def key(self) -> str:
        """What a decision about it is remembered under: equal for every spelling; empty when nothing is said."""
        named = next((folded for folded in map(fold, self.names) if folded), fold(self.code))
        return f"{self.country or ''}|{named}" if named else ""

    @property
    def folded(self) -> list[str]:
        """Its names, folded, each once."""
        return [each for each in dict.fromkeys(fold(name) for name in self.names) if each]


def asked(names: Iterable[str], *, country: str | None = None, code: str = "") -> Asked:
    """Return what somebody wrote of a place; ``country`` may be a code or a name."""
    written = tuple(name.strip()[:200] for name in names if name.strip())[:20]
    return Asked(names=written, country=country_called(country) if country else None, code=code.strip()[:200])


def by_code(code: str, *, country: str | None) -> Place | None:
    """Return the place that a code says: ISO 3166-2, ``PL-TERYT-`` and a commune, or a country of two letters."""
    code = code.strip().upper()
    if (match := re.fullmatch(r"(?:PL-)?TERYT-?([0-9]{7})", code)) and is_region(region_of_commune(match[1])):
        return place(commune=match[1])
    if is_region(code) and country in (None, code[:2]):
        return place(region=code)
    return place(country=code) if len(code) == 2 and is_country(code) and country in (None, code) else None


def by_name(wanted: Asked, communes: Sequence[Commune] = ()) -> Place | None:
    """Return the place that is meant by one of its names, or `None` when none or several could be.

    A region goes before the commune that is called the same; communes of one name in one region are that region.
    """
    for name in wanted.names:
        region = region_called(name, country=wanted.country)
        if region is not None:
            return place(region=region)
    if communes and wanted.country in (None, COMMUNES_AT_HOME):
        regions = {each.region for each in communes}
        if len(communes) == 1:
            return place(commune=communes[0].code)
        return place(region=regions.pop()) if len(regions) == 1 else None
    country = next((code for name in wanted.names if (code := country_called(name))), None)
    return place(country=country) if country and wanted.country in (None, country) else None


State = Literal["open", "decided"]


class UnmatchedPlace(Aggregate):
    """A name that no region or commune is known by: a coordinator says what it means, once."""

    key: str
    names: list[str]
    country: Country | None = None
    code: str = ""
    state: State = "open"
    place: Place | None = None
    """What was decided; `None` while it is open, or when it is no place."""
    decided_by: Id | None = None
    decided_at: Time | None = None
    reason: str = ""
    applied: bool = True
    """Whether everything on record that names it says what was decided."""
    first_seen_at: Time


class DecidePlace(Command):
    """Say what a name means: a commune, a region, a country, or, with nothing of these, that it is no place."""

    country: Country | None = None
    region: RegionCode | None = None
    commune: CommuneCode | None = None
    reason: Text = ""


def unmatched(wanted: Asked, *, now: Time) -> UnmatchedPlace:
    """Return the entry of the review list for a place that nobody knows."""
    names = list(wanted.names) or [wanted.code]
    return UnmatchedPlace(
        id=new_id(), key=wanted.key, names=names, country=wanted.country, code=wanted.code, first_seen_at=now
    )


def decide(entry: UnmatchedPlace, command: DecidePlace, *, by: Id, now: Time) -> UnmatchedPlace:
    """Return the entry with what was decided; it can be decided anew.  Raises `Invalid`."""
    if command.commune and command.region and command.region != region_of_commune(command.commune):
        raise _misplaced("commune", "The commune is in another region: name its own, or only the commune.")
    decided = place(country=command.country, region=command.region, commune=command.commune)
    if command.country and command.country != decided.country:
        raise _misplaced("region", "The region is in another country: name its own, or only the region.")
    changes: dict[str, Any] = {"state": "decided", "decided_by": by, "decided_at": now, "applied": False}
    nowhere = decided == Place()
    return entry.evolve(**changes, place=None if nowhere else decided, reason=command.reason)


def _misplaced(field: str, detail: str) -> Invalid:
    error = FieldError("place-not-consistent", detail, field)
    return Invalid("place-not-consistent", detail, errors=(error,))


class RegionLine(Model):
    """A region and what it is called in the languages in which that is known."""

    code: str
    names: dict[Language, str]
