"""The rules of exhibits: a file is taken in once, never replaced, and handed out by name of whoever asked.  Pure."""

from datetime import datetime

from services.reports.evidence.levels import Level, StoredLevel
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Line, Model, Text, Time
from shared.problems import Conflict

MAX_BYTES = 50_000_000  # of one file
MAX_EXHIBITS = 5_000  # of one report


class DescribeExhibit(Command):
    """Say what a file is and from where it came.  The texts are sealed."""

    title: Line
    file_name: Line | None = None
    """What it was called where it came from."""
    notes: Text = ""
    level: Level = "protected"


class File(Model):
    """A file as it was taken in."""

    file_id: Id
    content_type: str
    size: int
    """In bytes."""
    sha256: str
    stored_at: Time


class Exhibit(Aggregate):
    """A file of the evidence, in clear: only for the code of this service; without ``file`` it is announced."""

    report_id: Id
    title: str
    file_name: str | None = None
    notes: str
    level: StoredLevel
    file: File | None = None
    recorded_by: Id | None
    recorded_at: Time
    changed_at: Time


def describe(report_id: str, command: DescribeExhibit, *, others: int, by: str, now: datetime) -> Exhibit:
    """Return a new exhibit without its file.  Raises `Conflict` when the report has 5,000."""
    if others >= MAX_EXHIBITS:
        raise Conflict("too-many-exhibits", f"A report has at most {MAX_EXHIBITS} exhibits.")
    facts = {name: getattr(command, name) for name in DescribeExhibit.model_fields}
    return Exhibit(id=new_id(), report_id=report_id, recorded_by=by, recorded_at=now, changed_at=now, **facts)


def change(exhibit: Exhibit, command: DescribeExhibit, *, now: datetime) -> Exhibit:
    """Return ``exhibit`` described anew; as it was when nothing changes.  Its file never changes."""
    facts = {name: getattr(command, name) for name in DescribeExhibit.model_fields}
    if all(getattr(exhibit, name) == value for name, value in facts.items()):
        return exhibit
    return exhibit.evolve(**facts, changed_at=now)


def take_in(exhibit: Exhibit, file: File, *, now: datetime) -> Exhibit:
    """Return ``exhibit`` with its file; as it was when it has this very file.  Raises `Conflict` for another one."""
    if exhibit.file is not None:
        if exhibit.file.sha256 == file.sha256:
            return exhibit
        raise Conflict("file-taken-in", "This exhibit has its file, which never changes: record another exhibit.")
    return exhibit.evolve(file=file, changed_at=now)
