"""The form of an activity: what is on record as it is offered, and what was written as it is sent."""

import re
from collections.abc import Iterable, Mapping, Sequence

from starlette.datastructures import FormData

from services.portal.activities import words
from services.portal.activities.entry import Body, Entry, number
from services.portal.activities.money import (
    OFFERED,
    budget_values,
    budgets,
    name_of,
    payment_values,
    payments,
)
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
MAX_NAMED = 40  # organisations in one form


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
    values["reporting"] = name_of(visit, whole["reporting"])
    for part in PARTS:
        values[part] = "\n".join(name_of(visit, each) for each in whole["participations"] if each["part"] == part)
    values.update({f"date-{each['kind']}": each["happens_on"] for each in whole["dates"]})
    values["sectors"] = "\n".join(
        f"{each['code']} {each['percentage'] or ''}".strip() for each in whole["sectors"] if _of_dac(each)
    )
    values["countries"] = "\n".join(f"{each['code']} {each['percentage'] or ''}".strip() for each in whole["countries"])
    values["related"] = "\n".join(whole["related"])
    for at, place in enumerate(whole["locations"]):
        values.update(_place_values(visit, at, place))
    for at, budget in enumerate(whole["budgets"]):
        values.update(budget_values(at, budget))
    for at, payment in enumerate(whole["transactions"][:OFFERED]):
        values.update(payment_values(visit, at, payment))
    values.update({f"audience-{block}": each["level"] for block, each in whole["audience"].items()})
    return Entry(values={name: value for name, value in values.items() if value}, whole=whole)


def _of_dac(sector: Body) -> bool:
    return sector["vocabulary"] in ("", "1")


def _place_values(visit: Visit, at: int, place: Body) -> dict[str, str]:
    return {
        f"place-{at}-name": local(place["name"], visit.language) or next(iter(place["other_names"].values()), ""),
        f"place-{at}-where": place["region"] or place["country"] or "",
        f"place-{at}-commune": place["commune"] or "",
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
    body["countries"] = _countries(visit, entry, whole)
    body["budgets"] = budgets(visit, entry, whole)
    body["transactions"] = payments(visit, entry, whole)
    body["related"] = list(dict.fromkeys(line.strip() for line in entry.value("related").split("\n") if line.strip()))
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
        self.visit = visit
        self._known: dict[str, str] = {}
        reporting = {**whole.get("reporting", {}), "organisation_id": whole.get("reporting_id")} if whole else {}
        for each in [reporting, *whole.get("participations", ())]:
            if each.get("organisation_id"):
                self._known[name_of(visit, each).casefold()] = each["organisation_id"]

    async def id_of(self, entry: Entry, place: str, name: str) -> str | None:
        """Return the organisation that is called so, or say at ``place`` why none is."""
        if not name:
            entry.errors[place] = self.visit.say("Name the organisation.")
            return None
        key = name.casefold()
        if key not in self._known:
            found = await called(self.visit, name)
            if len(found) != 1:
                entry.errors[place] = which(self.visit, name, found)
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
            if nameless is not None and name_of(names.visit, nameless) == line:
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
        percentage = number(match[2] or "")
        found.append({"code": match[1], "vocabulary": "1", "percentage": percentage})
    return found


def _countries(visit: Visit, entry: Entry, whole: Body) -> list[Body]:
    """Return the countries that an activity goes to, each with its share; those on record as they are there."""
    old = {each["code"]: each for each in whole.get("countries", ())}
    found = []
    for line in entry.value("countries").split("\n"):
        if not line.strip():
            continue
        match = re.fullmatch(r"([A-Za-z]{2})(?:[\s:;,]+([\d.,]{1,10})\s*%?)?", line.strip())
        if match is None:
            entry.errors["countries"] = visit.say("Write the two letters of a country on each line, as in BY 60.")
            continue
        code = match[1].upper()
        found.append({**old.get(code, {"code": code}), "percentage": number(match[2] or "")})
    return found


def _places(visit: Visit, entry: Entry, whole: Body) -> list[Body]:
    old: list[Body] = whole.get("locations", [])
    found = []
    for at in entry.rows("place"):
        written = {f"place-{at}-{each}": entry.value(f"place-{at}-{each}") for each in ("name", "where", "commune")}
        name, where, commune = written.values()
        written[f"place-{at}-where"] = where = where.upper()
        known = old[at] if at < len(old) else None
        if known is not None and _place_values(visit, at, known) == written:
            found.append(known)
        elif where and not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", where):
            entry.errors[f"place-{at}-where"] = visit.say("Choose from the list, as in PL-14 or BY.")
        elif commune and not re.fullmatch("[0-9]{7}", commune):
            entry.errors[f"place-{at}-commune"] = visit.say("Write the seven digits of the commune, as in 1465011.")
        elif name or where or commune:
            names = {**(known["name"] if known else {}), **({visit.language: name} if name else {})}
            region = where if "-" in where else None
            place = {"name": names, "country": where[:2] or None, "region": region}
            found.append({**place, "commune": commune} if commune else place)
    return found


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
        "transactions": f"paid-{part}-amount",
        "locations": f"place-{part}-{'commune' if rest.endswith('commune') else 'where'}",
        "participations": "implementing",
        "audience": f"audience-{part}",
        "reporting_id": "reporting",
    }
    return places.get(name, name if name in ("sectors", "countries", "related", "status", "notes") else "form")
