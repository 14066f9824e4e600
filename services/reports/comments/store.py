"""The collection of threads, and what was said in them of which nobody was told yet."""

from collections.abc import Sequence
from datetime import datetime

from services.reports.comments.domain import State, Thread
from shared.model import Language
from shared.paging import Page
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document

UNTOLD = "untold_remarks"
THREADS = Aggregates("threads", Thread, "thread")
COLLECTIONS = [
    CollectionSpec(
        "threads",
        [
            Index([("report_id", 1), ("key", 1), ("language", 1), ("_id", 1)]),
            Index([("remarks.author.person_id", 1)]),
            Index([("settled_by.person_id", 1)]),
            Index([("remarks.author.organisation_id", 1)]),
            Index([("settled_by.organisation_id", 1)]),
        ],
    ),
    CollectionSpec(UNTOLD, [Index([("said_at", 1)]), Index([("report_id", 1), ("_id", 1)])]),
]
UNTOLD_AT_MOST = 1_000  # comments on one report that are told of together; the others a minute later


async def page(
    reader: Reader,
    report_id: str,
    *,
    key: str | None,
    language: Language | None,
    state: State | None,
    after: str | None,
    limit: int,
) -> Page[Thread]:
    """Return a page of a report's threads, oldest first."""
    wanted = {"key": key, "language": language, "state": state}
    where: Document = {"report_id": report_id, **{name: each for name, each in wanted.items() if each is not None}}
    return await THREADS.page(reader, where, after=after, limit=limit)


async def open_by_section(reader: Reader, report_id: str) -> list[Document]:
    """Return how many threads are open in each section and language that has one."""
    return await reader["threads"].aggregate(
        [
            {"$match": {"report_id": report_id, "state": "open"}},
            {"$group": {"_id": {"key": "$key", "language": "$language"}, "open": {"$sum": 1}}},
            {"$sort": {"_id": 1}},
            {"$limit": 1_000},
        ]
    )


async def count_open(reader: Reader, report_id: str, key: str, language: Language) -> int:
    """Return how many threads are open on one section in one language."""
    where = {"report_id": report_id, "key": key, "language": language, "state": "open"}
    return await reader["threads"].count(where)


async def of_person(reader: Reader, person_id: str) -> list[Thread]:
    """Return the threads in which a person said or settled something."""
    where = {"$or": [{"remarks.author.person_id": person_id}, {"settled_by.person_id": person_id}]}
    return [from_document(Thread, each) async for each in reader["threads"].stream(where)]


async def owe_news(tx: Tx, thread: Thread) -> None:
    """Write down that the newest remark of a thread is to be told of; its author and words stay in the thread."""
    newest = thread.remarks[-1]
    row = {"_id": newest.id, "report_id": thread.report_id, "thread_id": thread.id, "said_at": newest.said_at}
    await tx[UNTOLD].insert_one(row)


async def due_reports(reader: Reader, *, before: datetime, limit: int) -> list[str]:
    """Return the reports with comments from ``before`` of which nobody was told yet."""
    rows = await reader[UNTOLD].aggregate(
        [{"$match": {"said_at": {"$lte": before}}}, {"$group": {"_id": "$report_id"}}, {"$limit": limit}]
    )
    return [row["_id"] for row in rows]


async def untold(reader: Reader, report_id: str) -> list[Document]:
    """Return the comments on a report of which nobody was told yet, oldest first."""
    return await reader[UNTOLD].find({"report_id": report_id}, sort=[("_id", 1)], limit=UNTOLD_AT_MOST)


async def forget_untold(tx: Tx, remark_ids: Sequence[str]) -> None:
    """Take comments off the list."""
    await tx[UNTOLD].delete_many({"_id": {"$in": list(remark_ids)}})
