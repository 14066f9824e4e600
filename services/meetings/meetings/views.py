"""What of a meeting is shown, and to whom."""

from services.meetings.meetings.domain import AgendaEntry, Form, Meeting, State
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
    held_as: Form
    closed: bool
    """Held under the Chatham House rule."""
    time_zone: ZoneName
    starts_at: Time
    ends_at: Time
    moved_from: Time | None
    """When it was to begin before it was last moved."""
    agenda: list[AgendaEntry]
    languages: list[Language]
    series: str | None
    series_id: Id | None
    reason: LocalText
    scheduled_at: Time
    changed_at: Time
    held_at: Time | None


def view(meeting: Meeting) -> MeetingView:
    """Return ``meeting`` as the invited see it: what was checked when it was read is not checked again."""
    return MeetingView.model_construct(**{name: getattr(meeting, name) for name in MeetingView.model_fields})
