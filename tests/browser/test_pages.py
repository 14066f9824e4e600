"""Every page on a phone and a desk, light and dark: reachable for everybody, within its width, from this host alone."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Request, ViewportSize

from shared.model import LANGUAGES
from tests.browser.world import World, pages_for_all, pages_for_coordinators

PHONE: ViewportSize = {"width": 320, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 900}
MAX_PAGE_BYTES = 60_000
EXPECTED = {"not-found": 404, "link-not-valid": 401}

EVERYWHERE = bool(os.environ.get("ZGODA_EVERY_LANGUAGE"))
"""Also in every scheme and language: seven minutes more, for whoever changed a style or a translation."""
SIGHTS = [("light", "desk"), ("dark", "phone"), *([("light", "phone"), ("dark", "desk")] if EVERYWHERE else [])]
SIZES = {"phone": PHONE, "desk": DESK}
LONGEST = ["uk", "pl"]
"""The languages with the longest words, which are the first not to fit."""

Look = Callable[[Page, str], Awaitable[list[str]]]


async def accessible(page: Page, name: str) -> list[str]:
    """Return what axe finds serious."""
    results = (await Axe().run(page)).response
    return [
        f"{name}: {each['id']} at {each['nodes'][0]['target']}"
        for each in results["violations"]
        if each["impact"] in ("serious", "critical")
    ]


async def within_width(page: Page, name: str) -> list[str]:
    """Return whether the page must be moved sideways."""
    width = await page.evaluate("document.documentElement.scrollWidth")
    return [f"{name}: {width} wide"] if width > PHONE["width"] else []


async def large_targets(page: Page, name: str) -> list[str]:
    """Return buttons and fields that a thumb would miss."""
    small = await page.evaluate(
        """() => [...document.querySelectorAll('button, .button, nav a, input:not([type=hidden]), select, summary')]
        .map(each => [each.closest('label') || each, each])
        .filter(([target]) => target.getClientRects().length && target.getBoundingClientRect().height < 43.9)
        .map(([, each]) => each.outerHTML.slice(0, 80))"""
    )
    return [f"{name}: {each}" for each in small]


async def one_heading(page: Page, name: str) -> list[str]:
    """Return whether the page has not exactly one first heading, and says who can see it."""
    found = await page.locator("h1").count()
    said = await page.locator(".who").count() if name not in EXPECTED else 1
    return [] if (found, said) == (1, 1) else [f"{name}: {found} h1, {said} who"]


async def visit(context: BrowserContext, world: World, pages: dict[str, str], language: str, *looks: Look) -> list[str]:
    """Open every page and return what is wrong with each."""
    wrong: list[str] = []
    elsewhere: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(world.portal):
            elsewhere.append(request.url)

    page = await context.new_page()
    page.on("request", note)
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    for name, path in pages.items():
        answer = await page.goto(f"/{language}{path}")
        assert answer is not None
        if answer.status != EXPECTED.get(name, 200):
            wrong.append(f"{name}: status {answer.status}")
        if len(await answer.body()) > MAX_PAGE_BYTES:
            wrong.append(f"{name}: {len(await answer.body())} bytes")
        for look in looks:
            wrong.extend(await look(page, name))
    return wrong + elsewhere


@pytest.mark.parametrize(("scheme", "size"), SIGHTS)
async def test_axe_finds_nothing_serious(
    world: World, chromium: Browser, signed_in: Path, scheme: Literal["light", "dark"], size: str
) -> None:
    open_to_all = await chromium.new_context(viewport=SIZES[size], color_scheme=scheme, base_url=world.portal)
    wrong = await visit(open_to_all, world, pages_for_all(world), "en", accessible, one_heading)
    coordinators = await chromium.new_context(
        viewport=SIZES[size], color_scheme=scheme, base_url=world.portal, storage_state=signed_in
    )
    wrong += await visit(coordinators, world, pages_for_coordinators(world), "pl", accessible, one_heading)
    await coordinators.storage_state(path=signed_in)
    await open_to_all.close()
    await coordinators.close()
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES if EVERYWHERE else LONGEST)
async def test_a_phone_needs_no_sideways_scroll_and_a_thumb_hits(
    world: World, chromium: Browser, signed_in: Path, language: str
) -> None:
    context = await chromium.new_context(viewport=PHONE, base_url=world.portal, storage_state=signed_in)
    pages = pages_for_all(world) | pages_for_coordinators(world)
    wrong = await visit(context, world, pages, language, within_width, large_targets)
    await context.storage_state(path=signed_in)
    await context.close()
    assert wrong == []
