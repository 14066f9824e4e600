"""A RabbitMQ of our own: one node on loopback, from Debian's packages, installed or unpacked into a folder."""

import json
import re
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

from deploy.local import debian
from deploy.local.places import LOOPBACK, SOFTWARE, Ports, free_port
from deploy.local.processes import Process
from deploy.local.secrets import secret, write_private
from deploy.rabbitmq.definitions import VHOST, Definitions, definitions, user
from deploy.waiting import Failed, Say

_HEADER = b"AMQP\x00\x00\x09\x01"  # what a client says first; a ready broker answers with a frame
_LINK = "software"  # in our folder, to where the broker lies
_OLDEST = (3, 10)  # quorum queues with delivery limits, definitions read by the broker itself


def _only_an_administrator(password: str) -> Definitions:
    return {
        "vhosts": [{"name": VHOST}],
        "users": [user("admin", password, tags=("administrator",))],
        "permissions": [{"user": "admin", "vhost": VHOST, "configure": ".*", "write": ".*", "read": ".*"}],
    }


class RabbitMQ:
    """One broker with its data, log and ports below ``folder``.

    ``passwords``, by service, bring a user with least rights for each; without them there is only the
    administrator.  All methods block; the data survives `stop` and `kill`.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        passwords: Mapping[str, str] | None = None,
        preferred_port: int | None = None,
        logs: Path | None = None,
        say: Say = lambda _: None,
    ) -> None:
        self.folder = Path(folder)
        self.process = Process("rabbitmq", self.folder, logs=logs)
        self._names = Process("epmd", self.folder, logs=logs)
        self._passwords = dict(passwords or {})
        self._ports = Ports(self.folder / "ports.json")
        self._preferred = preferred_port
        self.say = say
        self._port = self._ports.read().get("amqp", 0) if self.process.alive else 0

    @property
    def url(self) -> str:
        """The address for the administrator, who may do everything."""
        return self._url("admin", secret(self.folder / "admin.secret"))

    def url_for(self, service: str) -> str:
        """The address for the user of one service."""
        return self._url(service, self._passwords[service])

    def start(self) -> None:
        """Start, or start again, on the same port; return when it takes connections (about 5 seconds)."""
        home = self._home()
        self.process.stop(seconds=30)
        self._port = self._port or self._ports.choose("amqp", self._preferred)
        env = self._environment(home)
        self._configure()
        (self.folder / _LINK).unlink(missing_ok=True)
        (self.folder / _LINK).symlink_to(home)
        if not self._names.alive:
            self._names.start(["epmd", "-address", LOOPBACK, "-port", env["ERL_EPMD_PORT"]], env=env)
        self.process.start([str(home / "sbin" / "rabbitmq-server")], env=env, cwd=self.folder)
        self.process.wait_until(self._answers, seconds=90)

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self.process.stop(seconds=30)
        self._names.stop(seconds=5)

    def kill(self) -> None:
        """End it at once, as a power cut would; `start` brings it back with what it had confirmed."""
        self.process.kill()

    def control(self, *arguments: str) -> None:
        """Run ``rabbitmqctl`` with ``arguments``.  Raises `Failed` with what it said."""
        home = self._home()
        port = str(free_port())
        env = self._environment(home) | {"RABBITMQ_CTL_DIST_PORT_MIN": port, "RABBITMQ_CTL_DIST_PORT_MAX": port}
        command = [str(home / "sbin" / "rabbitmqctl"), *arguments]
        done = subprocess.run(command, env=env, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"rabbitmqctl {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")

    def _url(self, name: str, password: str) -> str:
        return f"amqp://{name}:{password}@{LOOPBACK}:{self._port}/"

    def _home(self) -> Path:
        found = _newest(Path("/"))
        if not found:
            debian.unpack(["rabbitmq-server"], SOFTWARE, say=self.say)
            found = _newest(SOFTWARE)
        if not found:
            raise Failed("Debian's RabbitMQ is older than 3.10; set AMQP_URL to one that runs already")
        return found

    def _environment(self, home: Path) -> dict[str, str]:
        distribution = self._ports.choose("distribution")
        names = self._ports.read()["epmd"] if self._names.alive else self._ports.choose("epmd")
        env = debian.environment(SOFTWARE)
        return env | {
            "PATH": f"{home}/sbin:{SOFTWARE}/usr/lib/erlang/bin:{env['PATH']}",
            "HOME": str(self.folder),  # the cookie is made here
            "LANG": "C.UTF-8",
            "RUNNING_UNDER_SYSTEMD": "1",  # the script becomes the broker instead of waiting for it
            "RABBITMQ_SCRIPTS_DIR": f"{_LINK}/sbin",  # from our folder: the scripts bear no space in a path
            "RABBITMQ_PLUGINS_DIR": f"{home}/plugins",
            "RABBITMQ_CONF_ENV_FILE": f"{self.folder}/none",
            "RABBITMQ_CONFIG_FILE": f"{self.folder}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{self.folder}/plugins",
            "RABBITMQ_MNESIA_BASE": "db",  # from our folder: the queues remember it, and our folder may be moved
            "RABBITMQ_LOG_BASE": str(self.folder),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_NODENAME": "zgoda@localhost",
            "RABBITMQ_DIST_PORT": str(distribution),
            "ERL_EPMD_PORT": str(names),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            # an idle broker on a small machine must not spin while it waits
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none"
            " -kernel inet_dist_use_interface {127,0,0,1}",
        }

    def _configure(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        password = secret(self.folder / "admin.secret")
        wanted = (
            definitions(self._passwords, administrator=password)
            if self._passwords
            else _only_an_administrator(password)
        )
        write_private(self.folder / "definitions.json", json.dumps(wanted, indent=2))
        write_private(self.folder / "plugins", "[].\n")
        settings = {
            "listeners.tcp.default": f"{LOOPBACK}:{self._port}",
            "load_definitions": "definitions.json",  # from our folder: in this file only ASCII is read
            "log.console": "true",
            "log.console.level": "warning",
            "log.file": "false",
        }
        text = "".join(f"{name} = {value}\n" for name, value in settings.items())
        write_private(self.folder / "rabbitmq.conf", text)

    def _answers(self) -> bool:
        try:
            with socket.create_connection((LOOPBACK, self._port), timeout=1) as connection:
                connection.sendall(_HEADER)
                return bool(connection.recv(1))
        except OSError:
            return False


def _newest(root: Path) -> Path | None:
    """Return the newest usable RabbitMQ below ``root``."""
    versions: dict[tuple[int, ...], Path] = {}
    for folder in root.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*"):
        version = tuple(int(part) for part in re.findall(r"\d+", folder.name))
        if version >= _OLDEST:
            versions[version] = folder
    return versions[max(versions)] if versions else None
