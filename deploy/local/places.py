"""Where everything of a local system lies on the disk, and which port each part listens on."""

import json
import socket
from dataclasses import dataclass
from pathlib import Path
from secrets import randbelow

ROOT = Path(__file__).resolve().parents[2]
"""The folder of the repository."""

HOME = ROOT / ".zgoda"
"""What a local system writes; nothing outside of it is touched."""

SOFTWARE = HOME / "software"
"""Debian packages that were unpacked, shared by every local system of this clone."""

LOOPBACK = "127.0.0.1"


_OF_NOBODY = (20_000, 32_000)
_STEP, _TRIES = 100, 20  # a second system beside the first has its ports 100 higher: 8180 instead of 8080


def is_free(port: int) -> bool:
    """Whether something new may listen on ``port`` of the loopback address."""
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """Return a port that nobody listens on at this moment.

    It lies below those that Linux takes for outgoing connections (32768 and up): one of them would come in between.
    """
    lowest, highest = _OF_NOBODY
    return next(port for port in iter(lambda: lowest + randbelow(highest - lowest), 0) if is_free(port))


@dataclass(frozen=True)
class Ports:
    """The ports of one local system, remembered in a JSON file so that addresses stay the same."""

    file: Path

    def choose(self, name: str, preferred: int | None = None) -> int:
        """Return the port of ``name``: the remembered one, else ``preferred`` or one near it, else any; none in use."""
        known = self.read()
        wanted = [known.get(name), *(range(preferred, preferred + _STEP * _TRIES, _STEP) if preferred else ())]
        known[name] = next((each for each in wanted if each and is_free(each)), None) or free_port()
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
        return known[name]

    def read(self) -> dict[str, int]:
        """Return every remembered port by its name."""
        if not self.file.exists():
            return {}
        known: dict[str, int] = json.loads(self.file.read_text(encoding="utf-8"))
        return known
