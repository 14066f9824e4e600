"""Small builders of what the matrix counts, and a way of counting it that is slow and plain."""

import random
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from services.registry.activities.activity import Activity
from services.registry.activities.commands import RecordActivity
from services.registry.activities.domain import record
from services.registry.activities.seeing import Seen, seen_by
from services.registry.audiences import ANYBODY, Viewer
from services.registry.matrix.domain import Amounts, Axis, Known, Portion, added
from services.registry.matrix.knowing import Records, known_of
from shared.ids import new_id
from tests.registry.builders import NOW

DONOR, OTHER_DONOR, IMPLEMENTER = "d" * 8 + new_id()[8:], "e" * 8 + new_id()[8:], "f" * 8 + new_id()[8:]


def an_activity(**fields: Any) -> Activity:
    """Return an activity of one donor and one implementer for media freedom in Hrodna, in 2008."""
    said: dict[str, Any] = {
        "iati_identifier": f"XX-{new_id()}",
        "title": {"en": "Free press"},
        "description": {},
        "reporting": {},
        "participations": [
            {"part": "funding", "organisation_id": DONOR, "name": {"en": "Donor"}},
            {"part": "implementing", "organisation_id": IMPLEMENTER, "name": {"en": "Implementer"}},
        ],
        "status": "2",
        "dates": [
            {"kind": "actual-start", "happens_on": "2008-03-01"},
            {"kind": "planned-end", "happens_on": "2008-11-30"},
        ],
        "sectors": [{"code": "15153"}],
        "countries": [{"code": "BY"}],
        "locations": [{"country": "BY", "region": "BY-HR"}],
        **fields,
    }
    command = RecordActivity.model_validate(said)
    ids = [each.organisation_id for each in command.participations]
    named = {"reporting_id": None, "organisation_ids": ids, "locations": command.locations}
    return record(command, **named, now=NOW)  # type: ignore[arg-type] # by name


def known(activity: Activity, viewer: Viewer = ANYBODY, records: Records | None = None) -> Known:
    """Return what of ``activity`` counts for ``viewer``."""
    seen = seen_by(activity, viewer)
    assert isinstance(seen, Seen)
    return known_of(seen, records or Records())


def values(found: Known, axis: Axis) -> dict[str, float]:
    """Return the values on an axis with their weights."""
    return {each.value: each.weight for each in found.portions(axis)}


def at_random(dice: random.Random) -> Known:
    """Return anything that could be known of an activity, in a small world."""

    def some(choice: Iterable[str], *, share: bool) -> list[Portion]:
        chosen = dice.sample(sorted(choice), dice.choice([0, 1, 1, 2]))
        return [Portion(value=each, weight=1 / len(chosen) if share else 1) for each in chosen]

    year = dice.randint(2006, 2009)
    years = [year, year + dice.choice([0, 1])]
    return Known(
        activity_id=new_id(),
        axes={
            "donor": some([DONOR, OTHER_DONOR, "withheld"], share=False),
            "implementer": some([DONOR, IMPLEMENTER, OTHER_DONOR], share=False),
            "theme": some(["media-freedom", "freedom-of-assembly", "other"], share=True),
            "sector": some(["151", "220"], share=True),
            "country": some(["BY", "PL"], share=True),
            "region": some(["BY-HR", "BY-MI", "PL-14"], share=True),
            "kind": some(["donor", "implementer"], share=False),
            "status": some(["1", "2"], share=False),
        },
        starts_on=date(years[0], 3, 1),
        ends_on=date(years[1], 6, 1),
        amounts=[
            Amounts(year=str(each), currency=dice.choice(["EUR", "PLN"]), budget=dice.randint(0, 10**7), spent=333)
            for each in years[: dice.choice([0, 1, 2])]
        ],
    )


Counts = dict[tuple[str, ...], tuple[int, dict[str, tuple[int, int, int]]]]


def counted(activities: Iterable[Known], axes: tuple[Axis, ...], chosen: Mapping[Axis, str]) -> Counts:
    """Return how many activities and how much money there is, by the values of ``axes``: one activity at a time."""
    found: dict[tuple[str, ...], tuple[int, dict[str, list[int]]]] = {}
    for each in activities:
        for weight, year in _chosen(each, chosen):
            for key, share, of_year in _cells(each, axes):
                count, money = found.get(key, (0, {}))
                for amounts in _money(each, of_year or year):
                    row = money.setdefault(amounts.currency, [0, 0, 0])
                    for place, amount in enumerate((amounts.budget, amounts.committed, amounts.spent)):
                        row[place] += round(amount * (weight * share))
                found[key] = (count + 1, money)
    return {
        key: (count, {currency: (row[0], row[1], row[2]) for currency, row in money.items() if any(row)})
        for key, (count, money) in found.items()
    }


def _chosen(each: Known, chosen: Mapping[Axis, str]) -> list[tuple[float, str]]:
    weight, year = 1.0, ""
    for axis, value in chosen.items():
        weights = values(each, axis)
        if value not in weights:
            return []
        weight, year = weight * weights[value], value if axis == "year" else year
    return [(weight, year)]


def _cells(each: Known, axes: tuple[Axis, ...]) -> list[tuple[tuple[str, ...], float, str]]:
    found: list[tuple[tuple[str, ...], float, str]] = [((), 1.0, "")]
    for axis in axes:
        found = [
            ((*key, value), share * weight, value if axis == "year" else year)
            for key, share, year in found
            for value, weight in values(each, axis).items()
        ]
    return found


def _money(each: Known, year: str) -> list[Amounts]:
    if year:
        return [amounts for amounts in added(each.amounts) if amounts.year == year]
    sums: dict[str, list[int]] = {}
    for amounts in each.amounts:
        row = sums.setdefault(amounts.currency, [0, 0, 0])
        for place, amount in enumerate((amounts.budget, amounts.committed, amounts.spent)):
            row[place] += amount
    return [
        Amounts(year="", currency=currency, budget=row[0], committed=row[1], spent=row[2])
        for currency, row in sums.items()
    ]
