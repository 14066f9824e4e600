"""The form of an activity: what is on record as it is offered, and what was written as it is sent."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.datastructures import FormData

from services.portal.activities import words
from services.portal.clients.base import FieldError
from services.portal.clients.registry import Organisation
from services.portal.pages import Visit, local
from services.portal.registry.choosing import called, which
from shared.model import LANGUAGES

PARTS = ("funding", "accountable", "extending", "implementing")
WRITTEN = (
    "iati_identifier", "reporting_id", "title", "title_otherwise", "description", "description_otherwise",
    "participations", "status", "dates", "sectors", "countries", "regions", "locations", "budgets", "transactions",
    "humanitarian", "default_currency", "related", "audience", "notes",
)  # fmt: skip
"""The fields of an activity that are written again when one is corrected."""
MORE_ROWS = 2  # empty rows for what is to be added
MAX_ROWS = 60
MAX_NAMED = 40  # organisations in one form

Body = dict[str, Any]


@dataclass
class Entry:
    """What is written in the form, what is wrong with it, and the record it is about."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    whole: Body = field(default_factory=dict)
    """The activity as it was shown; nothing for a new one."""

    def value(self, name: str) -> str:
        """Return what is written in a field."""
        return self.values.get(name, "")

    def rows(self, kind: str) -> range:
        """Return the numbers of the rows of places or budgets, some of them empty."""
        pattern = re.compile(rf"{kind}-(\d{{1,3}})-")
        used = [int(match[1]) for name, value in self.values.items() if value and (match := pattern.match(name))]
        return range(min(max(used, default=-1) + 1 + MORE_ROWS, MAX_ROWS))


def blank(visit: Visit, own: Sequence[Organisation]) -> Entry:
    """Return the form for a new activity; ``own`` are the organisations of whoever writes."""
    entry = Entry(values={"status": "2"})
    if own:
        entry.values["reporting"] = local(own[0].names, visit.language)
        entry.values["implementing"] = entry.values["reporting"]
    return entry


def as_it_is(visit: Visit, whole: Body) -> Entry:
    """Return the form for correcting an activity."""
    values: dict[str, str] = {"revision": str(whole["revision"]), "status": whole["status"], "notes": whole["notes"]}
    for name in ("title", "description"):
        values.update({f"{name}-{language}": text for language, text in whole[name].items()})
    values["reporting"] = _called(visit, whole["reporting"])
    for part in PARTS:
        values[part] = "\n".join(_called(visit, each) for each in whole["participations"] if each["part"] == part)
    values.update({f"date-{each['kind']}": each["happens_on"] for each in whole["dates"]})
    values["sectors"] = "\n".join(
        f"{each['code']} {each['percentage'] or ''}".strip() for each in whole["sectors"] if _of_dac(each)
    )
    for number, place in enumerate(whole["locations"]):
        values.update(_place_values(visit, number, place))
    for number, budget in enumerate(whole["budgets"]):
        values.update(_budget_values(number, budget))
    values.update({f"audience-{block}": each["level"] for block, each in whole["audience"].items()})
    return Entry(values={name: value for name, value in values.items() if value}, whole=whole)


def _called(visit: Visit, named: Body) -> str:
    return local(named["name"], visit.language) or next(iter(named["other_names"].values()), named["ref"])


def _of_dac(sector: Body) -> bool:
    return sector["vocabulary"] in ("", "1")


def _place_values(visit: Visit, number: int, place: Body) -> dict[str, str]:
    return {
        f"place-{number}-name": local(place["name"], visit.language) or next(iter(place["other_names"].values()), ""),
        f"place-{number}-where": place["region"] or place["country"] or "",
    }


def _budget_values(number: int, budget: Body) -> dict[str, str]:
    return {
        f"budget-{number}-from": budget["starts_on"],
        f"budget-{number}-to": budget["ends_on"],
        f"budget-{number}-amount": budget["money"]["amount"],
        f"budget-{number}-currency": budget["money"]["currency"],
    }


