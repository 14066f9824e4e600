"""For whom a piece of evidence is: everybody, those who write the report, its editors, or nobody without a reason."""

from collections.abc import Mapping
from typing import Any, Literal, get_args

Level = Literal["public", "contributors", "editors", "protected"]
"""Protected: counted and never shown; whoever must see it opens it, and the log of custody says so."""
LEVELS: tuple[Level, ...] = get_args(Level)

Sight = Literal["reader", "contributor", "editor"]
"""As whom somebody looks at evidence."""

_SEEN: dict[Sight, frozenset[Level]] = {
    "reader": frozenset({"public"}),
    "contributor": frozenset({"public", "contributors"}),
    "editor": frozenset({"public", "contributors", "editors"}),
}


def seen_by(sight: Sight) -> frozenset[Level]:
    """Return the levels that ``sight`` takes in; *protected* is never among them."""
    return _SEEN[sight]


def withheld(level: Level, levels: Mapping[Any, Level], fields: tuple[str, ...], sight: Sight) -> list[str]:
    """Return those of ``fields`` that ``sight`` does not take in; ``levels`` has those that differ from ``level``."""
    return [name for name in fields if levels.get(name, level) not in _SEEN[sight]]
