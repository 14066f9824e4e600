"""The operator's commands, run where a service's environment is: they act on its database and its queues directly.

On one machine `./zgoda` calls them; in containers `docker compose exec registry python -m deploy.operate …`.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import TypeAdapter, ValidationError
from rich import print_json
from rich.console import Console

from deploy.import_sheets import ForWhom, Recorded, import_sheet
from deploy.operate_letters import letter_commands
from deploy.rabbitmq.definitions import CONSUMES
from deploy.verify_evidence import verify_evidence
from services.registry.activities.finding import Filter
from services.registry.audiences import LEVELS, Viewer
from services.registry.erasure.actions import erase_again
from services.registry.exports.actions import IatiExport
from services.registry.imports import actions as imports
from services.registry.imports.domain import ImportReport
from services.registry.imports.sheets.domain import SheetKind
from services.registry.people.actions import OPERATORS_MACHINE, ensure_coordinator
from shared import dead_letters
from shared.bus import Broker, BrokerUnreachable, Names, connected
from shared.dead_letters import DeadLetter
from shared.ids import Id
from shared.model import Language
from shared.problems import NotFound, Problem
from shared.settings import ServiceSettings
from shared.storage import Storage, Unreachable

R = TypeVar("R")
ENVIRONMENTS: dict[str, dict[str, str]] = {}
"""What each service is told, where we are not inside one: filled by the local command line."""

CONSUMERS = [service for service, events in CONSUMES.items() if events]
console = Console(highlight=False, soft_wrap=True)
commands = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)
import_commands = typer.Typer(no_args_is_help=True, help="Read files into the registry.")
export_commands = typer.Typer(no_args_is_help=True, help="Write files of what the registry holds.")
coordinator_commands = typer.Typer(no_args_is_help=True, help="Who prepares everything.")
event_commands = typer.Typer(no_args_is_help=True, help="Events that a service could not handle: its dead letters.")
erasure_commands = typer.Typer(no_args_is_help=True, help="People who were forgotten, and must stay so.")
evidence_commands = typer.Typer(no_args_is_help=True, help="What reports rest on, and whether anybody altered it.")
commands.add_typer(import_commands, name="import")
commands.add_typer(export_commands, name="export")
commands.add_typer(coordinator_commands, name="coordinator")
commands.add_typer(event_commands, name="events")
commands.add_typer(erasure_commands, name="erasures")
commands.add_typer(evidence_commands, name="evidence")

Readable = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
ServiceName = Annotated[str, typer.Option(help=f"Whose dead letters: {', '.join(CONSUMERS)}.")]
EventId = Annotated[str, typer.Argument(help="The event's id, as `events dead` shows it.")]


def run(work: Coroutine[Any, Any, R]) -> R:
    """Run ``work``; a refusal, or a server that is not there, becomes one sentence and status 1."""
    try:
        return asyncio.run(work)
    except Problem as problem:
        console.print(f"[red]✗[/red] {problem.detail}")
    except (BrokerUnreachable, *Unreachable) as error:
        console.print(f"[red]✗[/red] The server does not answer ({type(error).__name__}). Does the system run?")
    except OSError as error:
        console.print(f"✗ {error.filename}: {error.strerror}" if error.filename else f"✗ {error}", markup=False)
    raise typer.Exit(1)


def settings_of(service: str) -> ServiceSettings:
    """Return the settings of ``service`` from its environment."""
    if service not in CONSUMES:
        console.print(f"[red]✗[/red] There is no such service; choose one of: {', '.join(CONSUMES)}.")
        raise typer.Exit(2)
    own = os.environ.get("SERVICE", service)
    if not ENVIRONMENTS and own != service:
        console.print(f"[red]✗[/red] {own} has no right to this: run the command where {service} runs.")
        raise typer.Exit(2)
    os.environ.update(ENVIRONMENTS.get(service, {}))
    return ServiceSettings(service=service)


@asynccontextmanager
async def registry() -> AsyncIterator[Storage]:
    """Yield the registry's storage."""
    storage = Storage.connect(settings_of("registry"))
    try:
        yield storage
    finally:
        await storage.close()


commands.add_typer(letter_commands(run, settings_of, console), name="letters")


