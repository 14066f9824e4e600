"""What must be known of meetings and invitations to tell the right people, and how far the telling is.

All of it comes from events; the newest revision wins, whatever order they arrive in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notifications.deliveries.domain import LetterKind, Recipient
from shared.events.meetings import Invitee
from shared.storage import CollectionSpec, Document, Index, Reader, Tx, UpdateOne

MEETINGS = "meetings"
INVITATIONS = "invitations"
FANOUTS = "fanouts"
BELL = "fanouts"

COLLECTIONS = [
    CollectionSpec(MEETINGS),
    CollectionSpec(INVITATIONS, [Index([("meeting_id", 1), ("_id", 1)], partial={"withdrawn": False})]),
    CollectionSpec(FANOUTS, [Index([("created_at", 1)], partial={"done_at": None})]),
]


@dataclass(frozen=True, slots=True)
class Fanout:
    """One event that many must hear of; those up to ``cursor`` have been written down."""

    event_id: str
    kind: LetterKind
    about_id: str
    revision: int
    cursor: str
    themes: Sequence[str]
    languages: Sequence[str]
    country: str = ""
    report_kind: str = ""
    unless_told: bool = False
    """Whether those who had a letter of this kind about the same are left out."""


# Meetings


async def meeting(reader: Reader, meeting_id: str) -> Document | None:
    """Return the newest that is known of a meeting."""
    return await reader[MEETINGS].find_one({"_id": meeting_id})


async def meetings(reader: Reader, meeting_ids: Sequence[str]) -> dict[str, Document]:
    """Return the newest that is known of these meetings, by their ids."""
    rows = await reader[MEETINGS].find({"_id": {"$in": list(meeting_ids)}}, limit=len(meeting_ids) or 1)
    return {row["_id"]: row for row in rows}


async def remember_meeting(tx: Tx, row: Document) -> Document | None:
    """Keep ``row`` if it is the newest of its meeting; return what was known before."""
    known = await meeting(tx, row["_id"])
    if known is None or known["revision"] < row["revision"]:
        await tx[MEETINGS].replace_one({"_id": row["_id"]}, row, upsert=True)
    return known


# Invitations


async def remember_invitations(
    tx: Tx, meeting_id: str, invitees: Sequence[Invitee], *, revision: int, told: int
) -> list[Invitee]:
    """Keep the invitations that are news, and that they tell the meeting as of ``told``; return those."""
    ids = [invitee.invitation_id for invitee in invitees]
    rows = await tx[INVITATIONS].find({"_id": {"$in": ids}}, projection={"revision": 1}, limit=len(ids))
    known = {row["_id"]: row["revision"] for row in rows}
    fresh = [each for each in invitees if each.invitation_id not in known]
    changed = [each for each in invitees if known.get(each.invitation_id, revision) < revision]
    added = [_invitation(meeting_id, each, revision=revision, told=told) for each in fresh]
    await tx[INVITATIONS].insert_many(added, ordered=False)
    again = [_invitation(meeting_id, each, revision=revision, told=told) for each in changed]
    await tx[INVITATIONS].bulk_write([UpdateOne({"_id": row["_id"]}, {"$set": row}) for row in again])
    return fresh + changed


def _invitation(meeting_id: str, invitee: Invitee, *, revision: int, told: int) -> Document:
    return {
        "_id": invitee.invitation_id,
        "meeting_id": meeting_id,
        "person_id": invitee.person_id,
        "generation": invitee.generation,
        "revision": revision,
        "told": told,
        "withdrawn": False,
    }


async def invitation(reader: Reader, invitation_id: str) -> Document | None:
    """Return what is known of an invitation."""
    return await reader[INVITATIONS].find_one({"_id": invitation_id})


async def withdraw_invitation(tx: Tx, meeting_id: str, invitation_id: str, person_id: str, *, revision: int) -> bool:
    """Keep that an invitation was withdrawn; return whether that was news."""
    known = await tx[INVITATIONS].find_one({"_id": invitation_id})
    if known is not None and known["revision"] >= revision:
        return False
    invitee = Invitee(invitation_id=invitation_id, person_id=person_id)
    row = _invitation(meeting_id, invitee, revision=revision, told=revision)
    await tx[INVITATIONS].replace_one({"_id": invitation_id}, {**row, "withdrawn": True}, upsert=True)
    return True


async def withdrawn_among(reader: Reader, invitation_ids: Sequence[str]) -> set[str]:
    """Return those of the invitations that were withdrawn."""
    where = {"_id": {"$in": list(invitation_ids)}, "withdrawn": True}
    rows = await reader[INVITATIONS].find(where, projection={"_id": 1}, limit=len(invitation_ids) or 1)
    return {row["_id"] for row in rows}


async def invited(reader: Reader, fanout: Fanout, *, limit: int) -> list[Recipient]:
    """Return the next of those who are invited and whose invitation tells an older state of the meeting."""
    where = {
        "meeting_id": fanout.about_id,
        "withdrawn": False,
        "_id": {"$gt": fanout.cursor},
        "told": {"$lt": fanout.revision},
    }
    rows = await reader[INVITATIONS].find(where, sort=[("_id", 1)], limit=limit)
    return [Recipient(row["person_id"], row["_id"], row["generation"]) for row in rows]


# Fan-outs


async def begin(tx: Tx, fanout: Fanout, *, now: datetime) -> None:
    """Write down that many must hear of an event, and wake whoever does it if this commits."""
    row: dict[str, Any] = {
        "_id": fanout.event_id,
        "kind": fanout.kind,
        "about_id": fanout.about_id,
        "revision": fanout.revision,
        "cursor": fanout.cursor,
        "themes": list(fanout.themes),
        "languages": list(fanout.languages),
        "country": fanout.country,
        "report_kind": fanout.report_kind,
        "unless_told": fanout.unless_told,
        "created_at": now,
        "done_at": None,
    }
    await tx[FANOUTS].insert_one(row)
    tx.ring(BELL)


def _fanout(row: Document) -> Fanout:
    return Fanout(
        row["_id"],
        row["kind"],
        row["about_id"],
        row["revision"],
        row["cursor"],
        row["themes"],
        row["languages"],
        row.get("country", ""),
        row.get("report_kind", ""),
        unless_told=row.get("unless_told", False),
    )


async def unfinished(reader: Reader, *, now: datetime, limit: int) -> list[str]:
    """Return the ids of the events that not everybody has been told of and that are not put off, oldest first."""
    where: Document = {"done_at": None, "put_off_until": {"$not": {"$gt": now}}}
    rows = await reader[FANOUTS].find(where, sort=[("created_at", 1)], projection={"_id": 1}, limit=limit)
    return [row["_id"] for row in rows]


async def oldest_unfinished(reader: Reader) -> datetime | None:
    """Return since when the oldest event waits of which not everybody has been told."""
    row = await reader[FANOUTS].find_one({"done_at": None}, {"created_at": 1}, sort=[("created_at", 1)])
    return row["created_at"] if row else None


async def older_unfinished(reader: Reader, fanout: Fanout) -> bool:
    """Return whether not everybody has been told of older news about the same."""
    older: Document = {"done_at": None, "about_id": fanout.about_id, "revision": {"$lt": fanout.revision}}
    return await reader[FANOUTS].find_one(older, {"_id": 1}, sort=[("created_at", 1)]) is not None


async def put_off(reader: Reader, event_id: str, *, until: datetime) -> None:
    """Try to tell of an event again later."""
    await reader[FANOUTS].update_one({"_id": event_id}, {"$set": {"put_off_until": until}})


async def fanout(reader: Reader, event_id: str) -> Fanout | None:
    """Return a fan-out that is not done."""
    row = await reader[FANOUTS].find_one({"_id": event_id, "done_at": None})
    return None if row is None else _fanout(row)


async def stop(tx: Tx, about_id: str, kinds: Sequence[LetterKind], *, now: datetime) -> None:
    """Tell nobody more of these kinds of news about one thing."""
    where: Document = {"about_id": about_id, "kind": {"$in": list(kinds)}, "done_at": None}
    await tx[FANOUTS].update_many(where, {"$set": {"done_at": now}})


async def advance(tx: Tx, event_id: str, *, cursor: str, done_at: datetime | None) -> None:
    """Write down how far a fan-out is."""
    await tx[FANOUTS].update_one({"_id": event_id}, {"$set": {"cursor": cursor, "done_at": done_at}})
