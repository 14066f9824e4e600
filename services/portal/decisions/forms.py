"""Reading the forms of decisions: texts in several languages, days, and organisations found by their names."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from services.portal.clients.base import Refused
from services.portal.clients.registry import Organisation
from services.portal.pages import Visit, local
from shared.model import LANGUAGES

FOUND_AT_ONCE = 10  # organisations offered for one name
MAX_TEXT = 4_000
MAX_TITLE = 200
MAX_REGIONS = 100  # of one report
ID_LENGTH = 36


@dataclass
class Entry:
    """What was written into a form: the values to show again, what is wrong, and what may be chosen."""

    values: dict[str, str] = field(default_factory=dict)
    chosen: list[str] = field(default_factory=list)
    regions: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    offers: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """By field: organisations that its name may mean."""


def read(form: FormData) -> Entry:
    """Return the values of a form as they were written."""
    values = {name: value.strip().replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}
    languages: list[str] = [each for each in LANGUAGES if each in form.getlist("languages")]
    return Entry(
        values=values, chosen=languages, regions=[str(each)[:6] for each in form.getlist("regions")][:MAX_REGIONS]
    )


def texts(visit: Visit, entry: Entry, prefix: str = "text") -> dict[str, str]:
    """Return the texts by language in fields such as ``text-pl``; one at least must be written."""
    found: dict[str, str] = {each: text for each in LANGUAGES if (text := entry.values.get(f"{prefix}-{each}", ""))}
    shown = [name for name in entry.values if name.startswith(f"{prefix}-")]
    if not found and shown:
        entry.errors[shown[0]] = visit.say("Write it in one language at least.")
    for each, text in found.items():
        if len(text) > MAX_TEXT:
            entry.errors[f"{prefix}-{each}"] = visit.say("Write at most %(number)s characters.", number=MAX_TEXT)
    return found


def day(visit: Visit, entry: Entry, name: str, *, needed: bool = False) -> str | None:
    """Return a day as ISO text, or nothing."""
    written = entry.values.get(name, "")
    if not written and not needed:
        return None
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        entry.errors[name] = visit.say("Give a day, as in 2026-10-14.")
        return None


async def organisation(visit: Visit, entry: Entry, name: str, *, needed: bool = False) -> str | None:
    """Return the organisation that was chosen, or that alone fits the name written; else offer those that may."""
    picked, written = entry.values.get(f"{name}-id", ""), entry.values.get(name, "")
    if picked and entry.values.get(f"{name}-was", "") == written:
        return picked[:ID_LENGTH]
    if not written:
        if needed:
            entry.errors[name] = visit.say("Name the organisation.")
        return None
    found = [(each.id, local(each.names, visit.language)) for each in await _search(visit, written)]
    exact = [each for each in found if each[1].casefold() == written.casefold()] or found
    if len(exact) == 1:
        return exact[0][0]
    entry.offers[name] = found
    entry.errors[name] = (
        visit.say("Several organisations are called like this: choose one.")
        if found
        else visit.say("No organisation is called like this. Try fewer letters, or another spelling.")
    )
    return None


async def organisations(visit: Visit, entry: Entry, name: str) -> list[str]:
    """Return the organisations named one to a line."""
    found: list[str] = []
    for line in dict.fromkeys(entry.values.get(name, "").split("\n")):
        if not line.strip():
            continue
        fits = await _search(visit, line.strip())
        exact = [each for each in fits if line.strip().casefold() in {text.casefold() for text in each.names.values()}]
        if len(exact or fits) != 1:
            entry.errors[name] = visit.say("Not exactly one organisation is called “%(name)s”.", name=line.strip())
        else:
            found.append((exact or fits)[0].id)
    return found


async def commission(visit: Visit, entry: Entry) -> dict[str, Any]:
    """Return the report that a form asks for."""
    title = entry.values.get("title", "")
    if not title or len(title) > MAX_TITLE:
        entry.errors["title"] = visit.say("Give the report a title of at most %(number)s characters.", number=MAX_TITLE)
    if not entry.chosen:
        entry.errors["languages"] = visit.say("Choose at least one language.")
    if any(not each.startswith(f"{entry.values.get('country', '')}-") for each in entry.regions):
        entry.errors["regions"] = visit.say("Choose regions of the country above.")
    title_in = visit.language if visit.language in entry.chosen else next(iter(entry.chosen), visit.language)
    return {
        "title": {title_in: title},
        "country": entry.values.get("country", ""),
        "regions": entry.regions,
        "period_from_on": day(visit, entry, "period_from_on", needed=True),
        "period_to_on": day(visit, entry, "period_to_on", needed=True),
        "languages": entry.chosen,
        "contributor_ids": await organisations(visit, entry, "contributors"),
        "due_on": day(visit, entry, "report_due_on", needed=True),
    }


def key(entry: Entry) -> str | None:
    """Return what makes a form that is sent twice one request."""
    return entry.values.get("key", "")[:100] or None


def revision(entry: Entry) -> int | None:
    """Return the revision that was seen.  Raises `Refused` for what is no number."""
    text = entry.values.get("revision", "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 9:
        raise Refused(422)
    return int(text)


def take(visit: Visit, entry: Entry, refused: Refused) -> None:
    """Bring a refusal to the form; what no form can mend is raised again."""
    if refused.status not in (400, 409, 412, 422):
        raise refused
    if refused.status == 412:
        entry.errors["form"] = visit.say("Somebody else saved in the meantime. Compare, then save again.")
    else:
        entry.errors["form"] = visit.why(refused.code, "This cannot be accepted as it is.")


async def _search(visit: Visit, name: str) -> list[Organisation]:
    return (await visit.services.registry.organisations(q=name[:100], limit=FOUND_AT_ONCE)).items
