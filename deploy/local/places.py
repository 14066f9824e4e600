"""Where everything of a local system lies on the disk, and which port each part listens on."""

import json
import socket
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The folder of the repository."""

HOME = ROOT / ".zgoda"
"""What a local system writes; nothing outside of it is touched."""

SOFTWARE = HOME / "software"
"""Debian packages that were unpacked, shared by every local system of this clone."""

LOOPBACK = "127.0.0.1"


def is_free(port: int) -> bool:
    """Whether something new may listen on ``port`` of the loopback address."""
    try:
        socket.create_server((LOOPBACK, port)).close()
    except OSError:
        return False
    return True


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.create_server((LOOPBACK, 0)) as probe:
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Ports:
    """The ports of one local system, remembered in a JSON file so that addresses stay the same."""

    file: Path

    def choose(self, name: str, preferred: int | None = None) -> int:
        """Return the port of ``name``: the remembered one, else ``preferred``, else any; never one in use."""
        known = self.read()
        port = next((each for each in (known.get(name), preferred) if each and is_free(each)), None)
        known[name] = port or free_port()
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")
        return known[name]

    def read(self) -> dict[str, int]:
        """Return every remembered port by its name."""
        if not self.file.exists():
            return {}
        known: dict[str, int] = json.loads(self.file.read_text(encoding="utf-8"))
        return known
