"""The feeds and the map of the site over HTTP, for everybody."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from services.reports.book import store as book
from services.reports.caching import headers, not_modified
from services.reports.library import store as library
from services.reports.library.domain import Filter
from services.reports.publication import atom, json_feed, sitemap
from services.reports.publication.feeds import ENTRIES_AT_MOST, feed_etag, updated_at
from services.reports.settings import SettingsOf
from shared.auth import Anyone
from shared.events.reports import ReportKind, Theme
from shared.model import Country, Language
from shared.web import StorageOf

router = APIRouter(tags=["publication"])
FIVE_MINUTES = "public, max-age=300"
AN_HOUR = "public, max-age=3600"


def wanted_of(
    theme: Theme | None = None,
    country: Country | None = None,
    language: Language | None = None,
    kind: Annotated[ReportKind | None, Query(alias="format", description="The kind of report.")] = None,
) -> Filter:
    """Return what a feed is of."""
    return Filter(theme=theme, country=country, language=language, format=kind)


WantedOf = Annotated[Filter, Depends(wanted_of)]


@router.get("/feed.atom", response_class=Response, responses={200: {"content": {"application/atom+xml": {}}}})
async def show_feed(
    request: Request, actor: Anyone, storage: StorageOf, settings: SettingsOf, wanted: WantedOf
) -> Response:
    """Give the fifty reports published last as an Atom feed, those on a theme, country, kind, language where asked."""
    cards = await library.newest(storage.reader, wanted, limit=ENTRIES_AT_MOST)
    body = atom.feed(cards, wanted, publisher=settings.publisher_name, portal_url=settings.portal_url)
    return _answer(request, body, updated_at(cards), atom.MEDIA_TYPE)


@router.get("/feed.json", response_class=Response, responses={200: {"content": {"application/feed+json": {}}}})
async def show_json_feed(
    request: Request, actor: Anyone, storage: StorageOf, settings: SettingsOf, wanted: WantedOf
) -> Response:
    """Give the same as a JSON feed."""
    cards = await library.newest(storage.reader, wanted, limit=ENTRIES_AT_MOST)
    body = json_feed.feed(cards, wanted, publisher=settings.publisher_name, portal_url=settings.portal_url)
    return _answer(request, body, updated_at(cards), json_feed.MEDIA_TYPE)


@router.get("/sitemap.xml", response_class=Response, responses={200: {"content": {"application/xml": {}}}})
async def show_sitemap(request: Request, actor: Anyone, storage: StorageOf, settings: SettingsOf) -> Response:
    """Give the pages of the newest 5,000 reports and practices in all their languages, for search engines."""
    cards = await library.newest(storage.reader, Filter(), limit=sitemap.REPORTS_AT_MOST)
    practices = await book.newest_published(storage.reader, limit=sitemap.PRACTICES_AT_MOST)
    body = sitemap.sitemap(cards, practices, portal_url=settings.portal_url)
    return _answer(request, body, updated_at(cards), sitemap.MEDIA_TYPE, AN_HOUR)


def _answer(request: Request, body: bytes, changed_at: datetime, media_type: str, keep: str = FIVE_MINUTES) -> Response:
    etag = feed_etag(body)
    unchanged = not_modified(request, etag, modified_at=changed_at, cache_control=keep)
    return unchanged or Response(body, headers=headers(etag, changed_at, keep), media_type=media_type)
