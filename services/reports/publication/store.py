"""The only module that knows the collection of editions."""

from services.reports.publication.domain import Edition, EditionFacts
from shared.problems import NotFound
from shared.storage import CollectionSpec, Index, Reader, Tx, from_document, to_document

COLLECTIONS = [
    CollectionSpec("editions", [Index([("report_id", 1), ("edition", 1)], unique=True), Index([("published_by", 1)])])
]
EDITIONS_AT_MOST = 200  # in one list; the editions themselves are not limited


async def add(tx: Tx, edition: Edition) -> None:
    """Add an edition.  Raises `Duplicate` when this number is taken."""
    await tx["editions"].insert_one(to_document(edition))


async def get(reader: Reader, report_id: str, edition: int) -> Edition:
    """Return one edition.  Raises `NotFound`."""
    document = await reader["editions"].find_one({"report_id": report_id, "edition": edition})
    if document is None:
        raise NotFound("edition-not-found", "There is no such edition.")
    return from_document(Edition, document)


async def facts(reader: Reader, report_id: str, edition: int) -> EditionFacts:
    """Return which edition this is, without its content.  Raises `NotFound`."""
    found = await reader["editions"].find_one({"report_id": report_id, "edition": edition}, {"content": 0})
    if found is None:
        raise NotFound("edition-not-found", "There is no such edition.")
    return EditionFacts.model_validate(found)


async def editions_of(reader: Reader, report_id: str) -> list[EditionFacts]:
    """Return the latest editions of a report, newest first."""
    documents = await reader["editions"].find(
        {"report_id": report_id}, projection={"content": 0}, sort=[("edition", -1)], limit=EDITIONS_AT_MOST
    )
    return [EditionFacts.model_validate(document) for document in documents]


async def forget_person(tx: Tx, person_id: str) -> None:
    """Keep editions as they were published, and forget who published them."""
    await tx["editions"].update_many({"published_by": person_id}, {"$set": {"published_by": None}})
