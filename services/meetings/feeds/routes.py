"""Feeds over HTTP: opened and withdrawn by their owners, read by whoever holds the address."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from services.meetings.feeds import actions
from services.meetings.feeds.domain import Feed, OpenFeed
from services.meetings.settings import Settings
from shared.auth import Coordinator, FeedLink, Member
from shared.ids import Id
from shared.model import Language, Model, Time
from shared.web import StorageOf, settings_of

router = APIRouter(tags=["feeds"])


class FeedView(Model):
    """A feed as its owner sees it."""

    token: str
    """The secret part of its address: whoever has it can read the feed."""
    language: Language
    opened_at: Time
    expires_at: Time


def view(feed: Feed, request: Request, response: Response) -> FeedView:
    """Return ``feed`` as its owner sees it; nobody on the way may keep that."""
    response.headers["Cache-Control"] = "no-store"
    token = actions.token_of(feed, request.app.state.context.links)
    return FeedView(token=token, language=feed.language, opened_at=feed.opened_at, expires_at=feed.expires_at)


@router.get("/my/feed")
async def read_my_feed(actor: Member, storage: StorageOf, request: Request, response: Response) -> FeedView:
    """Show the address of the caller's own feed."""
    return view(await actions.feed_of(storage.reader, "person", actor.person_id), request, response)


@router.put("/my/feed")
async def open_my_feed(
    command: OpenFeed, actor: Member, storage: StorageOf, request: Request, response: Response
) -> FeedView:
    """Give the caller a feed of their meetings, or a new address for it: the old one is no longer good."""
    feed = await storage.transact(actions.open_feed, "person", actor.person_id, command)
    return view(feed, request, response)


@router.delete("/my/feed", status_code=204)
async def close_my_feed(actor: Member, storage: StorageOf) -> None:
    """Withdraw the address of the caller's feed."""
    await storage.transact(actions.close_feed, "person", actor.person_id)


@router.get("/series/{series_id}/feed")
async def read_feed_of_series(
    series_id: Id, actor: Coordinator, storage: StorageOf, request: Request, response: Response
) -> FeedView:
    """Show the address of a series' feed."""
    return view(await actions.feed_of(storage.reader, "series", series_id), request, response)


@router.put("/series/{series_id}/feed")
async def open_feed_of_series(
    *, series_id: Id, command: OpenFeed, actor: Coordinator, storage: StorageOf, request: Request, response: Response
) -> FeedView:
    """Give a series a feed, or a new address for it: the old one is no longer good."""
    return view(await storage.transact(actions.open_feed, "series", series_id, command), request, response)


@router.delete("/series/{series_id}/feed", status_code=204)
async def close_feed_of_series(series_id: Id, actor: Coordinator, storage: StorageOf) -> None:
    """Withdraw the address of a series' feed."""
    await storage.transact(actions.close_feed, "series", series_id)


@router.get("/feed", response_class=Response, responses={200: {"content": {"text/calendar": {}}}})
async def read_feed(
    link: FeedLink,
    storage: StorageOf,
    settings: Annotated[Settings, Depends(settings_of)],
    if_none_match: Annotated[str | None, Header(max_length=200)] = None,
) -> Response:
    """Give the calendar behind a secret address, or say that it has not changed."""
    body = await actions.read_feed(storage.reader, link, organiser=settings.reply_to)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if if_none_match is not None and tag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/calendar; charset=utf-8; method=PUBLISH", headers=headers)
