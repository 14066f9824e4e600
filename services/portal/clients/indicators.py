"""The indicators of a report, asked: tables of numbers by period, their pictures, and what changed since an edition."""

from datetime import date
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model


class Series(Model):
    """One row: numbers that are entered, or what is counted."""

    label: dict[str, str] = Field(default_factory=dict)
    values: list[str | None] = Field(default_factory=list)
    count: dict[str, Any] | None = None
    undated: int = 0


class Indicator(Model):
    """A table of numbers; ``names`` are those of its periods."""

    id: str
    revision: int = 1
    theme: str | None = None
    title: dict[str, str]
    unit: dict[str, str] = Field(default_factory=dict)
    note: dict[str, str] = Field(default_factory=dict)
    source: dict[str, str] = Field(default_factory=dict)
    step: str = "half-year"
    period_from_on: date
    period_to_on: date
    columns: list[str]
    names: list[dict[str, str]]
    series: list[Series]
    chart: str = "bars"
    removed: bool = False

    @property
    def is_drawn(self) -> bool:
        """Whether it has a picture."""
        return self.chart != "none" and any(value is not None for row in self.series for value in row.values)


class Change(Model):
    """One number that is another now."""

    series: dict[str, str] = Field(default_factory=dict)
    column: dict[str, str] = Field(default_factory=dict)
    before: str | None = None
    now: str | None = None


class Compared(Model):
    """An indicator beside itself in an earlier edition."""

    indicator_id: str
    title: dict[str, str]
    is_new: bool = False
    is_gone: bool = False
    changes: list[Change] = Field(default_factory=list)


class Indicators:
    """The indicators of one report or another."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def all(self, report_id: str) -> list[Indicator]:
        """List a report's indicators."""
        return await self._call.get(f"/reports/{report_id}/indicators", list[Indicator])

    async def one(self, report_id: str, indicator_id: str) -> Indicator:
        """Return one indicator."""
        return await self._call.get(f"/reports/{report_id}/indicators/{indicator_id}", Indicator)

    async def create(self, report_id: str, command: dict[str, Any], *, key: str | None) -> Indicator:
        """Begin a table."""
        return await self._call.ask("POST", f"/reports/{report_id}/indicators", Indicator, command, key=key)

    async def change(self, report_id: str, indicator_id: str, command: dict[str, Any], *, revision: int) -> None:
        """Replace what a table shows."""
        path = f"/reports/{report_id}/indicators/{indicator_id}"
        await self._call.ask("PUT", path, object, command, revision=revision)

    async def remove(self, report_id: str, indicator_id: str) -> None:
        """Take a table out of the report."""
        await self._call.ask("POST", f"/reports/{report_id}/indicators/{indicator_id}/removal", object)

    async def restore(self, report_id: str, indicator_id: str) -> None:
        """Have a table back."""
        await self._call.ask("POST", f"/reports/{report_id}/indicators/{indicator_id}/restoration", object)

    async def compare(self, report_id: str, edition: int) -> list[Compared]:
        """Say which numbers are others than in an edition."""
        path = f"/reports/{report_id}/indicators/comparison"
        return await self._call.get(path, list[Compared], {"edition": edition})

    async def chart(self, report_id: str, indicator_id: str, language: str) -> bytes:
        """Return the picture of an indicator as SVG."""
        path = f"/reports/{report_id}/indicators/{indicator_id}/chart"
        return (await self._call.send("GET", path, params={"language": language})).content
