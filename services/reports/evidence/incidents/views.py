"""What of an incident is shown to whom: fields that are not for them are left out, and named as withheld."""

from services.reports.evidence.incidents.domain import PARTS, Incident, Part, State
from services.reports.evidence.incidents.parts import Act, Source, When, Where
from services.reports.evidence.levels import Level, Sight, withheld
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Language, Model, Time


class IncidentView(Model):
    """An incident.  A field in ``withheld`` is there and not for this reader."""

    id: Id
    revision: int
    theme: Theme | None
    title: dict[Language, str] | None = None
    text: dict[Language, str] | None = None
    when: When | None = None
    where: Where | None = None
    detail: str | None = None
    acts: list[Act] | None = None
    sources: list[Source] | None = None
    level: Level
    levels: dict[Part, Level]
    state: State
    reason: str
    withheld: list[str]
    mine: bool
    """Whether the reader recorded it."""
    recorded_at: Time
    changed_at: Time


class IncidentOpened(IncidentView):
    """An incident with everything that is known of it, shown once to somebody who said why."""


OWN = ("id", "revision", "theme", "level", "levels", "state", "reason", "recorded_at", "changed_at")


def view(incident: Incident, sight: Sight, *, by: str) -> IncidentView:
    """Return what ``sight`` takes in of an incident."""
    hidden = withheld(incident.level, incident.levels, PARTS, sight)
    shown = {name: getattr(incident, name) for name in PARTS if name not in hidden}
    own = {name: getattr(incident, name) for name in OWN}
    if "text" in hidden:
        own["reason"] = ""
    return IncidentView(**own, **shown, withheld=hidden, mine=incident.recorded_by == by)


def opened(incident: Incident, *, by: str) -> IncidentOpened:
    """Return everything that is known of an incident."""
    facts = {name: getattr(incident, name) for name in (*OWN, *PARTS)}
    return IncidentOpened(**facts, withheld=[], mine=incident.recorded_by == by)
