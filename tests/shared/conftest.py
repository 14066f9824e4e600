"""The storage of a service, on each driver."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from shared.settings import ServiceSettings
from shared.storage import CollectionSpec, Index, Storage
from shared.testing.stack import Stack

COLLECTIONS = [
    CollectionSpec("counters"),
    CollectionSpec("names", [Index([("name", 1)], unique=True)]),
    CollectionSpec("accounts"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="session", params=["motor", "pymongo"])
async def storage(stack: Stack, request: pytest.FixtureRequest) -> AsyncIterator[Storage]:
    values = stack.values("surveys", database=f"{stack.prefix}_{request.param}", mongo_driver=request.param)
    storage = Storage.connect(ServiceSettings(**values))
    await storage.prepare(COLLECTIONS)
    yield storage
    await storage.close()
