"""One running system for all flows."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from shared.testing.stack import Stack
from tests.system import Session, System


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system(servers: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """Five services as processes on the test servers, and a coordinator."""
    mongo_url, amqp_url = servers
    stack = Stack(mongo_url, amqp_url)
    folder: Path = tmp_path_factory.mktemp("system")
    system = System(folder, lambda _: mongo_url, lambda _: amqp_url, prefix=stack.prefix)
    try:
        await system.start()
        await system.ensure_coordinator()
        yield system
    finally:
        await system.stop()
        await stack.clear()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def coordinator(system: System) -> Session:
    """The coordinator, signed in by the link in a real mail."""
    return await system.sign_in()
