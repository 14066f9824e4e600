"""Aggregates that are found by words: what they are found by is kept beside them, never inside."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from shared.folding import asked_words
from shared.model import Aggregate
from shared.problems import Conflict
from shared.storage import Aggregates, Document, Tx, to_document

M = TypeVar("M", bound=Aggregate)

NOTHING: Document = {"_id": {"$in": []}}
"""Fits no record: a question without a letter or digit finds nothing."""


@dataclass(frozen=True)
class Searchable(Aggregates[M]):
    """Aggregates stored with what ``beside`` says they are found by."""

    beside: Callable[[M], Document]

    def document(self, aggregate: M) -> Document:
        """Return ``aggregate`` as it is stored."""
        return {**to_document(aggregate), **self.beside(aggregate)}

    async def add(self, tx: Tx, aggregate: M) -> None:
        """Add a new one.  Raises `Duplicate`."""
        await tx[self.name].insert_one(self.document(aggregate))

    async def put(self, tx: Tx, aggregate: M) -> None:
        """Write the next revision of one.  Raises `Conflict` when another was written in between."""
        expected = {"_id": aggregate.id, "revision": aggregate.revision - 1}
        if not await tx[self.name].replace_one(expected, self.document(aggregate)):
            raise Conflict("changed-meanwhile", f"The {self.what} was changed by somebody else: read it and try again.")


def matching(question: str | None) -> Document:
    """Return the filter for records that hold a word beginning with each word of ``question``; none asks for all.

    Only folded, escaped, anchored text reaches the database: it reads an index range, and no operator gets through.
    """
    if question is None or not question.strip():
        return {}
    asked = asked_words(question)
    if not asked:
        return NOTHING
    return {"$and": [spelled(spellings) for spellings in asked]}


def spelled(spellings: tuple[str, ...]) -> Document:
    """Return the filter for records that hold a word beginning with one of these folded ``spellings`` of a word."""
    return {"$or": [{"search": {"$regex": f"^{re.escape(each)}"}} for each in spellings]}
