"""What `./zgoda` can do: start the system here, test it, measure it, fill it, look into it."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.local import checks
from deploy.local.servers import Servers

app = typer.Typer(no_args_is_help=True, pretty_exceptions_show_locals=False)
servers = typer.Typer(help="A MongoDB and a RabbitMQ that stay, for those who run tests all day.")
app.add_typer(servers, name="servers")

Folder = Annotated[Path, typer.Option(help="Where their data lies.")]


@servers.command("up")
def servers_up(folder: Folder, env: Annotated[Path | None, typer.Option(help="Written for `source`.")] = None) -> None:
    """Start both and leave them running."""
    pair = Servers.below(folder, say=typer.echo)
    pair.start()
    lines = f"export ZGODA_TEST_MONGO_URL='{pair.mongo.url}'\nexport ZGODA_TEST_AMQP_URL='{pair.rabbitmq.url}'\n"
    if env:
        env.write_text(lines)
    typer.echo(lines)


@servers.command("down")
def servers_down(folder: Folder) -> None:
    """Stop both."""
    Servers.below(folder).stop()


@app.command(context_settings={"ignore_unknown_options": True})
def test(arguments: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """Run every check; with arguments, only pytest with them."""
    raise typer.Exit(checks.run(arguments or []))
