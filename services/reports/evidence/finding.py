"""Finding single pieces of evidence among thousands: by their ids, or by words of what is for the reader."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query

from shared.ids import Id
from shared.paging import MAX_PAGE
from shared.storage import Document


@dataclass(frozen=True, slots=True)
class Finding:
    """Which pieces are wanted: those of some ids, those that say something; all of them without either."""

    id: Annotated[list[Id] | None, Query(max_length=MAX_PAGE, description="These alone, at most 200.")] = None
    q: Annotated[
        str | None, Query(max_length=200, description="Those whose names or title say this, or whose id ends so.")
    ] = None

    @property
    def where(self) -> Document:
        """The filter of the ids."""
        return {} if self.id is None else {"_id": {"$in": self.id}}

    @property
    def searches(self) -> bool:
        """Whether words are looked for, so that what is sealed must be opened to find them."""
        return bool(self._wanted)

    def fits(self, id: str, words: Iterable[str | None]) -> bool:
        """Return whether a piece with these ``words``, as far as the reader may know them, is wanted."""
        return id.endswith(self._wanted) or any(self._wanted in each.casefold() for each in words if each)

    @property
    def _wanted(self) -> str:
        return " ".join((self.q or "").casefold().split())


FindingOf = Annotated[Finding, Depends()]
