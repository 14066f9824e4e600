"""Start, watch and end processes of our own, by their id: nobody else's process is ever touched."""

import contextlib
import json
import resource
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import psutil

from deploy.waiting import Failed, wait_until

__all__ = ["LOG_BYTES", "Failed", "Process", "wait_until"]

FILES = 20_000  # more would only make Erlang reserve memory for them
LOG_BYTES = 20_000_000  # then a new log is begun at the next start


def allow_many_files() -> None:
    """Let this process and those it starts open `FILES` files, as far as the system permits.

    A login has 1,024 on most systems: MongoDB opens one for each collection and index, and ends when it cannot.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class Process:
    """One program in a session of its own, its output in a file, its id on record.

    The record outlives us: should we be killed, the next start finds what was left and ends it first.
    """

    def __init__(self, name: str, folder: Path, *, logs: Path | None = None) -> None:
        self.name = name
        self.log = (logs or folder) / f"{name}.log"
        self._record = folder / f"{name}.pid"
        self._process: psutil.Process | None = self._recorded()

    def start(self, command: Sequence[str], *, env: Mapping[str, str], cwd: Path | None = None) -> None:
        """Run ``command``; whatever a former run left of it is ended first."""
        self.stop(seconds=10)
        for folder in (self.log.parent, self._record.parent):
            folder.mkdir(parents=True, exist_ok=True)
        self._turn_log()
        allow_many_files()
        with self.log.open("ab") as log:
            self._process = psutil.Popen(
                list(command),
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        started = {"pid": self._process.pid, "created": self._process.create_time()}
        self._record.write_text(json.dumps(started), encoding="utf-8")

    def _turn_log(self) -> None:
        """Keep one former log beside the present one, each of a size that an editor opens."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))

    @property
    def pid(self) -> int | None:
        """The id of the running process."""
        return self._process.pid if self._process and self.alive else None

    @property
    def alive(self) -> bool:
        """Whether it runs (a process that ended and was not yet collected does not)."""
        try:
            return bool(self._process and self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE)
        except psutil.NoSuchProcess:
            return False

    def stop(self, *, seconds: float) -> None:
        """Ask it to end (SIGTERM); end it and all it started when it has not after ``seconds``."""
        family = self._family()
        if self._process and family:
            with contextlib.suppress(psutil.NoSuchProcess):
                self._process.terminate()
            self._wait(seconds)
        self._end(family)

    def kill(self) -> None:
        """End it and everything it started, at once (SIGKILL)."""
        self._end(self._family())

    def last_lines(self, count: int = 20) -> str:
        """Return the last ``count`` lines it wrote."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 64 * 1024))
            lines = log.read().decode("utf-8", "replace").splitlines()
        return "\n".join(lines[-count:])

    def wait_until(self, ready: Callable[[], bool], *, seconds: float) -> None:
        """Return when ``ready()``; raise `Failed` with its last lines when it ends before, or takes longer."""

        def settled() -> bool:
            return ready() or not self.alive

        try:
            wait_until(settled, seconds=seconds, what=self.name)
        except Failed as late:
            raise Failed(f"{late}; {self.log} ends with:\n{self.last_lines()}") from None
        if not self.alive:
            self.kill()  # collects it, and what it may have left
            raise Failed(f"{self.name} ended by itself; {self.log} ends with:\n{self.last_lines()}")

    def _family(self) -> list[psutil.Process]:
        """Return it and its descendants; psutil knows each by its birth too, so that no stranger is ever meant."""
        try:
            return [self._process, *self._process.children(recursive=True)] if self._process else []
        except psutil.NoSuchProcess:
            return []

    def _end(self, family: list[psutil.Process]) -> None:
        for each in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        self._wait(10)
        self._process = None
        self._record.unlink(missing_ok=True)

    def _wait(self, seconds: float) -> None:
        with contextlib.suppress(psutil.TimeoutExpired, psutil.NoSuchProcess):
            if self._process:
                self._process.wait(timeout=seconds)

    def _recorded(self) -> psutil.Process | None:
        try:
            known = json.loads(self._record.read_text(encoding="utf-8"))
            process = psutil.Process(known["pid"])
            # ids are used again: only the same moment of birth makes it the same process
            return process if process.create_time() == known["created"] else None
        except (OSError, ValueError, KeyError, psutil.Error):
            return None
