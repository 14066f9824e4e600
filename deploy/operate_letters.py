"""The operator's commands about letters: what waits and why, hold, release, send again, cancel, one letter's story."""

from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError
from rich.console import Console

from services.notifications.deliveries import store as letters
from services.notifications.deliveries.domain import Letter
from services.notifications.operations import actions, looking, store
from services.notifications.operations.domain import CancelLetters, Hold, Holdable, Origin, SendAgain, Waiting
from services.notifications.suppressions import actions as addresses
from services.notifications.suppressions.domain import LiftSuppressions
from shared.problems import NotFound
from shared.settings import ServiceSettings
from shared.storage import Storage

AT_THE_MACHINE = "00000000-0000-0000-0000-000000000000"
"""Who held something: whoever sits at the machine, without a record here."""

Run = Callable[[Coroutine[Any, Any, Any]], Any]
What = Annotated[str, typer.Argument(help="A kind of letters, as people-invited; relay; or relay-NAME.")]
OneLetter = Annotated[str, typer.Option("--letter", help="A letter's number: the first part of its Message-ID.")]
About = Annotated[str, typer.Option(help="The id of a meeting, report or decision.")]
Kind = Annotated[str, typer.Option(help="A kind of letters, as people-invited.")]
Reason = Annotated[str, typer.Option(help="hard-bounce, never-delivered, complaint or by-operator.")]
Code = Annotated[str, typer.Option(help="What was said, exactly, as 5.1.1.")]
Since = Annotated[str, typer.Option(help="A moment with its offset, as 2026-10-14T14:00+02:00.")]
InState = Annotated[str, typer.Option("--state", help="failed, deferred, held or ambiguous.")]


def letter_commands(run: Run, settings_of: Callable[[str], ServiceSettings], console: Console) -> typer.Typer:
    """Return the commands; ``run`` carries out what they do and tells refusals, ``settings_of`` finds the service."""
    commands = typer.Typer(no_args_is_help=True, help="Letters: what waits and why, and what is done about it.")

    def there(work: Callable[[Storage], Coroutine[Any, Any, Any]]) -> Any:
        return run(_with_storage(settings_of("notifications"), work))

    def checked(kind: Any, value: Any) -> Any:
        try:
            return TypeAdapter(kind).validate_python(value)
        except ValidationError as error:
            wrong = ", ".join(str(part) for each in error.errors() for part in each["loc"][:1]) or "name"
            console.print(f"[red]✗[/red] There is no such {wrong}; see --help.")
            raise typer.Exit(2) from None

    @commands.command("waiting")
    def show_waiting() -> None:
        """Show what waits or has failed, why, and what is held."""
        waiting, held = there(_waiting)
        for each in waiting:
            console.print(f"{each.letters:>8,}  {each.kind}  {each.state}  {each.code}", markup=False)
        for each in held:
            console.print(f"    held  {each.what}  {each.because or ''}".rstrip(), markup=False)
        if not waiting and not held:
            console.print("Nothing waits, and nothing is held.")

    @commands.command()
    def hold(what: What) -> None:
        """Send nothing of a kind, or through a relay, until it is released."""
        there(lambda storage: storage.transact(actions.hold, checked(Holdable, what), by=AT_THE_MACHINE))
        console.print(f"[green]✓[/green] {what} is held")

    @commands.command()
    def release(what: What) -> None:
        """Send again what was held."""
        count = there(lambda storage: actions.release(storage, checked(Holdable, what)))
        console.print(f"[green]✓[/green] {what} is released, {count} letters waited for that")

    @commands.command()
    def again(letter: OneLetter = "", about: About = "", kind: Kind = "", state: InState = "") -> None:
        """Send again what has failed, waits, is held or may have been sent: all that is named must fit."""
        command = checked(SendAgain, _named(letter_id=letter, about_id=about, kind=kind, state=state))
        count = there(lambda storage: actions.send_again(storage, command))
        console.print(f"[green]✓[/green] {count} letters are on their way again")

    @commands.command()
    def cancel(letter: OneLetter = "", about: About = "", kind: Kind = "") -> None:
        """Withhold what is not yet sent: all that is named must fit."""
        command = checked(CancelLetters, _named(letter_id=letter, about_id=about, kind=kind))
        count = there(lambda storage: actions.cancel_letters(storage, command))
        console.print(f"[green]✓[/green] {count} letters are withheld")

    @commands.command()
    def lift(reason: Reason = "", code: Code = "", since: Since = "", until: Since = "") -> None:
        """Send again to addresses that were given up: all that is named must fit.

        Complaints, and what was given up by hand, only when that is the reason named.
        """
        command = checked(LiftSuppressions, _named(reason=reason, code=code, since=since, until=until))
        count = there(lambda storage: addresses.lift_suppressions(storage, command))
        console.print(f"[green]✓[/green] letters go to {count} addresses again")

    @commands.command()
    def show(letter: Annotated[str, typer.Argument(help="A letter's number, or its Message-ID.")]) -> None:
        """Show what became of a letter, and which event and whose request led to it; by ids alone."""
        found, origin = there(lambda storage: _story(storage, letter.strip("<>").partition("@")[0]))
        console.print_json(found.model_dump_json(exclude_none=True))
        if origin is not None:
            console.print_json(origin.model_dump_json(exclude_none=True))

    return commands


async def _with_storage(settings: ServiceSettings, work: Callable[[Storage], Coroutine[Any, Any, Any]]) -> Any:
    storage = Storage.connect(settings)
    try:
        return await work(storage)
    finally:
        await storage.close()


def _named(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


async def _waiting(storage: Storage) -> tuple[list[Waiting], list[Hold]]:
    return await store.waiting(storage.reader), await store.holds(storage.reader)


async def _story(storage: Storage, letter_id: str) -> tuple[Letter, Origin | None]:
    letter = await letters.get(storage.reader, letter_id)
    try:
        return letter, await looking.origin(storage.reader, letter_id)
    except NotFound:
        return letter, None
