"""The collections of the directory, and whom an audience means in them."""

from typing import Any

from services.meetings.directory import meaning
from services.meetings.directory.domain import SHOWN, Audience, Person, Preview
from shared import following
from shared.storage import CollectionSpec, Document, Index, Reader, Tx

COLLECTIONS = [
    CollectionSpec("people", [Index([("organisation_ids", 1), ("_id", 1)])]),
    CollectionSpec(
        "organisations", [Index([("kinds", 1), ("_id", 1)]), Index([("region", 1)]), Index([("country", 1)])]
    ),
    CollectionSpec("coalitions", [Index([("organisation_ids", 1)])]),
    *following.COLLECTIONS,
]
NAMED_IN = {"person_ids": "people", "organisation_ids": "organisations", "coalition_ids": "coalitions"}
MAX_COLLEAGUES = 200  # offered to choose one from


async def remember(tx: Tx, collection: str, id: str, revision: int, facts: Document) -> None:
    """Keep ``facts`` as what is known at ``revision``, unless something newer is: events may come out of order."""
    newer = {"$gt": [revision, {"$ifNull": ["$revision", 0]}]}
    known = {"$literal": {"_id": id, "revision": revision, **facts}}
    await tx[collection].update_one({"_id": id}, [{"$replaceWith": {"$cond": [newer, known, "$$ROOT"]}}], upsert=True)


async def find_person(reader: Reader, person_id: str) -> Person | None:
    """Return what is remembered of a person, if anything."""
    document = await reader["people"].find_one({"_id": person_id})
    if document is None:
        return None
    return Person.model_validate({"id": document.pop("_id"), **_without_revision(document)})


async def colleagues(reader: Reader, person: Person) -> list[str]:
    """Return the ids, up to 200 in order, of others of the same organisations who can be invited."""
    where = {
        "organisation_ids": {"$in": list(person.organisation_ids)},
        "_id": {"$ne": person.id},
        "active": True,
        "no_contact": False,
    }
    found = await reader["people"].find(where, sort=[("_id", 1)], limit=MAX_COLLEAGUES, projection={"_id": 1})
    return [document["_id"] for document in found]


async def known(reader: Reader, audience: Audience) -> dict[str, set[str]]:
    """Return those of the ids in each field of ``audience`` that the directory holds."""
    return {
        field: await _ids(reader, collection, {"_id": {"$in": ids}}, limit=len(ids))
        for field, collection in NAMED_IN.items()
        if (ids := named(audience)[field])
    }


def named(audience: Audience) -> dict[str, list[str]]:
    """Return the ids in each field of ``audience``, each once."""
    parts = (audience, *audience.clauses)
    return {field: list(dict.fromkeys(id for part in parts for id in getattr(part, field, ()))) for field in NAMED_IN}


async def guests(reader: Reader, audience: Audience, *, after: str, limit: int) -> list[str]:
    """Return the ids, in order and greater than ``after``, of people of ``audience`` who can be invited."""
    return [each.id for each in await page(reader, audience, after=after, limit=limit)]


async def page(reader: Reader, audience: Audience, *, after: str, limit: int) -> list[Person]:
    """Return the people of ``audience`` who can be invited, in the order of their ids beyond ``after``."""
    means = await meaning.members(reader, audience)
    wanted = {"$and": [means, {"_id": {"$gt": after}}], "active": True, "no_contact": False}
    found = await reader["people"].find(wanted, sort=[("_id", 1)], limit=limit)
    return [Person.model_validate({**_without_revision(each), "id": each["_id"]}) for each in found]


async def preview(reader: Reader, audience: Audience) -> Preview:
    """Return how many people ``audience`` would reach, in which languages, and who the first of them are."""
    groups = await reader["people"].aggregate(
        [
            {"$match": {**await meaning.members(reader, audience), "active": True}},
            {"$group": {"_id": {"language": "$language", "no_contact": "$no_contact"}, "people": {"$sum": 1}}},
            {"$sort": {"_id.language": 1}},
        ]
    )
    reached = {each["_id"]["language"]: each["people"] for each in groups if not each["_id"]["no_contact"]}
    return Preview(
        people=sum(reached.values()),
        by_language=reached,
        without_contact=sum(each["people"] for each in groups if each["_id"]["no_contact"]),
        person_ids=await guests(reader, audience, after="", limit=SHOWN),
    )


async def _ids(reader: Reader, collection: str, where: Document, *, limit: int) -> set[str]:
    found = await reader[collection].find(where, projection={"_id": 1}, limit=limit)
    return {document["_id"] for document in found}


def _without_revision(document: Document) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name in Person.model_fields}
