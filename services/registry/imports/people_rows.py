"""From one row of a table to one person: registered, updated, or refused with reasons."""

import re
from collections.abc import Collection
from typing import Any

from pydantic import ValidationError

from services.registry.imports.domain import Outcome, RowError
from services.registry.imports.people_csv import TRUTHS, Row
from services.registry.organisations.actions import ensure_organisation, organisations_named
from services.registry.organisations.domain import RegisterOrganisation
from services.registry.people import actions, store
from services.registry.people.domain import Person, RegisterPerson, update_command
from shared.events.registry import Role
from shared.problems import Problem
from shared.storage import Tx

SEPARATORS = re.compile(r"[|,;]")


class _Wrong(Exception):
    """A cell that cannot be understood."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


async def import_row(
    tx: Tx, row: Row, *, by: Collection[Role], by_id: str | None, create_organisations: bool
) -> Outcome | tuple[RowError, ...]:
    """Return what became of a row, or why it was refused; a refused row writes nothing about a person."""
    if row.error is not None:
        return (row.error,)
    try:
        fields = _fields(row)
        checked = RegisterPerson.model_validate(fields)
        if "organisation" in row.cells:
            fields["organisation_ids"] = await _organisation_ids(tx, row, create=create_organisations)
        return await _keep(tx, checked.address, fields, by=by, by_id=by_id)
    except ValidationError as error:
        return tuple(_row_error(row, each) for each in error.errors()[:10])
    except (_Wrong, Problem) as error:
        return (RowError(line=row.line, code=error.code, detail=error.detail),)


async def _keep(tx: Tx, address: str, fields: dict[str, Any], *, by: Collection[Role], by_id: str | None) -> Outcome:
    person = await store.find_by_address(tx, address, active_only=False)
    if person is None:
        await actions.register_person(tx, RegisterPerson.model_validate(fields), by=by)
        return "created"
    if not person.active:
        raise _Wrong("person-inactive", "This person's access was ended: give it back in their record first.")
    return await _update(tx, person, fields, by=by, by_id=by_id)


async def _update(
    tx: Tx, person: Person, fields: dict[str, Any], *, by: Collection[Role], by_id: str | None
) -> Outcome:
    """Change what the row says and leave what it does not."""
    command = update_command(person, **fields)
    changed = await actions.change_person(tx, person, command, by=by, by_id=by_id)
    return "unchanged" if changed.revision == person.revision else "updated"


def _fields(row: Row) -> dict[str, Any]:
    cells = row.cells
    fields: dict[str, Any] = {name: cells[name] for name in ("display_name", "address", "time_zone") if name in cells}
    if "language" in cells:
        fields["language"] = cells["language"].lower()
    if "roles" in cells:
        fields["roles"] = [role.strip().lower() for role in SEPARATORS.split(cells["roles"]) if role.strip()]
    if "no_contact" in cells:
        fields["no_contact"] = _truth(cells["no_contact"])
    return fields


def _truth(cell: str) -> bool:
    try:
        return TRUTHS[cell.casefold()]
    except KeyError:
        raise _Wrong("no-contact-not-valid", "no_contact: write yes or no.") from None


async def _organisation_ids(tx: Tx, row: Row, *, create: bool) -> list[str]:
    """Return the organisations in the cell, separated by ``|``."""
    names = [name.strip() for name in row.cells["organisation"].split("|") if name.strip()]
    return [await _organisation_id(tx, name, create=create) for name in names]


async def _organisation_id(tx: Tx, name: str, *, create: bool) -> str:
    found = await organisations_named(tx, name)
    if len(found) > 1:
        raise _Wrong("organisation-ambiguous", "Several organisations have this name: write it in full.")
    if found:
        return found[0].id
    if not create:
        raise _Wrong("organisation-unknown", "No organisation has this name: register it first, or have it created.")
    command = RegisterOrganisation.model_validate({"names": {"en": name}})
    return (await ensure_organisation(tx, command)).id


def _row_error(row: Row, error: Any) -> RowError:
    column = str(error["loc"][0]) if error["loc"] else "row"
    code = "cell-missing" if error["type"] == "missing" else "cell-not-valid"
    detail = str(error["msg"]).removeprefix("Value error, ")
    return RowError(line=row.line, code=code, detail=f"{column}: {detail}"[:300])
