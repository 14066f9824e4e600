"""The whole system as an operator runs it: as processes of our own with an SMTP sink, or deployed somewhere."""

import asyncio
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTP
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2

from deploy.local.places import ROOT, free_port
from deploy.local.processes import Process
from deploy.local.services import PREFERRED_PORTS, Service, Surroundings, environments
from services.registry.people.actions import ensure_coordinator
from shared.service import Context, make_context
from shared.settings import ServiceSettings
from shared.testing.accepted import AcceptedMail, read_on
from shared.testing.stack import until

COORDINATOR = "coordinator@example.org"
BROWSER = sha256(b"the browser's secret").hexdigest()


class Running:
    """A system that answers at `url` and whose mails can be read."""

    def url(self, service: str) -> str:
        """Where a service listens."""
        raise NotImplementedError

    def mails(self) -> list[AcceptedMail]:
        """Return every mail that was accepted."""
        raise NotImplementedError

    async def ensure_coordinator(self) -> None:
        """Make the first coordinator."""
        raise NotImplementedError

    def mails_to(self, address: str) -> list[AcceptedMail]:
        """Return the mails to one address, oldest first."""
        return [mail for mail in self.mails() if mail.recipients == [address]]

    async def mail_to(
        self, address: str, which: Callable[[AcceptedMail], bool] = lambda _: True, *, after: int = 0
    ) -> AcceptedMail:
        """Wait for the newest mail to ``address`` that fits, not counting the first ``after`` mails to it."""

        def newest() -> AcceptedMail | None:
            fitting = [mail for mail in self.mails_to(address)[after:] if which(mail)]
            return fitting[-1] if fitting else None

        found: AcceptedMail = await until(newest, "the mail arrives", within=30)
        return found

    async def sign_in(self, address: str = COORDINATOR) -> "Session":
        """Sign in as the owner of ``address``, whose mail this reads."""
        before = len(self.mails_to(address))
        async with httpx2.AsyncClient(base_url=self.url("registry"), timeout=10) as client:
            asked = {"address": address, "browser": BROWSER, "language": "en"}
            answer = await client.post("/sign-ins", json=asked)
            assert answer.status_code == 202, answer.text
            await until(lambda: len(self.mails_to(address)) > before, "the sign-in mail arrives", within=30)
            token = link_in(self.mails_to(address)[-1], "sign-in").rsplit("/", 1)[1]
            answer = await client.post("/sign-ins/redemption", json={"token": token, "browser": BROWSER})
            assert answer.status_code == 200, answer.text
        return Session(self, answer.json()["refresh_token"])


@dataclass
class System(Running):
    """Five services and a sink below ``folder``; ``extra`` is added to the environment of every service."""

    folder: Path
    mongo_url: Callable[[str], str]
    amqp_url: Callable[[str], str]
    prefix: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    sink_options: tuple[str, ...] = ()
    intake: bool = False
    """Whether mails can come back."""
    _mails: list[AcceptedMail] = field(default_factory=list)
    _read_to: int = 0

    def __post_init__(self) -> None:
        self.ports = {name: free_port() for name in PREFERRED_PORTS}
        self.smtp_port = free_port()
        self.record = self.folder / "mails.jsonl"
        self.sink = Process("sink", self.folder)
        self.intake_port = free_port() if self.intake else None
        around = Surroundings(
            self.ports,
            self.mongo_url,
            self.amqp_url,
            f"smtp://127.0.0.1:{self.smtp_port}",
            self.folder / "secrets",
            self.intake_port,
        )
        own: dict[str, dict[str, str]] = {}
        for name in self.ports:
            own[name] = {"BROKER_PREFIX": f"{self.prefix}.", "DATABASE": f"{self.prefix}_{name}"} if self.prefix else {}
        self.env = {name: env | own[name] | dict(self.extra) for name, env in environments(around).items()}
        self.services = {
            name: Service(name, self.env[name], port=self.ports[name], folder=self.folder) for name in self.ports
        }

    def start_sink(self) -> None:
        """Start, or start again, the SMTP sink; its record goes on."""
        command = [sys.executable, "-m", "shared.testing.sink", "--port", str(self.smtp_port), "--contents"]
        command += ["--record", str(self.record), *self.sink_options]
        self.sink.start(command, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, cwd=ROOT)

    async def start(self, names: Iterable[str] | None = None) -> None:
        """Start everything; return when every service is ready."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.start_sink()
        chosen = [self.services[name] for name in names or self.services]
        for service in chosen:
            service.start(wait=False)
        await asyncio.gather(*(asyncio.to_thread(service.wait) for service in chosen))

    async def stop(self) -> None:
        """End every process."""
        await asyncio.gather(*(asyncio.to_thread(service.stop) for service in self.services.values()))
        self.sink.stop(seconds=5)

    def url(self, service: str) -> str:
        """Where a service listens."""
        return self.services[service].url

    def mails(self) -> list[AcceptedMail]:
        """Return every mail that the sink has accepted, whoever was killed since."""
        if self.record.exists():
            for mail, read_to in read_on(self.record, start=self._read_to):
                self._mails.append(mail)
                self._read_to = read_to
        return list(self._mails)

    def context(self, service: str) -> Context:
        """Return what a service knows and holds, for whoever looks into it; close its storage."""
        return make_context(ServiceSettings(**{"service": service, **_read_files(self.env[service])}))

    async def ensure_coordinator(self) -> None:
        """Make the first coordinator, as the operator's command does."""
        context = self.context("registry")
        await context.storage.transact(ensure_coordinator, COORDINATOR, "The coordinator")
        await context.storage.close()


