"""The services as processes of this machine: how each is started, and what it is told by its environment."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

from deploy.local.places import HOME, LOOPBACK, ROOT
from deploy.local.processes import Process
from deploy.local.secrets import secret, write_private
from deploy.serve import FINISH_WITHIN

PREFERRED_PORTS = {"registry": 8001, "meetings": 8002, "reports": 8003, "notifications": 8004, "portal": 8080}
"""The services in the order they start, and the port each listens on when it is free."""

INTAKE_DOMAIN = "back.zgoda.example"
"""The domain whose mails come back on this machine: nobody else's, so they must be brought to the port by hand."""

READY_WITHIN = 120  # seconds; an old, busy machine imports slowly


class Service:
    """One service in its own process, with ``env`` on top of our environment, on ``port`` of loopback.

    Needs no other service to start.  All methods block; `kill` is what a crash is.
    """

    def __init__(
        self,
        name: str,
        env: Mapping[str, str],
        *,
        port: int | None = None,
        folder: Path | None = None,
        logs: Path | None = None,
    ) -> None:
        self.name = name
        self.port = port or PREFERRED_PORTS[name]
        self.process = Process(name, folder or HOME / "run", logs=logs)
        self._env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **env}

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{LOOPBACK}:{self.port}"

    def start(self, *, wait: bool = True) -> None:
        """Start it, or start it again; return when it is ready, or at once without ``wait``."""
        command = [sys.executable, "-P", "-m", "deploy.serve", self.name, "--port", str(self.port)]
        self.process.start(command, env=self._env, cwd=ROOT)
        if wait:
            self.wait()

    def wait(self) -> None:
        """Return when it says that it is ready; raise `Failed` with its last lines when it ends instead."""
        self.process.wait_until(lambda: is_ready(self.url), seconds=READY_WITHIN)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self.process.stop(seconds=FINISH_WITHIN)

    def kill(self) -> None:
        """End it at once."""
        self.process.kill()


def is_ready(url: str) -> bool:
    """Whether the service at ``url`` says that it is ready."""
    try:
        with urlopen(f"{url}/health/ready", timeout=2) as answer:  # noqa: S310 - ours, and http
            return bool(answer.status == 200)
    except (OSError, HTTPException):
        return False


@dataclass(frozen=True)
class Surroundings:
    """Where everything around the services is.

    ``mongo_url`` and ``amqp_url`` give the address for a service by its name; ``ports`` are the services' own.
    """

    ports: Mapping[str, int]
    mongo_url: Callable[[str], str]
    amqp_url: Callable[[str], str]
    smtp_url: str
    secrets: Path
    intake_port: int | None = None
    """Where notifications takes the mails that come back; nowhere when it is `None`."""


def environments(around: Surroundings) -> dict[str, dict[str, str]]:
    """Return for every service what its environment must say; whatever is secret is in a file that it names."""
    shared = {f"{name.upper()}_URL": f"http://{LOOPBACK}:{port}" for name, port in around.ports.items()}
    keys = {f"{name.upper()}_SECRETS_FILE": _kept(around.secrets / name) for name in ("event", "link")}
    found = {name: shared | keys | _own(name, around) for name in around.ports if name != "portal"}
    if "portal" in around.ports:
        found["portal"] = shared | {"SESSION_SECRETS_FILE": _kept(around.secrets / "session")}
    return found


def _own(service: str, around: Surroundings) -> dict[str, str]:
    addresses = {"mongo": around.mongo_url(service), "amqp": around.amqp_url(service)}
    if service == "notifications":
        addresses["smtp"] = around.smtp_url
    for name, url in addresses.items():
        write_private(around.secrets / f"{name}-url-{service}", url)
    files = {f"{name.upper()}_URL_FILE": str(around.secrets / f"{name}-url-{service}") for name in addresses}
    own = {"SERVICE": service, "VAULT_SECRETS_FILE": _kept(around.secrets / f"vault-{service}")} | files
    if service == "notifications" and around.intake_port is not None:
        own |= {"INTAKE_DOMAIN": INTAKE_DOMAIN, "INTAKE_PORT": str(around.intake_port)}
    return own


def _kept(file: Path) -> str:
    secret(file)
    return str(file)
