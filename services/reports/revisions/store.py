"""The collections of revisions, and of texts that are not saved yet."""

from services.reports.author import Author
from services.reports.reports.domain import Section
from services.reports.revisions.domain import UNSAVED_FOR, Revision, Unsaved, revision_of
from shared.model import Language
from shared.paging import Page, page_of, read_cursor
from shared.problems import NotFound
from shared.storage import CollectionSpec, Document, Index, Reader, Tx

COLLECTIONS = [
    CollectionSpec(
        "revisions",
        [
            Index([("report_id", 1), ("key", 1), ("language", 1), ("number", -1)], unique=True),
            Index([("saved_by.person_id", 1)]),
            Index([("saved_by.organisation_id", 1)]),
        ],
    ),
    CollectionSpec("unsaved", [Index([("person_id", 1)]), Index([("kept_at", 1)], expire_after=UNSAVED_FOR)]),
]
WITHOUT_TEXT = {"text": 0, "title": 0}


async def record(tx: Tx, before: Section, after: Section, *, by: Author, restored_from: int | None = None) -> None:
    """Keep a save; where the text before it was never kept, keep that too."""
    known = await tx["revisions"].find_one({"_id": _id(before)}, {"_id": 1})
    if known is None and (before.title or before.text):
        await _add(tx, before, revision_of(before, Author(person_id=before.updated_by)))
    await _add(tx, after, revision_of(after, by, restored_from))


async def _add(tx: Tx, section: Section, revision: Revision) -> None:
    await tx["revisions"].insert_one({"_id": _id(section), **revision.model_dump()})


def _id(section: Section) -> str:
    return f"{section.id}/{section.revision}"


async def get(reader: Reader, report_id: str, key: str, language: Language, number: int) -> Revision:
    """Return one revision.  Raises `NotFound`."""
    found = await find(reader, report_id, key, language, number)
    if found is None:
        raise NotFound("revision-not-found", "There is no such revision of this section.")
    return found


async def find(reader: Reader, report_id: str, key: str, language: Language, number: int) -> Revision | None:
    """Return one revision, or `None`."""
    where = {"report_id": report_id, "key": key, "language": language, "number": number}
    found = await reader["revisions"].find_one(where, {"_id": 0})
    return None if found is None else Revision.model_validate(found)


async def page(
    reader: Reader, report_id: str, key: str, language: Language, *, after: str | None, limit: int
) -> Page[Revision]:
    """Return a page of a section's revisions without their texts, newest first."""
    where: Document = {"report_id": report_id, "key": key, "language": language}
    if after is not None:
        (last,) = read_cursor(after, int)
        where["number"] = {"$lt": last}
    rows = await reader["revisions"].find(
        where, sort=[("number", -1)], limit=limit + 1, projection={**WITHOUT_TEXT, "_id": 0}
    )
    items = [Revision.model_validate({**row, "title": "", "text": ""}) for row in rows]
    return page_of(items, limit, key=lambda item: (item.number,))


async def keep_unsaved(tx: Tx, section: Section, text: Unsaved) -> None:
    """Keep what somebody has typed, in place of what they had typed before."""
    row = {"_id": f"{section.id}/{text.person_id}", **text.model_dump()}
    await tx["unsaved"].replace_one({"_id": row["_id"]}, row, upsert=True)


async def unsaved_of(reader: Reader, section: Section, person_id: str) -> Unsaved | None:
    """Return what somebody has typed and not saved, or `None`."""
    found = await reader["unsaved"].find_one({"_id": f"{section.id}/{person_id}"}, {"_id": 0})
    return None if found is None else Unsaved.model_validate(found)


async def drop_unsaved(tx: Tx, section: Section, person_id: str) -> None:
    """Forget what somebody had typed: they saved it, or want it no more."""
    await tx["unsaved"].delete_one({"_id": f"{section.id}/{person_id}"})


async def forget_person(tx: Tx, person_id: str) -> None:
    """Keep what a person saved and forget that it was they; what they never saved goes with them."""
    await tx["revisions"].update_many({"saved_by.person_id": person_id}, {"$set": {"saved_by.person_id": None}})
    await tx["unsaved"].delete_many({"person_id": person_id})
