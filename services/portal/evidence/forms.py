"""Reading the forms of the evidence: incidents with their acts and sources, parties, files."""

import re
from datetime import date
from typing import Any

from services.portal.clients.base import Refused
from services.portal.clients.evidence import Incident
from services.portal.evidence import acts, words
from services.portal.evidence.entry import ID_LENGTH, Entry
from services.portal.languages import N_
from services.portal.pages import Visit
from services.portal.words import THEMES
from shared.model import LANGUAGES

MAX_LINE = 200
MAX_TEXT = 20_000
MAX_ROWS = 30  # acts, or sources, that one incident has at most


def incident(visit: Visit, entry: Entry) -> dict[str, Any]:
    """Return the command that a form stands for."""
    title = texts(visit, entry, "title", MAX_LINE)
    if not title:
        entry.errors[f"title-{visit.language}"] = visit.say("Say in one line what happened.")
    theme = entry.values.get("theme", "")
    region = entry.values.get("region", "")[:6]
    command = {
        "theme": theme if theme in THEMES else None,
        "title": title,
        "text": texts(visit, entry, "text", MAX_TEXT),
        "when": {
            "from_on": day(visit, entry, "from_on", needed=True),
            "to_on": day(visit, entry, "to_on"),
            "precision": entry.code("precision", words.PRECISIONS) or "day",
        },
        "where": {"country": region[:2] or entry.values.get("country", ""), "region": region or None},
        "detail": entry.values.get("detail", "")[:MAX_LINE] or None,
        "acts": acts.read(visit, entry),
        "sources": _sources(visit, entry),
        "level": entry.code("level", words.LEVELS) or "contributors",
        "levels": {part: level for part in words.PARTS if (level := entry.code(f"level-{part}", words.LEVELS))},
    }
    when = command["when"]
    if isinstance(when, dict) and when["to_on"] and when["from_on"] and when["to_on"] < when["from_on"]:
        entry.errors["to_on"] = visit.say("The end must not be before the beginning.")
    return command


def _sources(visit: Visit, entry: Entry) -> list[dict[str, Any]]:
    sources = []
    for number in range(MAX_ROWS):
        material, party = entry.code(f"material-{number}", words.MATERIALS), entry.values.get(f"source-{number}", "")
        exhibit = entry.values.get(f"exhibit-{number}", "")
        if not (material or party or exhibit):
            continue
        sources.append(
            {
                "party_id": party[:ID_LENGTH] or None,
                "exhibit_id": exhibit[:ID_LENGTH] or None,
                "material": material or None,
                "connection": entry.code(f"connection-{number}", words.CONNECTIONS) or "990000000000",
                "reliability": entry.code(f"reliability-{number}", words.RELIABILITY) or "990000000000",
                "on": day(visit, entry, f"source-on-{number}"),
            }
        )
    return sources


def shown(incident: Incident) -> Entry:
    """Return the form of an incident as it stands."""
    entry = Entry()
    values = entry.values
    for name, texts in (("title", incident.title), ("text", incident.text)):
        values |= {f"{name}-{language}": text for language, text in (texts or {}).items()}
    values |= {"theme": incident.theme or "", "detail": incident.detail or "", "level": incident.level}
    values |= {f"level-{part}": level for part, level in incident.levels.items()}
    if incident.when:
        values |= {"from_on": incident.when.from_on.isoformat(), "precision": incident.when.precision}
        values["to_on"] = incident.when.to_on.isoformat() if incident.when.to_on else ""
    if incident.where:
        values |= {"country": incident.where.country, "region": incident.where.region or ""}
    acts.show(entry, incident.acts or [])
    for number, source in enumerate(incident.sources or []):
        values |= {f"{name}-{number}": source[name] or "" for name in ("material", "connection", "reliability")}
        values |= {f"source-{number}": source["party_id"] or "", f"exhibit-{number}": source["exhibit_id"] or ""}
        values[f"source-on-{number}"] = source["on"] or ""
    return entry


