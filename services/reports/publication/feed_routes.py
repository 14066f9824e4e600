"""The feed over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.reports.caching import headers, not_modified
from services.reports.publication import atom
from services.reports.reports import store as reports
from services.reports.settings import Settings
from shared.auth import Anyone
from shared.events.reports import Theme
from shared.model import Language
from shared.web import SettingsOf, StorageOf

router = APIRouter(tags=["publication"])
FIVE_MINUTES = "public, max-age=300"


@router.get("/feed.atom", response_class=Response, responses={200: {"content": {"application/atom+xml": {}}}})
async def show_feed(
    *,
    request: Request,
    actor: Anyone,
    storage: StorageOf,
    settings: SettingsOf,
    theme: Annotated[Theme | None, Query()] = None,
    language: Annotated[Language | None, Query()] = None,
) -> Response:
    """Give the fifty reports published last as an Atom feed, those on a theme and in a language where asked."""
    assert isinstance(settings, Settings)  # noqa: S101 - the service was made with them
    found = await reports.latest_published(storage.reader, theme=theme, language=language, limit=atom.ENTRIES_AT_MOST)
    body = atom.feed(
        found, theme=theme, language=language, publisher=settings.publisher_name, portal_url=settings.portal_url
    )
    etag, changed_at = atom.feed_etag(body), atom.updated_at(found)
    unchanged = not_modified(request, etag, modified_at=changed_at, cache_control=FIVE_MINUTES)
    return unchanged or Response(body, headers=headers(etag, changed_at, FIVE_MINUTES), media_type=atom.MEDIA_TYPE)