async def read(visit: Visit, form: FormData, whole: Body) -> tuple[Entry, Body]:
    """Return the form as it was sent, with what is wrong with it, and the body that it becomes."""
    values = {name: value.strip().replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}
    entry = Entry(values=values, whole=whole)
    body: Body = {name: whole[name] for name in WRITTEN if name in whole}
    for name in ("title", "description"):
        body[name] = {each: text for each in LANGUAGES if (text := entry.value(f"{name}-{each}"))}
    if not body["title"] and "title" not in whole.get("withheld", ()):
        entry.errors[f"title-{visit.language}"] = visit.say("Give the title in one language at least.")
    names = _Names(visit, whole)
    body["reporting_id"] = await names.id_of(entry, "reporting", entry.value("reporting"))
    body["participations"] = await _participations(names, entry, whole)
    body["status"] = entry.value("status")
    body["dates"] = _dates(entry, whole)
    body["sectors"] = _sectors(visit, entry, whole)
    body["locations"] = _places(visit, entry, whole)
    body["budgets"] = _budgets(visit, entry, whole)
    body["audience"] = _audience(entry, whole)
    body["notes"] = entry.value("notes")
    if reason := entry.value("correction")[:1_000]:
        body["correction"] = reason
    if not body["participations"]:
        entry.errors["implementing"] = visit.say("Say who takes part: at least who carries it out.")
    if not body["dates"]:
        entry.errors["date-planned-start"] = visit.say("Give one date at least.")
    return entry, body


class _Names:
    """Finds the organisations that are written by name: those on record in the activity first."""

    def __init__(self, visit: Visit, whole: Body) -> None:
        self._visit = visit
        self._known: dict[str, str] = {}
        reporting = {**whole.get("reporting", {}), "organisation_id": whole.get("reporting_id")} if whole else {}
        for each in [reporting, *whole.get("participations", ())]:
            if each.get("organisation_id"):
                self._known[_called(visit, each).casefold()] = each["organisation_id"]

    async def id_of(self, entry: Entry, place: str, name: str) -> str | None:
        """Return the organisation that is called so, or say at ``place`` why none is."""
        if not name:
            entry.errors[place] = self._visit.say("Name the organisation.")
            return None
        key = name.casefold()
        if key not in self._known:
            found = await called(self._visit, name)
            if len(found) != 1:
                entry.errors[place] = which(self._visit, name, found)
                return None
            self._known[key] = found[0].id
        return self._known[key]


async def _participations(names: _Names, entry: Entry, whole: Body) -> list[Body]:
    old = whole.get("participations", [])
    kept = [each for each in old if each["part"] not in PARTS]
    for part in PARTS:
        lines = [line.strip() for line in entry.value(part).split("\n") if line.strip()][:MAX_NAMED]
        for line in dict.fromkeys(lines):
            nameless = next((each for each in old if each["part"] == part and not each["organisation_id"]), None)
            if nameless is not None and _called(names._visit, nameless) == line:
                kept.append(nameless)
                continue
            id = await names.id_of(entry, part, line)
            same = (each for each in old if each["part"] == part and each["organisation_id"] == id)
            kept.append(next(same, {"part": part, "organisation_id": id}))
    return [each for each in kept if each.get("organisation_id") or each in old]


def _dates(entry: Entry, whole: Body) -> list[Body]:
    other = [each for each in whole.get("dates", ()) if each["kind"] not in words.DATES]
    days = [(kind, entry.value(f"date-{kind}")) for kind in words.DATES]
    return [*({"kind": kind, "happens_on": day} for kind, day in days if day), *other]


