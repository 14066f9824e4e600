"""Who may open which page: every one says so, and nothing that is for somebody is open to anybody."""

import re
from collections import deque

from fastapi import FastAPI
from fastapi.routing import APIRoute

from services.portal import pages
from services.reports import addresses
from tests.portal.fake import PORTAL, Portal

WHO = {
    pages.anyone: "anyone",
    pages.signed_in: "signed in",
    pages.editor: "editor",
    pages.coordinator: "coordinator",
    pages.viewer: "viewer",
    pages.operator: "operator",
}
WITHOUT_A_LANGUAGE = {"/", "/health/live", "/health/ready", "/metrics", "/robots.txt", "/favicon.ico"}
WITHOUT_A_LANGUAGE |= {"/feed.{form}", "/feeds/{token}.ics", "/sitemap.xml"}
OPEN = {
    "/{language}",
    "/{language}/activities",
    "/{language}/activities.{kind}",
    "/{language}/activities/file",
    "/{language}/activities/{activity_id}",
    "/{language}/activities/{activity_id}/file",
    "/{language}/answer/{token}",
    "/{language}/answer/{token}/agenda",
    "/{language}/answer/{token}/calendar",
    "/{language}/answer/{token}/certificate",
    "/{language}/answer/{token}/documents/{document_id}",
    "/{language}/answer/{token}/here",
    "/{language}/answer/{token}/instead",
    "/{language}/answer/{token}/instead/back",
    "/{language}/certificates",
    "/{language}/feed.{form}",
    "/{language}/matrix",
    "/{language}/matrix.{kind}",
    "/{language}/matrix/activities",
    "/{language}/matrix/gaps",
    "/{language}/matrix/gaps.{kind}",
    "/{language}/matrix/overlaps",
    "/{language}/matrix/overlaps.{kind}",
    "/{language}/matrix/pictures",
    "/{language}/organisations",
    "/{language}/organisations.{kind_of_file}",
    "/{language}/organisations/{organisation_id}",
    "/{language}/practices",
    "/{language}/practices/{practice_id}",
    "/{language}/preferences/{token}",
    "/{language}/preferences/{token}/export",
    "/{language}/preferences/{token}/key",
    "/{language}/preferences/{token}/letters",
    "/{language}/preferences/{token}/path",
    "/{language}/preferences/{token}/stop/{topic}",
    "/{language}/preferences/{token}/subscription",
    "/{language}/reports",
    "/{language}/reports/{report_id}",
    "/{language}/reports/{report_id}/editions/{number}/charts/{indicator_id}",
    "/{language}/reports/{report_id}/images/{image_id}",
    "/{language}/reports/{report_id}/numbers.{form}",
    "/{language}/reports/{report_id}/pdf",
    "/{language}/sign-in",
    "/{language}/sign-in/sent",
    "/{language}/sign-in/{token}",
    "/{language}/sign-out",
    "/{language}/subscribe",
    "/{language}/subscribe/sent",
    "/{language}/subscription/{token}",
    "/{language}/unsubscribe/{token}",
}


def routes(portal: Portal) -> list[APIRoute]:
    """Return every page of the portal."""
    return routes_of(portal.app)


def routes_of(app: FastAPI) -> list[APIRoute]:
    """Return every route in the order in which they are tried."""
    found: list[APIRoute] = []
    waiting = deque(app.routes)
    while waiting:
        route = waiting.popleft()
        if isinstance(route, APIRoute):
            found.append(route)
        elif (inner := getattr(route, "original_router", None)) is not None:
            waiting.extendleft(reversed(inner.routes))
    return found


def who(route: APIRoute) -> str:
    """Return for whom a page is; nothing when it does not say."""
    return next((WHO[each.call] for each in route.dependant.dependencies if each.call in WHO), "")


async def test_every_page_says_who_may_open_it(portal: Portal) -> None:
    assert {each.path for each in routes(portal) if not who(each)} == WITHOUT_A_LANGUAGE


async def test_only_these_pages_are_open_to_anyone(portal: Portal) -> None:
    assert {each.path for each in routes(portal) if who(each) == "anyone"} == OPEN


async def test_every_address_that_the_reports_give_is_a_page_of_ours(portal: Portal) -> None:
    some_id = "01a2010b-554e-711f-88fe-72b605c8f65c"
    given = [
        addresses.report_address(PORTAL, some_id, "be"),
        addresses.pdf_address(PORTAL, some_id, 2, "be"),
        addresses.library_address(PORTAL, "be"),
        addresses.feed_address(PORTAL, "media-freedom", "be"),
        addresses.feed_address(PORTAL, "media-freedom", None),
    ]
    async with portal.browser() as browser:
        found = [await browser.get(each) for each in given]
    assert [each.status_code for each in found] == [503, 503, 503, 503, 307]  # there, with the reports down
    assert found[-1].headers["location"] == "/en/feed.atom?theme=media-freedom"


def filled(path: str, parts: dict[str, str], some_id: str) -> str:
    """Return the path of a route with its places filled: by name, else with an id."""
    return re.sub(r"\{(\w+)\}", lambda place: parts.get(place[1], some_id), path)


async def test_nobody_gets_past_the_door_of_the_other_pages(portal: Portal) -> None:
    some_id = "01a2010b-554e-711f-88fe-72b605c8f65c"
    parts = {"language": "en", "theme": "media-freedom", "written_in": "en"}
    async with portal.browser() as browser:
        for route in routes(portal):
            if who(route) in ("", "anyone"):
                continue
            for method in route.methods or ():
                answer = await browser.request(method, filled(route.path, parts, some_id))
                assert (route.path, answer.status_code) == (route.path, 303)
    assert portal.services.asked == []
