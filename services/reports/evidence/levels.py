"""For whom a piece of evidence is: those who write the report, its editors, or nobody without a reason.

Nothing of the evidence is published: readers learn what the report says.  Only a name may be for everybody as well,
which means that it may be in print (decision 24).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

Level = Literal["contributors", "editors", "protected"]
"""Protected: counted and never shown; whoever must see it opens it, and the log of custody says so."""

NameLevel = Literal["public", Level]
"""For whom the names of a party are; those that are *public* may be in print."""


def _as_it_was_read(level: Any) -> Any:
    return "contributors" if level == "public" else level


StoredLevel = Annotated[Level, BeforeValidator(_as_it_was_read)]
"""A level as it is kept: *public* was offered once, and shown to those who write the report alone."""

Sight = Literal["contributor", "editor"]
"""As whom somebody looks at evidence."""

_SEEN: dict[Sight, frozenset[NameLevel]] = {
    "contributor": frozenset({"public", "contributors"}),
    "editor": frozenset({"public", "contributors", "editors"}),
}


def seen_by(sight: Sight) -> frozenset[NameLevel]:
    """Return the levels that ``sight`` takes in; *protected* is never among them."""
    return _SEEN[sight]


def withheld(level: Level, levels: Mapping[Any, Level], fields: tuple[str, ...], sight: Sight) -> list[str]:
    """Return those of ``fields`` that ``sight`` does not take in; ``levels`` has those that differ from ``level``."""
    return [name for name in fields if levels.get(name, level) not in _SEEN[sight]]
