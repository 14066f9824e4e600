"""Writing together, asked: who writes what, how far each section is, and who has signed it off."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page
from shared.model import Language


class Text(Model):
    """One text of a section."""

    written: bool = False
    revision: int = 1
    updated_at: datetime | None = None


class Writer(Model):
    """An organisation that writes, as the caller may know it; and what it says of a section."""

    name: dict[str, str] = Field(default_factory=dict)
    pseudonym: bool = False
    organisation_id: str | None = None
    mine: bool = False
    verdict: str | None = None
    dissent: dict[str, str] = Field(default_factory=dict)
    signed_at: datetime | None = None
    outdated: list[Language] = Field(default_factory=list)


class Moment(Model):
    """Something that happened to a section."""

    at: datetime
    what: str
    name: dict[str, str] = Field(default_factory=dict)
    note: str = ""


class Work(Model):
    """How far a section is."""

    key: str
    title: dict[str, str]
    guidance: dict[str, str] = Field(default_factory=dict)
    state: str | None = None
    note: str = ""
    due_on: date | None = None
    late: bool = False
    mine: bool = False
    writable: bool = False
    texts: dict[Language, Text] = Field(default_factory=dict)
    writers: list[Writer] = Field(default_factory=list)
    history: list[Moment] = Field(default_factory=list)

    @property
    def owed(self) -> list[Writer]:
        """The caller's organisations that have not signed these very texts."""
        if self.state != "accepted":
            return []
        return [each for each in self.writers if each.mine and (each.verdict is None or each.outdated)]


class Contributor(Model):
    """An organisation that writes, its sections and its day."""

    name: dict[str, str] = Field(default_factory=dict)
    pseudonym: bool = False
    organisation_id: str | None = None
    mine: bool = False
    sections: list[str] = Field(default_factory=list)
    due_on: date | None = None


class Workshop(Model):
    """A report in writing, as the caller sees it."""

    report_id: str
    kind: str = "monitoring-report"
    title: dict[str, str]
    country: str = ""
    period_from_on: date
    period_to_on: date
    languages: list[Language]
    edition: int | None = None
    due_on: date | None = None
    edits: bool = False
    commissioned: bool = False
    contributors: list[Contributor] = Field(default_factory=list)
    sections: list[Work] = Field(default_factory=list)


class Task(Model):
    """Something that waits for the caller."""

    key: str
    title: dict[str, str]
    task: str
    due_on: date | None = None
    late: bool = False


class DeskItem(Model):
    """A report that the caller takes part in, and what of it waits for them."""

    report_id: str
    title: dict[str, str]
    country: str = ""
    edition: int | None = None
    due_on: date | None = None
    edits: bool = False
    tasks: list[Task] = Field(default_factory=list)


class PictureWords(Model):
    """What is said of a picture to those who do not see it, and below it."""

    image_id: str
    alt: str = ""
    caption: str = ""


class NumbersRow(Model):
    """One row of a table."""

    label: str = ""
    values: list[str | None] = Field(default_factory=list)


class Numbers(Model):
    """An indicator below a section, in one language."""

    indicator_id: str
    title: str
    unit: str = ""
    note: str = ""
    source: str = ""
    columns: list[str] = Field(default_factory=list)
    series: list[NumbersRow] = Field(default_factory=list)
    drawn: bool = False


class Reading(Model):
    """A section as it would be published now, numbers and words of pictures included."""

    key: str
    title: dict[Language, str]
    html: dict[Language, str]
    pictures: dict[Language, list[PictureWords]] = Field(default_factory=dict)
    indicators: dict[Language, list[Numbers]] = Field(default_factory=dict)
    seen: dict[Language, int]
    digests: dict[Language, str] = Field(default_factory=dict)


class PlannedContributor(Model):
    """An organisation that writes, as editors plan it."""

    organisation_id: str
    sections: list[str] = Field(default_factory=list)
    due_on: date | None = None
    credit: dict[str, str] = Field(default_factory=dict)
    names: list[str] = Field(default_factory=list)
    pseudonym: str | None = None


class Commission(Model):
    """Who was asked to write a report."""

    revision: int
    number: str = ""
    contributors: list[PlannedContributor] = Field(default_factory=list)
    editor_ids: list[str] = Field(default_factory=list)
    deadlines: dict[str, date] = Field(default_factory=dict)
    due_on: date


class Writing:
    """What the reports service knows of writing together."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def desk(self, *, after: str = "", limit: int = 20) -> Page[DeskItem]:
        """List the reports that the caller writes or edits."""
        return await self._call.get("/writing", Page[DeskItem], {"after": after, "limit": limit})

    async def workshop(self, report_id: str) -> Workshop:
        """Return a report in writing."""
        return await self._call.get(f"/reports/{report_id}/workshop", Workshop)

    async def read(self, report_id: str, key: str) -> Reading:
        """Return a section as it would be published now."""
        return await self._call.get(f"/reports/{report_id}/readings/{key}", Reading)

    async def submit(self, report_id: str, key: str) -> None:
        """Hand a section to its editors."""
        await self._call.ask("POST", f"/reports/{report_id}/writing/{key}/submission", object)

    async def take_back(self, report_id: str, key: str) -> None:
        """Take a section back from its editors."""
        await self._call.ask("DELETE", f"/reports/{report_id}/writing/{key}/submission", object)

    async def request_changes(self, report_id: str, key: str, note: str) -> None:
        """Send a section back to those who write it."""
        await self._call.ask("POST", f"/reports/{report_id}/writing/{key}/changes", object, {"note": note})

    async def accept(self, report_id: str, key: str) -> None:
        """Take a section, and ask for the sign-offs that are missing."""
        await self._call.ask("POST", f"/reports/{report_id}/writing/{key}/acceptance", object)

    async def sign_off(self, report_id: str, key: str, command: dict[str, Any]) -> None:
        """Sign a section off, or record a dissent."""
        await self._call.ask("POST", f"/reports/{report_id}/writing/{key}/sign-offs", object, command)

    async def commission(self, report_id: str) -> Commission:
        """Return who was asked to write a report."""
        return await self._call.get(f"/reports/{report_id}/commission", Commission)

    async def plan(self, report_id: str, command: dict[str, Any], *, revision: int | None) -> None:
        """Say who writes a report; without ``revision`` for the first time."""
        method = "POST" if revision is None else "PUT"
        await self._call.ask(method, f"/reports/{report_id}/commission", object, command, revision=revision)

    async def name_editor(self, report_id: str, person_id: str) -> None:
        """Let somebody edit a report."""
        await self._call.ask("PUT", f"/reports/{report_id}/editors/{person_id}", object)

    async def release_editor(self, report_id: str, person_id: str) -> None:
        """Let somebody edit a report no more."""
        await self._call.ask("DELETE", f"/reports/{report_id}/editors/{person_id}", object)
