"""What was measured, beside what was aimed at."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from bench.rounds import Round

SERVERS = ("mongod", "rabbitmq")
SERVICES = ("meetings", "reports", "notifications")


@dataclass
class Measured:
    """The rounds of one number of recipients, the raw limit beside each, and how much memory each process took."""

    recipients: int
    ours: list[Round] = field(default_factory=list)
    raw: list[Round] = field(default_factory=list)
    peaks: list[dict[str, float]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """How much of the raw limit is reached."""
        return rate(self.ours) / rate(self.raw)

    def peak(self, name: str) -> float:
        """Return the most memory in MiB of a process whose name begins with ``name``."""
        return max(value for peaks in self.peaks for each, value in peaks.items() if each.startswith(name))


@dataclass
class Found:
    """Everything that one run found; latencies are in seconds, sorted."""

    sizes: list[Measured] = field(default_factory=list)
    idle: Sequence[float] = ()
    urgent_idle: Sequence[float] = ()
    urgent: Sequence[float] = ()
    peers: dict[str, list[Round]] = field(default_factory=dict)
    senders: dict[int, list[Round]] = field(default_factory=dict)


def rate(rounds: Sequence[Round]) -> float:
    """Return the median of the rates."""
    return statistics.median(each.rate for each in rounds)


def _cost(rounds: Sequence[Round], *names: str) -> float:
    return statistics.median(each.milliseconds(*names) for each in rounds)


def _latency(seconds: Sequence[float]) -> str:
    if not seconds:
        return "–"
    at = [seconds[min(int(len(seconds) * share), len(seconds) - 1)] * 1000 for share in (0.5, 0.99)]
    return f"{at[0]:,.0f} · {at[1]:,.0f} ms ({len(seconds)})"


def _by_size(found: Found) -> Table:
    """Return what each number of recipients came to."""
    sizes = found.sizes
    title = f"By the number of recipients; mails of {sizes[-1].ours[0].bytes_each:,} bytes"
    table = _table(title, "", *(f"{each.recipients:,}" for each in sizes), "aim")
    reference = next((each for each in sizes if each.recipients >= 2_000), sizes[-1])

    def row(name: str, aim: str, cell: Callable[[Measured], str]) -> None:
        table.add_row(name, *(cell(each) for each in sizes), aim)

    row("rounds", "", lambda each: str(len(each.ours)))
    row("mails/s, accepted and recorded", "", lambda each: f"{rate(each.ours):,.0f}")
    row("raw limit, mails/s", "", lambda each: f"{rate(each.raw):,.0f}")
    row("share of the raw limit", "≥ 0.25", lambda each: f"{each.share:.2f}")
    row(
        f"rate, times that of {reference.recipients:,}",
        "≥ 0.8",
        lambda each: f"{rate(each.ours) / rate(reference.ours):.2f}",
    )
    for name, rounds in found.peers.items():
        times = [f"{rate(each.ours) / rate(rounds):.0f}" for each in sizes]
        table.add_row(f"times the {name} consumer", *times, "≥ 30" if name == "plain" else "≥ 10")
    row("processor time per mail, services, ms", "≤ 0.5", lambda each: f"{_cost(each.ours, *SERVICES):.2f}")
    row("… MongoDB and RabbitMQ, ms", "", lambda each: f"{_cost(each.ours, *SERVERS):.2f}")
    row("peak memory, notifications, MiB", "≤ 150", lambda each: f"{each.peak('notifications'):.0f}")
    row("peak memory, meetings, MiB", "≤ 150", lambda each: f"{each.peak('meetings'):.0f}")
    row("lost", "0", lambda each: str(sum(one.lost for one in each.ours)))
    row("doubled", "0", lambda each: str(sum(one.doubled for one in each.ours)))
    return table


def _single(found: Found) -> Table:
    """Return how long single mails took, and what the peers did."""
    table = _table("Single mails and peers", "", "measured", "aim")
    during = f"one urgent mail while {found.sizes[-1].recipients:,} go out, HTTP 202 → accepted: p50 · p99"
    table.add_row("one invitation when idle, HTTP 201 → accepted: p50 · p99", _latency(found.idle), "≤ 50 · 250 ms")
    table.add_row("one urgent mail when idle, HTTP 202 → accepted: p50 · p99", _latency(found.urgent_idle), "")
    table.add_row(during, _latency(found.urgent), "p99 ≤ 2 s")
    for name, rounds in found.peers.items():
        table.add_row(f"{name} consumer, one message per recipient", f"{rate(rounds):,.0f} /s", "")
        table.add_row("… processor time per mail, itself alone", f"{_cost(rounds):.2f} ms", "")
    return table


def _shared(found: Found) -> Table:
    """Return how several processes of notifications shared one fan-out."""
    first = rate(next(iter(found.senders.values())))
    count = next(iter(found.senders.values()))[0].count
    table = _table(
        f"Processes of notifications, {count:,} recipients", "processes", "mails/s", "times one", "lost", "doubled"
    )
    for senders, rounds in found.senders.items():
        lost, doubled = sum(each.lost for each in rounds), sum(each.doubled for each in rounds)
        table.add_row(str(senders), f"{rate(rounds):,.0f}", f"{rate(rounds) / first:.2f}", str(lost), str(doubled))
    return table


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place == 0 else "right")
    return table


def show(found: Found) -> None:
    """Print the tables."""
    console = Console(width=110)
    console.print(_by_size(found))
    console.print(_single(found))
    if found.senders:
        console.print(_shared(found))
