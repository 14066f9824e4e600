"""What surrounds a meeting, asked: drafts, series, agenda, documents, attendance, certificates, calendar feeds."""

from collections.abc import AsyncIterable
from datetime import date, datetime
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page
from services.portal.clients.meetings import Meeting
from shared.model import Language


class Reminders(Model):
    """So many days before the meeting the silent are asked again."""

    days_before: list[int] = Field(default_factory=list)
    moved: bool = False


class Draft(Model):
    """A meeting that has no date yet."""

    id: str
    revision: int
    title: dict[str, str]
    text: dict[str, str] = Field(default_factory=dict)
    place: str = ""
    link: str = ""
    time_zone: str
    languages: list[Language] = Field(default_factory=list)
    series: str | None = None
    series_id: str | None = None
    form: str | None = None
    closed: bool = False
    audience: dict[str, Any] = Field(default_factory=dict)
    capacity: int | None = None
    """How many people will have room."""
    reminders: Reminders | None = None
    """When the silent will be asked again."""
    copied_from: str | None = None
    clock: str = "09:00"
    changed_at: datetime


class Series(Model):
    """Meetings under one name."""

    id: str
    revision: int
    title: dict[str, str]
    description: dict[str, str] = Field(default_factory=dict)


class Speaker(Model):
    """Who speaks."""

    person_id: str | None = None
    name: str | None = None


class Session(Model):
    """A session of an agenda."""

    id: str
    after_minutes: int
    lasts_minutes: int
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    title: dict[str, str]
    text: dict[str, str] = Field(default_factory=dict)
    source_language: str
    outdated: list[str] = Field(default_factory=list)
    track: str = ""
    room: str = ""
    speakers: list[Speaker] = Field(default_factory=list)


class CarriedOver(Model):
    """A decision of the series that is late, and comes up by itself."""

    decision_id: str
    number: str = ""
    text: dict[str, str]
    due_on: date | None = None


class Agenda(Model):
    """The agenda of a meeting or draft."""

    meeting_id: str
    revision: int
    time_zone: str
    tracks: list[str] = Field(default_factory=list)
    rooms: list[str] = Field(default_factory=list)
    sessions: list[Session] = Field(default_factory=list)
    carried_over: list[CarriedOver] = Field(default_factory=list)


class Removal(Model):
    """What to undo to have a session back."""

    change_id: str


class Change(Model):
    """Who changed what of an agenda."""

    id: str
    at: datetime
    by: str | None = None
    what: str
    fields: list[str] = Field(default_factory=list)
    before: Session | None = None
    after: Session | None = None


class Document(Model):
    """A document of a meeting or session."""

    id: str
    meeting_id: str
    session_id: str | None = None
    title: dict[str, str]
    language: str | None = None
    audience: str = "invited"
    content_type: str | None = None
    size: int | None = None
    name: str | None = None


class Counts(Model):
    """How many came."""

    present: int = 0
    mine: bool = False
    can_enter: bool = False


class Mark(Model):
    """One person and whether they came."""

    person_id: str
    present: bool = False
    how: str | None = None


class Code(Model):
    """The code shown at the venue."""

    code: str


class Certificate(Model):
    """My own certificate."""

    name: str
    code: str
    language: str


class Attended(Model):
    """What a certificate says."""

    name: str
    title: dict[str, str]
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    issued_at: datetime


class Feed(Model):
    """A calendar feed: the token is the secret part of its address."""

    token: str
    language: str
    opened_at: datetime


