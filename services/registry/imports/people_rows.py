"""From rows of a table to people: registered, updated, or refused with reasons."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class _Read:
    """A row that can be understood."""

    row: Row
    address: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Importing:
    """Who reads a table in, by which roles, and what it may begin."""

    by: Collection[Role]
    by_id: str | None
    create_organisations: bool
    file_name: str | None = None


async def import_rows(tx: Tx, rows: Sequence[Row], importing: Importing) -> list[Outcome | tuple[RowError, ...]]:
    """Return what became of each row (at most 1,000), or why it was refused; a refused row changes no person."""
    read = [_read(row) for row in rows]
    known = await store.find_by_addresses(tx, [each.address for each in read if isinstance(each, _Read)])
    people = _People(tx, known, importing)
    return [await people.keep(each) if isinstance(each, _Read) else each for each in read]


def _read(row: Row) -> _Read | tuple[RowError, ...]:
    if row.error is not None:
        return (row.error,)
    try:
        fields = _fields(row)
        return _Read(row, RegisterPerson.model_validate(fields).address, fields)
    except ValidationError as error:
        return tuple(_row_error(row, each) for each in error.errors()[:10])
    except _Wrong as error:
        return (RowError(line=row.line, code=error.code, detail=error.detail),)


@dataclass(slots=True)
class _People:
    """The people of a batch of rows, those ``known`` by address among them."""

    tx: Tx
    known: Mapping[str, Person]
    importing: Importing
    organisation_ids: dict[str, str] = field(default_factory=dict)

    async def keep(self, read: _Read) -> Outcome | tuple[RowError, ...]:
        """Register or update the person of a row."""
        try:
            fields = dict(read.fields)
            if "organisation" in read.row.cells:
                fields["organisation_ids"] = await self._organisation_ids(read.row.cells["organisation"])
            person = self.known.get(read.address)
            return await self._register(fields) if person is None else await self._update(person, fields)
        except (_Wrong, Problem) as error:
            return (RowError(line=read.row.line, code=error.code, detail=error.detail),)
        except ValidationError as error:
            return tuple(_row_error(read.row, each) for each in error.errors()[:10])

    async def _register(self, fields: dict[str, Any]) -> Outcome:
        await actions.register_person(self.tx, RegisterPerson.model_validate(fields), by=self.importing.by)
        return "created"

    async def _update(self, person: Person, fields: dict[str, Any]) -> Outcome:
        """Change what the row says and leave what it does not."""
        if not person.active:
            raise _Wrong("person-inactive", "This person's access was ended: give it back in their record first.")
        command = update_command(person, **fields)
        changed = await actions.change_person(
            self.tx, person, command, by=self.importing.by, by_id=self.importing.by_id
        )
        return "unchanged" if changed.revision == person.revision else "updated"

    async def _organisation_ids(self, cell: str) -> list[str]:
        """Return the organisations in a cell, separated by ``|``."""
        return [await self._organisation_id(name.strip()) for name in cell.split("|") if name.strip()]

    async def _organisation_id(self, name: str) -> str:
        if name not in self.organisation_ids:
            self.organisation_ids[name] = await self._find_organisation(name)
        return self.organisation_ids[name]

    async def _find_organisation(self, name: str) -> str:
        found = await organisations_named(self.tx, name)
        if len(found) > 1:
            raise _Wrong("organisation-ambiguous", "Several organisations have this name: write it in full.")
        if found:
            return found[0].id
        if not self.importing.create_organisations:
            detail = "No organisation has this name: register it first, or have it created."
            raise _Wrong("organisation-unknown", detail)
        command = RegisterOrganisation.model_validate({"names": {"en": name}})
        return (await ensure_organisation(self.tx, command, source=self.importing.file_name)).id


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


def _row_error(row: Row, error: Any) -> RowError:
    column = str(error["loc"][0]) if error["loc"] else "row"
    code = "cell-missing" if error["type"] == "missing" else "cell-not-valid"
    detail = str(error["msg"]).removeprefix("Value error, ")
    return RowError(line=row.line, code=code, detail=f"{column}: {detail}"[:300])
