"""Subscribers and reports as rows: all of it comes from events, and the newest revision wins."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.notifications.deliveries import store as letters
from services.notifications.deliveries.domain import Recipient
from services.notifications.fanouts.store import Fanout
from shared.model import Language
from shared.storage import CollectionSpec, Document, Reader, Tx

SUBSCRIBERS = "subscribers"
TOLD_REPORTS = "told_reports"

COLLECTIONS = [CollectionSpec(SUBSCRIBERS), CollectionSpec(TOLD_REPORTS)]

REPLACED_AT_MOST = 20  # times that somebody subscribed anew between a report and its correction


@dataclass(frozen=True, slots=True)
class Chunk:
    """The next of those who must hear of something; those up to ``cursor`` have been looked at."""

    recipients: Sequence[Recipient]
    cursor: str
    last: bool


async def subscription(reader: Reader, subscription_id: str) -> Document | None:
    """Return what is known of a subscription."""
    return await reader[SUBSCRIBERS].find_one({"_id": subscription_id})


async def is_subscriber(reader: Reader, recipient_id: str) -> bool:
    """Whether this is somebody who subscribed, and not a person of the registry."""
    return await subscription(reader, recipient_id) is not None


async def among(reader: Reader, recipient_ids: Sequence[str]) -> set[str]:
    """Return those of the recipients who subscribed, and are not people of the registry."""
    where = {"_id": {"$in": list(recipient_ids)}}
    rows = await reader[SUBSCRIBERS].find(where, projection={"_id": 1}, limit=len(recipient_ids) or 1)
    return {row["_id"] for row in rows}


async def remember_subscriber(tx: Tx, row: Document) -> bool:
    """Keep ``row`` if it is the newest of its subscription; return whether it was."""
    known = await subscription(tx, row["_id"])
    if known is not None and known["revision"] >= row["revision"]:
        return False
    await tx[SUBSCRIBERS].replace_one({"_id": row["_id"]}, row, upsert=True)
    return True


async def remember_report(tx: Tx, report_id: str, *, revision: int, withdrawn: bool) -> bool:
    """Keep whether a report is withdrawn, if nothing newer is known of it; return whether it may be told of."""
    known = await tx[TOLD_REPORTS].find_one({"_id": report_id})
    if known is None or known["revision"] < revision:
        row = {"_id": report_id, "revision": revision, "withdrawn": withdrawn}
        await tx[TOLD_REPORTS].replace_one({"_id": report_id}, row, upsert=True)
        return True
    return not known["withdrawn"]


async def withdrawn_among(reader: Reader, report_ids: Sequence[str]) -> set[str]:
    """Return those of the reports that are withdrawn."""
    where = {"_id": {"$in": list(report_ids)}, "withdrawn": True}
    rows = await reader[TOLD_REPORTS].find(where, projection={"_id": 1}, limit=len(report_ids) or 1)
    return {row["_id"] for row in rows}


async def wanting(reader: Reader, fanout: Fanout, *, limit: int) -> Chunk:
    """Return the next of those who want to hear of such a report: each once, whatever of it they want it for."""
    where: Document = {
        "_id": {"$gt": fanout.cursor},
        "ended": False,
        "$or": [
            {"languages": {"$in": list(fanout.languages)}},
            {"languages": {"$exists": False}, "language": {"$in": list(fanout.languages)}},
        ],
        "countries": _named_or_none(fanout.country),
        "kinds": _named_or_none(fanout.report_kind),
    }
    if fanout.themes:  # a report on none of the themes is for all who want its kind
        where["themes"] = {"$in": list(fanout.themes)}
    rows = await reader[SUBSCRIBERS].find(where, sort=[("_id", 1)], limit=limit)
    had = await _told_before(reader, fanout, rows) if fanout.unless_told else set()
    recipients = [_recipient(row) for row in rows if row["_id"] not in had]
    return Chunk(recipients, rows[-1]["_id"] if rows else fanout.cursor, last=len(rows) < limit)


async def _told_before(reader: Reader, fanout: Fanout, rows: Sequence[Document]) -> set[str]:
    return await letters.told_among(reader, fanout.about_id, fanout.kind, [row["_id"] for row in rows])


def _named_or_none(value: str) -> Document:
    return {"$in": [None, [], value]}


async def told(reader: Reader, fanout: Fanout, *, limit: int) -> Chunk:
    """Return the next of those who were told of a report and still subscribe, each once in a chunk."""
    rows = await letters.told_of(reader, fanout.about_id, "report-published", after=fanout.cursor, limit=limit)
    still = await _still(reader, {row["recipient_id"] for row in rows})
    recipients = {each["_id"]: _recipient(each) for each in still}
    ordered = [recipients[id] for id in sorted(recipients)]
    return Chunk(ordered, rows[-1]["_id"] if rows else fanout.cursor, last=len(rows) < limit)


async def _still(reader: Reader, subscription_ids: set[str]) -> list[Document]:
    """Return these subscriptions, or what their owners have confirmed instead; without those that have ended."""
    found: list[Document] = []
    wanted = subscription_ids
    for _ in range(REPLACED_AT_MOST):
        if not wanted:
            break
        rows = await reader[SUBSCRIBERS].find({"_id": {"$in": list(wanted)}}, limit=len(wanted))
        found += [row for row in rows if not row["ended"]]
        wanted = {row["replaced_by"] for row in rows if row["ended"] and row.get("replaced_by")}
    return found


def _recipient(row: Document) -> Recipient:
    language: Language = row["language"]
    return Recipient(row["_id"], row["_id"], language=language)
