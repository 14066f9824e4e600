"""The texts of a draft, asked: one section with its revisions, comparisons, comments, and the report's pictures."""

from collections.abc import AsyncIterable
from datetime import datetime
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page
from shared.model import Language


class Section(Model):
    """One section in one language."""

    key: str
    language: Language
    revision: int = 1
    title: str = ""
    heading: str = ""
    text: str = ""
    updated_at: datetime | None = None


class Unsaved(Model):
    """What the person has typed and not saved; ``revision`` is the section's newest."""

    title: str = ""
    text: str = ""
    seen: int
    kept_at: datetime
    revision: int


class Desk(Model):
    """A section with what its writers need beside it."""

    section: Section
    report_title: dict[str, str]
    guidance: str = ""
    may_write: bool = False
    under_review: bool = False
    open_threads: int = 0
    unsaved: Unsaved | None = None


class Author(Model):
    """Who did something, as this person may know them."""

    role: str = "editor"
    mine: bool = False
    organisation_id: str | None = None
    name: dict[str, str] = Field(default_factory=dict)


class Piece(Model):
    """A stretch of text: *same*, *removed* or *added*."""

    kind: str
    text: str


class Revision(Model):
    """A save of a section; its text and what changed only where one alone is asked for."""

    number: int
    saved_at: datetime
    saved_by: Author
    restored_from: int | None = None
    title: str = ""
    text: str = ""
    compared_with: int | None = None
    changes: list[Piece] = Field(default_factory=list)


class Comparison(Model):
    """Three texts; ``joined`` is nothing where two changed the same lines."""

    base: str = ""
    theirs: Section
    their_changes: list[Piece] = Field(default_factory=list)
    my_changes: list[Piece] = Field(default_factory=list)
    joined: str | None = None


class Remark(Model):
    """What somebody said; empty where they wanted to be forgotten."""

    author: Author
    text: str = ""
    said_at: datetime


class Thread(Model):
    """What was said about a passage, or about the whole section."""

    id: str
    quote: str = ""
    still_there: bool = True
    state: str = "open"
    may_settle: bool = False
    remarks: list[Remark] = Field(default_factory=list)


class Image(Model):
    """A picture of a report; ``size`` in bytes, width and height in pixels."""

    id: str
    revision: int
    content_type: str = ""
    size: int = 0
    width: int
    height: int
    alt: dict[str, str] = Field(default_factory=dict)
    caption: dict[str, str] = Field(default_factory=dict)
    markdown: str = ""


class Preview(Model):
    """Sanitised HTML, made as that of a published page."""

    html: str = ""


class Picture(Model):
    """A picture's file, with the headers by which browsers keep it."""

    body: bytes
    content_type: str
    cache_control: str


