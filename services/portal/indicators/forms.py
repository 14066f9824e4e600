"""Reading the form of an indicator: titles by language, periods, rows that are entered or counted."""

import re
from typing import Any

from services.portal.clients.indicators import Indicator
from services.portal.clients.reports import Report
from services.portal.evidence.entry import Entry
from services.portal.evidence.forms import MAX_LINE, MAX_TEXT, day, texts
from services.portal.evidence.words import ACTS
from services.portal.indicators import words
from services.portal.pages import Visit
from services.portal.words import THEMES

MAX_ROWS = 12
NUMBER = re.compile(r"-?[0-9]{1,12}([.,][0-9]{1,4})?")
REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
NONE = ("–", "—", "-", "?")


def command(visit: Visit, entry: Entry) -> dict[str, Any]:
    """Return the command that a form stands for."""
    title = texts(visit, entry, "title", MAX_LINE)
    if not title:
        entry.errors[f"title-{visit.language}"] = visit.say("Say what the numbers are.")
    theme = entry.values.get("theme", "")
    return {
        "theme": theme if theme in THEMES else None,
        "title": title,
        "unit": texts(visit, entry, "unit", MAX_LINE),
        "note": texts(visit, entry, "note", MAX_TEXT),
        "source": texts(visit, entry, "source", MAX_TEXT),
        "step": entry.code("step", words.STEPS) or "half-year",
        "period_from_on": day(visit, entry, "period_from_on", needed=True),
        "period_to_on": day(visit, entry, "period_to_on", needed=True),
        "chart": entry.code("chart", words.CHARTS) or "bars",
        "series": _series(visit, entry),
    }


def _series(visit: Visit, entry: Entry) -> list[dict[str, Any]]:
    found = []
    for number in range(MAX_ROWS):
        if not (kind := entry.code(f"from-{number}", words.FROM)):
            continue
        row: dict[str, Any] = {"label": texts(visit, entry, f"label-{number}", MAX_LINE)}
        if kind == "entered":
            row["values"] = _numbers(visit, entry, f"values-{number}")
        else:
            acts = [each for each in entry.chosen.get(f"acts-{number}", []) if each in ACTS]
            regions = [each for each in entry.chosen.get(f"regions-{number}", []) if REGION.fullmatch(each)]
            row["count"] = {"measure": kind, "acts": acts[:20], "regions": regions[:50]}
        found.append(row)
    if not found:
        entry.errors["from-0"] = visit.say("Say where the numbers of the first row come from.")
    return found


def _numbers(visit: Visit, entry: Entry, name: str) -> list[str | None]:
    parts = entry.values.get(name, "").replace(";", " ").split()
    if any(part not in NONE and not NUMBER.fullmatch(part) for part in parts):
        entry.errors[name] = visit.say("Write numbers with a space between them, and a dash where none is known.")
        return []
    return [None if part in NONE else part.replace(",", ".") for part in parts]


def blank(report: Report) -> Entry:
    """Return the form of a new indicator."""
    days = {"period_from_on": report.period_from_on.isoformat(), "period_to_on": report.period_to_on.isoformat()}
    return Entry(values={**days, "step": "half-year", "chart": "bars"})


def shown(indicator: Indicator) -> Entry:
    """Return the form of an indicator as it stands."""
    entry = Entry(
        values={
            "theme": indicator.theme or "",
            "step": indicator.step,
            "chart": indicator.chart,
            "period_from_on": indicator.period_from_on.isoformat(),
            "period_to_on": indicator.period_to_on.isoformat(),
        }
    )
    for name in ("title", "unit", "note", "source"):
        entry.values |= {f"{name}-{language}": text for language, text in getattr(indicator, name).items()}
    for number, row in enumerate(indicator.series):
        entry.values |= {f"label-{number}-{language}": text for language, text in row.label.items()}
        entry.values[f"from-{number}"] = "entered" if row.count is None else str(row.count.get("measure", ""))
        if row.count is None:
            entry.values[f"values-{number}"] = " ".join(each or "–" for each in row.values)
        else:
            for name in ("acts", "regions"):
                entry.chosen[f"{name}-{number}"] = [str(each) for each in row.count.get(name, [])]
    return entry


def regions(entry: Entry) -> list[str]:
    """Return the codes of all regions that are ticked, so that none is lost from the form."""
    found = {each for name, codes in entry.chosen.items() if name.startswith("regions-") for each in codes}
    return sorted(each for each in found if REGION.fullmatch(each))


def rows(entry: Entry) -> int:
    """Return how many rows a form shows: those that are filled, and one more."""
    filled = [number for number in range(MAX_ROWS) if entry.values.get(f"from-{number}")]
    return min(MAX_ROWS, max(filled, default=-1) + 2)
