"""Which pairs of records are likely one organisation."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field

from services.registry.organisations.proposals.domain import REVIEW, Candidate, Known, Reason, compare
from shared.ids import Id
from shared.model import Command, Model, Time

State = Literal["open", "distinct"]


class Pair(Model):
    """Two records that may be one organisation."""

    organisation_ids: list[Id]
    score: float
    reasons: list[Reason]
    state: State
    found_at: Time
    decided_by: Id | None = None


class TellApart(Command):
    """Name two records."""

    organisation_ids: Annotated[list[Id], Field(min_length=2, max_length=2)]


def key_of(one: str, other: str) -> str:
    """Return what a pair is recognised by, whichever is named first."""
    return "|".join(sorted((one, other)))


def likely(record: Known, others: Iterable[Known]) -> list[Candidate]:
    """Return which of ``others`` are likely the same organisation as ``record``."""
    compared = (compare(record, each) for each in others if each.id != record.id)
    return [each for each in compared if each is not None and each.score >= REVIEW]
