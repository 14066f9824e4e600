"""A notifications service in this process, and the relay it hands its mails to."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
import pytest_asyncio

from services.notifications.deliveries.bundles import BUNDLES, LETTERS
from services.notifications.deliveries.store import COLLECTIONS
from services.notifications.main import create_app
from services.notifications.operations.store import BELIEVED, HOLDS
from services.notifications.settings import Settings
from shared.testing.sink import Sink
from shared.testing.stack import Stack
from tests.notifications.builders import Office

Opened = Callable[..., AbstractAsyncContextManager[Office]]


@pytest_asyncio.fixture(loop_scope="session")
async def sink() -> AsyncIterator[Sink]:
    """An SMTP server that keeps what it accepts."""
    async with Sink() as sink:
        yield sink


@pytest_asyncio.fixture(loop_scope="session")
async def empty(stack: Stack) -> None:
    """Forget the letters of the tests before, which would be sent in this one, and what was held."""
    async with stack.storage("notifications", COLLECTIONS) as storage:
        for name in (LETTERS, BUNDLES, HOLDS, BELIEVED):
            await storage.reader[name].delete_many({})


@pytest.fixture
def opened(stack: Stack, sink: Sink, empty: None) -> Opened:
    """Return what opens an office over ``stack`` that sends to ``sink``; ``background=False``: nothing is sent."""

    @asynccontextmanager
    async def open_office(*, background: bool = True, **values: object) -> AsyncIterator[Office]:
        settings = Settings(**stack.values("notifications", smtp_url=sink.url, letters_lease_seconds=1, **values))
        async with stack.running(create_app, settings, background=background) as running:
            yield Office(running, sink)

    return open_office


@pytest_asyncio.fixture(loop_scope="session")
async def office(opened: Opened) -> AsyncIterator[Office]:
    """A service that sends."""
    async with opened() as office:
        yield office


@pytest_asyncio.fixture(loop_scope="session")
async def quiet(opened: Opened) -> AsyncIterator[Office]:
    """A service that writes letters down and sends none."""
    async with opened(background=False) as office:
        yield office
