"""What of a draft is shown: everything, to coordinators alone."""

from services.meetings.directory.domain import Audience
from services.meetings.drafts.domain import Draft
from services.meetings.meetings.model import Form
from services.meetings.places.domain import Capacity
from services.meetings.reminders.domain import PlanReminders
from shared.ids import Id
from shared.model import Language, LocalLine, LocalText, Model, Time, ZoneName


class DraftView(Model):
    """A draft as coordinators see it."""

    id: Id
    revision: int
    title: LocalLine
    text: LocalText
    place: str
    link: str
    time_zone: ZoneName
    languages: list[Language]
    series: str | None
    series_id: Id | None
    form: Form | None
    closed: bool
    audience: Audience
    capacity: Capacity | None
    reminders: PlanReminders | None
    copied_from: Id | None
    clock: str
    """At what time of day its agenda is shown to begin until it has a date."""
    drafted_at: Time
    changed_at: Time


def view(draft: Draft) -> DraftView:
    """Return ``draft`` as coordinators see it."""
    return DraftView.model_construct(**{name: getattr(draft, name) for name in DraftView.model_fields})
