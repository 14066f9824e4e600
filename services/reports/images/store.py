"""The collections of pictures and of their files."""

from collections.abc import Iterable
from datetime import datetime

from services.reports.images.domain import KEPT_AFTER_REMOVAL, MAX_IMAGES, Image
from shared.storage import Aggregates, CollectionSpec, Files, Index, Reader, Tx, from_document
from shared.storage.files import collections

COLLECTIONS = [
    CollectionSpec(
        "images",
        [
            Index([("report_id", 1), ("_id", 1)]),
            Index([("added_by", 1)]),
            Index([("removed_at", 1)]),
            Index([("added_for", 1)]),
        ],
    ),
    *collections("images"),
]
IMAGES = Aggregates("images", Image, "image")
FILES = Files("images")
FORGOTTEN_AT_ONCE = 100


async def of_report(reader: Reader, report_id: str) -> list[Image]:
    """Return the pictures of a report, oldest first, without removed ones; at most `MAX_IMAGES`."""
    where = {"report_id": report_id, "removed_at": None}
    found = await reader["images"].find(where, sort=[("_id", 1)], limit=MAX_IMAGES)
    return [from_document(Image, each) for each in found]


async def shown_in(tx: Tx, report_id: str, edition: int, image_ids: Iterable[str]) -> None:
    """Note that an edition shows these pictures."""
    where = {"report_id": report_id, "_id": {"$in": sorted(image_ids)}}
    await tx["images"].update_many(where, {"$addToSet": {"editions": edition}, "$inc": {"revision": 1}})


async def withdraw(tx: Tx, report_id: str) -> None:
    """Note that no edition of a report shows anything any more."""
    where = {"report_id": report_id, "editions": {"$ne": []}}
    await tx["images"].update_many(where, {"$set": {"editions": []}, "$inc": {"revision": 1}})


async def long_removed(reader: Reader, *, now: datetime) -> list[Image]:
    """Return pictures whose removal can no longer be undone, and that no edition shows."""
    where = {"removed_at": {"$ne": None, "$lte": now - KEPT_AFTER_REMOVAL}, "editions": []}
    found = await reader["images"].find(where, limit=FORGOTTEN_AT_ONCE)
    return [from_document(Image, each) for each in found]


async def forget(tx: Tx, image: Image) -> None:
    """Take a picture away for good, unless an edition has come to show it."""
    if await tx["images"].delete_one({"_id": image.id, "editions": []}):
        await FILES.release(tx, image.file_id)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Keep pictures and forget who sent them."""
    await tx["images"].update_many({"added_by": person_id}, {"$set": {"added_by": None}})
