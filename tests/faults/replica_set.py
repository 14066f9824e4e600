"""Three mongods that elect their primary anew within two seconds, each of which may be killed."""

import time
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.local.mongo import Mongo
from deploy.local.places import LOOPBACK, free_port
from deploy.local.processes import Process, wait_until

NAME = "three"
ELECTION_MILLISECONDS = 1_000


class ReplicaSet:
    """A replica set of three below ``folder``, on loopback and without users.  All methods block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._program, self._env = Mongo(folder / "program")._program()
        self.ports = [free_port() for _ in range(3)]
        self.members = [Process(f"mongod-{number}", folder / f"member-{number}") for number in range(3)]

    @property
    def url(self) -> str:
        """The address of the set."""
        hosts = ",".join(f"{LOOPBACK}:{port}" for port in self.ports)
        return f"mongodb://{hosts}/?replicaSet={NAME}"

    def url_for(self, _: str) -> str:
        """The address for any service."""
        return self.url

    def start(self) -> None:
        """Start all three; return when one is primary."""
        for number in range(3):
            self.start_member(number)
        members = [{"_id": number, "host": f"{LOOPBACK}:{port}"} for number, port in enumerate(self.ports)]
        settings = {"electionTimeoutMillis": ELECTION_MILLISECONDS, "heartbeatIntervalMillis": 300}
        config = {"_id": NAME, "members": members, "settings": settings}
        with self._client(0) as client:
            client.admin.command("replSetInitiate", config)
        wait_until(lambda: self.primary() is not None, seconds=60, what="a primary")

    def start_member(self, number: int) -> None:
        """Start one member, or start it again, on its port; return when it answers."""
        data = self._folder / f"member-{number}" / "db"
        data.mkdir(parents=True, exist_ok=True)
        self.members[number].start(
            [
                *(str(self._program), "--dbpath", str(data), "--port", str(self.ports[number])),
                *("--bind_ip", LOOPBACK, "--replSet", NAME, "--nounixsocket"),
                *("--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "128"),
                *("--setParameter", "diagnosticDataCollectionEnabled=false"),
            ],
            env=self._env,
        )
        self.members[number].wait_until(lambda: self._hello(number) is not None, seconds=60)

    def primary(self) -> int | None:
        """Return which member takes writes."""
        for number in range(3):
            if (self._hello(number) or {}).get("isWritablePrimary"):
                return number
        return None

    def kill_primary(self) -> int:
        """End the primary at once and start it again when another has taken over; return which it was."""
        victim = self._primary()
        self.members[victim].kill()
        wait_until(lambda: self.primary() not in (None, victim), seconds=60, what="another primary")
        self.start_member(victim)
        return victim

    def step_down(self) -> int:
        """Have the primary give way; return which it was."""
        former = self._primary()
        with self._client(former) as client:
            try:
                client.admin.command("replSetStepDown", 10, secondaryCatchUpPeriodSecs=5)
            except PyMongoError:  # it hangs up on everybody, on us too
                time.sleep(0.1)
        wait_until(lambda: self.primary() not in (None, former), seconds=60, what="another primary")
        return former

    def stop(self) -> None:
        """End all three."""
        for member in self.members:
            member.stop(seconds=30)

    def _primary(self) -> int:
        wait_until(lambda: self.primary() is not None, seconds=60, what="a primary")
        return self.primary() or 0

    def _hello(self, number: int) -> dict[str, Any] | None:
        try:
            with self._client(number) as client:
                return dict(client.admin.command("hello"))
        except PyMongoError:
            return None

    def _client(self, number: int) -> MongoClient[dict[str, Any]]:
        return MongoClient(LOOPBACK, self.ports[number], directConnection=True, serverSelectionTimeoutMS=1_000)
