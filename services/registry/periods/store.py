"""Where periods are kept, what organisations said for them, who was told, and what was corrected after they locked."""

from collections.abc import Iterable, Sequence
from datetime import date

from services.registry.periods.domain import Period, PeriodReport, ReportState
from shared.model import Model, Time
from shared.paging import Page, Paging, cursor, read_cursor
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document, to_document

COLLECTIONS = [
    CollectionSpec("periods", [Index([("state", 1), ("_id", 1)]), Index([("to_on", 1), ("from_on", 1)])]),
    CollectionSpec(
        "period_reports",
        [
            Index([("period_id", 1), ("organisation_id", 1)], unique=True),
            Index([("organisation_id", 1), ("period_id", 1)]),
            Index([("period_id", 1), ("asked_at", 1)]),
            Index([("period_id", 1), ("state", 1), ("_id", 1)]),
        ],
    ),
    CollectionSpec("period_told", [Index([("person_id", 1)])]),
    CollectionSpec("corrections", [Index([("period_ids", 1), ("_id", 1)]), Index([("activity_id", 1), ("_id", 1)])]),
]

AT_ONCE = 50  # periods that a job looks at in one run
MAX_PERIODS = 200  # periods of one stretch of time that are looked at

periods = Aggregates("periods", Period, "reporting period")
reports = Aggregates("period_reports", PeriodReport, "report")


class Locked(Model):
    """A stretch of time of which an organisation has reported, and which is locked."""

    period_id: str
    organisation_id: str
    from_on: date
    to_on: date


async def page(reader: Reader, paging: Paging) -> Page[Period]:
    """Return a page of the periods, newest first."""
    where: Document = {}
    if paging.after is not None:
        (last,) = read_cursor(paging.after, str)
        where = {"_id": {"$lt": last}}
    found = await reader["periods"].find(where, sort=[("_id", -1)], limit=paging.limit + 1)
    items = [from_document(Period, each) for each in found[: paging.limit]]
    return Page(items=items, next=cursor(items[-1].id) if len(found) > paging.limit else None)


async def unsettled(reader: Reader) -> list[str]:
    """Return the ids of periods that the clock may still move on, oldest first."""
    where = {"state": {"$in": ["planned", "open"]}}
    found = await reader["periods"].find(where, sort=[("_id", 1)], projection={"_id": 1}, limit=AT_ONCE)
    return [each["_id"] for each in found]


async def named(reader: Reader, ids: Iterable[str]) -> dict[str, Period]:
    """Return those of the periods (at most 1,000) that exist, by id."""
    wanted = sorted(set(ids))
    found = await reader["periods"].find({"_id": {"$in": wanted}}, limit=max(len(wanted), 1))
    return {each["_id"]: from_document(Period, each) for each in found}


# What organisations said


async def add_reports(tx: Tx, reports: Sequence[PeriodReport]) -> None:
    """Await reports.  Raises `Duplicate` when an organisation is asked already."""
    await tx["period_reports"].insert_many([to_document(each) for each in reports])


async def report_of(reader: Reader, period_id: str, organisation_id: str) -> PeriodReport | None:
    """Return what an organisation said for a period, or `None` when it was not asked."""
    found = await reader["period_reports"].find_one({"period_id": period_id, "organisation_id": organisation_id})
    return None if found is None else from_document(PeriodReport, found)


async def asked_already(reader: Reader, period_id: str, organisation_ids: Sequence[str]) -> set[str]:
    """Return those of the organisations of which a report is awaited or there."""
    where = {"period_id": period_id, "organisation_id": {"$in": list(organisation_ids)}}
    found = await reader["period_reports"].find(where, projection={"organisation_id": 1}, limit=len(organisation_ids))
    return {each["organisation_id"] for each in found}


async def page_of_reports(
    reader: Reader, period_id: str, *, state: ReportState | None, paging: Paging
) -> Page[PeriodReport]:
    """Return a page of what organisations said, in the order in which they were asked."""
    where: Document = {"period_id": period_id, **({"state": state} if state else {})}
    return await reports.page(reader, where, after=paging.after, limit=paging.limit)


async def counts(reader: Reader, period_id: str) -> dict[str, int]:
    """Return how many organisations are in each state, how many of them were late, and how many were not asked yet."""
    group: Document = {
        "_id": "$state",
        "count": {"$sum": 1},
        "late": {"$sum": {"$cond": ["$late", 1, 0]}},
    }
    found = await reader["period_reports"].aggregate([{"$match": {"period_id": period_id}}, {"$group": group}])
    return {**{each["_id"]: each["count"] for each in found}, "late": sum(each["late"] for each in found)}


async def reports_for(reader: Reader, organisation_ids: Sequence[str], *, limit: int) -> list[PeriodReport]:
    """Return what is awaited of organisations or was said by them, newest period first."""
    where = {"organisation_id": {"$in": list(organisation_ids)}}
    found = await reader["period_reports"].find(where, sort=[("period_id", -1), ("_id", 1)], limit=limit)
    return [from_document(PeriodReport, each) for each in found]


async def states_in(
    reader: Reader, organisation_ids: Sequence[str], from_on: date, to_on: date
) -> list[tuple[str, ReportState]]:
    """Return the organisations that were asked for periods touching a stretch of time, and what they said."""
    overlapping = await _overlapping(reader, from_on, to_on, {"state": {"$in": ["open", "locked"]}})
    if not overlapping or not organisation_ids:
        return []
    where = {
        "organisation_id": {"$in": list(organisation_ids)},
        "period_id": {"$in": [each.id for each in overlapping]},
    }
    wanted = {"organisation_id": 1, "state": 1}
    limit = len(organisation_ids) * len(overlapping)
    found = await reader["period_reports"].find(where, projection=wanted, limit=limit)
    return [(each["organisation_id"], each["state"]) for each in found]


