"""Lists a page at a time, by the key of the last item seen: stable while things are added, fast on any page."""

import base64
import json
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel

from shared.problems import Invalid

Item = TypeVar("Item")
MAX_PAGE = 200


class Page(BaseModel, Generic[Item]):
    """Some items, and the cursor for those after them: `None` when these were the last."""

    items: list[Item]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page is wanted: at most ``limit`` items ``after`` a cursor.  A route takes it as ``paging: PagingOf``."""

    after: Annotated[str | None, Query(max_length=500, description="The `next` of the page before.")] = None
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE, description="Items on a page.")] = 50

    def key(self, *kinds: type) -> list[Any] | None:
        """Return the sort key after which the page begins, checked to be of ``kinds``.  Raises `Invalid`."""
        return None if self.after is None else read_cursor(self.after, *kinds)


PagingOf = Annotated[Paging, Depends()]


def cursor(*key: str | int | float) -> str:
    """Return an opaque cursor for a sort key of text and numbers."""
    return base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(text: str, *kinds: type) -> list[Any]:
    """Return the sort key in a cursor.  Raises `Invalid` (``cursor-not-valid``) when it is not one of ours."""
    try:
        key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        key = None
    fits = isinstance(key, list) and len(key) == len(kinds)
    if not fits or not all(type(part) is kind and _storable(part) for part, kind in zip(key, kinds, strict=True)):
        raise Invalid("cursor-not-valid", "Begin again from the first page, without `after`.")
    return list(key)


def _storable(part: Any) -> bool:
    """Return whether the database could hold it: a whole number of 64 bits, text without halves of characters."""
    if isinstance(part, str):
        return not any("\ud800" <= character <= "\udfff" for character in part)
    return not isinstance(part, int) or -(2**63) <= part < 2**63


def page_of(items: list[Item], limit: int, *, key: Any) -> Page[Item]:
    """Return the page made of ``limit + 1`` fetched ``items``; ``key`` gives an item's sort key as a tuple."""
    if len(items) <= limit:
        return Page(items=items)
    items = items[:limit]
    return Page(items=items, next=cursor(*key(items[-1])))