def chosen(entry: Entry) -> tuple[list[str], list[str]]:
    """Return the ids of everybody, and of every file, that a form has chosen: a page must offer them all."""
    sources = [text for name, text in entry.values.items() if re.fullmatch("source-[0-9]+", name)]
    return [*acts.named(entry), *sources], [text for name, text in entry.values.items() if name.startswith("exhibit-")]


def looked_for(entry: Entry) -> str | None:
    """Return what is to be found for a form before it is saved, "" when it wants more rows alone, else nothing."""
    wanted = entry.values.pop("find", "")[:MAX_LINE]
    return wanted if wanted or entry.values.get("do") == "more" else None


def rows(entry: Entry, *names: str) -> int:
    """Return how many rows a form shows: those with something in one of the fields, and one more."""
    filled = [n for n in range(MAX_ROWS) if any(entry.values.get(f"{name}-{n}") for name in names)]
    return min(MAX_ROWS, max(filled, default=-1) + 2)


def party(visit: Visit, entry: Entry) -> dict[str, Any]:
    """Return the command that says who somebody is; names stand one to a line."""
    names = [each.strip()[:MAX_LINE] for each in entry.values.get("names", "").split("\n") if each.strip()]
    if not names:
        entry.errors["names"] = visit.say("Write at least one name.")
    return {
        "kind": entry.code("kind", words.KINDS) or "person",
        "names": names[:20],
        "label": entry.values.get("label", "")[:MAX_LINE] or None,
        "notes": entry.values.get("notes", "")[:MAX_TEXT],
        "level": entry.code("level", words.OF_NAMES) or "protected",
    }


def exhibit(visit: Visit, entry: Entry) -> dict[str, Any]:
    """Return the command that says what a file is and for whom."""
    title = entry.values.get("title", "")[:MAX_LINE]
    if not title:
        entry.errors["title"] = visit.say("Say what the file is.")
    return {
        "title": title,
        "file_name": entry.values.get("file_name", "")[:MAX_LINE] or None,
        "notes": entry.values.get("notes", "")[:MAX_TEXT],
        "level": entry.code("level", words.LEVELS) or "protected",
    }


def reason(visit: Visit, entry: Entry) -> str:
    """Return why somebody must see what is protected."""
    text = entry.values.get("reason", "")[:500]
    if len(text) < 3:
        entry.errors["reason"] = visit.say("Say in a few words why. The log keeps it with your name.")
    return text


def key(entry: Entry) -> str | None:
    """Return what makes a form that is sent twice one request."""
    return entry.values.get("key", "")[:100] or None


def revision(entry: Entry) -> int:
    """Return the revision that was seen.  Raises `Refused` for what is no number."""
    text = entry.values.get("revision", "")
    if not text.isdecimal() or len(text) > 9:
        raise Refused(422)
    return int(text)


def take(visit: Visit, entry: Entry, refused: Refused) -> None:
    """Bring a refusal to the form; what no form can mend is raised again."""
    if refused.status not in (400, 403, 409, 412, 413, 415, 422):
        raise refused
    if refused.status == 412:
        entry.errors["form"] = visit.say("Somebody else saved in the meantime. Compare, then save again.")
    else:
        entry.errors["form"] = (
            visit.say(words.REFUSALS[refused.code])
            if refused.code in words.REFUSALS
            else visit.why(refused.code, N_("This cannot be accepted as it is."))
        )


def texts(visit: Visit, entry: Entry, prefix: str, longest: int) -> dict[str, str]:
    found: dict[str, str] = {each: text for each in LANGUAGES if (text := entry.values.get(f"{prefix}-{each}", ""))}
    for each, text in found.items():
        if len(text) > longest or (longest == MAX_LINE and "\n" in text):
            entry.errors[f"{prefix}-{each}"] = visit.say("Write at most %(number)s characters.", number=longest)
    return found


def day(visit: Visit, entry: Entry, name: str, *, needed: bool = False) -> str | None:
    written = entry.values.get(name, "")
    if not written and not needed:
        return None
    try:
        return date.fromisoformat(written).isoformat()
    except ValueError:
        entry.errors[name] = visit.say("Give a day, as in 2026-10-14.")
        return None
