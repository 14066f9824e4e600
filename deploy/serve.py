"""Runs one service: `python -m deploy.serve registry --port 8001`.  Every way of running Zgoda uses this."""

from enum import StrEnum
from typing import Annotated

import typer
import uvicorn

FINISH_WITHIN = 25  # seconds for requests that run; containers are killed 30 seconds after they were asked to end


class Name(StrEnum):
    """The services."""

    REGISTRY = "registry"
    MEETINGS = "meetings"
    REPORTS = "reports"
    NOTIFICATIONS = "notifications"
    PORTAL = "portal"


def main(
    name: Name,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
) -> None:
    """Run one service until it is asked to end."""
    proxies = _proxies(name)
    uvicorn.run(
        f"services.{name}.main:create_app",
        factory=True,
        host=host,
        port=port,
        loop="uvloop",
        log_level="warning",
        access_log=False,  # it would print the tokens in links
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=FINISH_WITHIN,
    )


def _proxies(name: Name) -> list[str]:
    """Return whose word is taken for where a visitor comes from: only the portal has visitors."""
    if name is not Name.PORTAL:
        return []
    from services.portal.settings import Settings  # noqa: PLC0415 - the others need none of it

    return [str(each) for each in Settings().trusted_proxies]


if __name__ == "__main__":
    typer.run(main)
