"""What is kept of a section's saves, and of what its writers have typed and not saved.  Pure."""

from datetime import datetime, timedelta

from pydantic import Field

from services.reports.author import Author
from services.reports.reports.domain import Markdown, Section
from services.reports.templates.domain import Key
from shared.ids import Id
from shared.model import Command, Language, Line, Model, Time

MAX_REVISION = 2**31 - 1
UNSAVED_FOR = timedelta(days=30)  # what was typed and never saved is forgotten after that


class Revision(Model):
    """A section as somebody saved it; never changed."""

    report_id: Id
    key: Key
    language: Language
    number: int = Field(ge=1)
    """The section's revision."""
    title: str
    text: str
    saved_at: Time
    saved_by: Author
    restored_from: int | None = None
    """The older revision that this one brings back, if it does."""


class KeepUnsaved(Command):
    """Keep what somebody has typed, for them alone; the section stays as it is."""

    title: Line | None = None
    text: Markdown
    seen: int = Field(ge=1, le=MAX_REVISION)
    """The revision of the section that it was typed upon."""


class Unsaved(Model):
    """What somebody has typed and not saved."""

    report_id: Id
    key: Key
    language: Language
    person_id: Id
    title: str
    text: str
    seen: int
    kept_at: Time


class CompareText(Command):
    """Compare what somebody has typed with what is saved now; both began at the revision ``seen``."""

    title: Line | None = None
    text: Markdown
    seen: int = Field(ge=1, le=MAX_REVISION)


def revision_of(section: Section, by: Author, restored_from: int | None = None) -> Revision:
    """Return what is kept of a save."""
    return Revision(
        number=section.revision,
        saved_at=section.updated_at,
        saved_by=by,
        restored_from=restored_from,
        **section.model_dump(include={"report_id", "key", "language", "title", "text"}),
    )


def unsaved(section: Section, command: KeepUnsaved, *, by: Id, now: datetime) -> Unsaved:
    """Return what is kept of a text that is being typed."""
    return Unsaved(
        person_id=by,
        title=command.title or "",
        text=command.text,
        seen=command.seen,
        kept_at=now,
        **section.model_dump(include={"report_id", "key", "language"}),
    )
