"""Reads every command that goes to MongoDB, as the driver sends it."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pymongo import monitoring

WRITES = {"insert", "update", "delete", "findAndModify", "create", "createIndexes", "drop"}


class Spy(monitoring.CommandListener):
    """Keeps the commands of the clients made after it was registered, while it listens."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, Mapping[str, Any]]] = []
        self._listening = False
        self._lock = threading.Lock()

    @contextmanager
    def listening(self) -> Iterator["Spy"]:
        """Forget what was heard before, and listen."""
        self.commands, self._listening = [], True
        try:
            yield self
        finally:
            self._listening = False

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Keep a command."""
        if self._listening:
            with self._lock:
                self.commands.append((event.command_name, event.command))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to keep."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Nothing to keep."""

    @property
    def writes(self) -> list[str]:
        """The names of the commands that write."""
        return [name for name, _ in self.commands if name in WRITES]

    def pairs(self) -> Iterator[tuple[str, Any]]:
        """Yield every key of every command, however deep, with its value."""
        for _, command in self.commands:
            yield from _pairs(command)

    def expressions(self) -> Iterator[str]:
        """Yield the texts that MongoDB would evaluate: in pipelines, in updates by pipeline, in ``$expr``."""
        for _, command in self.commands:
            for stage in command.get("pipeline", ()):
                yield from _evaluated(stage)
            for update in [command, *command.get("updates", ())]:
                for part in ("u", "update"):
                    if isinstance(update.get(part), list):
                        yield from _texts(update[part])
            yield from (text for key, value in _pairs(command) if key == "$expr" for text in _texts(value))


def _evaluated(stage: Mapping[str, Any]) -> Iterator[str]:
    for name, value in stage.items():
        if name == "$facet":
            for inner in (each for pipeline in value.values() for each in pipeline):
                yield from _evaluated(inner)
        elif name != "$match":
            yield from _texts(value)


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield key, inner
            yield from _pairs(inner)
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for inner in value:
            yield from _pairs(inner)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if key != "$literal":
                yield from _texts(inner)
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for inner in value:
            yield from _texts(inner)


SPY = Spy()
monitoring.register(SPY)
