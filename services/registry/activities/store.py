"""Where activities are kept, and how they are found."""

from collections.abc import Sequence

from services.registry.activities.domain import Activity
from services.registry.folding import index_words
from services.registry.searching import Searchable, matching
from shared.paging import Page, Paging
from shared.storage import CollectionSpec, Document, Index, Reader, from_document

COLLECTIONS = [
    CollectionSpec(
        "activities",
        [
            Index([("key", 1)], unique=True),
            Index([("search", 1), ("_id", 1)]),
            Index([("organisation_ids", 1), ("_id", 1)]),
            Index([("country_codes", 1), ("_id", 1)]),
            Index([("sector_codes", 1), ("_id", 1)]),
        ],
    )
]


def _beside(activity: Activity) -> Document:
    titles = [*activity.title.values(), *activity.title_otherwise.values()]
    return {
        "key": activity.key,
        "search": index_words([activity.iati_identifier, *titles]),
        "organisation_ids": activity.organisation_ids,
        "country_codes": activity.country_codes,
        "sector_codes": activity.sector_codes,
    }


activities = Searchable("activities", Activity, "activity", _beside)


async def contents(reader: Reader, keys: Sequence[str]) -> dict[str, str]:
    """Return what is recorded under ``keys`` (at most 1,000) as fingerprints, by key; activities may be large."""
    where, wanted = {"key": {"$in": list(keys)}}, {"key": 1, "content": 1}
    found = await reader["activities"].find(where, projection=wanted, limit=max(len(keys), 1))
    return {each["key"]: each["content"] for each in found}


async def with_key(reader: Reader, key: str) -> Activity | None:
    """Return the activity that is recognised by ``key``, or `None`."""
    found = await reader["activities"].find_one({"key": key})
    return None if found is None else from_document(Activity, found)


async def page(
    reader: Reader,
    *,
    question: str | None,
    organisation_id: str | None,
    country: str | None,
    sector: str | None,
    paging: Paging,
) -> Page[Activity]:
    """Return a page of the activities that fit; ``sector`` is a DAC code or ``vocabulary:code``."""
    where = matching(question)
    if organisation_id is not None:
        where = {**where, "organisation_ids": organisation_id}
    if country is not None:
        where = {**where, "country_codes": country}
    if sector is not None:
        where = {**where, "sector_codes": sector if ":" in sector else f"1:{sector}"}
    return await activities.page(reader, where, after=paging.after, limit=paging.limit)
