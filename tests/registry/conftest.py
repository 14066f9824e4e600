"""The registry in this process, on real servers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from services.registry.main import create_app
from services.registry.settings import Settings
from shared.testing.stack import Running, Stack

IATI_FILES = Path(__file__).parents[2].parent / "shared" / "data" / "iati"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def registry(stack: Stack) -> AsyncIterator[Running]:
    """The routes of the registry; nothing runs behind them."""
    async with stack.running(create_app, Settings(**stack.values("registry")), background=False) as running:
        yield running


@pytest.fixture(scope="session")
def iati_files() -> Path:
    """The folder of the standard's own files, which lies beside the project where there is one."""
    if not IATI_FILES.is_dir():
        pytest.skip("../shared/data/iati is not here: the standard's own files are not tried")
    return IATI_FILES
