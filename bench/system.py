"""The real services as processes on servers of their own, people who can be invited, and an SMTP sink that counts."""

import json
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
from joserfc.jwk import KeySet
from pydantic_core import to_json

from bench.watching import Watch
from deploy.local.places import ROOT, free_port
from deploy.local.processes import Process, wait_until
from deploy.local.secrets import secret
from deploy.local.servers import Servers
from deploy.local.services import PREFERRED_PORTS, Service, Surroundings, environments
from services.notifications.settings import Settings
from shared.ids import new_id
from shared.model import LANGUAGES
from shared.service import make_context
from shared.settings import ServiceSettings
from shared.storage import Document, Storage, Tx
from shared.testing.accepted import AcceptedMail, read_record
from shared.testing.stack import TestKeys

MEASURED = ("meetings", "reports", "notifications")
"""Reports takes the requests whose answers are urgent; nothing else happens there."""
ZONES = ("Europe/Warsaw", "Europe/Minsk", "America/New_York")
NAMES = ("Łucja Wiśniewska", "Ada Example", "Алесь Прыклад", "Оксана Приклад", "Анна Пример")
CHUNK = 500


@dataclass
class Sink:
    """The sink in its own process, and its record, read from where it was read last."""

    process: Process
    record: Path
    port: int
    _taken: int = 0
    _looked: int = 0
    _count: int = 0

    @classmethod
    def start(cls, folder: Path, name: str, *options: str) -> "Sink":
        """Start a sink; its record is below ``folder``."""
        sink = cls(Process(name, folder), folder / f"{name}.jsonl", free_port())
        sink.record.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "shared.testing.sink", "--port", str(sink.port)]
        command += ["--record", str(sink.record), *options]
        sink.process.start(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT)
        wait_until(sink.record.exists, seconds=20, what=name)
        return sink

    @property
    def url(self) -> str:
        """The sink as a relay."""
        return f"smtp://127.0.0.1:{self.port}"

    def count(self) -> int:
        """Return how many mails were accepted since the last `take`."""
        with self.record.open("rb") as file:
            file.seek(self._looked)
            news = file.read()
        self._looked += len(news)
        self._count += news.count(b"\n")
        return self._count

    def since(self, start: int) -> list[AcceptedMail]:
        """Return the mails accepted since the record was ``start`` bytes long."""
        return list(read_record(self.record, start=start))

    def take(self) -> list[AcceptedMail]:
        """Return the mails accepted since the last call."""
        mails = list(read_record(self.record, start=self._taken))
        self._taken = self._looked = self.record.stat().st_size
        self._count = 0
        return mails


class KeysPage:
    """Where the services find the keys of the tokens this benchmark signs: a page that the registry has otherwise."""

    def __init__(self, keys: TestKeys) -> None:
        public = json.dumps(KeySet([keys._key]).as_dict(private=False)).encode()

        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(public)))
                self.end_headers()
                self.wfile.write(public)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()