class Texts:
    """The part of the reports service's HTTP API by which drafts are written."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def desk(self, report_id: str, key: str, language: str) -> Desk:
        """Return a section with what its writers need beside it."""
        return await self._call.get(f"{_at(report_id, key, language)}/desk", Desk)

    async def save(self, report_id: str, key: str, language: str, command: dict[str, Any], *, revision: int) -> Section:
        """Save a section; ``revision`` is the one that was seen."""
        return await self._call.ask("PUT", _at(report_id, key, language), Section, command, revision=revision)

    async def preview(self, report_id: str, key: str, language: str, text: str) -> str:
        """Return a text as HTML, as it would be published."""
        body = {"text": text}
        return (await self._call.ask("POST", f"{_at(report_id, key, language)}/preview", Preview, body)).html

    async def compare(self, report_id: str, key: str, language: str, command: dict[str, Any]) -> Comparison:
        """Compare what was typed with what somebody else saved meanwhile."""
        return await self._call.ask("POST", f"{_at(report_id, key, language)}/comparison", Comparison, command)

    async def keep(self, report_id: str, key: str, language: str, command: dict[str, Any]) -> Unsaved:
        """Keep what somebody is typing, for them alone."""
        return await self._call.ask("PUT", f"{_at(report_id, key, language)}/unsaved", Unsaved, command)

    async def drop(self, report_id: str, key: str, language: str) -> None:
        """Forget what somebody has typed and not saved."""
        await self._call.ask("DELETE", f"{_at(report_id, key, language)}/unsaved", object)

    async def revisions(self, report_id: str, key: str, language: str, *, after: str = "") -> Page[Revision]:
        """List the saves of a section, newest first."""
        return await self._call.get(f"{_at(report_id, key, language)}/revisions", Page[Revision], {"after": after})

    async def revision(self, report_id: str, key: str, language: str, number: int, *, since: int = 0) -> Revision:
        """Return one save with what changed since the one before, or since the one that is named."""
        path = f"{_at(report_id, key, language)}/revisions/{number}"
        return await self._call.get(path, Revision, {"since": since or None})

    async def restore(self, report_id: str, key: str, language: str, number: int, *, revision: int) -> None:
        """Save an older revision anew; ``revision`` is the one that was seen."""
        path = f"{_at(report_id, key, language)}/revisions/{number}/restoration"
        await self._call.ask("POST", path, object, revision=revision)

    async def threads(
        self, report_id: str, key: str, language: str, *, state: str = "", after: str = ""
    ) -> Page[Thread]:
        """List the threads on a section, oldest first."""
        wanted = {"key": key, "language": language, "state": state, "after": after}
        return await self._call.get(f"/reports/{report_id}/comments", Page[Thread], wanted)

    async def comment(
        self, report_id: str, key: str, language: str, command: dict[str, str], *, once: str | None
    ) -> None:
        """Begin a thread."""
        await self._call.ask("POST", f"{_at(report_id, key, language)}/comments", object, command, key=once)

    async def reply(self, report_id: str, thread_id: str, text: str, *, once: str | None) -> None:
        """Say something in a thread."""
        path = f"/reports/{report_id}/comments/{thread_id}/remarks"
        await self._call.ask("POST", path, object, {"text": text}, key=once)

    async def settle(self, report_id: str, thread_id: str, state: str) -> None:
        """Settle a thread, or open it again."""
        await self._call.ask("PUT", f"/reports/{report_id}/comments/{thread_id}/state", object, {"state": state})

    async def images(self, report_id: str) -> list[Image]:
        """List the pictures of a report."""
        return await self._call.get(f"/reports/{report_id}/images", list[Image])

    async def add_image(self, report_id: str, body: AsyncIterable[bytes]) -> Image:
        """Add a picture, without words."""
        response = await self._call.send("POST", f"/reports/{report_id}/images", content=body)
        return Image.model_validate_json(response.content)

    async def describe_image(self, report_id: str, image_id: str, command: dict[str, Any], *, revision: int) -> None:
        """Say what a picture shows and what stands below it."""
        path = f"/reports/{report_id}/images/{image_id}/description"
        await self._call.ask("PUT", path, object, command, revision=revision)

    async def remove_image(self, report_id: str, image_id: str) -> None:
        """Take a picture away."""
        await self._call.ask("POST", f"/reports/{report_id}/images/{image_id}/removal", object)

    async def restore_image(self, report_id: str, image_id: str) -> None:
        """Have a picture back."""
        await self._call.ask("POST", f"/reports/{report_id}/images/{image_id}/restoration", object)

    async def image(self, report_id: str, image_id: str) -> Picture:
        """Return a picture's file."""
        found = await self._call.send("GET", f"/reports/{report_id}/images/{image_id}")
        return Picture(
            body=found.content,
            content_type=found.headers.get("content-type", "application/octet-stream"),
            cache_control=found.headers.get("cache-control", "no-store"),
        )


def _at(report_id: str, key: str, language: str) -> str:
    return f"/reports/{report_id}/sections/{key}/{language}"
