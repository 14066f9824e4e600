"""What became of a file that was imported."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from shared.model import Model

MAX_ERRORS = 500  # told of one file: whoever has more begins with these

Outcome = Literal["created", "updated", "unchanged"]


class RowError(Model):
    """What is wrong with one row or activity: ``line`` of the file, counted from 1, and the reason in words."""

    line: int = Field(ge=0)
    code: str
    detail: str


class ImportReport(Model):
    """How many rows or activities were read, and what became of them."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    errors: list[RowError] = Field(default_factory=list)
    """The first `MAX_ERRORS` errors."""
    more_errors: int = 0
    """How many errors there were beyond those."""

    def kept(self, outcomes: Iterable[Outcome]) -> "ImportReport":
        """Return the report with rows read that were kept."""
        counts = {"read": self.read, "created": self.created, "updated": self.updated, "unchanged": self.unchanged}
        for outcome in outcomes:
            counts["read"] += 1
            counts[outcome] += 1
        return self.model_copy(update=counts)

    def refuse(self, *errors: RowError) -> "ImportReport":
        """Return the report with one more row read that was refused for ``errors``."""
        changes = {"read": self.read + 1, "refused": self.refused + 1}
        return self.model_copy(update=changes).note(*errors)

    def note(self, *errors: RowError) -> "ImportReport":
        """Return the report with remarks that refuse nothing."""
        room = MAX_ERRORS - len(self.errors)
        changes = {
            "errors": [*self.errors, *errors[:room]],
            "more_errors": self.more_errors + max(len(errors) - room, 0),
        }
        return self.model_copy(update=changes)


class Refused(Exception):
    """A file, or an activity in it, that is not taken, with all the reasons."""

    def __init__(self, *errors: RowError) -> None:
        super().__init__(errors[0].code)
        self.errors = errors


def refused_file(refused: Refused, *, rows: int = 0) -> ImportReport:
    """Return the report of a file that was refused whole; ``rows`` are those counted in it."""
    return ImportReport(read=rows, refused=max(rows, 1)).note(*refused.errors)
