"""The collections of briefs: when each meeting's is due, and who has had it."""

from collections.abc import Sequence
from datetime import datetime

from services.meetings.briefs.domain import BriefPlan
from services.meetings.decisions.domain import OPEN, series_of
from services.meetings.meetings.domain import Meeting
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document

PLANS = Aggregates("brief_plans", BriefPlan, "brief plan")
COLLECTIONS = [
    CollectionSpec("brief_plans"),
    CollectionSpec("briefings", [Index([("meeting_id", 1), ("turn", 1)]), Index([("person_id", 1)])]),
]
AT_ONCE = 200  # meetings looked at in one run of the job


async def plan_of(reader: Reader, meeting_id: str) -> BriefPlan:
    """Return a meeting's plan; the usual one when nobody made another."""
    return await PLANS.find(reader, meeting_id) or BriefPlan(id=meeting_id)


async def put_plan(tx: Tx, plan: BriefPlan) -> None:
    """Write a plan, whether it is the first of its meeting (revision 2, after the usual one) or not."""
    document = plan.model_dump()
    document["_id"] = document.pop("id")
    await tx["brief_plans"].replace_one({"_id": plan.id}, document, upsert=True)


async def near(reader: Reader, *, now: datetime) -> list[Meeting]:
    """Return the meetings to come for which a brief may be due, soonest first."""
    where = {"state": "scheduled", "starts_at": {"$gt": now}}
    found = await reader["meetings"].find(where, sort=[("starts_at", 1), ("_id", 1)], limit=AT_ONCE)
    return [from_document(Meeting, each) for each in found]


async def before(reader: Reader, meeting: Meeting) -> Meeting | None:
    """Return the meeting before in the series that took place, or was to, if there is one."""
    series = series_of(meeting)
    if series is None:
        return None
    where: Document = {
        "$or": [{"series_id": series}, {"series": series}],
        "state": {"$in": ["scheduled", "held"]},
        "starts_at": {"$lt": meeting.starts_at},
        "_id": {"$ne": meeting.id},
    }
    found = await reader["meetings"].find_one(where, sort=[("starts_at", -1)])
    return None if found is None else from_document(Meeting, found)


async def invited_after(reader: Reader, meeting_id: str, after: str, *, limit: int) -> list[tuple[str, str]]:
    """Return the next invitations of a meeting after the id ``after``: their ids and the people."""
    where = {"meeting_id": meeting_id, "withdrawn": False, "_id": {"$gt": after}}
    found = await reader["invitations"].find(where, sort=[("_id", 1)], limit=limit, projection={"person_id": 1})
    return [(each["_id"], each["person_id"]) for each in found]


async def unbriefed(reader: Reader, meeting_id: str, turn: int, person_ids: Sequence[str]) -> list[Document]:
    """Return those of the people who can be written to and have not had the brief of this turn."""
    keys = [briefing_id(meeting_id, turn, each) for each in person_ids]
    rows = await reader["briefings"].find({"_id": {"$in": keys}}, limit=len(keys) or 1, projection={"person_id": 1})
    told = {row["person_id"] for row in rows}
    left = [each for each in person_ids if each not in told]
    where = {"_id": {"$in": left}, "active": True, "no_contact": False}
    return await reader["people"].find(where, sort=[("_id", 1)], limit=len(left) or 1)


async def with_own_tasks(reader: Reader, person_ids: Sequence[str]) -> set[str]:
    """Return those of the people to whom something is assigned by name: their brief is theirs alone."""
    ids = list(person_ids)
    where = {"state": {"$in": list(OPEN)}, "$or": [{"person_id": {"$in": ids}}, {"tasks.person_id": {"$in": ids}}]}
    found = await reader["decisions"].find(where, limit=1_000, projection={"person_id": 1, "tasks.person_id": 1})
    named: set[str | None] = {row.get("person_id") for row in found}
    named |= {task.get("person_id") for row in found for task in row.get("tasks", [])}
    return {each for each in ids if each in named}


async def mark(tx: Tx, meeting_id: str, turn: int, person_ids: Sequence[str], *, now: datetime) -> None:
    """Write down who has the brief of this turn.  Raises `Duplicate` when somebody has it already."""
    await tx["briefings"].insert_many(
        [
            {
                "_id": briefing_id(meeting_id, turn, each),
                "meeting_id": meeting_id,
                "turn": turn,
                "person_id": each,
                "at": now,
            }
            for each in person_ids
        ]
    )


async def told(reader: Reader, meeting_id: str, turn: int) -> int:
    """Return how many people have had the brief of this turn."""
    return await reader["briefings"].count({"meeting_id": meeting_id, "turn": turn})


def briefing_id(meeting_id: str, turn: int, person_id: str) -> str:
    """Return what makes one person's brief of one meeting and turn one thing."""
    return f"{meeting_id}:{turn}:{person_id}"


async def forget(tx: Tx, person_id: str) -> None:
    """Forget that a person was ever told anything."""
    await tx["briefings"].delete_many({"person_id": person_id})