class System:
    """Meetings, reports and notifications as an operator runs them, on ``servers`` of their own."""

    def __init__(self, folder: Path, *, settings: dict[str, str]) -> None:
        passwords = {name: secret(folder / "passwords" / name) for name in PREFERRED_PORTS if name != "portal"}
        self.servers = Servers.below(folder / "servers", passwords=passwords)
        self.folder = folder
        self.keys = TestKeys()
        self.page = KeysPage(self.keys)
        self._settings = settings
        self.services: dict[str, Service] = {}
        self.senders: list[Service] = []
        self.people: list[str] = []
        self.organisations: dict[int, str] = {}
        """For a number of people the organisation that has so many."""

    def start(self) -> None:
        """Start servers, sink and services; return when all are ready."""
        self.sink = Sink.start(self.folder, "sink")
        self.servers.start()
        mongo, rabbitmq = self.servers.mongo, self.servers.rabbitmq
        ports = {name: free_port() for name in MEASURED}
        around = Surroundings(ports, mongo.url_for, rabbitmq.url_for, self.sink.url, self.folder / "secrets")
        found = environments(around)
        self.env = {name: found[name] | self._settings | {"REGISTRY_URL": self.page.url} for name in MEASURED}
        for name in ("meetings", "reports"):
            self.services[name] = Service(name, self.env[name], port=ports[name], folder=self.folder)
            self.services[name].start(wait=False)
        self.add_sender()
        for service in self.services.values():
            service.wait()

    def add_sender(self) -> None:
        """Start one more process of notifications."""
        folder = self.folder / f"sender-{len(self.senders) + 1}"
        service = Service("notifications", self.env["notifications"], port=free_port(), folder=folder)
        self.senders.append(service)
        service.start()

    def stop(self) -> None:
        """End everything that was started."""
        for service in (*self.services.values(), *self.senders):
            service.stop()
        self.sink.process.stop(seconds=5)
        self.servers.stop()
        self.page.close()

    def watch(self) -> Watch:
        """Return a watch over every process that takes part."""
        pids = {"meetings": self.services["meetings"].process.pid, "sink": self.sink.process.pid}
        pids |= {f"notifications {number}": each.process.pid for number, each in enumerate(self.senders, 1)}
        children = {each.name(): each.pid for each in psutil.Process().children(recursive=True)}
        return Watch({**pids, "mongod": children.get("mongod"), "rabbitmq": children.get("beam.smp")})

    def token(self) -> str:
        """Return an access token of a coordinator, good for a day."""
        return self.keys.token("meetings", "coordinator", lasts=86_400)

    def storage(self, name: str) -> Storage:
        """Return the storage of one service."""
        return make_context(ServiceSettings(**self._values(name))).storage

    def notifications_settings(self) -> Settings:
        """Return the settings of notifications, for whoever writes the same letters."""
        return Settings(**self._values("notifications"))

    def _values(self, name: str) -> dict[str, Any]:
        files = {key: value for key, value in self.env[name].items() if key.endswith("_FILE")}
        read = {key.removesuffix("_FILE").lower(): Path(value).read_text().strip() for key, value in files.items()}
        return {"service": name, **read}

    async def seed(self, sizes: Sequence[int], say: Callable[[str], None]) -> None:
        """Make people known to both services, as the registry's events would: an organisation for each of ``sizes``."""
        self.people = [new_id() for _ in range(max(sizes))]
        self.organisations = {size: new_id() for size in sizes}
        meetings, notifications = self.storage("meetings"), self.storage("notifications")
        rows: list[Document] = [
            {"_id": id, "revision": 1, "kinds": ["implementer"], "country": "PL"} for id in self.organisations.values()
        ]
        await meetings.reader["organisations"].insert_many(rows)
        for start in range(0, len(self.people), CHUNK):
            chunk = range(start, min(start + CHUNK, len(self.people)))
            await meetings.transact(_add_people, self.people, chunk, self.organisations)
            await notifications.transact(_add_contacts, self.people, chunk)
        await meetings.close()
        await notifications.close()
        say(f"{len(self.people):,} people are known")


def address_of(number: int) -> str:
    """Return the address of a person by their number."""
    return f"person{number}@example.org"


async def _add_people(tx: Tx, people: Sequence[str], chunk: range, organisations: Mapping[int, str]) -> None:
    await tx["people"].insert_many(
        [
            {
                "_id": people[number],
                "revision": 1,
                "organisation_ids": [id for size, id in organisations.items() if number < size],
                "language": LANGUAGES[number % 5],
                "time_zone": ZONES[number % 3],
                "active": True,
                "no_contact": False,
            }
            for number in chunk
        ]
    )


async def _add_contacts(tx: Tx, people: Sequence[str], chunk: range) -> None:
    keys = {number: tx.vault.new_key() for number in chunk}
    await tx["keys"].insert_many([{"_id": people[number], "key": key} for number, key in keys.items()])
    await tx["contacts"].insert_many(
        [
            {
                "_id": people[number],
                "revision": 1,
                "language": LANGUAGES[number % 5],
                "time_zone": ZONES[number % 3],
                "no_contact": False,
                "cipher": tx.vault.encrypt(key, to_json([address_of(number), NAMES[number % 5]]).decode()),
            }
            for number, key in keys.items()
        ]
    )
