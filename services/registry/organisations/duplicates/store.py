"""Where pairs of likely duplicates are kept, and which records are still to be compared."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from services.registry.organisations.duplicates.domain import Pair, State, key_of
from services.registry.organisations.proposals.domain import Candidate, Known
from services.registry.organisations.proposals.store import known_of
from shared.ids import utc_now
from shared.paging import Page, Paging, page_of
from shared.storage import CollectionSpec, DeleteOne, Document, Duplicate, Index, Reader, Tx, UpdateOne

COLLECTIONS = [
    CollectionSpec(
        "organisation_pairs",
        [
            Index([("state", 1), ("score", -1), ("_id", 1)]),
            Index([("organisation_ids", 1)]),
            Index([("decided_by", 1)], partial={"decided_by": {"$type": "string"}}),
        ],
    )
]

MAX_PAIRS = 1_000  # of one record that are looked at


@dataclass(frozen=True, slots=True)
class ToCompare:
    """A record that has not been compared with the others since it was written."""

    known: Known
    near_keys: list[int]
    revision: int


async def to_compare(reader: Reader, *, limit: int) -> list[ToCompare]:
    """Return some of the records that are still to be compared."""
    found = await reader["organisations"].find({"to_compare": True}, limit=limit)
    return [ToCompare(known_of(each), each.get("near_keys", []), each["revision"]) for each in found]


async def waiting_for_review(reader: Reader, ids: Sequence[str]) -> dict[str, set[str]]:
    """Return, for provisional records among ``ids``, with whom a proposal asks already whether they are one."""
    where: Document = {"provisional_id": {"$in": list(ids)}, "state": "open"}
    found = await reader["organisation_proposals"].find(where, limit=max(len(ids), 1))
    return {each["provisional_id"]: {one["organisation_id"] for one in each["candidates"]} for each in found}


async def keep(reader: Reader, compared: dict[str, list[Candidate]]) -> None:
    """Keep of each record, by id, with which others it is likely one; those told apart stay told apart."""
    operations: list[UpdateOne | DeleteOne] = []
    for id, candidates in compared.items():
        wanted = {key_of(id, each.organisation_id): each for each in candidates}
        known = await reader["organisation_pairs"].find({"organisation_ids": id, "state": "open"}, limit=MAX_PAIRS)
        operations += [DeleteOne({"_id": each["_id"], "state": "open"}) for each in known if each["_id"] not in wanted]
        operations += [_found(key, each) for key, each in wanted.items()]
    with contextlib.suppress(Duplicate):  # another replica was faster with the same pair
        await reader["organisation_pairs"].bulk_write(operations)


def _found(key: str, candidate: Candidate) -> UpdateOne:
    said = {"score": float(candidate.score), "reasons": [each.model_dump() for each in candidate.reasons]}
    first = {"organisation_ids": key.split("|"), "state": "open", "found_at": utc_now(), "decided_by": None}
    return UpdateOne({"_id": key}, {"$set": said, "$setOnInsert": first}, upsert=True)


async def compared(reader: Reader, records: Sequence[ToCompare]) -> None:
    """Note that records have been compared, as far as nobody wrote them meanwhile."""
    await reader["organisations"].bulk_write(
        [
            UpdateOne({"_id": each.known.id, "revision": each.revision}, {"$unset": {"to_compare": ""}})
            for each in records
        ]
    )


async def page(reader: Reader, *, state: State, paging: Paging) -> Page[Pair]:
    """Return a page of pairs, the likest first."""
    where: Document = {"state": state}
    key = paging.key(float, str)
    if key is not None:
        score, last = key
        where["$or"] = [{"score": {"$lt": score}}, {"score": score, "_id": {"$gt": last}}]
    found = await reader["organisation_pairs"].find(where, sort=[("score", -1), ("_id", 1)], limit=paging.limit + 1)
    pairs = [Pair(**{name: each[name] for name in Pair.model_fields}) for each in found]
    return page_of(pairs, paging.limit, key=lambda pair: (pair.score, key_of(*pair.organisation_ids)))


async def count_open(reader: Reader, *, limit: int) -> int:
    """Return how many pairs wait for a decision, counted no further than ``limit``."""
    return await reader["organisation_pairs"].count({"state": "open"}, limit=limit)


async def set_state(tx: Tx, one: str, other: str, state: State, *, by: str | None) -> bool:
    """Say of a pair whether it is a question; return whether there is such a pair."""
    decided_by = by if state == "distinct" else None
    change = {"$set": {"state": state, "decided_by": decided_by}}
    return bool(await tx["organisation_pairs"].update_one({"_id": key_of(one, other)}, change))


async def close(tx: Tx, ids: Sequence[str]) -> None:
    """Forget the questions about records that were merged; when they part again they are compared anew."""
    await tx["organisation_pairs"].delete_many({"organisation_ids": {"$in": list(ids)}, "state": "open"})


async def forget_person(tx: Tx, person_id: str) -> None:
    """Forget who told records apart."""
    await tx["organisation_pairs"].update_many({"decided_by": person_id}, {"$set": {"decided_by": None}})