class Agendas:
    """The part of the meetings service's HTTP API that prepares a meeting and looks back at it."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def drafts(self, **wanted: Any) -> Page[Draft]:
        """List the drafts."""
        return await self._call.get("/drafts", Page[Draft], wanted)

    async def draft(self, draft_id: str) -> Draft:
        """Return one draft."""
        return await self._call.get(f"/drafts/{draft_id}", Draft)

    async def begin_draft(self, command: dict[str, Any], *, key: str | None) -> Draft:
        """Begin a meeting without a date."""
        return await self._call.ask("POST", "/drafts", Draft, command, key=key)

    async def change_draft(self, draft_id: str, command: dict[str, Any], *, revision: int) -> Draft:
        """Change what a draft says."""
        return await self._call.ask("PUT", f"/drafts/{draft_id}", Draft, command, revision=revision)

    async def schedule_draft(self, draft_id: str, command: dict[str, Any], *, key: str | None) -> Meeting:
        """Give a draft its date."""
        return await self._call.ask("POST", f"/drafts/{draft_id}/scheduling", Meeting, command, key=key)

    async def discard_draft(self, draft_id: str) -> None:
        """Take a draft away."""
        await self._call.send("DELETE", f"/drafts/{draft_id}")

    async def copy(self, meeting_id: str, *, key: str | None) -> Draft:
        """Begin the next meeting like this one."""
        return await self._call.ask("POST", f"/meetings/{meeting_id}/copy", Draft, key=key)

    async def postpone(self, meeting_id: str, command: dict[str, Any], *, key: str | None) -> None:
        """Take the date from a meeting."""
        await self._call.ask("POST", f"/meetings/{meeting_id}/postponement", object, command, key=key)

    async def close(self, meeting_id: str, closed: bool) -> None:
        """Put a meeting under the Chatham House rule, or no longer."""
        await self._call.ask("PUT", f"/meetings/{meeting_id}/closed", object, {"closed": closed})

    async def conclude(self, meeting_id: str) -> None:
        """Note that a meeting was held."""
        await self._call.ask("POST", f"/meetings/{meeting_id}/conclusion", object)

    async def all_series(self) -> Page[Series]:
        """List the series."""
        return await self._call.get("/series", Page[Series], {"limit": 200})

    async def series(self, series_id: str) -> Series:
        """Return one series."""
        return await self._call.get(f"/series/{series_id}", Series)

    async def begin_series(self, command: dict[str, Any], *, key: str | None) -> Series:
        """Begin a series."""
        return await self._call.ask("POST", "/series", Series, command, key=key)

    async def meetings_of(self, series_id: str, **wanted: Any) -> Page[Meeting]:
        """List the meetings of a series."""
        return await self._call.get(f"/series/{series_id}/meetings", Page[Meeting], wanted)

    async def agenda(self, meeting_id: str) -> Agenda:
        """Return the agenda of a meeting or draft."""
        return await self._call.get(f"/meetings/{meeting_id}/agenda", Agenda)

    async def linked_agenda(self) -> Agenda:
        """Return the agenda of the meeting that the answer link is for."""
        return await self._call.get("/answer/agenda", Agenda)

    async def plan(
        self, meeting_id: str, command: dict[str, Any], *, session_id: str = "", revision: int | None = None
    ) -> Agenda:
        """Add a session, or change one."""
        path = f"/meetings/{meeting_id}/agenda/sessions"
        if session_id:
            return await self._call.ask("PUT", f"{path}/{session_id}", Agenda, command, revision=revision)
        return await self._call.ask("POST", path, Agenda, command)

    async def confirm_translation(
        self, meeting_id: str, session_id: str, language: str, command: dict[str, Any]
    ) -> None:
        """Say that a session's words in one language fit the others as they are now."""
        path = f"/meetings/{meeting_id}/agenda/sessions/{session_id}/translations/{language}"
        await self._call.ask("PUT", path, object, command)

    async def remove(self, meeting_id: str, session_id: str) -> Removal:
        """Take a session out."""
        path = f"/meetings/{meeting_id}/agenda/sessions/{session_id}/removal"
        return await self._call.ask("POST", path, Removal)

    async def changes(self, meeting_id: str, **wanted: Any) -> Page[Change]:
        """List who changed what, newest first."""
        return await self._call.get(f"/meetings/{meeting_id}/agenda/changes", Page[Change], wanted)

    async def undo(self, meeting_id: str, change_id: str) -> None:
        """Take a change back."""
        await self._call.ask("POST", f"/meetings/{meeting_id}/agenda/changes/{change_id}/undoing", object)

    async def documents(self, meeting_id: str) -> list[Document]:
        """List the documents I may read."""
        return await self._call.get(f"/meetings/{meeting_id}/documents", list[Document])

    async def linked_documents(self) -> list[Document]:
        """List the documents that the holder of the answer link may read."""
        return await self._call.get("/answer/documents", list[Document])

    async def describe(self, meeting_id: str, command: dict[str, Any]) -> Document:
        """Announce a document."""
        return await self._call.ask("POST", f"/meetings/{meeting_id}/documents", Document, command)

    async def send_file(self, meeting_id: str, document_id: str, body: AsyncIterable[bytes]) -> None:
        """Send a document's file."""
        path = f"/meetings/{meeting_id}/documents/{document_id}/content"
        await self._call.send("PUT", path, content=body)

    async def remove_document(self, meeting_id: str, document_id: str) -> None:
        """Take a document away."""
        await self._call.ask("POST", f"/meetings/{meeting_id}/documents/{document_id}/removal", object)

    async def restore_document(self, meeting_id: str, document_id: str) -> None:
        """Have a document back."""
        await self._call.ask("POST", f"/meetings/{meeting_id}/documents/{document_id}/restoration", object)

    async def file(self, meeting_id: str, document_id: str) -> bytes:
        """Return a document's file."""
        return (await self._call.send("GET", f"/meetings/{meeting_id}/documents/{document_id}/content")).content

    async def linked_file(self, document_id: str) -> bytes:
        """Return a document's file to the holder of the answer link."""
        return (await self._call.send("GET", f"/answer/documents/{document_id}/content")).content

    async def attendance(self, meeting_id: str) -> Counts:
        """Say how many came, and whether I did."""
        return await self._call.get(f"/meetings/{meeting_id}/attendance", Counts)

    async def linked_attendance(self) -> Counts:
        """Say how many came, and whether the holder of the answer link did."""
        return await self._call.get("/answer/attendance", Counts)

    async def expected(self, meeting_id: str, **wanted: Any) -> Page[Mark]:
        """List who is invited and who of them came."""
        return await self._call.get(f"/meetings/{meeting_id}/attendance/people", Page[Mark], wanted)

    async def walk_ins(self, meeting_id: str) -> list[Mark]:
        """List who came without an invitation."""
        return await self._call.get(f"/meetings/{meeting_id}/attendance/walk-ins", list[Mark])

    async def mark(self, meeting_id: str, *, present: list[str], absent: list[str]) -> None:
        """Record who came and who did not."""
        path = f"/meetings/{meeting_id}/attendance/people"
        await self._call.send("PUT", path, json={"present": present, "absent": absent})

    async def sign_in_sheet(self, meeting_id: str, language: str, people: list[dict[str, str]]) -> bytes:
        """Return a sheet for people to sign."""
        path, body = f"/meetings/{meeting_id}/attendance/sheet", {"language": language, "people": people}
        return (await self._call.send("POST", path, json=body)).content

    async def code(self, meeting_id: str) -> Code:
        """Return the code of the day."""
        return await self._call.get(f"/meetings/{meeting_id}/attendance/code", Code)

    async def show_code(self, meeting_id: str) -> None:
        """Make a code for the day."""
        await self._call.ask("POST", f"/meetings/{meeting_id}/attendance/code", object)

    async def enter(self, meeting_id: str, code: str) -> None:
        """Say that I am there."""
        await self._call.send("POST", f"/meetings/{meeting_id}/attendance/entry", json={"code": code})

    async def enter_by_link(self, code: str) -> None:
        """Say that the holder of the answer link is there."""
        await self._call.send("POST", "/answer/attendance", json={"code": code})

    async def certificate(self, meeting_id: str) -> Certificate:
        """Return my certificate."""
        return await self._call.get(f"/my/meetings/{meeting_id}/certificate", Certificate)

    async def issue(self, meeting_id: str, name: str, language: str) -> None:
        """Have my certificate issued."""
        path, body = f"/my/meetings/{meeting_id}/certificate", {"name": name, "language": language}
        await self._call.ask("PUT", path, object, body)

    async def certificate_pdf(self, meeting_id: str) -> bytes:
        """Return my certificate to print."""
        return (await self._call.send("GET", f"/my/meetings/{meeting_id}/certificate/pdf")).content

    async def issue_by_link(self, name: str, language: str) -> bytes:
        """Have the certificate of the holder of the answer link issued, and return it."""
        await self._call.ask("PUT", "/answer/certificate", object, {"name": name, "language": language})
        return (await self._call.send("GET", "/answer/certificate/pdf")).content

    async def verify(self, code: str) -> Attended:
        """Return what the certificate with a code says."""
        return await self._call.ask("POST", "/certificates/verification", Attended, {"code": code})

    async def feed(self, of: str) -> Feed:
        """Return a feed: mine (*my*), or that of a series (*series/…*)."""
        return await self._call.get(f"/{of}/feed", Feed)

    async def open_feed(self, of: str, language: str) -> None:
        """Open a feed, or give it a new address."""
        await self._call.ask("PUT", f"/{of}/feed", object, {"language": language})

    async def close_feed(self, of: str) -> None:
        """Withdraw a feed's address."""
        await self._call.send("DELETE", f"/{of}/feed")

    async def calendar(self, seen: str) -> tuple[bytes, str, bool]:
        """Return the feed of a secret address, its tag, and whether it is other than the one ``seen``."""
        headers = {"If-None-Match": seen} if seen else {}
        answer = await self._call.send("GET", "/feed", headers=headers)
        return answer.content, answer.headers.get("etag", ""), answer.status_code != 304
