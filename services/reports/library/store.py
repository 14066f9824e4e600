"""The only module that knows the collection of the library's cards, and how they are found."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import get_args

from services.reports.library.domain import CARD_VERSION, Card, Facet, Filter
from shared.folding import asked_words
from shared.paging import Page, Paging, page_of
from shared.problems import NotFound
from shared.storage import CollectionSpec, Document, Index, Reader, Tx, from_document, to_document

COLLECTIONS = [
    CollectionSpec(
        "library",
        [
            Index([("published_ms", -1), ("_id", -1)]),
            Index([("search", 1)]),
        ],
    )
]
FACETS: tuple[Facet, ...] = get_args(Facet)
VALUES_AT_MOST = 300  # of one facet: countries are fewer
_FIELDS: dict[Facet, str] = {
    "theme": "themes",
    "country": "country",
    "region": "regions",
    "language": "languages",
    "format": "kind",
    "source": "source_names",
    "year": "year",
}
_NEWEST_FIRST = [("published_ms", -1), ("_id", -1)]
_SHOWN: Document = {"search": 0}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


async def put(tx: Tx, card: Card, words: Sequence[str]) -> None:
    """Put a report's card in, in place of the one before."""
    beside: Document = {
        "search": list(words),
        "source_names": sorted({name for names in card.sources for name in names.values()}),
        "published_ms": _milliseconds(card),
        "year": card.published_at.year,
        "version": CARD_VERSION,
    }
    await tx["library"].replace_one({"_id": card.id}, {**to_document(card), **beside}, upsert=True)


async def remove(tx: Tx, report_id: str) -> None:
    """Take a report's card out, if there is one."""
    await tx["library"].delete_one({"_id": report_id})


async def get(reader: Reader, report_id: str) -> Card:
    """Return the card of a report.  Raises `NotFound`."""
    document = await reader["library"].find_one({"_id": report_id}, _SHOWN)
    if document is None:
        raise NotFound("report-not-found", "There is no such report.")
    return from_document(Card, document)


async def page(reader: Reader, wanted: Filter, paging: Paging) -> Page[Card]:
    """Return the reports that fit, newest first."""
    where = _where(wanted)
    if (key := paging.key(int, str)) is not None:
        at, last = key
        older = {"$or": [{"published_ms": {"$lt": at}}, {"published_ms": at, "_id": {"$lt": last}}]}
        where = {"$and": [where, older]}
    cards = await _newest(reader, where, paging.limit + 1)
    return page_of(cards, paging.limit, key=lambda card: (_milliseconds(card), card.id))


async def newest(reader: Reader, wanted: Filter, *, limit: int) -> list[Card]:
    """Return the reports that fit and were published last, newest first."""
    return await _newest(reader, _where(wanted), limit)


async def _newest(reader: Reader, where: Document, limit: int) -> list[Card]:
    documents = await reader["library"].find(where, projection=_SHOWN, sort=_NEWEST_FIRST, limit=limit)
    return [from_document(Card, each) for each in documents]


async def count(reader: Reader, wanted: Filter) -> tuple[int, dict[Facet, dict[str, int]]]:
    """Return how many reports fit, and for each facet how many each value would find beside the other wishes."""
    stages: Document = {"total": [{"$match": _where(wanted.model_copy(update={"question": None}))}, {"$count": "n"}]}
    for facet in FACETS:
        others = wanted.model_copy(update={facet: None, "question": None})
        stages[facet] = [
            {"$match": _where(others)},
            {"$unwind": f"${_FIELDS[facet]}"},
            {"$group": {"_id": f"${_FIELDS[facet]}", "n": {"$sum": 1}}},
            {"$sort": {"n": -1, "_id": 1}},
            {"$limit": VALUES_AT_MOST},
        ]
    shown = dict.fromkeys(_FIELDS.values(), 1)
    fitting = {"$match": {"$and": asked(wanted.question)}} if wanted.question else {"$match": {}}
    (found,) = await reader["library"].aggregate([fitting, {"$project": shown}, {"$facet": stages}])
    total = found["total"][0]["n"] if found["total"] else 0
    return total, {facet: {str(each["_id"]): each["n"] for each in found[facet]} for facet in FACETS}


async def behind(reader: Reader, *, limit: int) -> list[str]:
    """Return published reports whose card is missing or was written when reports were found by less."""
    beside: Document = {"from": "library", "localField": "_id", "foreignField": "_id", "as": "card"}
    found = await reader["reports"].aggregate(
        [
            {"$match": {"published.published_at": {"$type": "date"}}},
            {"$project": {"_id": 1}},
            {"$lookup": {**beside, "pipeline": [{"$project": {"version": 1}}]}},
            {"$match": {"card.version": {"$ne": CARD_VERSION}}},
            {"$limit": limit},
        ]
    )
    return [each["_id"] for each in found]


def _where(wanted: Filter) -> Document:
    values = {facet: getattr(wanted, facet) for facet in FACETS}
    conditions: list[Document] = [{_FIELDS[facet]: value} for facet, value in values.items() if value is not None]
    conditions += asked(wanted.question)
    return {"$and": conditions} if conditions else {}


def asked(question: str | None) -> list[Document]:
    """Return the filters for cards that hold a word beginning with each word of ``question``.

    Only folded, escaped, anchored text reaches the database: it reads an index range, and no operator gets through.
    """
    if question is None or not question.strip():
        return []
    words = asked_words(question)
    if not words:
        return [{"_id": {"$in": []}}]  # without a letter or digit nothing is found
    return [
        {"$or": [{"search": {"$regex": f"^{re.escape(spelling)}"}} for spelling in spellings]} for spellings in words
    ]


def _milliseconds(card: Card) -> int:
    return (card.published_at - EPOCH) // timedelta(milliseconds=1)
