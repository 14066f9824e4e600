"""One running system for all flows: processes of our own, or one that is deployed.

``ZGODA_DEPLOYED`` holds the command by which a deployed system is operated, such as ``docker compose exec -T registry
python -m deploy.operate``; its ports are those of docker-compose.yml.
"""

import os
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from deploy.local.services import PREFERRED_PORTS
from shared.testing.stack import Stack
from tests.system import Deployed, Running, Session, System


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """A running system with a coordinator."""
    operate = shlex.split(os.environ.get("ZGODA_DEPLOYED", ""))
    if operate:
        urls = {name: f"http://127.0.0.1:{port}" for name, port in PREFERRED_PORTS.items()}
        deployed = Deployed(urls, "http://127.0.0.1:1080", operate)
        await deployed.ensure_coordinator()
        yield deployed
        return
    mongo_url, amqp_url = request.getfixturevalue("servers")
    async with _own_processes(mongo_url, amqp_url, tmp_path_factory) as own:
        yield own


@asynccontextmanager
async def _own_processes(
    mongo_url: str, amqp_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[System]:
    stack = Stack(mongo_url, amqp_url)
    folder = tmp_path_factory.mktemp("system")
    system = System(folder, lambda _: mongo_url, lambda _: amqp_url, prefix=stack.prefix, intake=True)
    try:
        await system.start()
        await system.ensure_coordinator()
        yield system
    finally:
        await system.stop()
        await stack.clear()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def coordinator(system: Running) -> Session:
    """The coordinator, signed in by the link in a real mail."""
    return await system.sign_in()
