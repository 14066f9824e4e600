"""The contracts between services: one module per publisher, and `CATALOGUE`, every event by its name."""

from shared.events import meetings, notifications, registry, reports
from shared.events.base import MAX_BODY_BYTES, Envelope, Event, enclose


def _published_by(*modules: object) -> dict[str, type[Event]]:
    found = (value for module in modules for value in vars(module).values())
    classes = {value for value in found if isinstance(value, type) and issubclass(value, Event)}
    return {cls.name: cls for cls in sorted(classes, key=lambda cls: cls.__name__) if hasattr(cls, "name")}


CATALOGUE: dict[str, type[Event]] = _published_by(registry, meetings, reports, notifications)

__all__ = ["CATALOGUE", "MAX_BODY_BYTES", "Envelope", "Event", "enclose"]
