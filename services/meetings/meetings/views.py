"""What of a meeting is shown, and to whom."""

from services.meetings.meetings.domain import AgendaEntry, Meeting, State
from shared.ids import Id
from shared.model import Language, LocalLine, LocalText, Model, Time, ZoneName


class MeetingView(Model):
    """A meeting as everybody invited may see it: nothing of who else is, nor how many."""

    id: Id
    revision: int
    sequence: int
    state: State
    title: LocalLine
    text: LocalText
    place: str
    link: str
    time_zone: ZoneName
    starts_at: Time
    ends_at: Time
    agenda: list[AgendaEntry]
    languages: list[Language]
    series: str | None
    reason: LocalText
    scheduled_at: Time
    changed_at: Time


def view(meeting: Meeting) -> MeetingView:
    """Return ``meeting`` as the invited see it: what was checked when it was read is not checked again."""
    return MeetingView.model_construct(**{name: getattr(meeting, name) for name in MeetingView.model_fields})
