"""The forms about people, read: what was written becomes a command, refusals find their fields."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from services.portal.clients.base import Refused
from services.portal.clients.people import Record
from services.portal.languages import N_
from services.portal.pages import Visit
from services.portal.people.words import FUNCTIONS, PURPOSES, REFUSALS, WAYS
from services.portal.words import ROLES

MAX_ORGANISATIONS = 20
WRITTEN = ("display_name", "legal_name", "phone", "address", "notes", "language", "time_zone")
NEEDED = {
    "display_name": N_("Write what the person is called here. It may be a pseudonym."),
    "address": N_("Write the address like name@example.org"),
    "text": N_("Write the words that were agreed to."),
    "given_on": N_("Write the day on which it was given."),
}
OUTDATED = N_("Somebody else has changed this in the meantime: look again, then save again.")
WRONG = {
    "address": NEEDED["address"],
    "phone": N_("Write the number with its country, like +48 22 123 45 67"),
}


def values_of(person: Record) -> dict[str, Any]:
    """Return a record as its form shows it."""
    positions: dict[str, list[str]] = {}
    for each in person.positions:
        positions.setdefault(each.organisation_id, []).append(each.function)
    given = {name: getattr(person, name) for name in WRITTEN}
    ticked = {"roles": person.roles, "organisations": person.organisation_ids, "positions": positions}
    return {**given, **ticked, "no_contact": person.no_contact, "active": person.active}


def blank(visit: Visit) -> dict[str, Any]:
    """Return the form for somebody new."""
    empty = dict.fromkeys(WRITTEN, "")
    own = {"language": visit.language, "time_zone": visit.zone}
    ticked = {"roles": ["member"], "organisations": [], "positions": {}}
    return {**empty, **own, **ticked, "no_contact": False, "active": True}


def read(form: FormData) -> dict[str, Any]:
    """Return what was written into the form of a record."""
    organisations = [str(each) for each in form.getlist("organisations")][:MAX_ORGANISATIONS]
    return {
        **{name: str(form.get(name, "")).strip() for name in WRITTEN},
        "roles": [each for each in ROLES if each in form.getlist("roles")],
        "organisations": organisations,
        "positions": {
            each: [name for name in FUNCTIONS if name in form.getlist(f"positions-{each}")] for each in organisations
        },
        "no_contact": bool(form.get("no_contact")),
        "active": form.get("active") != "no",
    }


def command_of(values: Mapping[str, Any], *, known: bool) -> dict[str, Any]:
    """Return the command of a form; a ``known`` person may also be no longer active."""
    positions = [
        {"organisation_id": organisation, "function": function}
        for organisation, functions in values["positions"].items()
        for function in functions
    ]
    command = {name: values[name] for name in (*WRITTEN, "roles", "no_contact")}
    standing = {"active": values["active"]} if known else {}
    return {**command, "organisation_ids": values["organisations"], "positions": positions, **standing}


def missing(visit: Visit, values: Mapping[str, Any], *names: str) -> dict[str, str]:
    """Return what must be written and is not, by field."""
    return {name: visit.say(NEEDED[name]) for name in names if not values[name]}


def read_consent(visit: Visit, form: FormData) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the command that records a consent, and what is wrong with it."""
    values = {name: str(form.get(name, "")).strip() for name in ("purpose", "text", "given_on", "way", "written_in")}
    errors = missing(visit, values, "text", "given_on")
    command = {
        "purpose": values["purpose"] if values["purpose"] in PURPOSES else "record",
        "way": values["way"] if values["way"] in WAYS else "on-paper",
        "text": values["text"],
        "language": values["written_in"],
        "given_at": _noon(values["given_on"], visit.zone) or "",
    }
    if not errors and not command["given_at"]:
        errors |= missing(visit, {"given_on": ""}, "given_on")
    return command, errors


def _noon(day: str, zone: str) -> str | None:
    try:
        at = datetime.strptime(day, "%Y-%m-%d").replace(hour=12, tzinfo=ZoneInfo(zone))
    except ValueError:
        return None
    return (
        min(at.astimezone(UTC), datetime.now(UTC)).isoformat() if at.date() <= datetime.now(at.tzinfo).date() else None
    )


def refusals(visit: Visit, refused: Refused) -> dict[str, str]:
    """Return why the registry said no, by field where one is to blame.  Raises what is no matter of the form."""
    if refused.status not in (409, 412, 422):
        raise refused
    if refused.status == 412:
        return {"form": visit.say(OUTDATED)}
    found = {}
    for each in refused.errors:
        name = (each.field or "form").split(".")[0]
        found[name] = visit.say(WRONG[name]) if name in WRONG else visit.why(each.code, N_("This cannot be accepted."))
    fields = {"address-taken": "address", "name-differs": "erase", "last-coordinator": "erase"}
    if refused.code in REFUSALS:
        found[fields.get(refused.code, "form")] = visit.say(REFUSALS[refused.code])
    return found or {"form": visit.why(refused.code, N_("This cannot be accepted."))}
