"""The collection of commissions: at most one for each decision, and for each report."""

from services.reports.commissions.domain import Commission
from shared import following
from shared.paging import Page, page_of, read_cursor
from shared.problems import NotFound
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, from_document

COMMISSIONS = Aggregates("commissions", Commission, "commission")
COLLECTIONS = [
    CollectionSpec(
        "commissions",
        [
            Index([("decision_id", 1)], unique=True, partial={"decision_id": {"$type": "string"}}),
            Index([("report_id", 1)], unique=True),
            Index([("contributors.organisation_id", 1), ("_id", 1)]),
            Index([("editor_ids", 1)]),
            Index([("closed_by", 1), ("_id", -1)]),
        ],
    ),
    *following.COLLECTIONS,
]


async def of_decision(reader: Reader, decision_id: str) -> Commission | None:
    """Return what a decision commissioned, if it is known here."""
    return await _one(reader, {"decision_id": decision_id})


async def of_report(reader: Reader, report_id: str) -> Commission | None:
    """Return what commissioned a report, if anything did."""
    return await _one(reader, {"report_id": report_id})


async def get(reader: Reader, report_id: str) -> Commission:
    """Return what commissioned a report.  Raises `NotFound`."""
    found = await of_report(reader, report_id)
    if found is None:
        raise NotFound("commission-not-found", "Nobody has been asked to write this report yet.")
    return found


async def page(reader: Reader, where: Document, *, after: str | None, limit: int) -> Page[Commission]:
    """Return a page of commissions: first those not carried out yet; of these, and of the others, newest first."""
    last_open, last = (True, None) if after is None else read_cursor(after, bool, str)
    found: list[Commission] = []
    for is_open in (True, False) if last_open else (False,):
        wanted = [where, {"closed_by": None if is_open else {"$ne": None}}]
        if last is not None and is_open == last_open:
            wanted.append({"_id": {"$lt": last}})
        rows = await reader["commissions"].find({"$and": wanted}, sort=[("_id", -1)], limit=limit + 1 - len(found))
        found += [from_document(Commission, each) for each in rows]
        if len(found) > limit:
            break
    return page_of(found, limit, key=lambda each: (each.closed_by is None, each.id))


async def after(reader: Reader, commission_id: str, *, limit: int) -> list[Commission]:
    """Return commissions whose ids are greater than ``commission_id``, oldest first."""
    found = await reader["commissions"].find({"_id": {"$gt": commission_id}}, sort=[("_id", 1)], limit=limit)
    return [from_document(Commission, each) for each in found]


async def edited_by(reader: Reader, person_id: str) -> list[Commission]:
    """Return the commissions that a person edits."""
    return [from_document(Commission, each) async for each in reader["commissions"].stream({"editor_ids": person_id})]


async def _one(reader: Reader, where: Document) -> Commission | None:
    found = await reader["commissions"].find_one(where)
    return None if found is None else from_document(Commission, found)
