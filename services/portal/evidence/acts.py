"""Reading the acts of an incident from its form: what was done, what became of whom, and everybody who did it."""

from collections.abc import Sequence
from typing import Any

from services.portal.evidence import words
from services.portal.evidence.entry import ID_LENGTH, Entry
from services.portal.pages import Visit

MAX_ACTS = 30
MAX_PEOPLE = 50  # victims, or perpetrators, who are named in one act
UNKNOWN = "990000000000"
MAX_UNNAMED = 1_000_000


def read(visit: Visit, entry: Entry) -> list[dict[str, Any]]:
    """Return the acts as the service takes them; what is wrong is noted in ``entry``."""
    acts = []
    for number in range(MAX_ACTS):
        if not (code := entry.code(f"act-{number}", words.ACTS)):
            continue
        acts.append(
            {
                "code": code,
                "victims": _victims(entry, number),
                "unnamed_victims": _count(visit, entry, f"unnamed-{number}"),
                "perpetrators": _perpetrators(entry, number),
            }
        )
    if not acts:
        entry.errors["act-0"] = visit.say("Choose what was done, at least once.")
    return acts


def show(entry: Entry, acts: Sequence[dict[str, Any]]) -> None:
    """Write acts into a form."""
    values = entry.values
    for number, act in enumerate(acts):
        values |= {f"act-{number}": act["code"], f"unnamed-{number}": str(act["unnamed_victims"] or "")}
        entry.chosen[f"victims-{number}"] = [each["party_id"] for each in act["victims"]]
        values |= {f"standing-{number}-{each['party_id']}": each["standing"] for each in act["victims"]}
        for place, each in enumerate(act["perpetrators"]):
            row = f"{number}-{place}"
            values |= {f"kind-{row}": each["kind"], f"involvement-{row}": each["involvement"]}
            values[f"perpetrator-{row}"] = each["party_id"] or ""


def named(entry: Entry) -> list[str]:
    """Return the ids of everybody who is chosen as a victim or a perpetrator."""
    victims = [each for name, ids in entry.chosen.items() if name.startswith("victims-") for each in ids]
    return victims + [text for name, text in entry.values.items() if name.startswith("perpetrator-")]


def perpetrator_rows(entry: Entry, number: int) -> int:
    """Return how many perpetrators a form shows of one act: those that are filled, and one more."""
    names = ("kind", "perpetrator")
    filled = [n for n in range(MAX_PEOPLE) if any(entry.values.get(f"{name}-{number}-{n}") for name in names)]
    return min(MAX_PEOPLE, max(filled, default=-1) + 2)


def _victims(entry: Entry, number: int) -> list[dict[str, Any]]:
    ids = list(dict.fromkeys(each[:ID_LENGTH] for each in entry.chosen.get(f"victims-{number}", [])))
    return [
        {"party_id": each, "standing": entry.code(f"standing-{number}-{each}", words.STANDINGS) or UNKNOWN}
        for each in ids
    ]


def _perpetrators(entry: Entry, number: int) -> list[dict[str, Any]]:
    found = []
    for place in range(MAX_PEOPLE):
        row = f"{number}-{place}"
        kind, party = entry.code(f"kind-{row}", words.PERPETRATORS), entry.values.get(f"perpetrator-{row}", "")
        if kind or party:
            involvement = entry.code(f"involvement-{row}", words.INVOLVEMENTS)
            found.append(
                {"party_id": party[:ID_LENGTH] or None, "kind": kind or UNKNOWN, "involvement": involvement or UNKNOWN}
            )
    return found


def _count(visit: Visit, entry: Entry, name: str) -> int:
    written = entry.values.get(name, "")
    if not written:
        return 0
    if not (written.isascii() and written.isdecimal() and len(written) <= 7 and int(written) <= MAX_UNNAMED):
        entry.errors[name] = visit.say("Write a whole number, or nothing.")
        return 0
    return int(written)
