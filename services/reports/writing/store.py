"""The collections of writing: how far each section is, and what was reminded of."""

from services.reports.writing import people
from services.reports.writing.domain import SectionWork
from shared.storage import Aggregates, CollectionSpec, Index, Reader, Tx, from_document

WORK = Aggregates("section_work", SectionWork, "section")
COLLECTIONS = [
    CollectionSpec(
        "section_work",
        [
            Index([("report_id", 1), ("key", 1)], unique=True),
            Index([("signatures.organisation_id", 1)]),
            Index([("history.organisation_id", 1)]),
            Index([("history.by", 1)]),
            Index([("signatures.signed_by", 1)]),
        ],
    ),
    CollectionSpec("writing_reminders", [Index([("report_id", 1)])]),
    *people.COLLECTIONS,
]
WORK_AT_MOST = 200  # sections of one report: far above what it may have


async def find(reader: Reader, report_id: str, key: str) -> SectionWork | None:
    """Return how far a section is, once anything was done to it."""
    document = await reader["section_work"].find_one({"report_id": report_id, "key": key})
    return None if document is None else from_document(SectionWork, document)


async def of_report(reader: Reader, report_id: str) -> dict[str, SectionWork]:
    """Return how far the sections of a report are, by their keys, as far as anything was done to them."""
    found = await reader["section_work"].find({"report_id": report_id}, limit=WORK_AT_MOST)
    return {each["key"]: from_document(SectionWork, each) for each in found}


async def save(tx: Tx, before: SectionWork | None, work: SectionWork) -> None:
    """Write the next revision of a section's work, or its first where there was none ``before``."""
    if before is None:
        await WORK.add(tx, work)
    elif work is not before:
        await WORK.put(tx, work)


async def of_person(reader: Reader, person_id: str) -> list[SectionWork]:
    """Return the work in which a person did anything."""
    where = {"$or": [{"history.by": person_id}, {"signatures.signed_by": person_id}]}
    return [from_document(SectionWork, each) async for each in reader["section_work"].stream(where)]


async def reminded(reader: Reader, report_id: str) -> dict[str, int]:
    """Return how often each organisation was reminded of each day, by their keys."""
    rows = await reader["writing_reminders"].find({"report_id": report_id}, limit=5_000)
    return {row["_id"]: row["count"] for row in rows}


async def count_reminder(tx: Tx, key: str, report_id: str, count: int) -> None:
    """Write down that a reminder is on its way."""
    row = {"$set": {"report_id": report_id, "count": count}}
    await tx["writing_reminders"].update_one({"_id": key}, row, upsert=True)
