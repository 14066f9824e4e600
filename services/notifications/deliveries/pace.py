"""How many letters travel together: a crash leaves them in doubt, so a slow relay gets few."""

from dataclasses import dataclass

FIRST_SLICE = 50
SMALLEST_SLICE = 10


@dataclass
class Pace:
    """How many letters travel together: as many as in ``seconds``, between `SMALLEST_SLICE` and ``largest``.

    A crash leaves them in doubt, so a slow relay gets few.
    """

    largest: int
    seconds: float
    slice: int = FIRST_SLICE

    def __post_init__(self) -> None:
        self.slice = min(self.slice, self.largest)

    def took(self, count: int, seconds: float) -> None:
        """Learn from ``count`` letters that took so many ``seconds``; a part of a slice can only slow us down."""
        fitting = int(count / max(seconds, 0.001) * self.seconds)
        if count < self.slice:
            fitting = min(fitting, self.slice)
        self.slice = max(min(fitting, 2 * self.slice, self.largest), min(SMALLEST_SLICE, self.largest))
