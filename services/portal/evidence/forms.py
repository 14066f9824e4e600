"""Reading the forms of the evidence: incidents with their acts and sources, parties, files."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.datastructures import FormData

from services.portal.clients.base import Refused
from services.portal.clients.evidence import Incident
from services.portal.evidence import words
from services.portal.languages import N_
from services.portal.pages import Visit
from services.portal.words import THEMES
from shared.model import LANGUAGES

MAX_LINE = 200
MAX_TEXT = 20_000
MAX_ROWS = 30  # acts, or sources, that one incident has at most
ID_LENGTH = 36


@dataclass
class Entry:
    """What was written into a form, and what is wrong with it."""

    values: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, list[str]] = field(default_factory=dict)
    """By field: what is ticked."""
    errors: dict[str, str] = field(default_factory=dict)

    def code(self, name: str, among: Mapping[str, str]) -> str:
        """Return what was chosen in a field, or nothing."""
        value = self.values.get(name, "")
        return value if value in among else ""


def read(form: FormData) -> Entry:
    """Return the values of a form as they were written."""
    entry = Entry()
    for name, value in form.multi_items():
        if isinstance(value, str):
            entry.values[name] = value.strip().replace("\r\n", "\n")
            entry.chosen.setdefault(name, []).append(value)
    return entry


def incident(visit: Visit, entry: Entry) -> dict[str, Any]:
    """Return the command that a form stands for; what the form does not show it carries along as ``kept``."""
    kept = _kept(entry)
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
        "acts": _acts(visit, entry, kept.get("acts", [])),
        "sources": _sources(visit, entry),
        "level": entry.code("level", words.LEVELS) or "contributors",
        "levels": {part: level for part in words.PARTS if (level := entry.code(f"level-{part}", words.LEVELS))},
    }
    when = command["when"]
    if isinstance(when, dict) and when["to_on"] and when["from_on"] and when["to_on"] < when["from_on"]:
        entry.errors["to_on"] = visit.say("The end must not be before the beginning.")
    return command


def _acts(visit: Visit, entry: Entry, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    acts = []
    for number in range(MAX_ROWS):
        if not (code := entry.code(f"act-{number}", words.ACTS)):
            continue
        held = before[number] if number < len(before) else {}
        standings = {each.get("party_id"): each.get("standing") for each in held.get("victims", [])}
        victims = [each[:ID_LENGTH] for each in entry.chosen.get(f"victims-{number}", [])]
        acts.append(
            {
                "code": code,
                "victims": [{"party_id": each, "standing": standings.get(each) or "990000000000"} for each in victims],
                "unnamed_victims": _count(visit, entry, f"unnamed-{number}"),
                "perpetrators": _perpetrators(entry, number, held.get("perpetrators", [])),
            }
        )
    if not acts:
        entry.errors["act-0"] = visit.say("Choose what was done, at least once.")
    return acts


def _perpetrators(entry: Entry, number: int, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the one perpetrator that the form shows, and those after it that it does not."""
    kind, party = entry.code(f"kind-{number}", words.PERPETRATORS), entry.values.get(f"perpetrator-{number}", "")
    first = {
        "party_id": party[:ID_LENGTH] or None,
        "kind": kind or "990000000000",
        "involvement": entry.code(f"involvement-{number}", words.INVOLVEMENTS) or "990000000000",
    }
    return ([first] if kind or party else []) + before[1:]


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
    values["kept"] = json.dumps({"acts": incident.acts or []})
    values |= {"theme": incident.theme or "", "detail": incident.detail or "", "level": incident.level}
    values |= {f"level-{part}": level for part, level in incident.levels.items()}
    if incident.when:
        values |= {"from_on": incident.when.from_on.isoformat(), "precision": incident.when.precision}
        values["to_on"] = incident.when.to_on.isoformat() if incident.when.to_on else ""
    if incident.where:
        values |= {"country": incident.where.country, "region": incident.where.region or ""}
    for number, act in enumerate(incident.acts or []):
        values |= {f"act-{number}": act["code"], f"unnamed-{number}": str(act["unnamed_victims"] or "")}
        entry.chosen[f"victims-{number}"] = [each["party_id"] for each in act["victims"]]
        for each in act["perpetrators"][:1]:
            values |= {f"kind-{number}": each["kind"], f"involvement-{number}": each["involvement"]}
            values[f"perpetrator-{number}"] = each["party_id"] or ""
    for number, source in enumerate(incident.sources or []):
        values |= {f"{name}-{number}": source[name] or "" for name in ("material", "connection", "reliability")}
        values |= {f"source-{number}": source["party_id"] or "", f"exhibit-{number}": source["exhibit_id"] or ""}
        values[f"source-on-{number}"] = source["on"] or ""
    return entry


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
    if refused.status not in (400, 403, 409, 412, 413, 422):
        raise refused
    if refused.status == 412:
        entry.errors["form"] = visit.say("Somebody else saved in the meantime. Compare, then save again.")
    else:
        entry.errors["form"] = (
            visit.say(words.REFUSALS[refused.code])
            if refused.code in words.REFUSALS
            else visit.why(refused.code, N_("This cannot be accepted as it is."))
        )


def _kept(entry: Entry) -> dict[str, Any]:
    """Return what the form carries along: acts as they were, for what became of whom and for further perpetrators."""
    try:
        kept = json.loads(entry.values.get("kept", "") or "{}")
    except ValueError:
        return {}
    acts = kept.get("acts") if isinstance(kept, dict) else None
    return {"acts": [each for each in acts if isinstance(each, dict)]} if isinstance(acts, list) else {}


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


def _count(visit: Visit, entry: Entry, name: str) -> int:
    written = entry.values.get(name, "")
    if written and not (written.isdecimal() and int(written) <= 1_000_000):
        entry.errors[name] = visit.say("Write a whole number, or nothing.")
    return int(written) if written.isdecimal() else 0
