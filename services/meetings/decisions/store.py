"""The collections of decisions: the board in the order of days, the numbers of each meeting, what was reminded of."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from services.meetings.decisions.domain import OPEN, Decision
from shared.paging import Page, Paging, page_of
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document

COLLECTIONS = [
    CollectionSpec(
        "decisions",
        [
            Index([("meeting_id", 1), ("number", 1)], unique=True),
            Index([("series", 1), ("next_due_on", 1)], partial={"state": {"$in": list(OPEN)}}),
            Index([("owner_id", 1)]),
            Index([("tasks.organisation_id", 1)]),
            Index([("report_id", 1)]),
            Index([("next_due_on", 1), ("_id", 1)]),
        ],
    ),
    CollectionSpec("registers"),
    CollectionSpec("reminders", [Index([("decision_id", 1)])]),
]
DECISIONS = Aggregates("decisions", Decision, "decision")
LAST_DAY = "9999-12-31"  # where decisions without a day stand in the order of days
SERIES_AT_MOST = 200  # overdue decisions of one series on one agenda: far above what a meeting can talk about
PEOPLE_AT_MOST = 500  # of one organisation that are written to about one task

Which = Literal["open", "overdue", "done", "dropped", "all"]


async def next_ordinal(tx: Tx, meeting_id: str) -> int:
    """Return the number of the next decision of a meeting; two at once wait for each other."""
    row = await tx["registers"].find_one_and_update({"_id": meeting_id}, {"$inc": {"taken": 1}}, upsert=True)
    return int(row["taken"]) if row else 1


def which_filter(which: Which, today: date) -> Document:
    """Return the filter of decisions that are open, overdue, done, dropped, or all."""
    filters: dict[str, Document] = {
        "open": {"state": {"$in": list(OPEN)}},
        "overdue": overdue(today),
        "done": {"state": "done"},
        "dropped": {"state": "dropped"},
    }
    return filters.get(which, {})


def overdue(today: date) -> Document:
    """Return the filter of open decisions of which something should have been done before ``today``."""
    return {"state": {"$in": list(OPEN)}, "next_due_on": {"$type": "string", "$lt": today.isoformat()}}


def of(person_id: str, organisation_ids: Sequence[str]) -> Document:
    """Return the filter of what a person or their organisations have to carry out."""
    organisations = list(organisation_ids)
    return {
        "$or": [
            {"person_id": person_id},
            {"tasks.person_id": person_id},
            {"owner_id": {"$in": organisations}},
            {"tasks.organisation_id": {"$in": organisations}},
        ]
    }


async def page(reader: Reader, where: Document, *, paging: Paging) -> Page[Decision]:
    """Return a page of decisions, those due first before others; without a day last."""
    pipeline: list[Document] = [
        {"$match": where},
        {"$addFields": {"due": {"$ifNull": ["$next_due_on", LAST_DAY]}}},
    ]
    if (key := paging.key(str, str)) is not None:
        beyond = [{"due": {"$gt": key[0]}}, {"due": key[0], "_id": {"$gt": key[1]}}]
        pipeline.append({"$match": {"$or": beyond}})
    found = await reader["decisions"].aggregate(
        [*pipeline, {"$sort": {"due": 1, "_id": 1}}, {"$limit": paging.limit + 1}]
    )
    items = [from_document(Decision, each) for each in found]
    return page_of(items, paging.limit, key=_place)


def _place(decision: Decision) -> tuple[str, str]:
    return (decision.next_due_on.isoformat() if decision.next_due_on else LAST_DAY), decision.id


async def of_meeting(reader: Reader, meeting_id: str) -> list[Decision]:
    """Return the decisions of one meeting, in the order in which they were taken."""
    found = await reader["decisions"].find({"meeting_id": meeting_id}, sort=[("_id", 1)], limit=SERIES_AT_MOST)
    return [from_document(Decision, each) for each in found]


async def overdue_in_series(reader: Reader, series: str, *, today: date) -> list[Decision]:
    """Return what should have been done in a series, oldest day first."""
    where = {"series": series, **overdue(today)}
    found = await reader["decisions"].find(where, sort=[("next_due_on", 1), ("_id", 1)], limit=SERIES_AT_MOST)
    return [from_document(Decision, each) for each in found]


async def due_for(
    reader: Reader, person_id: str, organisation_ids: Sequence[str], *, until: date, limit: int
) -> list[Decision]:
    """Return what a person or their organisations have to do, and has no day or one up to ``until``."""
    near = {"$or": [{"next_due_on": None}, {"next_due_on": {"$lte": until.isoformat()}}]}
    where = {"$and": [of(person_id, organisation_ids), near], "state": {"$in": list(OPEN)}}
    found = await reader["decisions"].find(where, sort=[("next_due_on", 1), ("_id", 1)], limit=limit)
    return [from_document(Decision, each) for each in found]


async def overdue_ids(reader: Reader, *, today: date, after: str, limit: int) -> list[str]:
    """Return the ids, greater than ``after``, of open decisions of which something is late."""
    where = {**overdue(today), "_id": {"$gt": after}}
    found = await reader["decisions"].find(where, sort=[("_id", 1)], limit=limit, projection={"_id": 1})
    return [each["_id"] for each in found]


async def reminded(reader: Reader, decision_id: str) -> dict[str, int]:
    """Return how often the owners of a decision and of its tasks were reminded of each day."""
    rows = await reader["reminders"].find({"decision_id": decision_id}, limit=1_000)
    return {row["_id"]: row["count"] for row in rows}


async def count_reminder(tx: Tx, key: str, decision_id: str, count: int) -> None:
    """Write down that a reminder is on its way."""
    row = {"$set": {"decision_id": decision_id, "count": count}}
    await tx["reminders"].update_one({"_id": key}, row, upsert=True)


async def recipients(reader: Reader, organisation_id: str | None, person_id: str | None) -> list[str]:
    """Return whom to tell of a task: the person, or else the people of the organisation, who may be written to."""
    who: Document = {"_id": person_id} if person_id else {"organisation_ids": organisation_id}
    if not person_id and not organisation_id:
        return []
    found = await reader["people"].find(
        {**who, "active": True, "no_contact": False}, sort=[("_id", 1)], limit=PEOPLE_AT_MOST, projection={"_id": 1}
    )
    return [each["_id"] for each in found]


async def invited_to_series(reader: Reader, series: str | None, person_id: str) -> bool:
    """Return whether a person is invited to any meeting of a series."""
    if series is None:
        return False
    of_series = {"$or": [{"series_id": series}, {"series": series}]}
    held = await reader["meetings"].find(
        of_series, sort=[("starts_at", -1)], limit=SERIES_AT_MOST, projection={"_id": 1}
    )
    where = {"person_id": person_id, "withdrawn": False, "meeting_id": {"$in": [each["_id"] for each in held]}}
    return await reader["invitations"].find_one(where, {"_id": 1}) is not None


async def known_to_have(reader: Reader, collection: Literal["people", "organisations"], id: str | None) -> bool:
    """Return whether the directory holds a person or an organisation; nobody is always known."""
    return id is None or await reader[collection].find_one({"_id": id}, {"_id": 1}) is not None


async def of_person(reader: Reader, person_id: str) -> list[Decision]:
    """Return the decisions in which a person is named anywhere."""
    fields = ("person_id", "taken_by", "tasks.person_id", "history.by")
    found = reader["decisions"].stream({"$or": [{field: person_id} for field in fields]})
    return [from_document(Decision, each) async for each in found]
