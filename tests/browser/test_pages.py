"""Every page on a phone and a desk, light and dark: reachable for everybody, within its width, from this host alone."""

import os
from pathlib import Path
from typing import Literal

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Request, ViewportSize

from services.portal.main import create_app
from shared.model import LANGUAGES
from tests.browser import seldom
from tests.browser import world as often
from tests.browser.conftest import sign_in
from tests.browser.world import INVITED, World
from tests.portal.fake import settings
from tests.portal.test_routes import routes_of, who

Scheme = Literal["light", "dark"]

PHONE: ViewportSize = {"width": 320, "height": 640}
DESK: ViewportSize = {"width": 1280, "height": 900}
MAX_PAGE_BYTES = 60_000
EXPECTED = {"not-found": 404, "link-not-valid": 401, "withdrawn": 410}

EVERYWHERE = bool(os.environ.get("ZGODA_EVERY_LANGUAGE"))
"""Every page in every language, light and dark, on both: for whoever changed a style or a translation."""
SIGHTS: list[tuple[Scheme, ViewportSize]] = [("dark", PHONE), ("light", DESK), ("light", PHONE), ("dark", DESK)]


NO_PAGES = {
    "/{language}/activities.{kind}",
    "/{language}/activities/file",
    "/{language}/activities/{activity_id}/file",
    "/{language}/answer/{token}/calendar",
    "/{language}/answer/{token}/documents/{document_id}",
    "/{language}/feed.{form}",
    "/{language}/imports/{sheet_id}/report.csv",
    "/{language}/imports/{sheet_id}/report.json",
    "/{language}/letters/kinds/{kind}/{written_in}/html",
    "/{language}/letters/{letter_id}/preview/html",
    "/{language}/matrix.{kind}",
    "/{language}/matrix/gaps.{kind}",
    "/{language}/matrix/overlaps.{kind}",
    "/{language}/me/data",
    "/{language}/meetings/{meeting_id}/answers.{kind}",
    "/{language}/meetings/{meeting_id}/certificate/pdf",
    "/{language}/meetings/{meeting_id}/documents/{document_id}",
    "/{language}/meetings/{meeting_id}/sign-in-sheet",
    "/{language}/organisations.{kind_of_file}",
    "/{language}/preferences/{token}/export",
    "/{language}/reports/{report_id}/editions/{number}/charts/{indicator_id}",
    "/{language}/reports/{report_id}/images/{image_id}",
    "/{language}/reports/{report_id}/indicators/{indicator_id}/chart.svg",
    "/{language}/reports/{report_id}/numbers.{form}",
    "/{language}/reports/{report_id}/pdf",
}
"""What is no page: files, pictures, and letters in their frames."""
FOR_OPERATORS = {
    "/{language}/operations/erasures",
    "/{language}/operations/events/{service}",
    "/{language}/operations/events/{service}/{event_id}",
}
"""Pages that coordinators may not open: tests/portal does."""


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
    said = await page.locator(".who").count() if name.split(maxsplit=1)[0] not in EXPECTED else 1
    return [] if (found, said) == (1, 1) else [f"{name}: {found} h1, {said} who"]


async def check(page: Page, name: str, *sights: tuple[Scheme, ViewportSize]) -> list[str]:
    """Return what is wrong with an open page: on a phone, and to axe in each of ``sights``."""
    await page.set_viewport_size(PHONE)
    wrong = [*await within_width(page, name), *await large_targets(page, name), *await one_heading(page, name)]
    for scheme, size in sights:
        await page.emulate_media(color_scheme=scheme)
        await page.set_viewport_size(size)
        wrong += await accessible(page, f"{name} {scheme}")
    return wrong


async def walk(context: BrowserContext, world: World, pages: dict[str, str]) -> list[str]:
    """Open every page and return what is wrong with each; languages and sights take turns."""
    wrong: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(world.portal):
            wrong.append(request.url)

    page = await context.new_page()
    page.on("request", note)
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    for number, (name, path) in enumerate(pages.items()):
        for language in LANGUAGES if EVERYWHERE else [LANGUAGES[number % len(LANGUAGES)]]:
            answer = await page.goto(f"/{language}{path}")
            assert answer is not None
            if answer.status != EXPECTED.get(name, 200):
                wrong.append(f"{name} {language}: status {answer.status}")
            if len(await answer.body()) > MAX_PAGE_BYTES:
                wrong.append(f"{name} {language}: {len(await answer.body())} bytes")
            sights = SIGHTS if EVERYWHERE else [SIGHTS[number % 2]]
            wrong += await check(page, f"{name} {language}", *sights)
    return wrong


def pages_for_all(world: World) -> dict[str, str]:
    """Return all pages that need no sign-in, by name."""
    return {**often.pages_for_all(world), **seldom.pages_for_all(world)}


def pages_for_coordinators(world: World) -> dict[str, str]:
    """Return all pages that coordinators see, by name."""
    return {**often.pages_for_coordinators(world), **seldom.pages_for_coordinators(world)}


async def test_every_page_open_to_all_is_within_everybodys_reach(world: World, chromium: Browser) -> None:
    context = await chromium.new_context(base_url=world.portal)
    wrong = await walk(context, world, pages_for_all(world))
    await context.close()
    assert wrong == []


async def test_every_page_of_coordinators_is_within_everybodys_reach(
    world: World, chromium: Browser, signed_in: Path
) -> None:
    context = await chromium.new_context(base_url=world.portal, storage_state=signed_in)
    wrong = await walk(context, world, pages_for_coordinators(world))
    await context.storage_state(path=signed_in)
    await context.close()
    assert wrong == []


async def test_every_page_of_members_is_within_everybodys_reach(world: World, chromium: Browser) -> None:
    context = await chromium.new_context(base_url=world.portal)
    await sign_in(context, world, INVITED)
    wrong = await walk(context, world, seldom.pages_for_members(world))
    await context.close()
    assert wrong == []


def test_there_is_no_page_that_nobody_opens(world: World) -> None:
    routes = [each for each in routes_of(create_app(settings())) if "GET" in (each.methods or ()) and who(each)]
    opened = set()
    for pages in (pages_for_all(world), pages_for_coordinators(world), seldom.pages_for_members(world)):
        for path in pages.values():
            route = next((each for each in routes if each.path_regex.match("/en" + path.partition("?")[0])), None)
            opened.add(route.path if route else "")
    assert {each.path for each in routes} - opened == NO_PAGES | FOR_OPERATORS
