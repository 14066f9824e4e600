"""A MongoDB of our own: one member of a replica set (transactions need one), on loopback, with users."""

import subprocess
import sysconfig
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from deploy.local import debian
from deploy.local.places import LOOPBACK, SOFTWARE, Ports
from deploy.local.processes import Process
from deploy.local.secrets import secret
from deploy.waiting import Failed, Say

_USER_EXISTS = 51003


class Mongo:
    """One mongod with its data, log and port below ``folder``.

    ``users`` maps a service to its password: the user of that name may read and write the database
    ``zgoda_<service>`` and nothing else.  All methods block; the data survives `stop` and `kill`.
    """

    def __init__(
        self,
        folder: Path | str,
        *,
        users: Mapping[str, str] | None = None,
        preferred_port: int | None = None,
        logs: Path | None = None,
        say: Say = lambda _: None,
    ) -> None:
        self.folder = Path(folder)
        self.process = Process("mongod", self.folder, logs=logs)
        self._users = dict(users or {})
        self._ports = Ports(self.folder / "ports.json")
        self._preferred = preferred_port
        self.say = say
        self._port = self._ports.read().get("mongo", 0) if self.process.alive else 0

    @property
    def url(self) -> str:
        """The address for the administrator, who may do everything."""
        return self._url("admin", secret(self.folder / "admin.secret"))

    def url_for(self, service: str) -> str:
        """The address for the user of one service."""
        return self._url(service, self._users[service])

    def start(self) -> None:
        """Start, or start again, on the same port; return when it takes writes (about 2 seconds)."""
        program, env = self._program()
        self.process.stop(seconds=30)
        self._port = self._port or self._ports.choose("mongo", self._preferred)
        (self.folder / "db").mkdir(parents=True, exist_ok=True)
        key = self.folder / "keyfile"
        secret(key)
        self.process.start(
            [
                str(program),
                *("--dbpath", str(self.folder / "db"), "--port", str(self._port), "--bind_ip", LOOPBACK),
                *("--replSet", "rs0", "--keyFile", str(key), "--nounixsocket"),
                *("--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "128"),
                *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            ],
            env=env,
        )
        self._wait(self._answers)
        self._join()
        self._wait(self._is_primary)
        self._make_users()

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        self.process.stop(seconds=30)

    def kill(self) -> None:
        """End it at once, as a power cut would; `start` brings it back with what it had confirmed."""
        self.process.kill()

    def _url(self, user: str, password: str) -> str:
        return f"mongodb://{user}:{password}@{LOOPBACK}:{self._port}/?replicaSet=rs0&authSource=admin"

    def _program(self) -> tuple[Path, dict[str, str]]:
        program = Path(sysconfig.get_path("purelib")) / "fiftyone" / "db" / "bin" / "mongod"
        if not program.exists():
            raise Failed("mongod is not in the environment: run `uv sync --group local`, or set MONGO_URL")
        program.chmod(0o755)
        env = debian.environment(SOFTWARE)
        missing = _missing(program, env)
        if any(name.startswith("libcurl") for name in missing):
            debian.unpack(["libcurl4"], SOFTWARE, say=self.say)
            env = debian.environment(SOFTWARE)
            missing = _missing(program, env)
        if missing:
            raise Failed(f"mongod needs {', '.join(missing)}, which this system lacks; set MONGO_URL instead")
        return program, env

    def _client(self, *, signed_in: bool) -> MongoClient[dict[str, Any]]:
        credentials: dict[str, Any] = {"username": "admin", "password": secret(self.folder / "admin.secret")}
        return MongoClient(
            LOOPBACK,
            self._port,
            directConnection=True,
            serverSelectionTimeoutMS=2_000,
            **(credentials if signed_in else {}),
        )

    def _wait(self, ready: Callable[[], bool]) -> None:
        self.process.wait_until(ready, seconds=60)

    def _answers(self) -> bool:
        try:
            with self._client(signed_in=False) as client:
                return bool(client.admin.command("ping")["ok"])
        except PyMongoError:
            return False

    def _is_primary(self) -> bool:
        try:
            with self._client(signed_in=False) as client:
                return bool(client.admin.command("hello")["isWritablePrimary"])
        except PyMongoError:
            return False

    def _join(self) -> None:
        """Make the set on an empty folder; give it the new address when the port had to change."""
        members = [{"_id": 0, "host": f"{LOOPBACK}:{self._port}"}]
        try:
            with self._client(signed_in=False) as client:  # allowed from this machine until there is a user
                client.admin.command("replSetInitiate", {"_id": "rs0", "members": members})
                self._wait(self._is_primary)
                password = secret(self.folder / "admin.secret")
                client.admin.command("createUser", "admin", pwd=password, roles=["root"])
        except OperationFailure:  # there is a user: so the set exists
            with self._client(signed_in=True) as client:
                config = client.admin.command("replSetGetConfig")["config"]
                if config["members"][0]["host"] != members[0]["host"]:
                    config.update(version=config["version"] + 1, members=members)
                    client.admin.command("replSetReconfig", config, force=True)

    def _make_users(self) -> None:
        with self._client(signed_in=True) as client:
            for name, password in self._users.items():
                roles = [{"role": "readWrite", "db": f"zgoda_{name}"}]
                make = partial(client.admin.command, pwd=password, roles=roles)
                try:
                    make("createUser", name)
                except OperationFailure as problem:
                    if problem.code != _USER_EXISTS:
                        raise
                    make("updateUser", name)


def _missing(program: Path, env: Mapping[str, str]) -> list[str]:
    done = subprocess.run(["ldd", str(program)], capture_output=True, text=True, env=env, check=False)
    return debian.missing_libraries(done.stdout)
