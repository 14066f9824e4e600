"""The collections of practices: those of a Book that is being made, and those that readers find."""

from services.reports.book.domain import MAX_PRACTICES, Practice, PracticeKind, PublishedPractice
from services.reports.library import store as library
from shared.paging import Page, Paging
from shared.problems import NotFound
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document, to_document

PRACTICES = Aggregates("practices", Practice, "practice")
PUBLISHED = Aggregates("published_practices", PublishedPractice, "practice")
COLLECTIONS = [
    CollectionSpec(
        "practices",
        [
            Index([("report_id", 1), ("key", 1)], unique=True),
            Index([("report_id", 1), ("source_id", 1)], unique=True, partial={"source_id": {"$type": "string"}}),
        ],
    ),
    CollectionSpec(
        "published_practices",
        [Index([("report_id", 1)]), Index([("in_newest", 1), ("_id", 1)]), Index([("search", 1)])],
    ),
]


async def of_report(reader: Reader, report_id: str, *, removed: bool | None = False) -> list[Practice]:
    """Return the practices of a Book, oldest first; removed ones too where ``removed`` is `None`."""
    where: Document = {"report_id": report_id}
    where.update({} if removed is None else {"removed": removed})
    rows = await reader["practices"].find(where, sort=[("_id", 1)], limit=2 * MAX_PRACTICES)
    return [from_document(Practice, row) for row in rows]


async def get(reader: Reader, report_id: str, practice_id: str) -> Practice:
    """Return one practice of a Book.  Raises `NotFound`."""
    practice = await PRACTICES.find(reader, practice_id)
    if practice is None or practice.report_id != report_id:
        raise NotFound("practice-not-found", "There is no such practice in this book.")
    return practice


async def page_for_readers(
    reader: Reader,
    *,
    report_id: str | None,
    kind: PracticeKind | None,
    region: str | None,
    country: str | None,
    question: str | None,
    paging: Paging,
) -> Page[PublishedPractice]:
    """Return published practices that the newest editions hold, in the order of their ids."""
    wanted = {"report_id": report_id, "practice.kind": kind, "practice.region": region, "country": country}
    where: Document = {"in_newest": True}
    where.update({name: value for name, value in wanted.items() if value is not None})
    if asked := library.asked(question):
        where["$and"] = asked
    return await PUBLISHED.page(reader, where, after=paging.after, limit=paging.limit)


async def publish(tx: Tx, report_id: str, practices: list[PublishedPractice]) -> None:
    """Let readers find these practices of a Book; what it held before keeps its address."""
    ids = [each.id for each in practices]
    await tx["published_practices"].update_many(
        {"report_id": report_id, "_id": {"$nin": ids}}, {"$set": {"in_newest": False}}
    )
    for each in practices:
        await tx["published_practices"].replace_one({"_id": each.id}, to_document(each), upsert=True)


async def newest_published(reader: Reader, *, limit: int) -> list[PublishedPractice]:
    """Return the practices that the newest editions hold, newest first."""
    rows = await reader["published_practices"].find({"in_newest": True}, sort=[("_id", -1)], limit=limit)
    return [from_document(PublishedPractice, row) for row in rows]


async def withdraw(tx: Tx, report_id: str) -> None:
    """List no practice of a Book any more; each keeps its address, at which readers are told why it is gone."""
    await tx["published_practices"].update_many({"report_id": report_id}, {"$set": {"in_newest": False}})
