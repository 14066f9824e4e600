"""What processes cost: processor time and memory, read from the operating system."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Cost:
    """Processor seconds of each process, with its children, since a moment."""

    seconds: Mapping[str, float]

    def of(self, *names: str) -> float:
        """Return the seconds of those whose name begins with one of ``names``; of all, without any."""
        return sum(spent for name, spent in self.seconds.items() if not names or name.startswith(names))


class Watch:
    """Watches processes by their ids."""

    def __init__(self, pids: Mapping[str, int | None]) -> None:
        self._processes = {name: psutil.Process(pid) for name, pid in pids.items() if pid is not None}

    def start(self) -> dict[str, float]:
        """Return what every process has spent until now."""
        return {name: _spent(process) for name, process in self._processes.items()}

    def since(self, start: Mapping[str, float]) -> Cost:
        """Return what every process has spent since `start`."""
        return Cost({name: _spent(process) - start[name] for name, process in self._processes.items()})

    def forget_peaks(self) -> None:
        """Let the peaks begin anew (proc_pid_clear_refs(5)), so that what comes is not hidden by what was."""
        for process in self._processes.values():
            with contextlib.suppress(OSError), open(f"/proc/{process.pid}/clear_refs", "w", encoding="ascii") as file:
                file.write("5")

    def peaks(self) -> dict[str, float]:
        """Return the most memory that each process has held since they began anew, in MiB."""
        return {name: _peak(process.pid) for name, process in self._processes.items()}


def _spent(process: psutil.Process) -> float:
    total = 0.0
    for each in [process, *process.children(recursive=True)]:
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += float(times.user + times.system)
    return total


def _peak(pid: int) -> float:
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0
