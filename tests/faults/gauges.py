"""How much memory and how many descriptors the services hold while they are soaked."""

import asyncio
import time
from dataclasses import dataclass, field

import psutil

from tests.system import System

EVERY = 15.0  # seconds
WARM_UP = 120.0  # seconds after its start in which a process may grow: caches, connection pools
MEGABYTE = 1_000_000
JUDGED_AFTER = 0.25  # hours of a life beyond the warm-up: a slope of less says little
MEMORY_GROWTH = 40.0  # megabytes an hour: a leak of 10 kB for each of 4,000 letters
DESCRIPTORS_GROWTH = 20.0  # an hour
DESCRIPTORS = 500


@dataclass
class Life:
    """One process from its start to its end: when (seconds), megabytes, descriptors."""

    service: str
    samples: list[tuple[float, float, int]] = field(default_factory=list)

    @property
    def hours(self) -> float:
        """How long it was looked at."""
        return (self.samples[-1][0] - self.samples[0][0]) / 3600 if self.samples else 0.0

    def growth(self) -> tuple[float, float]:
        """Return megabytes and descriptors per hour after the warm-up, by least squares; 0 for a short life."""
        warm = [each for each in self.samples if each[0] - self.samples[0][0] > WARM_UP]
        return _slope([(at, size) for at, size, _ in warm]), _slope([(at, float(files)) for at, _, files in warm])


def _slope(points: list[tuple[float, float]]) -> float:
    if len(points) < 3:
        return 0.0
    mean_x, mean_y = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return 3600 * sum((x - mean_x) * (y - mean_y) for x, y in points) / spread


@dataclass
class Gauges:
    """Looks at every service again and again."""

    system: System
    names: tuple[str, ...]
    lives: dict[tuple[str, int], Life] = field(default_factory=dict)

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            for name in self.names:
                self._look(name)
            await asyncio.sleep(EVERY)

    def _look(self, name: str) -> None:
        pid = self.system.services[name].process.pid
        if pid is None:
            return
        try:
            process = psutil.Process(pid)
            sample = (time.monotonic(), process.memory_info().rss / MEGABYTE, process.num_fds())
        except psutil.Error:
            return
        self.lives.setdefault((name, pid), Life(name)).samples.append(sample)

    def faults(self) -> list[str]:
        """Return what is more than it may be: descriptors, and how memory and descriptors grow in a long life."""
        wrong = []
        for life in self.lives.values():
            memory, descriptors = life.growth()
            if (most := max(files for _, _, files in life.samples)) > DESCRIPTORS:
                wrong.append(f"{life.service} held {most} descriptors")
            if life.hours - WARM_UP / 3600 < JUDGED_AFTER:
                continue
            if memory > MEMORY_GROWTH:
                wrong.append(f"{life.service} grew by {memory:.0f} MB/h")
            if descriptors > DESCRIPTORS_GROWTH:
                wrong.append(f"{life.service} kept {descriptors:.0f} descriptors more an hour")
        return wrong

    def told(self) -> list[str]:
        """Return a line for each service: its peak, and how the process that lived longest grew."""
        lines = []
        for name in self.names:
            lives = [life for life in self.lives.values() if life.service == name]
            peak = max((size for life in lives for _, size, _ in life.samples), default=0.0)
            files = max((files for life in lives for _, _, files in life.samples), default=0)
            longest = max(lives, key=lambda life: life.hours, default=Life(name))
            memory, descriptors = longest.growth()
            lines.append(
                f"{name}: at most {peak:.0f} MB and {files} descriptors; in its longest life of "
                f"{60 * longest.hours:.0f} min {memory:+.1f} MB/h, {descriptors:+.1f} descriptors/h"
            )
        return lines
