"""The collection of parties: names and notes sealed, each under a key of its own."""

from collections.abc import AsyncIterator

from services.reports.evidence.finding import Finding
from services.reports.evidence.levels import Sight, seen_by
from services.reports.evidence.parties.domain import MAX_PARTIES, Party
from services.reports.evidence.sealing import AT_ONCE, SealedAggregates
from shared.model import Model
from shared.paging import Page
from shared.storage import CollectionSpec, Document, Index, Reader, Tx

PARTIES = SealedAggregates("parties", Party, "party", ("names", "label", "notes"))
COLLECTIONS = [
    CollectionSpec("parties", [Index([("report_id", 1), ("level", 1), ("_id", -1)]), Index([("recorded_by", 1)])])
]


NOT_PUBLIC: Document = {"level": {"$ne": "public"}}


async def page(
    reader: Reader, report_id: str, finding: Finding, sight: Sight, *, after: str | None, limit: int
) -> Page[Party]:
    """Return a page of the parties that are wanted, newest first; names are looked at as far as they are shown."""
    where = {"report_id": report_id, **finding.where}
    if not finding.searches:
        return await PARTIES.page(reader, where, after=after, limit=limit)

    def fits(party: Party) -> bool:
        names = party.names if party.level in seen_by(sight) else []
        return finding.fits(party.id, [party.label, *names])

    return await PARTIES.search(reader, where, fits, after=after, limit=limit)


async def count(reader: Reader, report_id: str) -> int:
    """Return how many parties a report has."""
    return await reader["parties"].count({"report_id": report_id})


async def not_public(reader: Reader, report_id: str) -> list[Party]:
    """Return the parties of a report whose names are not for everybody."""
    return await PARTIES.all_of(reader, {"report_id": report_id, **NOT_PUBLIC}, limit=MAX_PARTIES)


class Standing(Model):
    """How the names that are not for everybody stand: equal while none of them has changed."""

    parties: int = 0
    changes: int = 0
    last: str = ""


async def standing(reader: Reader) -> Standing:
    """Return how the names stand that are not for everybody, whichever report's evidence has them."""
    total: Document = {
        "_id": None,
        "parties": {"$sum": 1},
        "changes": {"$sum": {"$toLong": "$changed_at"}},
        "last": {"$max": "$_id"},
    }
    found = await reader["parties"].aggregate([{"$match": NOT_PUBLIC}, {"$group": total}])
    return Standing(**{name: found[0][name] for name in Standing.model_fields}) if found else Standing()


async def not_public_anywhere(reader: Reader, *, limit: int) -> AsyncIterator[list[Party]]:
    """Yield the newest ``limit`` parties of all reports whose names are not for everybody, some at a time."""
    after: str | None = None
    for _ in range(0, limit, AT_ONCE):
        found = await PARTIES.page(reader, NOT_PUBLIC, after=after, limit=AT_ONCE)
        yield found.items
        if found.next is None:
            return
        after = found.next


async def forget_person(tx: Tx, person_id: str) -> None:
    """Keep parties and forget who recorded them."""
    await tx["parties"].update_many({"recorded_by": person_id}, {"$set": {"recorded_by": None}})
