"""Publishing, asked of reports: the checklist, editions, when a report comes out, corrections, withdrawal."""

from datetime import datetime
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page
from shared.model import Language


class Point(Model):
    """One thing that hinders publication, and where."""

    code: str
    field: str = ""
    line: int | None = None
    detail: str = ""
    about: str | None = None
    """The report whose evidence protects the name, where it is another one."""


class LanguagePoints(Model):
    """What one language still lacks."""

    language: Language
    ready: bool
    missing: list[Point] = Field(default_factory=list)


class Checklist(Model):
    """What hinders publication: in the whole, and in each language."""

    ready: bool
    whole: list[Point] = Field(default_factory=list)
    languages: list[LanguagePoints] = Field(default_factory=list)


class Clearance(Model):
    """A line that may be in print, and why."""

    mark: str
    place: str
    because: str
    cleared_at: datetime


class Release(Model):
    """When a report comes out."""

    revision: int
    state: str
    embargo_until: datetime | None = None
    publish_at: datetime | None = None
    languages: list[Language] | None = None
    translation_of: dict[Language, Language] = Field(default_factory=dict)
    held_because: list[str] = Field(default_factory=list)
    edition: int | None = None
    cleared: list[Clearance] = Field(default_factory=list)


class Held(Model):
    """A report that was to come out by itself and did not."""

    report_id: str
    title: dict[str, str]
    publish_at: datetime | None = None
    held_because: list[str] = Field(default_factory=list)


class Erratum(Model):
    """What was wrong in an earlier edition."""

    corrects: int
    text: dict[str, str] = Field(default_factory=dict)


class EditionFacts(Model):
    """Which edition it is."""

    edition: int
    sha256: str
    published_at: datetime
    languages: list[Language]
    erratum: Erratum | None = None


class PlannedSection(Model):
    """A section as it is planned."""

    key: str
    title: dict[str, str] = Field(default_factory=dict)


class Drafted(Model):
    """A report as its editors see it, without its texts."""

    id: str
    state: str = "draft"
    revision: int = 1
    title: dict[str, str]
    languages: list[Language]
    edition: int | None = None
    withdrawn_at: datetime | None = None
    outline: list[PlannedSection] = Field(default_factory=list)

    def section(self, key: str) -> dict[str, str]:
        """Return what a section is called; its key where it is none of this report's."""
        return next((each.title for each in self.outline if each.key == key), {"en": key})


class Publishing:
    """The reports service's API of publication."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def report(self, report_id: str) -> Drafted:
        """Return the draft."""
        return await self._call.get(f"/reports/{report_id}", Drafted)

    async def checklist(self, report_id: str) -> Checklist:
        """Return what hinders publication."""
        return await self._call.get(f"/reports/{report_id}/publication", Checklist)

    async def editions(self, report_id: str) -> list[EditionFacts]:
        """Return the editions that can be read, newest first."""
        return (await self._call.get(f"/reports/{report_id}/editions", Page[EditionFacts])).items

    async def release(self, report_id: str) -> Release:
        """Return when a report comes out."""
        return await self._call.get(f"/reports/{report_id}/release", Release)

    async def held(self, *, limit: int = 20) -> list[Held]:
        """List the reports that were to come out by themselves and did not."""
        return (await self._call.get("/releases/held", Page[Held], {"limit": limit})).items

    async def publish(self, report_id: str, command: dict[str, Any], *, revision: int, key: str | None) -> None:
        """Publish now."""
        path = f"/reports/{report_id}/publication"
        await self._call.ask("POST", path, object, command, key=key, revision=revision)

    async def plan(self, report_id: str, command: dict[str, Any], *, revision: int) -> None:
        """Say when it comes out; ``revision`` is that of the release, 0 before the first plan."""
        await self._call.ask("PUT", f"/reports/{report_id}/release", object, command, revision=revision or None)

    async def correct(self, report_id: str, erratum: dict[Language, str], *, revision: int, key: str | None) -> None:
        """Publish an edition that corrects the last one."""
        path = f"/reports/{report_id}/correction"
        await self._call.ask("POST", path, object, {"erratum": erratum}, key=key, revision=revision)

    async def withdraw(self, report_id: str, reason: dict[Language, str], *, revision: int, key: str | None) -> None:
        """Take every edition back."""
        path = f"/reports/{report_id}/withdrawal"
        await self._call.ask("POST", path, object, {"reason": reason}, key=key, revision=revision)

    async def clear(self, report_id: str, place: str, line: int, because: str) -> None:
        """Let a line be in print in which a protected name seems to stand."""
        body = {"place": place, "line": line, "because": because}
        await self._call.ask("POST", f"/reports/{report_id}/release/cleared", object, body)

    async def unclear(self, report_id: str, mark: str) -> None:
        """Have a cleared line stop publication again."""
        await self._call.ask("DELETE", f"/reports/{report_id}/release/cleared/{mark}", object)
