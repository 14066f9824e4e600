"""Where organisations are kept, and how they are found."""

from collections.abc import Iterable, Sequence

from services.registry.folding import index_words
from services.registry.organisations.domain import Identifier, Organisation
from services.registry.searching import Searchable, matching
from shared.events.registry import OrganisationKind
from shared.paging import Page, Paging
from shared.storage import CollectionSpec, Document, Index, Reader, from_document

COLLECTIONS = [
    CollectionSpec(
        "organisations",
        [
            Index([("search", 1), ("_id", 1)]),
            Index([("name_keys", 1)]),
            Index([("identifier_keys", 1)], unique=True, partial={"identifier_keys": {"$exists": True}}),
            Index([("kinds", 1), ("_id", 1)]),
            Index([("country", 1), ("_id", 1)]),
        ],
    )
]

NAMESAKES = 20  # organisations of one name that are looked at


def _beside(organisation: Organisation) -> Document:
    numbers = [each.value for each in organisation.identifiers]
    found_by: Document = {
        "search": index_words([*organisation.every_name, *numbers]),
        "name_keys": organisation.name_keys,
    }
    keys = [each.key for each in organisation.identifiers]
    return {**found_by, "identifier_keys": keys} if keys else found_by  # an empty list would collide in the index


organisations = Searchable("organisations", Organisation, "organisation", _beside)


async def page(
    reader: Reader,
    *,
    question: str | None,
    kind: OrganisationKind | None,
    country: str | None,
    paging: Paging,
) -> Page[Organisation]:
    """Return a page of the organisations that fit, oldest record first."""
    where = matching(question)
    if kind is not None:
        where = {**where, "kinds": kind}
    if country is not None:
        where = {**where, "country": country}
    return await organisations.page(reader, where, after=paging.after, limit=paging.limit)


async def with_identifiers(reader: Reader, identifiers: Sequence[Identifier]) -> list[Organisation]:
    """Return the organisations that have any of ``identifiers`` (at most 1,000 of them)."""
    where = {"identifier_keys": {"$in": [each.key for each in identifiers]}}
    return [from_document(Organisation, each) for each in await reader["organisations"].find(where, limit=1_000)]


async def with_name(reader: Reader, folded: str) -> list[Organisation]:
    """Return the oldest `NAMESAKES` organisations one of whose names folds to ``folded``."""
    found = await reader["organisations"].find({"name_keys": folded}, sort=[("_id", 1)], limit=NAMESAKES)
    return [from_document(Organisation, each) for each in found]


async def missing(reader: Reader, ids: Iterable[str]) -> list[str]:
    """Return those of ``ids`` (at most 1,000) that are no organisation's."""
    wanted = list(dict.fromkeys(ids))
    found = await reader["organisations"].find(
        {"_id": {"$in": wanted}}, projection={"_id": 1}, limit=max(len(wanted), 1)
    )
    known = {each["_id"] for each in found}
    return [each for each in wanted if each not in known]