@dataclass
class Deployed(Running):
    """A system that runs somewhere, such as in containers, with MailDev to read its mails.

    ``operate`` is the command that runs the operator's commands there.
    """

    urls: Mapping[str, str]
    mails_url: str
    operate: Sequence[str]
    _known: dict[str, AcceptedMail] = field(default_factory=dict)
    _looked_at: float = 0

    def url(self, service: str) -> str:
        """Where a service listens."""
        return self.urls[service]

    def mails(self) -> list[AcceptedMail]:
        """Return every mail that MailDev has shown, asked at most once a second."""
        if time.monotonic() - self._looked_at > 1:
            self._look()
        return list(self._known.values())

    def _look(self) -> None:
        with httpx2.Client(base_url=self.mails_url, timeout=30) as maildev:
            for found in maildev.get("/email").json():
                if found["id"] not in self._known:
                    content = maildev.get(f"/email/{found['id']}/source").content
                    self._known[found["id"]] = _accepted(found, content)
        self._looked_at = time.monotonic()

    async def ensure_coordinator(self) -> None:
        """Make the first coordinator, as the operator's command does."""
        command = [*self.operate, "coordinator", "add", COORDINATOR, "--name", "The coordinator"]
        await asyncio.to_thread(subprocess.run, command, check=True, stdin=subprocess.DEVNULL)


def _accepted(found: Mapping[str, Any], content: bytes) -> AcceptedMail:
    recipients = [each["address"] for each in found["envelope"]["to"]]
    message_id = str(message_from_bytes(content, policy=SMTP)["Message-ID"])
    return AcceptedMail(found["envelope"]["from"]["address"], recipients, message_id, len(content), 0.0, content)


def _read_files(env: Mapping[str, str]) -> dict[str, Any]:
    """Return what the files that an environment names say, by the name of the setting."""
    known = ("BROKER_PREFIX", "DATABASE", "SERVICE")
    files = {name.removesuffix("_FILE"): path for name, path in env.items() if name.endswith("_FILE")}
    values = {name.lower(): Path(path).read_text().strip() for name, path in files.items()}
    return values | {name.lower(): env[name] for name in known if name in env}


@dataclass
class Session:
    """Somebody who has signed in."""

    system: Running
    refresh_token: str

    @asynccontextmanager
    async def at(self, service: str) -> AsyncIterator[httpx2.AsyncClient]:
        """Yield a client that asks ``service`` with an access token."""
        async with httpx2.AsyncClient(base_url=self.system.url("registry"), timeout=10) as client:
            asked = {"refresh_token": self.refresh_token, "audience": service}
            answer = await client.post("/tokens", json=asked)
            assert answer.status_code == 200, answer.text
        self.refresh_token = answer.json()["refresh_token"]
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        async with httpx2.AsyncClient(base_url=self.system.url(service), headers=headers, timeout=60) as client:
            yield client


def link_in(mail: AcceptedMail, purpose: str) -> str:
    """Return the link for ``purpose`` in the text of a mail."""
    found = re.search(rf"https?://\S+/{purpose}/[\w.\-]+", mail.text())
    assert found is not None, f"no {purpose} link in the mail"
    return found[0]


def people_csv(count: int, *, organisation: str) -> str:
    """Return a file of ``count`` invented people in five languages and three time zones."""
    languages, zones = ("pl", "en", "be", "uk", "ru"), ("Europe/Warsaw", "Europe/Minsk", "America/New_York")
    rows = [
        f"Person {n},person{n}@example.org,{languages[n % 5]},{zones[n % 3]},{organisation},member,no"
        for n in range(count)
    ]
    return "\n".join(["display_name,address,language,time_zone,organisation,roles,no_contact", *rows, ""])


def times_delivered(mails: Iterable[AcceptedMail]) -> Counter[str]:
    """Count the accepted mails by recipient: a mail with two recipients fails here."""
    return Counter(mail.recipient for mail in mails)


def states(letters: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Count letters by state."""
    return Counter(letter["state"] for letter in letters)