@import_commands.command("iati")
def import_iati(
    file: Readable,
    correction: Annotated[str, typer.Option(help="Why activities of locked periods are corrected.")] = "",
) -> None:
    """Record the activities of an IATI 2.03 file, and the organisations they name."""

    async def work() -> ImportReport:
        async with registry() as storage:
            return await imports.import_iati(
                storage, file.read_bytes(), file_name=file.name[-200:], correction=correction.strip()
            )

    tell(run(work()), "activities")


@import_commands.command("people")
def import_people(
    file: Readable,
    create_organisations: Annotated[bool, typer.Option(help="Begin a record for organisations without one.")] = False,
) -> None:
    """Register the people of a CSV table; those known by their address are updated."""

    async def work() -> ImportReport:
        async with registry() as storage:
            return await imports.import_people(
                storage,
                file.read_bytes(),
                by=OPERATORS_MACHINE,
                create_organisations=create_organisations,
                file_name=file.name[-200:],
            )

    tell(run(work()), "people")


def _import_sheet(file: Path, kind: SheetKind, audience: str, yes: bool) -> None:
    if audience not in LEVELS:
        console.print(f"[red]✗[/red] There is no such group; choose one of: {', '.join(LEVELS)}.")
        raise typer.Exit(2)
    work = import_sheet(settings_of("registry"), file, kind=kind, audience=audience, yes=yes, console=console)
    if run(work).state == "failed":
        raise typer.Exit(1)


@import_commands.command("activities")
def import_activities(file: Readable, audience: ForWhom = "members", yes: Recorded = False) -> None:
    """Try a sheet of who does what where (CSV or XLSX), and record it after a yes."""
    _import_sheet(file, "activities", audience, yes)


@import_commands.command("hxl")
def import_hxl(file: Readable, audience: ForWhom = "members", yes: Recorded = False) -> None:
    """Try a sheet with a row of HXL tags, and record it after a yes."""
    _import_sheet(file, "activities", audience, yes)


@import_commands.command("teryt")
def import_teryt(file: Readable, yes: Recorded = False) -> None:
    """Try the Polish register of communes (TERYT, file TERC), and record it after a yes."""
    _import_sheet(file, "communes", "public", yes)


@export_commands.command("iati")
def export_iati(
    file: Annotated[Path, typer.Argument(dir_okay=False, writable=True, help="The file to write.")],
    redacted: Annotated[bool, typer.Option(help="Name nobody: letters, regions, no free text.")] = False,
    seen_by: Annotated[str, typer.Option(help=f"Whoever may read it: {', '.join(LEVELS)}.")] = "coordinators",
) -> None:
    """Write all activities as one IATI 2.03 file, as far as its readers may see them."""
    standing = next((level for level in LEVELS if level == seen_by), None)
    if standing is None:
        console.print(f"[red]✗[/red] There is no such group; choose one of: {', '.join(LEVELS)}.")
        raise typer.Exit(2)

    async def work() -> None:
        async with registry() as storage:
            export = IatiExport(storage.reader, Viewer(standing), redacted=redacted)
            with file.open("wb") as opened:
                async for piece in export.of(Filter()):
                    opened.write(piece)

    run(work())
    console.print(f"[green]✓[/green] written: {file}")


@coordinator_commands.command("add")
def add_coordinator(
    address: Annotated[str, typer.Argument(help="Where the links to sign in go.")],
    name: Annotated[str, typer.Option(help="What the person is called.")],
    language: Annotated[Language, typer.Option(help="The language of letters to this person.")] = "en",
) -> None:
    """Let somebody coordinate: begins a record, or gives the role to the person with this address."""

    async def work() -> str:
        async with registry() as storage:
            person = await storage.transact(ensure_coordinator, address, name, language=language)
            return str(person.id)

    console.print(f"[green]✓[/green] {name} coordinates ({run(work())}): sign in with this address in the portal.")


@erasure_commands.command("list")
def list_erasures() -> None:
    """Print the ids of everybody who was forgotten, one a line: keep the list apart from the backups."""

    async def work() -> list[str]:
        async with registry() as storage:
            return [row["_id"] async for row in storage.reader["erasures"].stream({}, sort=[("_id", 1)])]

    for person_id in run(work()):
        typer.echo(person_id)


@erasure_commands.command("repeat")
def repeat_erasures(file: Readable) -> None:
    """After a backup was restored: forget everybody again whose id stands in the list that `erasures list` printed."""
    try:
        ids = TypeAdapter(list[Id]).validate_python(file.read_text().split())
    except ValidationError:
        console.print("[red]✗[/red] This is not a list of ids: one on each line, as `erasures list` prints them.")
        raise typer.Exit(1) from None

    async def work() -> None:
        async with registry() as storage:
            for person_id in ids:
                await storage.transact(erase_again, person_id)

    run(work())
    console.print(f"[green]✓[/green] {len(ids)} people are forgotten again, and every service is being told.")


