"""The rule by which an address is given up, and taken up again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal, get_args

from pydantic import StringConstraints

from shared.events.notifications import AddressSuppressed
from shared.ids import Id
from shared.model import Aggregate, Command, Time
from shared.problems import Conflict, Invalid

Reason = Literal["hard-bounce", "complaint", "never-delivered", "by-operator"]
REASONS: tuple[Reason, ...] = get_args(Reason)
LIFTED_TOGETHER: tuple[Reason, ...] = ("hard-bounce", "never-delivered")
"""What many addresses at once are taken up again from without its being named.

Whoever complained did not ask for letters again, and what was decided by hand is undone by hand.
"""

Code = Annotated[str, StringConstraints(min_length=1, max_length=100)]
"""What a bounce or relay said, exactly, as 5.7.1."""

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


class LiftSuppressions(Command):
    """Send again to all whose address was given up for this, with this code, from ``since`` to ``until``.

    All that is named must fit.  Without a reason, complaints and what operators gave up stay as they are.
    """

    reason: Reason | None = None
    code: Code | None = None
    since: Time | None = None
    until: Time | None = None


@dataclass(frozen=True, slots=True)
class Which:
    """Some of the addresses given up: for one of ``reasons``, and in between, if that is said."""

    reasons: Sequence[Reason] = REASONS
    code: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def to_lift(command: LiftSuppressions, *, now: datetime) -> Which:
    """Return which addresses are meant, none given up later than ``now``.

    Raises `Invalid` when nothing is named: that would be everybody.
    """
    if not command.model_dump(exclude_none=True):
        raise Invalid("nothing-named", "Name the reason, the code, or since or until when.")
    reasons = (command.reason,) if command.reason else LIFTED_TOGETHER
    return Which(reasons, command.code, command.since, min(command.until or now, now))


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
