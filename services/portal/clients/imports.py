"""Imports of sheets, asked of the registry: upload, columns, trial, confirmation, progress and report."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Any

import httpx2
from pydantic import Field

from services.portal.clients.base import Caller, FieldError, Model, Page

UPLOAD_WITHIN = 120  # seconds
DOWNLOAD_WITHIN = 120


class Column(Model):
    """A column and what it says."""

    number: int
    heading: str = ""
    tag: str = ""
    examples: list[str] = Field(default_factory=list)
    field: str | None = None


class Layout(Model):
    """The columns of a sheet."""

    first_row: int = 1
    language: str = "en"
    columns: list[Column] = Field(default_factory=list)


class Format(Model):
    """How a file is read."""

    workbook: bool = False
    encoding: str = "utf-8"
    delimiter: str = ","


class Counts(Model):
    """How many rows became what."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0
    passed_over: int = 0
    refused: int = 0
    noted: int = 0

    @property
    def rows(self) -> int:
        """The rows that were read."""
        return self.created + self.updated + self.unchanged + self.repeated + self.passed_over + self.refused


class Named(Model):
    """An organisation as a sheet names it."""

    name: str
    part: str
    organisation_id: str | None = None


class PreviewRow(Model):
    """A row as it would become."""

    row: int
    outcome: str
    title: str = ""
    organisations: list[Named] = Field(default_factory=list)
    where: str = ""
    place: str = ""
    starts_on: date | None = None
    ends_on: date | None = None


class Findings(Model):
    """What the rows came to so far."""

    counts: Counts = Counts()
    new_organisations: list[str] = Field(default_factory=list)
    new_organisations_count: int = 0
    unknown_places: list[str] = Field(default_factory=list)
    preview: list[PreviewRow] = Field(default_factory=list)


class Sheet(Model):
    """One import."""

    id: str
    revision: int
    kind: str
    file_name: str
    size: int = 0
    format: Format = Format(workbook=False)
    layout: Layout = Layout()
    state: str
    rows: int = 0
    found: Findings = Findings()
    failure: FieldError | None = None
    uploaded_at: datetime
    finished_at: datetime | None = None


class RowResult(Model):
    """What became of one row."""

    class Problem(Model):
        """What is wrong with it, or worth knowing."""

        column: str = ""
        code: str
        detail: str = ""
        severity: str = "refused"

    row: int
    outcome: str
    record_id: str | None = None
    repeats: int | None = None
    problems: list[Problem] = Field(default_factory=list)


class Imports:
    """The registry's API of imports."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def upload(self, kind: str, file_name: str, parts: AsyncIterator[bytes]) -> Sheet:
        """Send a sheet, part by part."""
        response = await self._call.send(
            "POST",
            "/imports/sheets",
            content=parts,
            params={"kind": kind, "file_name": file_name},
            timeout=UPLOAD_WITHIN,
        )
        return Sheet.model_validate_json(response.content)

    async def page(self, after: str = "") -> Page[Sheet]:
        """Return the newest imports."""
        return await self._call.get("/imports/sheets", Page[Sheet], {"after": after, "limit": 20})

    async def get(self, sheet_id: str) -> Sheet:
        """Return one import."""
        return await self._call.get(f"/imports/sheets/{sheet_id}", Sheet)

    async def choose(self, sheet_id: str, body: dict[str, Any], revision: int) -> Sheet:
        """Say what the columns hold."""
        return await self._call.ask("PUT", f"/imports/sheets/{sheet_id}/columns", Sheet, body, revision=revision)

    async def begin_trial(self, sheet_id: str) -> Sheet:
        """Have the rows tried."""
        return await self._call.ask("POST", f"/imports/sheets/{sheet_id}/trial", Sheet)

    async def confirm(self, sheet_id: str, body: dict[str, Any], revision: int) -> Sheet:
        """Have the rows recorded."""
        path = f"/imports/sheets/{sheet_id}/confirmation"
        return await self._call.ask("POST", path, Sheet, body, revision=revision)

    async def cancel(self, sheet_id: str) -> Sheet:
        """Put an import aside."""
        return await self._call.ask("POST", f"/imports/sheets/{sheet_id}/cancellation", Sheet)

    async def problems(self, sheet_id: str, after: str = "") -> Page[RowResult]:
        """Return rows that were refused or have a remark."""
        wanted = {"problems_only": "true", "after": after, "limit": 50}
        return await self._call.get(f"/imports/sheets/{sheet_id}/rows", Page[RowResult], wanted)

    async def report(self, sheet_id: str, ending: str) -> httpx2.Response:
        """Return the report row by row as *csv* or *json*."""
        return await self._call.send("GET", f"/imports/sheets/{sheet_id}/report.{ending}", timeout=DOWNLOAD_WITHIN)