@evidence_commands.command("verify")
def verify(report_id: Annotated[str, typer.Argument(help="One report; without it all.")] = "") -> None:
    """Read every file and every row of the log of custody; name what is not as it was left, and end with status 1."""
    if not run(verify_evidence(settings_of("reports"), report_id, console)):
        raise typer.Exit(1)


@event_commands.command("dead")
def list_dead(service: ServiceName = "", limit: Annotated[int, typer.Option(min=1, max=1000)] = 100) -> None:
    """List the dead letters of one service, or of all."""
    found = [
        letter
        for name in _meant(service)
        for letter in run(_with_broker(name, lambda broker, names: dead_letters.listed(broker, names, limit=limit)))
    ]
    for letter in found:
        console.print(f"{letter.event_id}  [bold]{letter.event_name}[/bold] in {letter.service}, {letter.last_failure}")
        console.print(f"    after {letter.attempts} attempts: {letter.error_type}: {letter.error}", markup=False)
    if not found:
        console.print("No dead letters.")


@event_commands.command("show")
def show_dead(event_id: EventId, service: ServiceName = "") -> None:
    """Show one dead letter: the reason, and the event (what is sealed in it stays sealed)."""
    letter = _first(service, lambda broker, names: dead_letters.shown(broker, names, event_id))
    print_json(data=asdict(letter))


@event_commands.command("retry")
def retry_dead(
    event_id: Annotated[str, typer.Argument(help="The event's id, or `all`.")], service: ServiceName = ""
) -> None:
    """Send a dead letter to its service again; it is handled once however often it is sent."""
    if event_id == "all":
        console.print(f"[green]✓[/green] {_everywhere(service, dead_letters.all_retried)} sent again")
        return
    sent = _everywhere(service, lambda broker, names: dead_letters.retried(broker, names, event_id))
    _tell_count(sent, "sent again")


@event_commands.command("drop")
def drop_dead(event_id: EventId, service: ServiceName = "") -> None:
    """Forget a dead letter for good."""
    dropped = _everywhere(service, lambda broker, names: dead_letters.dropped(broker, names, event_id))
    _tell_count(dropped, "dropped")


def tell(report: ImportReport, what: str) -> None:
    """Say what became of a file; end with status 1 when something in it was refused."""
    counts = f"{report.created} new, {report.updated} changed, {report.unchanged} unchanged, {report.refused} refused"
    console.print(f"{report.read} {what}: {counts}")
    for error in report.errors:
        console.print(f"  line {error.line}: {error.detail} ({error.code})", markup=False)
    if report.more_errors:
        console.print(f"  and {report.more_errors} more errors")
    if report.refused:
        raise typer.Exit(1)


async def _with_broker(service: str, work: Callable[[Broker, Names], Coroutine[Any, Any, R]]) -> R:
    settings = settings_of(service)
    async with connected(settings.amqp_url.get_secret_value(), name=f"operator of {service}") as broker:
        return await work(broker, Names(service, settings.broker_prefix))


def _meant(service: str) -> list[str]:
    """Return the services whose dead letters are meant: inside a container that has some, its own."""
    if service:
        return [service]
    own = os.environ.get("SERVICE")
    return [own] if own in CONSUMERS and not ENVIRONMENTS else list(CONSUMERS)


def _everywhere(service: str, work: Callable[[Broker, Names], Coroutine[Any, Any, int]]) -> int:
    return sum(run(_with_broker(name, work)) for name in _meant(service))


def _first(service: str, work: Callable[[Broker, Names], Coroutine[Any, Any, DeadLetter]]) -> DeadLetter:
    for name in _meant(service):
        with contextlib.suppress(NotFound):
            return run(_with_broker(name, work))
    console.print("[red]✗[/red] There is no such event among the dead letters.")
    raise typer.Exit(1)


def _tell_count(count: int, done: str) -> None:
    if not count:
        console.print("[red]✗[/red] There is no such event among the dead letters.")
        raise typer.Exit(1)
    console.print(f"[green]✓[/green] {count} {done}")


if __name__ == "__main__":
    commands()
