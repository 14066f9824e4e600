"""What a series is, and how it is changed."""

from datetime import datetime

from pydantic import Field

from shared.ids import Id, new_id
from shared.model import Aggregate, Command, LocalLine, LocalText, Time
from shared.problems import FieldError, Invalid


class DescribeSeries(Command):
    """What a series is called, and what it is about."""

    title: LocalLine
    description: LocalText = Field(default_factory=dict)


class Series(Aggregate):
    """Meetings that follow each other."""

    title: LocalLine
    description: LocalText = Field(default_factory=dict)
    begun_by: Id
    begun_at: Time
    changed_at: Time


def begin(command: DescribeSeries, *, by: str, now: datetime) -> Series:
    """Return a new series."""
    described = {"title": command.title, "description": command.description}
    return Series(id=new_id(), **described, begun_by=by, begun_at=now, changed_at=now)


def change(known: Series, command: DescribeSeries, *, now: datetime) -> Series:
    """Return the series as it is described now."""
    return known.evolve(title=command.title, description=command.description, changed_at=now)


def not_known() -> Invalid:
    """Return the refusal of a meeting in a series that does not exist."""
    error = FieldError("not-known", "Choose one of the series there are.", field="series_id")
    return Invalid("series-not-known", "There is no such series.", errors=(error,))
