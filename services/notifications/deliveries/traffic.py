"""Which relay takes a letter, and when: relays of their own for some destinations, and limits by the minute.

Letters for another relay change over to bundles of its own, so that a slow relay slows only itself; where the usual one
is the slow one, `sorting` sees to that.  What a relay or a destination does not take now gets a place in turn and waits
for it; letters that somebody waits for are never put off.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints, field_validator

from services.notifications.deliveries import allowances
from services.notifications.deliveries.domain import Change, Trouble
from services.notifications.deliveries.writing import Written
from services.notifications.operations.domain import USUAL_RELAY
from services.notifications.smtp import relay_address
from shared.storage import Document, Reader

DEFAULT = ""
"""The name of the relay that takes whatever no other one does."""
TICK = timedelta(seconds=5)  # letters whose turn comes within so long go together
PACED = ("relay-limit", "domain-limit")
"""Why a letter waits for its turn: it has a place, and needs no second one."""


def _its_own(name: str) -> str:
    if name == USUAL_RELAY:
        raise ValueError(f"{USUAL_RELAY!r} is what the relay of SMTP_URL is called: choose another name")
    return name


RouteName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$"), AfterValidator(_its_own)]
PerMinute = Annotated[int, Field(ge=1, le=1_000_000)]


class Route(BaseModel):
    """A relay for some destinations: ``domains`` and everything below them; ``per_minute`` letters at most, if set."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: SecretStr
    domains: tuple[str, ...] = Field(min_length=1, max_length=1000)
    connections: int = Field(default=2, ge=1, le=200)
    per_minute: PerMinute | None = None

    @field_validator("url")
    @classmethod
    def _is_a_relay(cls, value: SecretStr) -> SecretStr:
        relay_address(value.get_secret_value())
        return value


@dataclass(frozen=True)
class Rules:
    """What an operator has set: relays by name, and letters a minute by destination and by relay."""

    routes: Mapping[str, Route] = field(default_factory=dict)
    per_domain: Mapping[str, int] = field(default_factory=dict)
    per_minute: int | None = None

    def route_of(self, domain: str) -> str:
        """Return the name of the relay that takes mails to ``domain``: the one with its longest ending."""
        for ending in endings(domain):
            for name, route in self.routes.items():
                if ending in route.domains:
                    return name
        return DEFAULT

    @property
    def mark(self) -> str:
        """Return what is written on bundles from which these routes' letters were taken out."""
        domains = sorted((name, *sorted(route.domains)) for name, route in self.routes.items())
        return hashlib.sha256(repr(domains).encode()).hexdigest()[:16]

    def limit_of(self, domain: str) -> tuple[str, int] | None:
        """Return the destination that ``domain`` counts to, and how many letters a minute that takes."""
        return next(((each, self.per_domain[each]) for each in endings(domain) if each in self.per_domain), None)

    def limit_of_route(self, route: str) -> int | None:
        """Return how many letters a minute a relay takes, if that is limited."""
        return self.routes[route].per_minute if route in self.routes else self.per_minute


def endings(domain: str) -> list[str]:
    """Return a domain and all that it is below, the longest first: ``a.b.c``, ``b.c``, ``c``."""
    parts = domain.lower().split(".")
    return [".".join(parts[start:]) for start in range(len(parts))]


def domain_of(address: str) -> str:
    """Return where mails to an address go."""
    return address.rpartition("@")[2].lower()


def elsewhere(written: Written, rules: Rules, route: str) -> dict[str, list[Document]]:
    """Take out of ``written`` what another relay takes than ``route``, and return that by relay."""
    moved: dict[str, list[Document]] = {}
    if not rules.routes:
        return moved
    wanted = [rules.route_of(domain_of(mail.recipient)) for mail in written.mails]
    for row, name in zip(written.rows, wanted, strict=True):
        if name != route:
            moved.setdefault(name, []).append(row)
    _keep(written, [name == route for name in wanted])
    return moved


async def put_off(
    reader: Reader, written: Written, rules: Rules, route: str, *, now: datetime
) -> list[tuple[Document, Change]]:
    """Take out of ``written`` what must wait for its turn, and return when that is."""
    waits: list[tuple[datetime, str]] = [(now, "")] * len(written.rows)
    open_to = [place for place, row in enumerate(written.rows) if row.get("error", {}).get("code") not in PACED]
    for name, limit, code, places in _limited(written, rules, route, open_to):
        turns = await allowances.reserve(reader, name, len(places), per_minute=limit, now=now)
        for place, turn in zip(places, turns, strict=True):
            waits[place] = max(waits[place], (turn, code))
    keep = [turn <= now + TICK for turn, _ in waits]
    later = [
        (row, Change("deferred", Trouble(code=code), _rounded(turn), attempted=False))
        for row, (turn, code), stays in zip(written.rows, waits, keep, strict=True)
        if not stays
    ]
    _keep(written, keep)
    return later


def _limited(
    written: Written, rules: Rules, route: str, places: Sequence[int]
) -> list[tuple[str, int, str, list[int]]]:
    """Return what is limited: its name, letters a minute, why letters wait for it, and the letters it concerns."""
    found: list[tuple[str, int, str, list[int]]] = []
    if places and (limit := rules.limit_of_route(route)) is not None:
        found.append((f"relay {route}", limit, "relay-limit", list(places)))
    by_domain: dict[tuple[str, int], list[int]] = {}
    for place in places if rules.per_domain else ():
        if (of_domain := rules.limit_of(domain_of(written.mails[place].recipient))) is not None:
            by_domain.setdefault(of_domain, []).append(place)
    return [*found, *((f"domain {name}", limit, "domain-limit", at) for (name, limit), at in by_domain.items())]


def _keep(written: Written, keep: Sequence[bool]) -> None:
    written.rows = [row for row, stays in zip(written.rows, keep, strict=True) if stays]
    written.mails = [mail for mail, stays in zip(written.mails, keep, strict=True) if stays]


def _rounded(turn: datetime) -> datetime:
    """Return the next whole tick: what leaves together shares a bundle."""
    seconds = TICK.total_seconds()
    return datetime.fromtimestamp(math.ceil(turn.timestamp() / seconds) * seconds, UTC)
