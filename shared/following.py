"""How a service follows merges of organisations in what it keeps: old ids give way to the surviving one, and come back.

A service that keeps ids of organisations takes `COLLECTIONS` among its own, handles `OrganisationsMerged` by
`follow_merge`, and asks `standing` where somebody may still name an old id.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from shared.events.registry import OrganisationsMerged
from shared.ids import new_id, utc_now
from shared.repointing import Place, put_back, repointed
from shared.storage import CollectionSpec, Document, Index, Reader, Tx

COLLECTIONS = [
    CollectionSpec("merged_organisations"),
    CollectionSpec("organisation_moves", [Index([("old", 1), ("_id", -1)])]),
]

MAX_CHAIN = 20  # records one after the other that were each merged into the next

NamedIn = Mapping[str, Sequence[str]]
"""Collections, and their fields (with dots) that hold ids of organisations: each has an index."""


async def follow_merge(tx: Tx, event: OrganisationsMerged, *, own: NamedIn, mirrored: NamedIn) -> None:
    """Do what a merge, or its taking back, means for the records of a service.

    ``own`` are the service's own records, whose revision counts the change; ``mirrored`` are copies of what others
    tell, whose revision is theirs.  Events may come twice and out of order: what is older changes nothing.
    """
    told_at = tx.cause.time if tx.cause else utc_now()
    for merged_id in event.merged_ids:
        into = None if event.undone else event.organisation_id
        if not await _is_news(tx, merged_id, into, told_at):
            continue
        if event.undone:
            await _move_back(tx, merged_id)
        else:
            for named_in, counted in ((own, True), (mirrored, False)):
                for collection, fields in named_in.items():
                    await _move(tx, collection, fields, merged_id, event.organisation_id, counted=counted)


async def standing(reader: Reader, ids: Iterable[str]) -> set[str]:
    """Return the organisations that stand for ``ids`` now: mostly these."""
    found = set(ids)
    for _ in range(MAX_CHAIN):
        where = {"_id": {"$in": sorted(found)}, "into": {"$ne": None}}
        merged = await reader["merged_organisations"].find(where, limit=max(len(found), 1)) if found else []
        if not merged:
            break
        found = (found - {each["_id"] for each in merged}) | {each["into"] for each in merged}
    return found


async def _is_news(tx: Tx, merged_id: str, into: str | None, told_at: datetime) -> bool:
    known = await tx["merged_organisations"].find_one({"_id": merged_id})
    if known is not None and known["told_at"] >= told_at:
        return False
    row = {"_id": merged_id, "into": into, "told_at": told_at}
    await tx["merged_organisations"].replace_one({"_id": merged_id}, row, upsert=True)
    return True


async def _move(tx: Tx, collection: str, fields: Sequence[str], old: str, new: str, *, counted: bool) -> None:
    rows: list[Document] = []
    async for document in tx[collection].stream({"$or": [{field: old} for field in fields]}):
        changed, places = repointed(document, old, new)
        rows.append(
            {
                "_id": new_id(),
                "old": old,
                "new": new,
                "collection": collection,
                "target_id": document["_id"],
                "revision": _write(changed, counted=counted),
                "counted": counted,
                "places": [{"path": list(each.path), "before": each.before} for each in places],
                "document": changed,
            }
        )
    for row in rows:  # after the last was read
        await tx[collection].replace_one({"_id": row["target_id"]}, row.pop("document"))
    await tx["organisation_moves"].insert_many(rows)


async def _move_back(tx: Tx, old: str) -> None:
    moves = [each async for each in tx["organisation_moves"].stream({"old": old}, sort=[("_id", -1)])]
    for move in moves:
        document = await tx[move["collection"]].find_one({"_id": move["target_id"]})
        if document is None:
            continue
        places = [Place(tuple(each["path"]), each["before"]) for each in move["places"]]
        same = document.get("revision") == move["revision"]
        changed = put_back(document, places, old, move["new"], same=same)
        if changed != document:
            _write(changed, counted=move["counted"])
            await tx[move["collection"]].replace_one({"_id": move["target_id"]}, changed)
    await tx["organisation_moves"].delete_many({"old": old})


def _write(document: Document, *, counted: bool) -> int | None:
    """Count the change where it is ``counted``; return the revision."""
    if counted and "revision" in document:
        document["revision"] += 1
    return document.get("revision")
