"""A real browser before the real system; where there is no Chromium its tests are skipped, and say so."""

import os
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, async_playwright

from shared.testing.stack import Stack
from tests.browser import seldom
from tests.browser.world import World, build
from tests.system import COORDINATOR, System, link_in

FLAGS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything here, and skip it by name where there is no browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium: apt-get install chromium, or set CHROMIUM"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def world(servers: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """The real services with the sample in them."""
    mongo_url, amqp_url = servers
    stack = Stack(mongo_url, amqp_url)
    folder: Path = tmp_path_factory.mktemp("browser")
    system = System(folder, lambda _: mongo_url, lambda _: amqp_url, prefix=stack.prefix)
    try:
        await system.start()
        await system.ensure_coordinator()
        world = await build(system, await system.sign_in())
        await seldom.add(world)
        yield world
    finally:
        await system.stop()
        await stack.clear()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One Chromium for all tests; as root it runs without its own sandbox."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *root])
        yield browser
        await browser.close()


async def sign_in(context: BrowserContext, world: World, address: str) -> None:
    """Sign in as the owner of ``address``, whose letter this opens."""
    before = len(world.system.mails_to(address))
    page = await context.new_page()
    await page.goto("/en/desk")
    await page.get_by_label("Your e-mail address").fill(address)
    await page.get_by_role("button", name="Send me a link").click()
    mail = await world.system.mail_to(address, lambda mail: "/sign-in/" in mail.text(), after=before)
    await page.goto(link_in(mail, "sign-in"))
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()
    await page.wait_for_url(re.compile(r".*/en/desk(\?done=signed-in)?$"))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def signed_in(world: World, chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cookies of a coordinator who signed in by the page and the letter, without JavaScript."""
    context = await chromium.new_context(java_script_enabled=False, base_url=world.portal)
    await sign_in(context, world, COORDINATOR)
    state = tmp_path_factory.mktemp("state") / "coordinator.json"
    await context.storage_state(path=state)
    await context.close()
    return state


@pytest_asyncio.fixture(params=[False, True], ids=["without-javascript", "with-javascript"])
async def anybody(request: pytest.FixtureRequest, world: World, chromium: Browser) -> AsyncIterator[BrowserContext]:
    """A browser that nobody has signed in with, with JavaScript off and on."""
    context = await chromium.new_context(java_script_enabled=request.param, base_url=world.portal)
    yield context
    await context.close()


@pytest_asyncio.fixture
async def desk(world: World, chromium: Browser, signed_in: Path) -> AsyncIterator[BrowserContext]:
    """A coordinator's browser, with JavaScript off."""
    context = await chromium.new_context(java_script_enabled=False, base_url=world.portal, storage_state=signed_in)
    yield context
    await context.storage_state(path=signed_in)
    await context.close()
