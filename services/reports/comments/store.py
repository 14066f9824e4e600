"""The collection of threads."""

from services.reports.comments.domain import State, Thread
from shared.model import Language
from shared.paging import Page
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, from_document

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
    )
]


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
