"""The rule by which an address is given up, and taken up again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from shared.events.notifications import AddressSuppressed
from shared.ids import Id
from shared.model import Aggregate, Command
from shared.problems import Conflict

Reason = Literal["hard-bounce", "complaint", "never-delivered", "by-operator"]

WITHIN = timedelta(days=7)
LETTERS_FAILED = 2
"""One letter may fail for many reasons; two within a week, each for good, fail because of the address."""


class Suppression(Aggregate):
    """What is known against one address; ``id`` is the person's, ``code`` what the bounce or relay said."""

    reason: Reason
    code: str = ""
    lifted: bool = False
    since: datetime
    lifted_at: datetime | None = None


class SuppressAddress(Command):
    """Send nothing to this person any more."""

    person_id: Id


def has_failed_too_often(failed_at: Sequence[datetime], *, now: datetime) -> bool:
    """Return whether so many letters failed for good within a week; each letter counts once."""
    return sum(now - each <= WITHIN for each in failed_at) >= LETTERS_FAILED


def suppress(
    known: Suppression | None, person_id: str, reason: Reason, code: str, *, now: datetime
) -> Suppression | None:
    """Return the address given up; `None` when it was already."""
    if known is None:
        return Suppression(id=person_id, reason=reason, code=code, since=now)
    if not known.lifted:
        return None
    return known.evolve(reason=reason, code=code, lifted=False, since=now, lifted_at=None)


def lift(known: Suppression, *, now: datetime) -> Suppression:
    """Return the address taken up again.  Raises `Conflict` when it is not given up."""
    if known.lifted:
        raise Conflict("suppression-lifted", "Letters go to this address again already: there is nothing to lift.")
    return known.evolve(lifted=True, lifted_at=now)


def told(suppression: Suppression) -> AddressSuppressed:
    """Return the event that tells the state of ``suppression``."""
    return AddressSuppressed(
        person_id=suppression.id,
        reason=suppression.reason,
        lifted=suppression.lifted,
        revision=suppression.revision,
    )
