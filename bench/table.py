"""What was measured, beside what was aimed at."""

import statistics
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.rounds import Round

SERVERS = ("mongod", "rabbitmq")


def _median(rounds: Sequence[Round]) -> float:
    return statistics.median(each.rate for each in rounds)


def _percentile(values: Sequence[float], share: float) -> float:
    return values[min(int(len(values) * share), len(values) - 1)] * 1000


def rows(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return what is shown: the measure, what was found, the target of the design."""
    ours, raw, plain, latencies = found["ours"], found["raw"], found["plain"], found["latencies"]
    rate, limit = _median(ours), _median(raw)
    services = statistics.median(each.milliseconds("meetings", "notifications") for each in ours)
    servers = statistics.median(each.milliseconds(*SERVERS) for each in ours)
    by_process = ", ".join(
        f"{name} {statistics.median(each.milliseconds(name) for each in ours):.2f}" for name in ours[0].cost.seconds
    )
    peaks = ", ".join(f"{name} {mib:.0f}" for name, mib in found["peaks"].items() if name not in ("mongod", "rabbitmq"))
    shown = [
        ("mails, accepted and recorded", f"{rate:,.0f} /s", ""),
        ("raw limit: the same mails, nothing recorded", f"{limit:,.0f} /s", ""),
        ("share of the raw limit", f"{rate / limit:.2f}", "≥ 0.25, aim 0.5"),
    ]
    if plain:
        peer = _median(plain)
        dear = statistics.median(each.milliseconds() for each in plain)
        shown += [
            ("plain consumer, one message per recipient", f"{peer:,.0f} /s", ""),
            ("as fast as the plain consumer", f"× {rate / peer:.0f}", "≥ 30"),
            ("processor time per mail, plain consumer alone", f"{dear:.2f} ms", ""),
        ]
    return [
        *shown,
        ("processor time per mail, services", f"{services:.2f} ms", "≤ 0.5 ms"),
        ("processor time per mail, MongoDB and RabbitMQ", f"{servers:.2f} ms", ""),
        ("processor time per mail, each process, ms", by_process, ""),
        ("one mail when idle, HTTP 201 → accepted, p50", f"{_percentile(latencies, 0.5):.0f} ms", "≤ 50 ms"),
        ("one mail when idle, HTTP 201 → accepted, p99", f"{_percentile(latencies, 0.99):.0f} ms", "≤ 250 ms"),
        ("peak memory, MiB", peaks, "≤ 150 each"),
        ("lost", str(sum(each.lost for each in ours)), "0"),
        ("doubled", str(sum(each.doubled for each in ours)), "0"),
    ]


def show(found: dict[str, Any]) -> None:
    """Print the table."""
    size = found["ours"][0].bytes_each
    title = f"{found['recipients']:,} recipients, mails of {size:,} bytes; medians of {len(found['ours'])} rounds"
    table = Table(title=title, title_justify="left")
    for heading in ("", "measured", "target"):
        table.add_column(heading)
    for row in rows(found):
        table.add_row(*row)
    Console(width=110).print(table)