def _sectors(visit: Visit, entry: Entry, whole: Body) -> list[Body]:
    found = [each for each in whole.get("sectors", ()) if not _of_dac(each)]
    for line in entry.value("sectors").split("\n"):
        if not line.strip():
            continue
        match = re.fullmatch(r"(\d{5})(?:[\s:;,]+([\d.,]{1,10})\s*%?)?", line.strip())
        if match is None:
            entry.errors["sectors"] = visit.say(words.SECTOR_LINE)
            continue
        percentage = _number(match[2] or "")
        found.append({"code": match[1], "vocabulary": "1", "percentage": percentage})
    return found


def _number(text: str) -> str | None:
    """Return a number as it is sent, whether it was written with a point or a comma."""
    try:
        return str(Decimal(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))) if text else None
    except InvalidOperation:
        return None


def _places(visit: Visit, entry: Entry, whole: Body) -> list[Body]:
    old: list[Body] = whole.get("locations", [])
    found = []
    for number in entry.rows("place"):
        name, where = entry.value(f"place-{number}-name"), entry.value(f"place-{number}-where").upper()
        known = old[number] if number < len(old) else None
        if known is not None and _place_values(visit, number, known) == {
            f"place-{number}-name": name, f"place-{number}-where": where,
        }:  # fmt: skip
            found.append(known)
        elif where and not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", where):
            entry.errors[f"place-{number}-where"] = visit.say("Choose from the list, as in PL-14 or BY.")
        elif name or where:
            names = {**(known["name"] if known else {}), **({visit.language: name} if name else {})}
            region = where if "-" in where else None
            found.append({"name": names, "country": where[:2] or None, "region": region})
    return found


def _budgets(visit: Visit, entry: Entry, whole: Body) -> list[Body]:
    old: list[Body] = whole.get("budgets", [])
    found = []
    for number in entry.rows("budget"):
        written = {each: entry.value(f"budget-{number}-{each}") for each in ("from", "to", "amount", "currency")}
        known = old[number] if number < len(old) else {}
        amount = _number(written["amount"])
        if not any(written[each] for each in ("from", "to", "amount")):
            continue
        days = [_is_day(written["from"]), _is_day(written["to"])]
        if amount is None or not all(days):
            wrong = visit.say("Give the first and the last day, and how much, as in 12000.50.")
            entry.errors[f"budget-{number}-amount"] = wrong
            continue
        money = {**known.get("money", {}), "amount": amount, "currency": written["currency"].upper()}
        found.append({**known, "starts_on": written["from"], "ends_on": written["to"], "money": money})
    return found


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _audience(entry: Entry, whole: Body) -> Body:
    old: Mapping[str, Body] = whole.get("audience", {})
    kept = {block: each for block, each in old.items() if block not in words.GUARDED and block not in _DEFAULTED}
    for block in words.GUARDED:
        level = entry.value(f"audience-{block}") or "public"
        if level == "named" and block in old:
            kept[block] = old[block]
        elif level in ("members", "coordinators"):
            kept[block] = {"level": level}
    return kept


_DEFAULTED = ("contacts", "notes")


def take_errors(visit: Visit, entry: Entry, errors: Iterable[FieldError]) -> None:
    """Bring what the registry found wrong to the fields of the form it came from."""
    for error in errors:
        text = visit.say(words.WRONG.get(error.code, "This cannot be accepted as it is."))
        entry.errors.setdefault(_place_of(visit, (error.field or "").removeprefix("body.")), text)


def _place_of(visit: Visit, path: str) -> str:
    """Return the field of the form for a path in the body."""
    name, _, rest = path.partition(".")
    part = rest.partition(".")[0]
    places = {
        "title": f"title-{part or visit.language}",
        "description": f"description-{part or visit.language}",
        "dates": f"date-{rest}" if rest in words.DATES else "date-planned-start",
        "budgets": f"budget-{part}-amount",
        "locations": f"place-{part}-where",
        "participations": "implementing",
        "audience": f"audience-{part}",
        "reporting_id": "reporting",
    }
    return places.get(name, name if name in ("sectors", "status", "notes") else "form")
