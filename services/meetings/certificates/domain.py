"""Who gets a certificate, what it says, and its code."""

from datetime import datetime
from typing import Annotated

from pydantic import StringConstraints

from services.meetings.attendance.domain import ALPHABET, Attendance
from services.meetings.meetings.model import Meeting
from services.meetings.meetings.telling import notice
from shared.ids import Id
from shared.model import Aggregate, Command, Language, Line, LocalLine, Model, Time, ZoneName
from shared.problems import Conflict, NotFound

GROUPS, GROUP = 4, 5
CODE_LETTERS = GROUPS * GROUP  # 99 random bits: nobody finds one by trying
Name = Annotated[Line, StringConstraints(max_length=120)]


class IssueCertificate(Command):
    """The name as it is to be printed, which is its owner's to say, and the language."""

    name: Name
    language: Language | None = None


class VerifyCertificate(Command):
    """The code that is printed on a certificate."""

    code: Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True, min_length=1, max_length=60)]


class Certificate(Aggregate):
    """A certificate; name and code are encrypted under the person's own key, and found by the code's fingerprint."""

    meeting_id: Id
    person_id: Id
    code_index: str
    cipher: bytes
    language: Language
    issued_at: Time


class Attended(Model):
    """What a certificate says, to whoever holds its code."""

    name: str
    """As its owner wanted it printed."""
    title: LocalLine
    """Of a closed meeting: that it was one."""
    starts_at: Time
    ends_at: Time
    time_zone: ZoneName
    issued_at: Time


def check_deserved(meeting: Meeting, attendance: Attendance | None, *, now: datetime) -> None:
    """Raise `NotFound` for whoever was not there, `Conflict` until the meeting is over."""
    if attendance is None or not attendance.present:
        raise NotFound("attendance-not-recorded", "Nobody has recorded that you were there: ask the organisers.")
    if meeting.state != "held" and now < meeting.ends_at:
        raise Conflict("meeting-not-over", "The certificate can be had when the meeting is over.")


def attended(meeting: Meeting, name: str, issued_at: datetime) -> Attended:
    """Return what a certificate of ``meeting`` says."""
    return Attended(
        name=name,
        title=notice(meeting).title,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        time_zone="UTC" if meeting.closed else meeting.time_zone,
        issued_at=issued_at,
    )


def shown(code: str) -> str:
    """Return a code in groups, as it is printed."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def plain(code: str) -> str:
    """Return a code as it is kept, however it was typed."""
    return "".join(each for each in code.upper() if each in ALPHABET)
