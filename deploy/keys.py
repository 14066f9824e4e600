"""Makes every secret of a deployment once, each into the folder that only its holder is given.

`python -m deploy.keys /made`: a folder for each service (its passwords inside URLs), one for MongoDB, one for RabbitMQ.
What exists is kept, so that it may run at every start; to rotate, see `deploy/runbook.md`.
"""

import json
import secrets
from pathlib import Path
from typing import Annotated

import typer

from deploy.rabbitmq.definitions import CONSUMES, definitions

SHARED = ("event_secrets", "link_secrets")
"""What all services that use the broker hold in common."""

ROTATED = (*SHARED, "vault_secrets", "session_secrets")
"""What may hold several secrets: the first for new things, all for old ones."""

READABLE = 0o644  # the folder is the wall: other containers do not have it; in theirs, servers run as other users


def main(
    folder: Annotated[Path, typer.Argument(help="One folder below it for each holder.")],
    mongo: Annotated[str, typer.Option(help="Host and port of MongoDB.")] = "mongo:27017",
    rabbitmq: Annotated[str, typer.Option(help="Host and port of RabbitMQ.")] = "rabbitmq:5672",
    rotate: Annotated[list[str] | None, typer.Option(help=f"Put a new secret in front: {', '.join(ROTATED)}.")] = None,
) -> None:
    """Write what is missing below ``folder``."""
    for name in rotate or ():
        put_in_front(folder, name)
    shared = {name: kept(folder / "registry" / name) for name in SHARED}
    for service in CONSUMES:
        own = folder / service
        for name, value in shared.items():
            write_once(own / name, value)
        kept(own / "vault_secrets")
        password = kept(folder / "mongo" / f"password-{service}")
        write_once(own / "mongo_url", f"mongodb://{service}:{password}@{mongo}/?replicaSet=rs0&authSource=admin")
        write_once(own / "amqp_url", f"amqp://{service}:{kept(own / 'amqp_password')}@{rabbitmq}/")
    kept(folder / "portal" / "session_secrets")
    kept(folder / "mongo" / "password-root")
    kept(folder / "mongo" / "keyfile")
    write_definitions(folder)
    typer.echo(f"Secrets are in {folder}")


def put_in_front(folder: Path, name: str) -> None:
    """Put a new secret in front of the old ones, wherever ``name`` is held; those who share it get the same one."""
    if name not in ROTATED:
        raise typer.BadParameter(f"choose of {', '.join(ROTATED)}")
    common = secrets.token_hex(24)
    for file in sorted(folder.glob(f"*/{name}")):
        new = common if name in SHARED else secrets.token_hex(24)
        file.write_text(f"{new}\n{file.read_text(encoding='ascii')}", encoding="ascii")


def write_definitions(folder: Path) -> None:
    """Write the broker's users and rights anew: they follow from the code, and the code may have changed."""
    passwords = {service: kept(folder / service / "amqp_password") for service in CONSUMES}
    administrator = kept(folder / "rabbitmq" / "password-admin")
    text = json.dumps(definitions(passwords, administrator=administrator), indent=2)
    target = folder / "rabbitmq" / "definitions.json"
    target.write_text(text, encoding="utf-8")
    target.chmod(READABLE)


def kept(file: Path) -> str:
    """Return the secret in ``file``; it is made (192 random bits in hexadecimal) when there is none yet."""
    write_once(file, secrets.token_hex(24))
    return file.read_text(encoding="ascii")


def write_once(file: Path, text: str) -> None:
    """Write ``text``, unless there is something already."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.write_text(text, encoding="ascii")
        file.chmod(READABLE)


if __name__ == "__main__":
    typer.run(main)
