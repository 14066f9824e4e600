"""Writes another organisation's id wherever a record names one, and remembers the places, so that it can be undone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shared.storage import Document

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document named the organisation: the way to the id or to the list of ids, and what stood there."""

    path: Path
    before: str | list[str]


def repointed(document: Document, old: str, new: str) -> tuple[Document, list[Place]]:
    """Return ``document`` with ``new`` wherever it had ``old`` but in its ``_id``, and the places; ids are unique."""
    places: list[Place] = []
    changed = {
        key: value if key == "_id" else _replaced(value, old, new, (key,), places) for key, value in document.items()
    }
    return changed, places


def _replaced(value: Any, old: str, new: str, path: Path, places: list[Place]) -> Any:
    if value == old:
        places.append(Place(path, old))
        return new
    if isinstance(value, dict):
        return {key: _replaced(each, old, new, (*path, key), places) for key, each in value.items()}
    if isinstance(value, list):
        if old in value and all(isinstance(each, str) for each in value):
            places.append(Place(path, list(value)))
            return _each_once(value, old, new)
        return [_replaced(each, old, new, (*path, at), places) for at, each in enumerate(value)]
    return value


def _each_once(ids: Sequence[Any], old: str, new: str) -> list[Any]:
    return list(dict.fromkeys(new if each == old else each for each in ids))


def put_back(document: Document, places: Sequence[Place], old: str, new: str, *, same: bool) -> Document:
    """Return ``document`` with ``old`` where it was; ``same`` when nobody wrote it since, so that all is as it was.

    Of a document that was written since, the places that still say ``new`` are put back.
    """
    for place in places:
        before = place.before

        def was(value: Any, before: str | list[str] = before) -> Any:
            return before if same else _now(value, before, old, new)

        document = _changed(document, place.path, was)
    return document


def _changed(value: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    """Return ``value`` with what stands at ``path`` changed; the same when nothing stands there."""
    if not path:
        return change(value)
    key, rest = path[0], path[1:]
    if isinstance(value, dict) and key in value:
        return {**value, key: _changed(value[key], rest, change)}
    if isinstance(value, list) and isinstance(key, int) and key < len(value):
        return [*value[:key], _changed(value[key], rest, change), *value[key + 1 :]]
    return value


def _now(value: Any, before: str | list[str], old: str, new: str) -> Any:
    if value == new and before == old:
        return old
    if isinstance(value, list) and isinstance(before, list) and new in value:
        return [*value, old] if new in before and old not in value else _each_once(value, new, old)
    return value
