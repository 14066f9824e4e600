"""What of an exhibit is shown to whom: that it is there and its hash to all who write; the rest by its level."""

from typing import Any

from services.reports.evidence.exhibits.domain import Exhibit
from services.reports.evidence.levels import Level, Sight, seen_by
from shared.ids import Id
from shared.model import Model, Time


class ExhibitView(Model):
    """An exhibit; ``title``, ``file_name`` and ``notes`` are `None` where they are not for this reader."""

    id: Id
    revision: int
    title: str | None
    file_name: str | None
    notes: str | None
    level: Level
    content_type: str | None
    size: int | None
    sha256: str | None
    """Of the file when it was taken in; `None` while there is none."""
    withheld: bool
    mine: bool
    recorded_at: Time
    changed_at: Time


class ExhibitOpened(ExhibitView):
    """An exhibit with everything that is written of it, shown once to somebody who said why."""


def view(exhibit: Exhibit, sight: Sight, *, by: str) -> ExhibitView:
    """Return what ``sight`` takes in of an exhibit."""
    shown = exhibit.level in seen_by(sight)
    return ExhibitView(**_facts(exhibit, shown=shown), mine=exhibit.recorded_by == by)


def opened(exhibit: Exhibit, *, by: str) -> ExhibitOpened:
    """Return everything that is written of an exhibit."""
    return ExhibitOpened(**_facts(exhibit, shown=True), mine=exhibit.recorded_by == by)


def _facts(exhibit: Exhibit, *, shown: bool) -> dict[str, Any]:
    file = exhibit.file
    return {
        "id": exhibit.id,
        "revision": exhibit.revision,
        "title": exhibit.title if shown else None,
        "file_name": exhibit.file_name if shown else None,
        "notes": exhibit.notes if shown else None,
        "level": exhibit.level,
        "content_type": file.content_type if file else None,
        "size": file.size if file else None,
        "sha256": file.sha256 if file else None,
        "withheld": not shown,
        "recorded_at": exhibit.recorded_at,
        "changed_at": exhibit.changed_at,
    }
