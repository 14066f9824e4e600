"""Finds organisations: by identifier or whole name first, then by beginnings of words, then in spite of slips."""

from dataclasses import dataclass

from pydantic import Field

from services.registry.audiences import LEVELS, Audience, viewer_of
from services.registry.organisations import vocabulary
from services.registry.organisations.codes import Level
from services.registry.organisations.domain import Organisation
from services.registry.organisations.identifiers import CHECKS, IATI, Identifier
from services.registry.organisations.store import organisations
from services.registry.searching import NOTHING, matching, spelled
from shared.auth import Actor
from shared.events.registry import OrganisationKind
from shared.folding import MAX_ASKED, asked_words, foldings
from shared.model import Country, Model
from shared.paging import Page, Paging, cursor
from shared.storage import Document, Reader, from_document

ENOUGH = 5  # found as they are written: then nothing that only looks like it is shown
COUNTED = 10_000  # organisations, above which a count says "more than"

WHOLE, WRITTEN, CLOSE = 0, 1, 2
"""The three ways in which a question finds; answers come in this order, each by the age of the record."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, and on whose behalf (`None`: nobody in particular)."""

    actor: Actor | None = None
    question: str | None = None
    kind: OrganisationKind | None = None
    country: Country | None = None
    region: str | None = None
    level: Level | None = None

    @property
    def filters(self) -> Document:
        """The filter for what is not the question."""
        asked = {"kinds": self.kind, "country": self.country, "region": self.region, "level": self.level}
        given = {name: value for name, value in asked.items() if value is not None}
        return {"merged_into": None, **given, **seen_by(self.actor)}


class Counts(Model):
    """How many there are, counted no further than 10,000."""

    total: int
    more: bool = Field(description="Whether there are more than were counted.")
    by_kind: dict[OrganisationKind, int]
    by_country: dict[Country, int]


def may_see(actor: Actor | None, organisation: Organisation) -> bool:
    """Say whether ``actor`` may know of the record: its audience may, and its own people."""
    viewer = viewer_of(actor)
    own = organisation.id in viewer.organisation_ids
    return viewer.may_see(Audience(level=organisation.audience), own=own)


def seen_by(actor: Actor | None) -> Document:
    """Return the filter for the records that `may_see` allows."""
    viewer = viewer_of(actor)
    hidden = [each for each in LEVELS if each not in viewer.levels]
    if not hidden:
        return {}
    open_to_all: Document = {"audience": {"$nin": hidden}}
    own = sorted(viewer.organisation_ids)
    return {"$or": [open_to_all, {"_id": {"$in": own}}]} if own else open_to_all


async def page(reader: Reader, wanted: Wanted, paging: Paging) -> Page[Organisation]:
    """Return a page of what is looked for.  The order stays the same whatever is added meanwhile."""
    if wanted.question is None or not wanted.question.strip():
        return await organisations.page(reader, wanted.filters, after=paging.after, limit=paging.limit)
    way, last = paging.key(int, str) or (WHOLE, "")
    question = _Question(wanted.question)
    found: list[tuple[int, Organisation]] = []
    for this in (WHOLE, WRITTEN, CLOSE):
        room = paging.limit + 1 - len(found)
        if this < way or not room or (this == CLOSE > way and len(found) >= ENOUGH):
            continue
        where = await question.where(reader, this)
        rows = await _find(reader, [wanted.filters, where], after=last if this == way else "", limit=room)
        found += [(this, each) for each in rows]
    items = found[: paging.limit]
    more = cursor(items[-1][0], items[-1][1].id) if len(found) > paging.limit else None
    return Page(items=[each for _, each in items], next=more)


async def count(reader: Reader, wanted: Wanted) -> Counts:
    """Return how many records `page` would show on all its pages together, by kind and country."""
    where = [wanted.filters]
    if wanted.question and wanted.question.strip():
        question = _Question(wanted.question)
        written = {"$or": [await question.where(reader, WHOLE), matching(wanted.question)]}
        few = await reader["organisations"].count({"$and": [*where, written]}, limit=ENOUGH) < ENOUGH
        close = [await question.where(reader, CLOSE)] if few else []
        where = [*where, {"$or": [written, *close]}]
    counted: list[Document] = [{"$match": {"$and": where}}, {"$limit": COUNTED + 1}]
    groups: Document = {"_id": {"kinds": "$kinds", "country": "$country"}, "count": {"$sum": 1}}
    found = await reader["organisations"].aggregate(
        [*counted, {"$project": {"kinds": 1, "country": 1}}, {"$group": groups}, {"$sort": {"count": -1, "_id": 1}}]
    )
    return _counts(found)


def _counts(groups: list[Document]) -> Counts:
    total = sum(each["count"] for each in groups)
    kinds: dict[OrganisationKind, int] = {}
    countries: dict[str, int] = {}
    for each in groups:
        for kind in each["_id"].get("kinds", ()):
            kinds[kind] = kinds.get(kind, 0) + each["count"]
        if country := each["_id"].get("country"):
            countries[country] = countries.get(country, 0) + each["count"]
    by_country = dict(sorted(countries.items(), key=lambda pair: (-pair[1], pair[0])))
    return Counts(total=min(total, COUNTED), more=total > COUNTED, by_kind=kinds, by_country=by_country)


@dataclass(frozen=True, slots=True)
class _Question:
    text: str

    async def where(self, reader: Reader, way: int) -> Document:
        """Return the filter for what is found in one way, and in none before it."""
        if way == WHOLE:
            return self._whole()
        if way == WRITTEN:
            return {"$and": [matching(self.text), {"$nor": [self._whole()]}]}
        close = await self._close(reader)
        return {"$and": [close, {"$nor": [self._whole(), matching(self.text)]}]}

    def _whole(self) -> Document:
        numbers = sorted(set(_identifier_keys(self.text)))
        return {"$or": [{"name_keys": {"$in": list(foldings(self.text))}}, {"identifier_keys": {"$in": numbers}}]}

    async def _close(self, reader: Reader) -> Document:
        words: list[Document] = []
        for spellings in asked_words(self.text)[:MAX_ASKED]:
            close = await vocabulary.close_words(reader, spellings)
            words.append({"$or": [spelled(spellings), {"search": {"$in": close}}]})
        return {"$and": words} if words else NOTHING


def _identifier_keys(question: str) -> list[str]:
    """Return the keys of the identifiers that a question may be: an IATI one, or a number of a known register."""
    text = question.strip()
    found = [Identifier(scheme=IATI, value=text).key] if "-" in text and len(text) <= 200 and text.isprintable() else []
    for scheme, check in CHECKS.items():
        bare = text[len(scheme) :].lstrip(" -:") if text.upper().startswith(scheme) else text
        try:
            found.append(Identifier(scheme=scheme, value=check(bare)).key)
        except ValueError:
            continue
    return found


async def _find(reader: Reader, where: list[Document], *, after: str, limit: int) -> list[Organisation]:
    found = await reader["organisations"].find(
        {"$and": [*where, {"_id": {"$gt": after}}]}, sort=[("_id", 1)], limit=limit
    )
    return [from_document(Organisation, each) for each in found]
