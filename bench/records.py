"""Organisations and activities by the thousand, as a country programme has them, kept as the registry keeps them."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from services.registry.activities.activity import Activity
from services.registry.activities.commands import RecordActivity
from services.registry.activities.domain import record
from services.registry.activities.store import activities
from services.registry.matrix import actions as matrix
from services.registry.matrix import lines
from services.registry.matrix.knowing import Records
from services.registry.organisations.domain import Organisation, RegisterOrganisation, register
from services.registry.organisations.store import organisations
from shared.ids import utc_now
from shared.storage import Storage

CHUNK = 500  # many index keys each: a longer transaction is thrown out of a small cache
WORDS = tuple(
    "Association Centre Foundation Initiative League Society Union Forum Network House Institute Committee Agency "  # noqa: SIM905 - to be read
    "Fund Common Free Open Civic Independent Regional Green Youth Women Legal Human Press Media Rights Border".split()
)
PLACES = ("Hrodna", "Minsk", "Brest", "Homiel", "Warszawa", "Białystok", "Lublin", "Wrocław", "Vilnius", "Kyiv")
REGIONS = {
    "BY": ["BY-BR", "BY-HM", "BY-HO", "BY-HR", "BY-MA", "BY-MI", "BY-VI"],
    "PL": [f"PL-{number:02}" for number in range(2, 33, 2)],
}
SECTORS = ("15153", "15150", "15160", "15130", "33110", "25010", "12220", "11120", "15170", "43040")


async def seed(storage: Storage, start: int, count: int, say: Callable[[str], None]) -> None:
    """Write records ``start`` to ``count`` of organisations and activities, and add the activities up."""
    dice = random.Random(start)
    ids: list[str] = []
    for chunk in _chunks(start, count):
        made = [_organisation(dice, number) for number in chunk]
        ids += [each.id for each in made]
        await storage.transact(organisations.add_many, made)
    say(f"{count:,} organisations are on record")
    donors, implementers = ids[: max(len(ids) // 300, 30)], ids[: max(len(ids) // 10, 100)]
    records = Records(kinds={each: ["donor" if each in donors else "implementer"] for each in implementers})
    sums: lines.Changes = {}
    for chunk in _chunks(start, count):
        recorded = [_activity(dice, number, donors, implementers) for number in chunk]
        await storage.transact(activities.add_many, recorded)
        cells = [cell for each in recorded for cell in matrix.documents_of(each, records, {})]
        for line, changes in lines.changes_of(cells).items():
            kept = sums.setdefault(line, {})
            for path, change in changes.items():
                kept[path] = kept.get(path, 0) + change
        counted = [{name: value for name, value in cell.items() if name != "pending"} for cell in cells]
        await storage.reader["cells"].insert_many(counted)
    keys = list(sums)
    for first in range(0, len(keys), CHUNK):
        await storage.transact(lines.write, {key: sums[key] for key in keys[first : first + CHUNK]})
    say(f"{count:,} activities are on record and added up in {len(keys):,} lines")


def _chunks(start: int, count: int) -> Iterator[range]:
    for first in range(start, count, CHUNK):
        yield range(first, min(first + CHUNK, count))


def _organisation(dice: random.Random, number: int) -> Organisation:
    name = f"{dice.choice(WORDS)} {dice.choice(WORDS)} {dice.choice(PLACES)} {number}"
    said = {
        "names": {"en": name, "pl": f"{dice.choice(WORDS)} {dice.choice(PLACES)} {number}"},
        "kinds": [dice.choice(("donor", "implementer", "expert-body"))],
        "country": dice.choice(("BY", "PL", "PL", "UA")),
    }
    return register(RegisterOrganisation.model_validate(said), now=utc_now())[0]


def _activity(dice: random.Random, number: int, donors: Sequence[str], implementers: Sequence[str]) -> Activity:
    country = dice.choice(("BY", "BY", "PL"))
    begin = date(dice.randint(2015, 2026), dice.randint(1, 12), 1)
    end = begin + timedelta(days=dice.choice((180, 365, 700)))
    parts = [{"part": "funding", "organisation_id": each} for each in dice.sample(donors, dice.choice((1, 1, 2)))]
    parts.append({"part": "implementing", "organisation_id": dice.choice(implementers)})
    regions = dice.sample(REGIONS[country], dice.choice((1, 1, 2)))
    money = {"amount": dice.randint(1_000, 900_000), "currency": dice.choice(("EUR", "EUR", "PLN"))}
    said = {
        "iati_identifier": f"XX-BENCH-{number}",
        "title": {"en": f"{dice.choice(WORDS)} {dice.choice(WORDS)} for {dice.choice(PLACES)} {number}"},
        "description": {"en": "What is done, for whom, and why it matters. " * 5},
        "reporting": {},
        "participations": parts,
        "status": dice.choice("122234"),
        "dates": [
            {"kind": "actual-start", "happens_on": begin},
            {"kind": "planned-end", "happens_on": end},
        ],
        "sectors": [{"code": code, "percentage": 50} for code in dice.sample(SECTORS, 2)],
        "countries": [{"code": country}],
        "locations": [{"country": country, "region": region} for region in regions],
        "budgets": [{"starts_on": begin, "ends_on": end, "money": money}],
    }
    command = RecordActivity.model_validate(said)
    ids: list[str | None] = [each.organisation_id for each in command.participations]
    return record(command, reporting_id=None, organisation_ids=ids, locations=command.locations, now=utc_now())
