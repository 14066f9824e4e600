"""The portal before services that are played at their HTTP edge."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.portal.fake import Portal, running


@pytest_asyncio.fixture
async def portal() -> AsyncIterator[Portal]:
    """The portal with services that are down until a test plays them."""
    async with running() as portal:
        yield portal
