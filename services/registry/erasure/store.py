"""Where is kept who was forgotten, and the one place that deletes what the registry knows of a person."""

from services.registry.erasure.domain import Erasure
from shared.auth import end_access
from shared.events.registry import PersonErased
from shared.paging import Page, Paging, page_of
from shared.storage import CollectionSpec, Document, Reader, Tx

ERASURES = "erasures"
COLLECTIONS = [CollectionSpec(ERASURES)]

ABOUT_PERSON = {
    "people": "_id",
    "unreachable": "_id",
    "keys": "_id",
    "consents": "person_id",
    "sessions": "person_id",
    "sign_ins": "person_id",
}
"""The collections that know people, and the field that says whom."""


async def forget(tx: Tx, erasure: Erasure) -> None:
    """Delete everything about a person and keep that it was done; their access tokens are not good from now on."""
    for collection, field in ABOUT_PERSON.items():
        await tx[collection].delete_many({field: erasure.id})
    await tx["outbox"].delete_many({"aggregate": erasure.id})  # news of their address, told or not yet
    await end_access(tx, PersonErased(person_id=erasure.id, revision=erasure.revision))
    kept = {"erased_at": erasure.erased_at, "revision": erasure.revision}
    await tx[ERASURES].replace_one({"_id": erasure.id}, {"_id": erasure.id, **kept}, upsert=True)


async def coordinators(reader: Reader) -> int:
    """Return how many active coordinators there are, counted to two."""
    return await reader["people"].count({"roles": "coordinator", "active": True}, limit=2)


async def page(reader: Reader, paging: Paging) -> Page[Erasure]:
    """Return a page of the erasures, by id."""
    key = paging.key(str)
    where: Document = {} if key is None else {"_id": {"$gt": key[0]}}
    found = await reader[ERASURES].find(where, sort=[("_id", 1)], limit=paging.limit + 1)
    items = [Erasure(id=each.pop("_id"), **each) for each in found]
    return page_of(items, paging.limit, key=lambda item: (item.id,))
