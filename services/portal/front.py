"""The front door: the way to a language, the first page, health for the operator, a word and a map for robots."""

from typing import Literal

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.portal.clients.base import Down, Refused
from services.portal.languages import preferred
from services.portal.pages import STATIC, Anyone, Visit

router = APIRouter()

_FORWARDED = {"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"}

ROBOTS = """User-agent: *
Disallow: /*/answer/
Disallow: /*/sign-in
Disallow: /*/subscription/
Disallow: /*/unsubscribe/
Disallow: /*/desk
Disallow: /*/meetings
Disallow: /*/people
Allow: /

Sitemap: {portal_url}/sitemap.xml
"""


@router.get("/health/live")
async def live() -> dict[str, str]:
    """Say that the process runs."""
    return {"status": "live"}


@router.get("/health/ready")
async def ready() -> dict[str, str]:
    """Say that pages are served; a service that does not answer is said on its own pages."""
    return {"status": "ready"}


@router.get("/metrics")
async def metrics(request: Request) -> PlainTextResponse:
    """Give the process's figures in Prometheus' text format, to whoever asks this process itself.

    What comes through the proxy before it comes from outside, where the figures are nobody's business.
    """
    if _FORWARDED & set(request.headers.keys()):
        raise HTTPException(404)
    return PlainTextResponse(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@router.get("/robots.txt")
async def robots(request: Request) -> PlainTextResponse:
    """Ask robots to stay out of what is personal, and show them what is published."""
    text = ROBOTS.format(portal_url=request.app.state.settings.portal_url.rstrip("/"))
    return PlainTextResponse(text, headers={"Cache-Control": "public, max-age=86400"})


@router.get("/favicon.ico")
async def icon() -> Response:
    """Return the picture of the browser's tab, for those who ask where it used to be."""
    body = (STATIC / "logo.svg").read_bytes()
    return Response(body, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=86400"})


@router.get("/")
async def language(request: Request) -> RedirectResponse:
    """Send the browser to the first page in the language it prefers."""
    wanted = preferred(request.headers.get("accept-language"))
    return RedirectResponse(f"/{wanted}", status_code=307, headers={"Vary": "Accept-Language"})


@router.get("/feed.{form}")
async def feed_anywhere(request: Request, form: Literal["atom", "json"]) -> RedirectResponse:
    """Send a feed reader to the feed in the language it prefers."""
    wanted = preferred(request.headers.get("accept-language"))
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/{wanted}/feed.{form}{query}", status_code=307, headers={"Vary": "Accept-Language"})


@router.get("/sitemap.xml")
async def sitemap(request: Request) -> Response:
    """Return the map of the published reports for search engines."""
    body = await Visit(request, "en").anonymous.library.sitemap()
    return Response(body, media_type="application/xml", headers={"Cache-Control": "public, max-age=3600"})


@router.get("/{language}")
async def first(visit: Anyone) -> HTMLResponse:
    """Say what this is, with the newest reports."""
    try:
        newest = (await visit.anonymous.reports.all(limit=3)).items
    except (Down, Refused):
        newest = []  # the front door opens even when the library does not answer
    return visit.page("front.html", reports=newest)
