"""Tells the person at the terminal what is going on, and how long it took."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from deploy.waiting import Say

console = Console(highlight=False, soft_wrap=True)


@contextmanager
def step(what: str) -> Iterator[Say]:
    """Show ``what`` while it is done, and a line with the seconds when it is.

    Yields a function for the details in between: on a terminal they follow one another in one line; in a log each
    new kind of detail (the words before a colon) is printed once.
    """
    began = time.monotonic()
    seen: set[str] = set()

    def detail_in_log(text: str) -> None:
        kind = text.split(":", maxsplit=1)[0]
        if kind not in seen:
            seen.add(kind)
            console.print(f"  {kind}", style="dim")

    if console.is_terminal:
        with console.status(what) as status:
            yield lambda text: status.update(f"{what}  [dim]{text}[/dim]")
    else:
        yield detail_in_log
    console.print(f"[green]✓[/green] {what}  [dim]{time.monotonic() - began:.1f} s[/dim]")
