"""Whom to tell: what the registry says of people, kept here to know who works for which organisation."""

from services.reports.commissions import store as commissions
from shared.auth import GRANTED_BY, Needed
from shared.events.registry import PersonErased, PersonRegistered, PersonUpdated
from shared.storage import CollectionSpec, Document, Index, Reader, Tx

COLLECTIONS = [CollectionSpec("people", [Index([("organisation_ids", 1), ("_id", 1)]), Index([("roles", 1)])])]
TOLD_AT_MOST = 200  # people of one organisation, and editors, who get one letter


async def remember(tx: Tx, event: PersonRegistered | PersonUpdated) -> None:
    """Keep a person's organisations, roles and standing as they are now; news may come out of order."""
    facts = event.model_dump(include={"organisation_ids", "roles", "active", "no_contact"})
    await _keep(tx, event.person_id, event.revision, facts)


async def forget_person(tx: Tx, event: PersonErased) -> None:
    """Keep of a person nothing but that older news must not bring them back."""
    gone: Document = {"organisation_ids": [], "roles": [], "active": False, "no_contact": True}
    await _keep(tx, event.person_id, event.revision, gone)


async def of_organisation(reader: Reader, organisation_id: str) -> list[str]:
    """Return the people of an organisation who may be written to, in the order of their ids."""
    return await _who(reader, {"organisation_ids": organisation_id})


async def editors(reader: Reader, editor_ids: list[str]) -> list[str]:
    """Return the editors named, or else everybody with that role, who may be written to."""
    return await _who(reader, {"_id": {"$in": editor_ids}} if editor_ids else {"roles": "editor"})


async def editors_of(reader: Reader, report_id: str) -> list[str]:
    """Return the editors of a report: those whom its commission names, or else everybody with that role."""
    commission = await commissions.of_report(reader, report_id)
    return await editors(reader, [] if commission is None else commission.editor_ids)


async def is_there(reader: Reader, person_id: str) -> bool:
    """Return whether the registry has somebody of this id who may sign in."""
    return await reader["people"].find_one({"_id": person_id, "active": True}, projection={"_id": 1}) is not None


async def who_may(reader: Reader, needed: Needed, *, among: list[str] | None = None) -> list[str]:
    """Return whoever has a role that grants ``needed`` and may be written to, of those named, or of all."""
    where: Document = {"roles": {"$in": sorted(GRANTED_BY[needed])}}
    return await _who(reader, where if among is None else {**where, "_id": {"$in": among}})


async def _who(reader: Reader, where: Document) -> list[str]:
    may_be_told = {**where, "active": True, "no_contact": False}
    found = await reader["people"].find(may_be_told, sort=[("_id", 1)], limit=TOLD_AT_MOST, projection={"_id": 1})
    return [each["_id"] for each in found]


async def _keep(tx: Tx, person_id: str, revision: int, facts: Document) -> None:
    newer = {"$gt": [revision, {"$ifNull": ["$revision", 0]}]}
    known = {"$literal": {"_id": person_id, "revision": revision, **facts}}
    change = [{"$replaceWith": {"$cond": [newer, known, "$$ROOT"]}}]
    await tx["people"].update_one({"_id": person_id}, change, upsert=True)
