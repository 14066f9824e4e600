"""Servers that run already, which the environment names instead of ones of our own."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass

from deploy.waiting import Failed

_PORTS = {"mongodb": 27017, "amqp": 5672, "amqps": 5671, "smtp": 25, "smtps": 465}
_SCHEMES = {"MONGO_URL": ("mongodb", "mongodb+srv"), "AMQP_URL": ("amqp", "amqps"), "SMTP_URL": ("smtp", "smtps")}
_PATIENCE = 5  # seconds for a server to take a connection


@dataclass(frozen=True)
class Named:
    """Servers that run already, by their URLs; ``None`` means: one of our own."""

    mongo_url: str | None = None
    amqp_url: str | None = None
    smtp_url: str | None = None

    @classmethod
    def by(cls, env: Mapping[str, str]) -> "Named":
        """Return those that ``MONGO_URL``, ``AMQP_URL`` and ``SMTP_URL`` of ``env`` name."""
        return cls(*(env.get(name) or None for name in _SCHEMES))

    def check(self) -> None:
        """Return when each takes connections.  Raises `Failed` with the name of the one that does not."""
        for name, url in zip(_SCHEMES, (self.mongo_url, self.amqp_url, self.smtp_url), strict=True):
            if url:
                _check(name, url)


def _check(name: str, url: str) -> None:
    scheme, _, rest = url.partition("://")
    if scheme not in _SCHEMES[name]:
        raise Failed(f"{name} must begin with {' or '.join(f'{each}://' for each in _SCHEMES[name])}")
    if scheme not in _PORTS:
        return  # its hosts stand in the DNS
    hosts = rest.partition("/")[0].partition("?")[0].rpartition("@")[2].split(",")
    if not any(_answers(host, _PORTS[scheme]) for host in hosts):
        raise Failed(f"{name}: nobody answers at {', '.join(hosts)}")


def _answers(host: str, usual: int) -> bool:
    name, colon, port = host.rpartition(":")
    name, port = (name, port) if colon and not port.endswith("]") else (host, str(usual))
    try:
        socket.create_connection((name.strip("[]"), int(port)), timeout=_PATIENCE).close()
    except (OSError, ValueError):
        return False
    return True
