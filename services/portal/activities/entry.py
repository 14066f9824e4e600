"""What is written in the form of an activity, and how single fields of it are read."""

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

MORE_ROWS = 2  # empty rows for what is to be added
MAX_ROWS = 60

Body = dict[str, Any]


@dataclass
class Entry:
    """What is written in the form, what is wrong with it, and the record it is about."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    whole: Body = field(default_factory=dict)
    """The activity as it was shown; nothing for a new one."""

    def value(self, name: str) -> str:
        """Return what is written in a field."""
        return self.values.get(name, "")

    def rows(self, kind: str) -> range:
        """Return the numbers of the rows of places, budgets or payments, some of them empty."""
        pattern = re.compile(rf"{kind}-(\d{{1,3}})-")
        used = [int(match[1]) for name, value in self.values.items() if value and (match := pattern.match(name))]
        return range(min(max(used, default=-1) + 1 + MORE_ROWS, MAX_ROWS))


def number(text: str) -> str | None:
    """Return a number as it is sent, whether it was written with a point or a comma."""
    try:
        return str(Decimal(text.replace("\u00a0", "").replace(" ", "").replace(",", "."))) if text else None
    except InvalidOperation:
        return None


def is_day(text: str) -> bool:
    """Say whether a day is written as browsers send it."""
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
