"""Pictures over HTTP: the body of a picture is the picture."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from services.reports.access import part_of
from services.reports.caching import not_modified
from services.reports.images import actions, store
from services.reports.images.cleaning import clean
from services.reports.images.domain import MAX_BYTES, DescribeImage, Image
from services.reports.images.store import FILES
from services.reports.images.views import ImageView, view
from shared.auth import Anyone, Member
from shared.ids import Id
from shared.storage.file_types import EXTENSIONS
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/reports/{report_id}/images", tags=["images"])

BODY_LIMITS = {"/reports/{report_id}/images": MAX_BYTES}
"""Bytes that this path takes."""

BINARY = {"schema": {"type": "string", "format": "binary"}}
TAKES_PICTURE = {
    "requestBody": {"required": True, "content": dict.fromkeys(("image/png", "image/jpeg", "image/webp"), BINARY)}
}
GIVES_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": dict.fromkeys(("image/png", "image/jpeg", "image/webp"), BINARY)}
}


@router.post("", status_code=201, openapi_extra=TAKES_PICTURE)
async def add_image(
    report_id: Id, actor: Member, storage: StorageOf, request: Request, response: Response
) -> ImageView:
    """Add a picture: PNG, JPEG or WebP of at most 8 MB and 40 million pixels.

    What it tells beside the picture (place, camera, author, comments, thumbnails, colour profile) is not kept.
    """
    await part_of(storage.reader, actor, report_id)
    cleaned = await asyncio.to_thread(clean, await request.body())
    file = await actions.receive(storage, cleaned)
    image = await storage.transact(actions.add_image, report_id, cleaned, file, by=actor)
    response.headers["Location"] = f"/reports/{report_id}/images/{image.id}"
    return _answer(image, response)


@router.get("")
async def list_images(report_id: Id, actor: Member, storage: StorageOf) -> list[ImageView]:
    """List the pictures of a report for those who write it, at most 200."""
    await part_of(storage.reader, actor, report_id)
    return [view(image) for image in await store.of_report(storage.reader, report_id)]


@router.get("/{image_id}", response_class=StreamingResponse, responses=GIVES_PICTURE)
async def show_image(report_id: Id, image_id: Id, actor: Anyone, storage: StorageOf, request: Request) -> Response:
    """Give a picture: to everybody when a published edition shows it, else to those who write the report."""
    image = await actions.seen_by(storage.reader, actor, report_id, image_id)
    etag = f'"{image.sha256}"'
    kept = "public, max-age=3600" if image.editions else "private, no-cache"
    unchanged = not_modified(request, etag, cache_control=kept)
    if unchanged is not None:
        return unchanged
    return StreamingResponse(
        FILES.stream(storage.reader, image.file_id), media_type=image.content_type, headers=_headers(image, etag, kept)
    )


@router.get("/{image_id}/description")
async def show_description(
    report_id: Id, image_id: Id, actor: Member, storage: StorageOf, response: Response
) -> ImageView:
    """Show what is known of a picture to those who write the report."""
    await part_of(storage.reader, actor, report_id)
    return _answer(await actions.one(storage.reader, report_id, image_id), response)


@router.put("/{image_id}/description")
async def describe_image(
    *,
    report_id: Id,
    image_id: Id,
    command: DescribeImage,
    actor: Member,
    storage: StorageOf,
    seen: IfMatch,
    response: Response,
) -> ImageView:
    """Say what a picture shows and what stands below it.  A report is published only when that is said."""
    image = await storage.transact(actions.describe_image, report_id, image_id, command, seen=seen, by=actor)
    return _answer(image, response)


@router.post("/{image_id}/removal")
async def remove_image(report_id: Id, image_id: Id, actor: Member, storage: StorageOf, response: Response) -> ImageView:
    """Take a picture away; for a month it can be restored.  Published editions go on showing it."""
    return _answer(await storage.transact(actions.remove_image, report_id, image_id, by=actor), response)


@router.post("/{image_id}/restoration")
async def restore_image(
    report_id: Id, image_id: Id, actor: Member, storage: StorageOf, response: Response
) -> ImageView:
    """Have a removed picture back."""
    return _answer(await storage.transact(actions.restore_image, report_id, image_id, by=actor), response)


def _answer(image: Image, response: Response) -> ImageView:
    versioned(response, image)
    return view(image)


def _headers(image: Image, etag: str, kept: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'inline; filename="{image.id}.{EXTENSIONS[image.content_type]}"',
        "Content-Length": str(image.size),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": kept,
        "Vary": "Authorization",
        "ETag": etag,
    }
