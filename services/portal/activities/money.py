"""Budgets and payments in the form of an activity."""

from services.portal.activities import words
from services.portal.activities.entry import Body, Entry, is_day
from services.portal.activities.entry import number as number_of
from services.portal.pages import Visit, local

OFFERED = 10  # payments in the form; where there are more, the others stay as they are


def name_of(visit: Visit, named: Body) -> str:
    """Return what an organisation is called in an activity, in the reader's language where it can be."""
    return local(named["name"], visit.language) or next(iter(named["other_names"].values()), named["ref"])


def budget_values(number: int, budget: Body) -> dict[str, str]:
    """Return a budget as it is offered."""
    return {
        f"budget-{number}-from": budget["starts_on"],
        f"budget-{number}-to": budget["ends_on"],
        f"budget-{number}-amount": budget["money"]["amount"],
        f"budget-{number}-currency": budget["money"]["currency"],
    }


def budgets(visit: Visit, entry: Entry, whole: Body) -> list[Body]:
    """Return the budgets that are written; what is wrong is told in the entry."""
    old: list[Body] = whole.get("budgets", [])
    found = []
    for number in entry.rows("budget"):
        written = {each: entry.value(f"budget-{number}-{each}") for each in ("from", "to", "amount", "currency")}
        known = old[number] if number < len(old) else {}
        amount = number_of(written["amount"])
        if not any(written[each] for each in ("from", "to", "amount")):
            continue
        days = [is_day(written["from"]), is_day(written["to"])]
        if amount is None or not all(days):
            wrong = visit.say("Give the first and the last day, and how much, as in 12000.50.")
            entry.errors[f"budget-{number}-amount"] = wrong
            continue
        money = {**known.get("money", {}), "amount": amount, "currency": written["currency"].upper()}
        found.append({**known, "starts_on": written["from"], "ends_on": written["to"], "money": money})
    return found


def payment_values(visit: Visit, number: int, payment: Body) -> dict[str, str]:
    """Return a payment as it is offered."""
    said = {
        "type": payment["type"],
        "on": payment["happened_on"],
        "amount": payment["money"]["amount"],
        "currency": payment["money"]["currency"],
        "from": name_of(visit, payment["provider"]) if payment["provider"] else "",
        "to": name_of(visit, payment["receiver"]) if payment["receiver"] else "",
    }
    return {f"paid-{number}-{name}": str(value) for name, value in said.items()}


def payments(visit: Visit, entry: Entry, whole: Body) -> list[Body]:
    """Return the payments that are written, and those that were not offered; what is wrong is told in the entry."""
    old: list[Body] = whole.get("transactions", [])
    found: list[Body] = []
    for number in entry.rows("paid"):
        written = {name: entry.value(f"paid-{number}-{name}") for name in ("type", "on", "amount", "currency")}
        known = old[number] if number < min(len(old), OFFERED) else {}
        if not any(written[name] for name in ("on", "amount")):
            continue
        amount = number_of(written["amount"])
        if amount is None or not is_day(written["on"]) or written["type"] not in words.TRANSACTIONS:
            entry.errors[f"paid-{number}-amount"] = visit.say("Say what it was, on which day, and how much.")
            continue
        money = {**known.get("money", {}), "amount": amount, "currency": written["currency"].upper()}
        if not known:
            money["valued_on"] = written["on"]
        parts = {
            place: _party(visit, known.get(place), entry.value(f"paid-{number}-{name}"))
            for place, name in (("provider", "from"), ("receiver", "to"))
        }
        found.append({**known, "type": written["type"], "happened_on": written["on"], "money": money, **parts})
    return [*found, *old[OFFERED:]]


def _party(visit: Visit, known: Body | None, name: str) -> Body | None:
    """Return who paid or was paid: as on record when that is its name, else by the name alone."""
    if known is not None and name_of(visit, known) == name:
        return known
    return {"name": {visit.language: name}} if name else None
