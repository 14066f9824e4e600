"""What `./zgoda` can do: start the system here, test it, fill it, look into it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import httpx2
import typer

from deploy import operate
from deploy.local import checks
from deploy.local.named import Named
from deploy.local.places import HOME, ROOT
from deploy.local.servers import Servers
from deploy.local.services import is_ready
from deploy.local.stopping import Stopped, stoppable
from deploy.local.system import System, alone
from deploy.local.system import reset as reset_system
from deploy.local.terminal import console, step
from deploy.rabbitmq.definitions import CONSUMES
from deploy.sample.letters import Caught
from deploy.sample.story import COORDINATOR, Story, is_told
from deploy.waiting import Failed

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Zgoda on this machine: no Docker, no root, everything on loopback and below .zgoda/.",
)
servers = typer.Typer(help="A MongoDB and a RabbitMQ that stay, for those who run tests all day.", no_args_is_help=True)
app.add_typer(servers, name="servers")
app.add_typer(operate.commands)

Folder = Annotated[Path, typer.Option(help="Where their data lies.")]
OPERATORS = frozenset(group.name for group in operate.commands.registered_groups)
Arguments = {"ignore_unknown_options": True, "allow_extra_args": True}


@contextmanager
def told() -> Iterator[None]:
    """Say in words what failed, and end with status 1."""
    try:
        yield
    except Failed as failure:
        console.print(f"[red]✗[/red] {failure}", markup=True)
        raise typer.Exit(1) from None


@app.callback()
def prepare(context: typer.Context) -> None:
    """Tell the operator's commands where the system of this folder has its database, queues and secrets."""
    if context.invoked_subcommand in OPERATORS and "--help" not in sys.argv:
        with told():
            operate.ENVIRONMENTS.update(System(HOME, Named.by(os.environ)).environments())


@app.command()
def up() -> None:
    """Start everything, fill it with sample data the first time, and stay until Ctrl-C."""
    with told(), alone(), stoppable():
        system = System(HOME, Named.by(os.environ))
        try:
            with told():
                system.start()
                fill(system)
                announce(system)
                system.watch()
        except Stopped:
            console.print()
        finally:
            with step("Stopping"):
                system.stop()


@app.command()
def status() -> None:
    """Say what runs, and where."""
    system = System(HOME, Named.by(os.environ))
    for name, url in system.addresses().items():
        runs = is_ready(url)
        console.print(f"[green]●[/green] {name:15} {url}" if runs else f"[dim]○ {name:15} does not run[/dim]")


@app.command()
def reset() -> None:
    """Remove all data, secrets and logs of the system here; what was downloaded stays."""
    with told(), step("Removing the data below .zgoda/"):
        reset_system()


@app.command("test", context_settings=Arguments)
def run_tests(context: typer.Context) -> None:
    """Run every check; with arguments, only pytest with them."""
    try:
        with told(), stoppable():
            raise typer.Exit(checks.run(context.args))
    except Stopped as stopped:
        raise typer.Exit(128 + stopped.signal) from None


BENCHES = {"reads": "bench.reads", "imports": "bench.imports"}
"""What is measured when its name is the first argument; else the fan-out is."""


@app.command(context_settings=Arguments, add_help_option=False)
def bench(context: typer.Context) -> None:
    """Measure a fan-out of letters (options: --recipients, --rounds …), or `bench reads`, or `bench imports`."""
    name, *rest = context.args or [""]
    module, arguments = (BENCHES[name], rest) if name in BENCHES else ("bench.fanout", context.args)
    command = [sys.executable, "-P", "-m", module, *arguments]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    raise typer.Exit(subprocess.run(command, cwd=ROOT, env=env, check=False).returncode)


@app.command(context_settings=Arguments, add_help_option=False)
def soak(context: typer.Context) -> None:
    """Kill everything by chance while work goes on, then count (options: --seed, --events, --kills, --cut …)."""
    command = [sys.executable, "-P", "-m", "tests.faults.soak", *context.args]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    raise typer.Exit(subprocess.run(command, cwd=ROOT, env=env, check=False).returncode)


@app.command()
def docs() -> None:
    """Write what is made from the code: docs/events, docs/api, the diagram of docs/architecture.md."""
    from deploy.local import catalogue  # noqa: PLC0415 - imports every service

    changed = catalogue.write()
    for path in changed:
        typer.echo(path.relative_to(ROOT))
    typer.echo(f"{len(changed)} of the documents had changed.")


@servers.command("up")
def servers_up(
    folder: Folder = HOME / "servers",
    env: Annotated[Path | None, typer.Option(help="A file to write, for `source`.")] = None,
) -> None:
    """Start both and leave them running."""
    with told(), step("MongoDB and RabbitMQ") as say:
        pair = Servers.below(folder, say=say)
        pair.start()
    urls = {checks.MONGO_VARIABLE: pair.mongo.url, checks.AMQP_VARIABLE: pair.rabbitmq.url}
    lines = "".join(f"export {name}='{url}'\n" for name, url in urls.items())
    if env:
        env.write_text(lines, encoding="utf-8")
    typer.echo(lines, nl=False)


@servers.command("down")
def servers_down(folder: Folder = HOME / "servers") -> None:
    """Stop both."""
    Servers.below(folder).stop()


def fill(system: System) -> None:
    """Give a new system its sample data, through its own APIs."""
    if system.named.smtp_url:
        console.print("No sample data: its letters would go to a real relay. Begin with: ./zgoda coordinator add")
        return
    addresses, record = system.addresses(), system.home / "sample.json"
    if is_told(record):
        return
    with step("Sample data") as say:
        story = Story(addresses, Caught(addresses["mails"]), record, say=say)
        name, address = COORDINATOR
        system.run_as("registry", ["deploy.operate", "coordinator", "add", address, "--name", name, "--language", "pl"])
        try:
            story.tell()
        except httpx2.HTTPError as error:
            raise Failed(f"The sample data was not taken: {error}") from None


def announce(system: System) -> None:
    """Say where everything is and how to sign in."""
    addresses = system.addresses()
    console.print()
    console.print(f"  Portal               {addresses['portal']}")
    if "mails" in addresses:
        console.print(f"  Its mails            {addresses['mails']}  (nothing leaves this machine)")
    for name in CONSUMES:
        console.print(f"  {f'API of {name}':20} {addresses[name]}/docs")
    console.print()
    if "mails" in addresses:
        console.print(f"  Sign in              {addresses['portal']}/en/sign-in  as {COORDINATOR[1]}")
        console.print(f"                       the link to sign in arrives at {addresses['mails']}")
    console.print(f"  Logs                 {system.home / 'logs'}")
    console.print("  Stop                 Ctrl-C (the data stays; ./zgoda reset clears it)")
