"""The collections of reminder plans and rounds, and who is silent."""

from datetime import datetime

from services.meetings.reminders.domain import NOT_WITHIN, ReminderPlan, Round, Whom, mark_of_move, zones_due
from shared.events.meetings import Invitee
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document

COLLECTIONS = [
    CollectionSpec("reminder_plans", [Index([("over", 1), ("_id", 1)], partial={"over": False})]),
    CollectionSpec(
        "reminder_rounds",
        [Index([("done", 1), ("due_at", 1)], partial={"done": False}), Index([("meeting_id", 1), ("due_at", 1)])],
    ),
]
PLANS = Aggregates("reminder_plans", ReminderPlan, "reminder plan")
ROUNDS = Aggregates("reminder_rounds", Round, "round of reminders")
ROUNDS_SHOWN = 50

ASKABLE: Document = {
    "withdrawn": False,
    "withdrawing_at": None,
    "delegated_to": None,
    "delegate_wanted": {"$ne": True},
    "unreachable": None,
}
SILENT: Document = {**ASKABLE, "answer": "pending"}
"""The filter of those who were asked, can be reached, and have said nothing."""


def answered_before_move(starts_at: datetime) -> Document:
    """Return the filter of those who answered for another beginning than this, and were not asked about it yet."""
    once = {"reminded": {"$ne": mark_of_move(starts_at)}}
    return {**ASKABLE, "answer": {"$ne": "pending"}, "answered_for": {"$nin": [None, starts_at]}, **once}


def _asked(whom: Whom, starts_at: datetime) -> Document:
    moved = answered_before_move(starts_at)
    return {"silent": SILENT, "moved": moved, "both": {"$or": [SILENT, moved]}}[whom]


async def plans(reader: Reader, *, after: str, limit: int) -> list[ReminderPlan]:
    """Return the plans of which something may still come, in the order of their ids."""
    found = await reader["reminder_plans"].find({"over": False, "_id": {"$gt": after}}, sort=[("_id", 1)], limit=limit)
    return [from_document(ReminderPlan, document) for document in found]


async def due(reader: Reader, *, now: datetime, limit: int) -> list[str]:
    """Return the ids of the rounds that have begun and are not done."""
    where = {"done": False, "due_at": {"$lte": now}}
    found = await reader["reminder_rounds"].find(where, sort=[("due_at", 1)], limit=limit, projection={"_id": 1})
    return [document["_id"] for document in found]


async def of_meeting(reader: Reader, meeting_id: str) -> list[Round]:
    """Return the rounds of a meeting, those to come and those that were, in the order of time."""
    found = await reader["reminder_rounds"].find(
        {"meeting_id": meeting_id}, sort=[("due_at", 1), ("_id", 1)], limit=ROUNDS_SHOWN
    )
    return [from_document(Round, document) for document in found]


async def replace_undone(tx: Tx, meeting_id: str, rounds: list[Round]) -> None:
    """Let ``rounds`` take the place of those planned before; of one that had begun, it stays what was done."""
    planned = {"meeting_id": meeting_id, "done": False, "days_before": {"$ne": None}}
    gone = {**planned, "_id": {"$nin": [each.id for each in rounds]}}
    await tx["reminder_rounds"].delete_many({**gone, "asked": 0})
    await tx["reminder_rounds"].update_many(gone, {"$set": {"done": True}, "$inc": {"revision": 1}})
    for each in rounds:
        known = await ROUNDS.find(tx, each.id)
        if known is None:
            await ROUNDS.add(tx, each)
        elif not known.done and known.whom != each.whom:
            await ROUNDS.put(tx, known.evolve(whom=each.whom))


async def count_silent(reader: Reader, meeting_id: str) -> int:
    """Return how many of those invited have said nothing, and can be reached."""
    return await reader["invitations"].count({"meeting_id": meeting_id, **SILENT})


async def count_answered_before_move(reader: Reader, meeting_id: str, starts_at: datetime) -> int:
    """Return how many answered for an earlier time and can be asked again."""
    return await reader["invitations"].count({"meeting_id": meeting_id, **answered_before_move(starts_at)})


async def next_to_ask(tx: Tx, due: Round, *, starts_at: datetime, now: datetime, limit: int) -> list[Invitee]:
    """Return the next who are to be asked now: their nine o'clock has come since they were invited.

    ``starts_at`` is when the meeting now begins.
    """
    wanted = {"$and": [_asked(due.whom, starts_at), _not_lately(now)]}
    found = await tx["invitations"].aggregate(
        [
            {"$match": {"meeting_id": due.meeting_id, **wanted, "reminded": {"$ne": due.id}}},
            {"$sort": {"_id": 1}},
            {"$lookup": {"from": "people", "localField": "person_id", "foreignField": "_id", "as": "person"}},
            {"$match": {"person.active": True, "person.no_contact": False, **_awake(due, now)}},
            {"$limit": limit},
            {"$project": {"person_id": 1, "generation": 1}},
        ]
    )
    return [
        Invitee(invitation_id=each["_id"], person_id=each["person_id"], generation=each["generation"]) for each in found
    ]


def _not_lately(now: datetime) -> Document:
    return {"$or": [{"reminded_at": None}, {"reminded_at": {"$lt": now - NOT_WITHIN}}]}


def _awake(due: Round, now: datetime) -> Document:
    if due.days_before is None:
        return {}
    ways: list[Document] = [
        {"person.time_zone": {"$in": list(names)}, "invited_at": {"$lt": at}} for at, names in zones_due(due, now=now)
    ]
    return {"$or": ways} if ways else {"_id": {"$in": []}}


async def stamp(tx: Tx, due: Round, invitees: list[Invitee], *, starts_at: datetime, now: datetime) -> None:
    """Note that these were asked, without a new revision: what they have seen of their invitation is still so."""
    ids = [each.invitation_id for each in invitees]
    marks = [due.id] if due.whom == "silent" else [due.id, mark_of_move(starts_at)]
    change = {"$push": {"reminded": {"$each": marks}}, "$set": {"reminded_at": now}}
    await tx["invitations"].update_many({"_id": {"$in": ids}}, change)
