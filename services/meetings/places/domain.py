"""The rules of places: who gets one, who waits, and who is next.  Pure: no clock, no database.

Every change of who has a place writes this one row of its meeting, so that two of them never pass each other unseen:
the database makes the second one look again.
"""

from typing import Annotated, Literal

from pydantic import Field

from shared.ids import Id
from shared.model import Aggregate, Command

MAX_CAPACITY = 100_000
QUIET_KEPT = 2_000  # withdrawals from one meeting that can be told from a move; far above any real one

Place = Literal["seat", "waiting", "none"]


Capacity = Annotated[int, Field(ge=1, le=MAX_CAPACITY)]
"""How many people have room."""


class SetCapacity(Command):
    """How many people have room; nothing: as many as come."""

    capacity: Capacity | None = None


class Places(Aggregate):
    """The places of one meeting, whose id it has: how many are ``taken``, and how many people are ``waiting``.

    ``taken`` may be above ``capacity`` when that was lowered: nobody who has a place loses it.
    """

    id: Id
    capacity: int | None = None
    taken: int = Field(default=0, ge=0)
    waiting: int = Field(default=0, ge=0)
    next_number: int = Field(default=1, ge=1)
    """The number that the next one in the queue is given."""
    quiet: list[int] = Field(default_factory=list)
    """Sequences of the meeting that only one person was told of: for everybody else's calendar nothing changed."""

    @property
    def free(self) -> int | None:
        """How many places are free; `None` when there is no end of them."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def to_fill(self) -> int:
        """How many of those who wait can have a place now."""
        return self.waiting if self.free is None else min(self.free, self.waiting)


def take(places: Places) -> tuple[Places, Place, int | None]:
    """Give somebody a place, or a number in the queue: nobody overtakes those who wait."""
    if places.free is None or (places.free > 0 and places.waiting == 0):
        return places.evolve(taken=places.taken + 1), "seat", None
    queued = places.evolve(waiting=places.waiting + 1, next_number=places.next_number + 1)
    return queued, "waiting", places.next_number


def leave(places: Places, place: Place) -> Places:
    """Take back the place, or the number, of somebody who does not come."""
    if place == "seat":
        return places.evolve(taken=max(0, places.taken - 1))
    return places.evolve(waiting=max(0, places.waiting - 1)) if place == "waiting" else places


def fill(places: Places, people: int) -> Places:
    """Give so many of those who wait a place."""
    return places.evolve(taken=places.taken + people, waiting=max(0, places.waiting - people))


def resize(places: Places, command: SetCapacity) -> Places:
    """Return ``places`` with another capacity; unchanged when it is that already."""
    return places if places.capacity == command.capacity else places.evolve(capacity=command.capacity)


def tell_one(places: Places, sequence: int) -> Places:
    """Note that ``sequence`` of the meeting was told to one person alone."""
    return places.evolve(quiet=[*places.quiet, sequence][-QUIET_KEPT:])


def told_to_all(places: Places | None, sequence: int) -> int:
    """Return the last sequence of the meeting, up to ``sequence``, that everybody invited was told of."""
    quiet = set(places.quiet) if places else set()
    while sequence in quiet:
        sequence -= 1
    return sequence
