"""What of an agenda is shown, and to whom: of a closed meeting nobody but coordinators sees who speaks."""

from datetime import date, timedelta

from pydantic import Field

from services.meetings.agenda.actions import Frame
from services.meetings.agenda.domain import Agenda, Session, Speaker
from shared.ids import Id
from shared.model import Language, LocalLine, LocalText, Model, Time, ZoneName


class SessionView(Model):
    """A session; its times are given where the meeting has a date."""

    id: Id
    after_minutes: int
    lasts_minutes: int
    starts_at: Time | None
    ends_at: Time | None
    title: LocalLine
    text: LocalText
    source_language: Language
    outdated: list[Language]
    """The languages whose words were translated from older ones than now."""
    track: str
    room: str
    speakers: list[Speaker]


class CarriedOver(Model):
    """A decision of the series that is late: it comes up by itself, after what was planned."""

    decision_id: Id
    number: str
    text: dict[Language, str]
    due_on: date | None


class AgendaView(Model):
    """The agenda of a meeting, or of a draft that will be one."""

    meeting_id: Id
    revision: int
    time_zone: ZoneName
    tracks: list[str]
    """Those that sessions are in, by name; sessions for everybody are in none."""
    rooms: list[str]
    sessions: list[SessionView]
    carried_over: list[CarriedOver] = Field(default_factory=list)
    """What should have been done before this meeting, and is not."""


def view(agenda: Agenda, frame: Frame, *, coordinating: bool) -> AgendaView:
    """Return ``agenda`` as coordinators, or as the invited, see it."""
    hidden = frame.owner.closed and not coordinating
    return AgendaView(
        meeting_id=agenda.id,
        revision=agenda.revision,
        time_zone=frame.owner.time_zone,
        tracks=sorted({each.track for each in agenda.sessions if each.track}, key=str.casefold),
        rooms=sorted({each.room for each in agenda.sessions if each.room}, key=str.casefold),
        sessions=[_session(each, frame, hidden=hidden) for each in agenda.sessions],
    )


def _session(session: Session, frame: Frame, *, hidden: bool) -> SessionView:
    starts_at = frame.starts_at and frame.starts_at + timedelta(minutes=session.after_minutes)
    return SessionView(
        **session.model_dump(include=set(SessionView.model_fields) - {"outdated", "speakers"}),
        starts_at=starts_at,
        ends_at=starts_at and starts_at + timedelta(minutes=session.lasts_minutes),
        outdated=session.outdated,
        speakers=[] if hidden else session.speakers,
    )
