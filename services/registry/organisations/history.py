"""What became of each record: who changed which fields when.  Ids and names of fields only, never what they said."""

from collections.abc import Sequence
from typing import Literal

from services.registry.organisations import domain
from services.registry.organisations.domain import Organisation
from shared.ids import Id, new_id
from shared.model import Model, Time
from shared.paging import Page, Paging, page_of
from shared.storage import CollectionSpec, Index, Reader, Tx

COLLECTIONS = [
    CollectionSpec(
        "organisation_history",
        [
            Index([("organisation_id", 1), ("_id", -1)]),
            Index([("by", 1)], partial={"by": {"$type": "string"}}),
        ],
    )
]

Change = Literal["registered", "updated", "identified", "merged", "merged-into", "parted", "restored"]
"""``merged`` and ``parted`` happen to the record that stays, ``merged-into`` and ``restored`` to the other."""


class Entry(Model):
    """One change of one record; ``by`` is nobody where a file did it, or where the person was erased."""

    id: Id
    organisation_id: Id
    revision: int
    change: Change
    fields: list[str]
    other_ids: list[Id]
    """The records it was merged with or parted from."""
    by: Id | None
    happened_at: Time


async def note(
    tx: Tx,
    after: Organisation,
    change: Change,
    *,
    now: Time,
    before: Organisation | None = None,
    by: str | None = None,
    other_ids: Sequence[str] = (),
) -> None:
    """Keep that a record became ``after``."""
    await note_all(tx, [after], change, now=now, before=before, by=by, other_ids=other_ids)


async def note_all(
    tx: Tx,
    organisations: Sequence[Organisation],
    change: Change,
    *,
    now: Time,
    before: Organisation | None = None,
    by: str | None = None,
    other_ids: Sequence[str] = (),
) -> None:
    """Keep that each of ``organisations`` became what it is."""
    rows = [
        {
            "_id": new_id(),
            "organisation_id": each.id,
            "revision": each.revision,
            "change": change,
            "fields": [] if before is None else domain.changed_fields(before, each),
            "other_ids": list(other_ids),
            "by": by,
            "happened_at": now,
        }
        for each in organisations
    ]
    await tx["organisation_history"].insert_many(rows)


async def page(reader: Reader, organisation_ids: Sequence[str], paging: Paging) -> Page[Entry]:
    """Return what became of a record and those merged into it, newest first."""
    where: dict[str, object] = {"organisation_id": {"$in": list(organisation_ids)}}
    key = paging.key(str)
    if key is not None:
        where["_id"] = {"$lt": key[0]}
    found = await reader["organisation_history"].find(where, sort=[("_id", -1)], limit=paging.limit + 1)
    entries = [Entry(id=each.pop("_id"), **each) for each in found]
    return page_of(entries, paging.limit, key=lambda entry: (entry.id,))


async def forget_person(tx: Tx, person_id: str) -> None:
    """Forget who made the changes that somebody made."""
    await tx["organisation_history"].update_many({"by": person_id}, {"$set": {"by": None}})