async def _overlapping(reader: Reader, from_on: date, to_on: date, where: Document) -> list[Period]:
    within = {**where, "to_on": {"$gte": from_on.isoformat()}, "from_on": {"$lte": to_on.isoformat()}}
    found = await reader["periods"].find(within, sort=[("to_on", -1)], limit=MAX_PERIODS)
    return [from_document(Period, each) for each in found]


async def locked(reader: Reader, organisation_ids: Sequence[str], *, now: Time) -> list[Locked]:
    """Return the stretches of time that are locked for organisations (at most 1,000)."""
    where: Document = {"state": {"$ne": "cancelled"}, "closes_at": {"$lte": now}}
    found = await reader["periods"].find(where, sort=[("_id", -1)], limit=MAX_PERIODS)
    over = {each["_id"]: from_document(Period, each) for each in found}
    if not over or not organisation_ids:
        return []
    asked = {"organisation_id": {"$in": list(organisation_ids)}, "period_id": {"$in": list(over)}}
    rows = await reader["period_reports"].find(
        asked, projection={"organisation_id": 1, "period_id": 1}, limit=len(over) * len(organisation_ids)
    )
    return [
        Locked(
            period_id=row["period_id"],
            organisation_id=row["organisation_id"],
            from_on=over[row["period_id"]].from_on,
            to_on=over[row["period_id"]].to_on,
        )
        for row in rows
    ]


# Who is told


async def to_ask(reader: Reader, period_id: str, *, limit: int) -> list[Document]:
    """Return reports whose organisations have not been asked."""
    where = {"period_id": period_id, "asked_at": None}
    return await reader["period_reports"].find(where, sort=[("_id", 1)], limit=limit)


async def to_remind(reader: Reader, period_id: str, *, limit: int, not_since: Time | None = None) -> list[Document]:
    """Return reports that are awaited and of which nobody was reminded (or not ``not_since``)."""
    where: Document = {"period_id": period_id, "state": "awaited", "asked_at": {"$ne": None}, "reminded_at": None}
    if not_since is not None:
        where["$or"] = [{"reminded_at": None}, {"reminded_at": {"$lte": not_since}}]
        del where["reminded_at"]
    return await reader["period_reports"].find(where, sort=[("_id", 1)], limit=limit)


async def stamp(tx: Tx, reports: Sequence[Document], field: str, now: Time) -> None:
    """Note when the organisations of ``reports`` were asked or reminded."""
    ids = [each["_id"] for each in reports]
    await tx["period_reports"].update_many({"_id": {"$in": ids}}, {"$set": {field: now}, "$inc": {"revision": 1}})


async def answering(reader: Reader, organisation_ids: Sequence[str]) -> list[Document]:
    """Return the active people of organisations who may be written to, with what they do there."""
    where = {"organisation_ids": {"$in": list(organisation_ids)}, "active": True, "no_contact": False}
    wanted = {"organisation_ids": 1, "positions": 1}
    return [each async for each in reader["people"].stream(where, sort=[("_id", 1)], projection=wanted)]


async def claim(tx: Tx, period_id: str, turn: str, person_ids: Sequence[str]) -> list[str]:
    """Return those whom nobody has told of ``turn`` yet, and note that they are told now."""
    keys = {f"{period_id}/{turn}/{each}": each for each in person_ids}
    found = await tx["period_told"].find({"_id": {"$in": list(keys)}}, projection={"_id": 1}, limit=max(len(keys), 1))
    known = {each["_id"] for each in found}
    fresh = {key: person_id for key, person_id in keys.items() if key not in known}
    await tx["period_told"].insert_many([{"_id": key, "person_id": each} for key, each in fresh.items()])
    return list(fresh.values())


# Corrections


async def add_corrections(tx: Tx, rows: Sequence[Document]) -> None:
    """Keep what activities said before they were corrected."""
    await tx["corrections"].insert_many(rows)


async def corrections(
    reader: Reader, *, period_id: str | None = None, activity_id: str | None = None, paging: Paging
) -> tuple[list[Document], str | None]:
    """Return a page of corrections, newest first, and the cursor of the next."""
    where: Document = {}
    if period_id is not None:
        where["period_ids"] = period_id
    if activity_id is not None:
        where["activity_id"] = activity_id
    if paging.after is not None:
        (last,) = read_cursor(paging.after, str)
        where["_id"] = {"$lt": last}
    found = await reader["corrections"].find(where, sort=[("_id", -1)], limit=paging.limit + 1)
    shown = found[: paging.limit]
    return shown, cursor(shown[-1]["_id"]) if len(found) > paging.limit else None


async def forget_person(tx: Tx, person_id: str) -> None:
    """Leave no trace of who opened, said or corrected what, and who was told."""
    await tx["periods"].update_many({"created_by": person_id}, {"$set": {"created_by": None}})
    rows = [each async for each in tx["period_reports"].stream({"history.by": person_id})]
    for row in rows:
        await tx["period_reports"].update_one({"_id": row["_id"]}, {"$set": without_person(row, person_id)})
    await tx["period_told"].delete_many({"person_id": person_id})
    await tx["corrections"].update_many({"by": person_id}, {"$set": {"by": None, "reason": ""}})


def without_person(report: Document, person_id: str) -> Document:
    """Return what changes in a stored report when somebody who said something in it is forgotten."""
    history = [{**each, "by": None} if each["by"] == person_id else each for each in report["history"]]
    said_last = bool(report["history"]) and report["history"][-1]["by"] == person_id
    return {"history": history, **({"note": ""} if said_last else {})}
