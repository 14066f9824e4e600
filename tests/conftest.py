"""Fixtures for every test: the servers, and a private corner of them."""

import os
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from shared.testing.stack import Stack


@pytest.fixture(scope="session")
def servers() -> tuple[str, str]:
    """The URLs of MongoDB and RabbitMQ: those that `./zgoda test` names, else started for this run."""
    mongo_url, amqp_url = os.environ.get("ZGODA_TEST_MONGO_URL"), os.environ.get("ZGODA_TEST_AMQP_URL")
    if not mongo_url or not amqp_url:
        pytest.exit("Run the tests with ./zgoda test, which starts MongoDB and RabbitMQ for them.", returncode=2)
    return mongo_url, amqp_url


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def stack(servers: tuple[str, str]) -> AsyncIterator[Stack]:
    """A corner of the servers for the tests of one module."""
    stack = Stack(*servers)
    yield stack
    await stack.clear()


_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Call a test by what stays the same: two processes that share the work must know it by one name."""
    return _UUID.sub("id", val) if isinstance(val, str) and _UUID.search(val) else None
