"""What is remembered here of activities and of published reports: what members may know, for audiences and briefs."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from services.meetings.directory.knowledge import Activity, PublishedReport
from shared.events.registry import ActivityRecorded, ActivityWithdrawn
from shared.events.reports import ReportPublished
from shared.ids import utc_now
from shared.storage import CollectionSpec, Document, Index, Reader, Tx

COLLECTIONS = [
    CollectionSpec(
        "known_activities",
        [
            Index([("organisation_ids", 1)]),
            Index([("funder_ids", 1)]),
            Index([("themes", 1), ("recorded_at", -1)]),
            Index([("recorded_at", -1)]),
        ],
    ),
    CollectionSpec("published_reports", [Index([("published_at", -1)])]),
]
OWN_AT_MOST = 2_000  # activities of one person's organisations
RELATED_AT_MOST = 2_000  # activities of their themes: what is compared in memory


async def remember_activity(tx: Tx, event: ActivityRecorded) -> None:
    """Keep the newest of an activity, and since when it is on record."""
    facts = event.model_dump(include={"organisation_ids", "funder_ids", "themes", "regions", "countries"})
    facts |= {
        "starts_on": event.starts_on.isoformat() if event.starts_on else None,
        "ends_on": event.ends_on.isoformat() if event.ends_on else None,
        "title": event.notice.title if event.notice else {},
        "funder": event.notice.funder if event.notice else {},
        "gone": False,
    }
    await _remember(tx, event.activity_id, event.revision, facts)


async def forget_activity(tx: Tx, event: ActivityWithdrawn) -> None:
    """Keep of an activity only that it is gone, so that older news does not bring it back."""
    nothing: Document = {"organisation_ids": [], "funder_ids": [], "themes": [], "regions": [], "gone": True}
    await _remember(tx, event.activity_id, event.revision, nothing)


async def _remember(tx: Tx, id: str, revision: int, facts: Document) -> None:
    now = tx.cause.time if tx.cause else utc_now()
    newer = {"$gt": [revision, {"$ifNull": ["$revision", 0]}]}
    known = {"$mergeObjects": [{"$literal": {"_id": id, "revision": revision, **facts}},
                               {"recorded_at": {"$ifNull": ["$recorded_at", now]}}]}  # fmt: skip
    await tx["known_activities"].update_one(
        {"_id": id}, [{"$replaceWith": {"$cond": [newer, known, "$$ROOT"]}}], upsert=True
    )


async def remember_report(tx: Tx, event: ReportPublished) -> None:
    """Keep how the latest edition of a report shows itself."""
    known = await tx["published_reports"].find_one({"_id": event.report_id}, {"edition": 1})
    if known is not None and known["edition"] >= event.edition:
        return
    row = {"_id": event.report_id, "title": event.notice.title if event.notice else {},
           **event.model_dump(include={"edition", "themes", "published_at"})}  # fmt: skip
    await tx["published_reports"].replace_one({"_id": event.report_id}, row, upsert=True)


async def own(reader: Reader, organisation_ids: Sequence[str]) -> list[Activity]:
    """Return the activities that these organisations carry out or pay for."""
    ids = list(organisation_ids)
    where = {"$or": [{"organisation_ids": {"$in": ids}}, {"funder_ids": {"$in": ids}}]}
    return await _find(reader, where, OWN_AT_MOST)


async def paid_for(reader: Reader, themes: Collection[str], regions: Collection[str], *, today: date) -> list[Activity]:
    """Return activities of these themes that are not over and whose funders are known, the newest 2,000.

    They are in these regions or, where none is named, anywhere.
    """
    where = {**_current(themes, regions, today), "funder_ids": {"$ne": []}}
    return await _find(reader, where, RELATED_AT_MOST)


async def covered(
    reader: Reader, themes: Collection[str], regions: Collection[str], *, today: date
) -> set[tuple[str, str]]:
    """Return each of these themes with each of these regions for which an activity is on record that is not over."""
    found = await reader["known_activities"].aggregate(
        [
            {"$match": _current(themes, regions, today)},
            {"$project": {"themes": 1, "regions": 1}},
            {"$unwind": "$themes"},
            {"$unwind": "$regions"},
            {"$match": {"themes": {"$in": sorted(themes)}, "regions": {"$in": sorted(regions)}}},
            {"$group": {"_id": {"theme": "$themes", "region": "$regions"}}},
        ]
    )
    return {(each["_id"]["theme"], each["_id"]["region"]) for each in found}


def _current(themes: Collection[str], regions: Collection[str], today: date) -> Document:
    where: Document = {
        "themes": {"$in": sorted(themes)},
        "$or": [{"ends_on": None}, {"ends_on": {"$gte": today.isoformat()}}],
    }
    if regions:
        where["regions"] = {"$in": sorted(regions)}
    return where


async def recorded_since(reader: Reader, since: datetime, themes: Collection[str]) -> list[Activity]:
    """Return what was recorded since then, of these themes or (none named) of all; newest first."""
    where: Document = {"recorded_at": {"$gt": since}, "gone": False}
    if themes:
        where["themes"] = {"$in": sorted(themes)}
    return await _find(reader, where, RELATED_AT_MOST)


async def reports_since(reader: Reader, since: datetime, *, limit: int) -> list[PublishedReport]:
    """Return the reports published since then, newest first."""
    found = await reader["published_reports"].find(
        {"published_at": {"$gt": since}}, sort=[("published_at", -1)], limit=limit
    )
    return [PublishedReport.model_validate({**each, "id": each["_id"]}) for each in found]


async def _find(reader: Reader, where: Document, limit: int) -> list[Activity]:
    found = await reader["known_activities"].find(where, sort=[("recorded_at", -1), ("_id", -1)], limit=limit)
    return [Activity.model_validate({**each, "id": each["_id"]}) for each in found]
