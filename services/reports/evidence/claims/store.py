"""The collection of claims."""

from services.reports.evidence.claims.domain import MAX_CLAIMS, Claim
from shared.storage import Aggregates, CollectionSpec, Index, Reader, Tx, from_document

CLAIMS = Aggregates("claims", Claim, "claim")
COLLECTIONS = [
    CollectionSpec("claims", [Index([("report_id", 1), ("section", 1), ("_id", 1)]), Index([("recorded_by", 1)])])
]


async def of_report(reader: Reader, report_id: str) -> list[Claim]:
    """Return a report's claims in the order of its sections' keys."""
    order = [("section", 1), ("_id", 1)]
    rows = await reader["claims"].find({"report_id": report_id}, sort=order, limit=MAX_CLAIMS)
    return [from_document(Claim, row) for row in rows]


async def count(reader: Reader, report_id: str) -> int:
    """Return how many claims a report has."""
    return await reader["claims"].count({"report_id": report_id})


async def remove(tx: Tx, claim_id: str) -> None:
    """Take a link away; passage and evidence stay."""
    await tx["claims"].delete_one({"_id": claim_id})


async def forget_person(tx: Tx, person_id: str) -> None:
    """Keep claims and forget who made them."""
    await tx["claims"].update_many({"recorded_by": person_id}, {"$set": {"recorded_by": None}})
