"""The whole system on this machine: servers, mail catcher and services, started in order, watched, stopped together."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from deploy.local.named import Named
from deploy.local.places import HOME, LOOPBACK, ROOT, Ports
from deploy.local.processes import Process
from deploy.local.secrets import secret, write_private
from deploy.local.servers import Mongo, RabbitMQ, Servers
from deploy.local.services import PREFERRED_PORTS, Service, Surroundings, environments, is_ready
from deploy.local.terminal import console, step
from deploy.rabbitmq.definitions import CONSUMES
from deploy.waiting import Failed

WATCH_EVERY = 0.5  # seconds
KEPT_BY_RESET = frozenset({"software", "uv"})
_PREFERRED = {**PREFERRED_PORTS, "mails": 8025, "smtp": 2525, "intake": 2526, "mongo": 27117, "amqp": 5772}


class System:
    """One local system with all it keeps below ``home``."""

    def __init__(self, home: Path = HOME, named: Named | None = None) -> None:
        self.home = home
        self.named = named or Named()
        self.secrets = home / "secrets"
        self._logs = home / "logs"
        self._told = self.secrets / "environments.json"
        self._ports = Ports(home / "state.json")
        passwords = {name: secret(self.secrets / f"password-{name}") for name in CONSUMES}
        self.mongo = Mongo(home / "mongo", users=passwords, preferred_port=_PREFERRED["mongo"], logs=self._logs)
        self.rabbitmq = RabbitMQ(
            home / "rabbitmq", passwords=passwords, preferred_port=_PREFERRED["amqp"], logs=self._logs
        )
        self.catcher = Process("mails", home / "run", logs=self._logs)
        self.services: list[Service] = []

    @property
    def portal(self) -> str:
        """Where people begin."""
        return self.url("portal")

    def url(self, name: str) -> str:
        """Return where a service, or the page of caught mails, is."""
        return f"http://{LOOPBACK}:{self._ports.read()[name]}"

    def addresses(self) -> dict[str, str]:
        """Return where everything with a page or an API is, by its name; empty before the first start."""
        wanted = (*PREFERRED_PORTS, *(() if self.named.smtp_url else ("mails",)))
        return {name: self.url(name) for name in wanted if name in self._ports.read()}

    def environments(self) -> dict[str, dict[str, str]]:
        """Return what every service was told at the last start.  Raises `Failed` when there was none."""
        try:
            told: dict[str, dict[str, str]] = json.loads(self._told.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise Failed("There is no system here yet: start it with ./zgoda up") from None
        return told

    def start(self) -> None:
        """Start what is not named already, then the services; raises `Failed` with the reason in words."""
        self.end_leftovers()
        self.named.check()
        self._start_servers()
        self._choose_ports()
        if not self.named.smtp_url:
            with step("Mail catcher"):
                self._start_catcher()
        self._tell_services()
        self._start_services()

    def watch(self) -> None:
        """Return never; raise `Failed` when anything of the system ends by itself."""
        running = {each.name: each for each in self._processes()}
        while True:
            for name, process in running.items():
                if not process.alive:
                    raise Failed(f"{name} ended by itself; {process.log} ends with:\n{process.last_lines()}")
            time.sleep(WATCH_EVERY)

    def run_as(self, service: str, arguments: list[str]) -> None:
        """Run a Python module with the environment of ``service``.  Raises `Failed` with what it said."""
        env = {**os.environ, "PYTHONPATH": str(ROOT), **self.environments()[service]}
        command = [sys.executable, "-P", "-m", *arguments]
        done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"{' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")

    def stop(self) -> None:
        """Stop the services, each finishing what it began, then the servers; within 30 seconds."""
        _together([service.stop for service in self.services])
        self.catcher.stop(seconds=5)
        _together([self.rabbitmq.stop, self.mongo.stop])

    def _processes(self) -> list[Process]:
        own = [
            (self.mongo.process, self.named.mongo_url),
            (self.rabbitmq.process, self.named.amqp_url),
            (self.catcher, self.named.smtp_url),
        ]
        return [process for process, url in own if not url] + [service.process for service in self.services]

    def end_leftovers(self) -> None:
        """End what a former run left that was killed before it could stop."""
        for record in sorted((self.home / "run").glob("*.pid")):
            Process(record.stem, self.home / "run").stop(seconds=5)

    def _start_servers(self) -> None:
        own = {
            name: server
            for name, server, url in (
                ("MongoDB", self.mongo, self.named.mongo_url),
                ("RabbitMQ", self.rabbitmq, self.named.amqp_url),
            )
            if not url
        }
        if own:
            with step(" and ".join(own)) as say:
                self.mongo.say = self.rabbitmq.say = say
                _together([server.start for server in own.values()])

    def _choose_ports(self) -> None:
        before = self._ports.read().get("portal")
        for name in (*PREFERRED_PORTS, "smtp", "mails", "intake"):
            self._ports.choose(name, _PREFERRED[name])
        if before not in (None, self._ports.read()["portal"]):
            console.print(
                f"The portal moves: somebody else has port {before} now, to which links in earlier letters lead."
            )

    def _start_catcher(self) -> None:
        known = self._ports.read()
        command = [
            *(sys.executable, "-P", "-m", "deploy.local.catcher", "--folder", str(self.home / "mail")),
            *("--smtp-port", str(known["smtp"]), "--web-port", str(known["mails"])),
        ]
        self.catcher.start(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT)
        self.catcher.wait_until(lambda: is_ready(self.url("mails")), seconds=60)

    def _tell_services(self) -> None:
        known = self._ports.read()
        around = Surroundings(
            ports={name: known[name] for name in PREFERRED_PORTS},
            mongo_url=lambda name: self.named.mongo_url or self.mongo.url_for(name),
            amqp_url=lambda name: self.named.amqp_url or self.rabbitmq.url_for(name),
            smtp_url=self.named.smtp_url or f"smtp://{LOOPBACK}:{known['smtp']}",
            secrets=self.secrets,
            intake_port=known["intake"],
        )
        write_private(self._told, json.dumps(environments(around), indent=2))

    def _start_services(self) -> None:
        known, folder = self._ports.read(), self.home / "run"
        self.services = [
            Service(name, env, port=known[name], folder=folder, logs=self._logs)
            for name, env in self.environments().items()
        ]
        with step(f"Services: {', '.join(service.name for service in self.services)}") as say:
            for service in self.services:
                service.start(wait=False)
            for service in self.services:
                say(f"waiting for {service.name}")
                service.wait()


@contextmanager
def alone(home: Path = HOME) -> Iterator[None]:
    """Hold the folder: raise `Failed` when another `up` or `reset` has it."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed("This system is running already, in another terminal: stop it there with Ctrl-C") from None
        yield


def reset(home: Path = HOME) -> None:
    """Remove all data, secrets and logs; what was downloaded stays."""
    with alone(home):
        system = System(home)
        system.end_leftovers()
        system.stop()
        for others in ("servers", "test"):
            Servers.below(home / others).stop()
        for entry in home.iterdir():
            if entry.name in KEPT_BY_RESET or entry.name == "lock":
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()


def _together(actions: list[Callable[[], None]]) -> None:
    """Run ``actions`` side by side; all are finished when the first failure is raised."""
    if not actions:
        return
    with ThreadPoolExecutor(len(actions)) as pool:
        running = [pool.submit(action) for action in actions]
    for each in running:
        each.result()
