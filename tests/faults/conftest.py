"""Servers of our own, which may be killed."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from deploy.local.secrets import secret
from deploy.local.servers import Servers
from deploy.local.services import PREFERRED_PORTS
from tests.system import System


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def breakable(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Servers, System]]:
    """A whole system on a MongoDB and a RabbitMQ of its own, each service with its own least-privileged users."""
    folder: Path = tmp_path_factory.mktemp("faults")
    names = [name for name in PREFERRED_PORTS if name != "portal"]
    servers = Servers.below(folder / "servers", passwords={name: secret(folder / "passwords" / name) for name in names})
    servers.start()
    slowly = ("--delay", "0.01")  # so that a kill comes in the middle
    system = System(folder / "system", servers.mongo.url_for, servers.rabbitmq.url_for, sink_options=slowly)
    try:
        await system.start(names)
        await system.ensure_coordinator()
        yield servers, system
    finally:
        await system.stop()
        servers.stop()
