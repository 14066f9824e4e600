"""Writes sheets of who does what where, as large as wanted: organisations in several spellings, some rows dirty."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.regions import names_of_region, regions_of

HEADINGS = (
    "Organisation",
    "Donor",
    "Project code",
    "Project",
    "Sector",
    "Country",
    "Region",
    "Start",
    "End",
    "Budget",
    "Currency",
)
TAGS = (
    "#org",
    "#org+funder",
    "#activity+code",
    "#activity",
    "#sector",
    "#country",
    "#adm1",
    "#date+start",
    "#date+end",
    "#value",
    "#value+currency",
)
COUNTRIES = {"PL": "Poland", "BY": "Белоруссия", "UA": "Україна", "LT": "Litwa"}
SECTORS = ("15153", "15150", "15160", "15130", "25010", "Health", "Education", "Media freedom")
WORDS = ("School", "Library", "Radio", "Archive", "Clinic", "Theatre", "Garden", "Workshop", "Newspaper", "Court watch")
SYLLABLES = ("bar", "ka", "lo", "mi", "ne", "ra", "so", "ta", "vi", "zu", "de", "pol", "run", "gos", "hel")
DIRTY = ("date", "amount", "currency", "nobody", "backwards", "negative")


@dataclass(frozen=True)
class Organisation:
    """A made-up organisation and the spellings under which sheets name it."""

    name: str
    acronym: str

    @property
    def spellings(self) -> tuple[str, ...]:
        """Its name as different hands write it."""
        return self.name, self.name.upper(), self.name.replace("ł", "l").replace("ó", "o"), f" {self.name} "


def organisations(count: int, *, seed: int = 1) -> list[Organisation]:
    """Return made-up organisations, the same for the same ``seed``."""
    chance = random.Random(seed)
    found: dict[str, Organisation] = {}
    while len(found) < count:
        first, second = ("".join(chance.choices(SYLLABLES, k=3)).capitalize() for _ in range(2))
        name = f"Fundacja {first}ół {second}"
        found.setdefault(name, Organisation(name, f"F{first[:3]}{second[:3]}".upper()))
    return list(found.values())


def rows(count: int, *, dirty: float = 0.05, known: int = 500, seed: int = 1) -> Iterator[tuple[list[str], str]]:
    """Yield rows, each with what is wrong with it or ``""``; exactly the share ``dirty`` of them is wrong."""
    chance = random.Random(seed)
    who = organisations(known, seed=seed)
    regions = [(country, names_of_region(code)["en"]) for country in COUNTRIES for code in regions_of(country)]
    wrong = set(chance.sample(range(count), round(count * dirty)))
    for number in range(count):
        reason = DIRTY[number % len(DIRTY)] if number in wrong else ""
        yield _row(chance, number, who, regions, reason), reason


def _row(
    chance: random.Random, number: int, who: list[Organisation], regions: list[tuple[str, str]], reason: str
) -> list[str]:
    country, region = chance.choice(regions)
    doer, donor = chance.choice(who), chance.choice(who)
    start = f"20{chance.randrange(10, 25)}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}"
    row = [
        chance.choice(doer.spellings),
        chance.choice(donor.spellings),
        f"P-{number:07}",
        f"{chance.choice(WORDS)} of {''.join(chance.choices(SYLLABLES, k=3))} {number}",
        chance.choice(SECTORS),
        COUNTRIES[country],
        region,
        start,
        f"2026-{chance.randrange(1, 13):02}-28",
        f"{chance.randrange(1_000, 900_000)},50",
        chance.choice(("EUR", "PLN", "USD")),
    ]
    return _spoilt(row, reason)


def _spoilt(row: list[str], reason: str) -> list[str]:
    changes = {
        "date": {7: "some day in spring"},
        "amount": {9: "a lot"},
        "currency": {10: "XXQ"},
        "nobody": {0: "", 1: ""},
        "backwards": {8: "2001-01-01"},
        "negative": {9: "-5"},
    }
    for place, cell in changes.get(reason, {}).items():
        row[place] = cell
    return row


def write(path: Path, count: int, *, dirty: float = 0.05, known: int = 500, seed: int = 1) -> dict[int, str]:
    """Write a sheet of ``count`` rows with an HXL tag row; return what is wrong with which row, by its number."""
    spoilt: dict[int, str] = {}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([HEADINGS, TAGS])
        for number, (row, reason) in enumerate(rows(count, dirty=dirty, known=known, seed=seed), start=3):
            writer.writerow(row)
            if reason:
                spoilt[number] = reason
    return spoilt
