"""The portal before services that are played at their HTTP edge."""

from collections.abc import AsyncIterator

import pytest_asyncio

from services.portal.activities import places
from services.portal.registry import names
from tests.portal.fake import Portal, running


@pytest_asyncio.fixture
async def portal() -> AsyncIterator[Portal]:
    """The portal with services that are down until a test plays them."""
    names._known.clear()  # what an earlier test played
    places._known.clear()
    async with running() as portal:
        yield portal
