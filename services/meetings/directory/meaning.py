"""What an audience means in the collections of the directory: filters of people, each part's own and all together."""

from collections.abc import Iterable, Sequence

from services.meetings.directory.domain import Audience, Clause, Reason
from shared import following
from shared.storage import Document, Reader

MAX_ORGANISATIONS_MEANT = 100_000  # a bound on what one audience holds in memory, far above any registry
NOBODY: Document = {"_id": {"$in": []}}


async def members(reader: Reader, audience: Audience) -> Document:
    """Return the filter of everybody in ``audience``, whether they can be invited or not."""
    lists = [means for reason, means in await _lists(reader, audience) if reason.part != "person"]
    found = _any(lists)
    for clause in audience.clauses:
        means = await _clause(reader, clause)
        match clause.how:
            case "or":
                found = _any([found, means])
            case "and":
                found = {"$and": [found, means]}
            case "without":
                found = {"$and": [found, {"$nor": [means]}]}
    if audience.person_ids:
        found = _any([found, {"_id": {"$in": audience.person_ids}}])
    return {"$and": [found, {"_id": {"$nin": audience.left_out_ids}}]} if audience.left_out_ids else found


async def reasons(reader: Reader, audience: Audience, person_ids: Sequence[str]) -> dict[str, list[Reason]]:
    """Return which parts of ``audience`` mean each of these people; a clause that leaves out is no reason."""
    parts = await _lists(reader, audience)
    for number, clause in enumerate(audience.clauses, start=1):
        if clause.how != "without":
            parts.append((Reason(part="clause", number=number), await _clause(reader, clause)))
    found: dict[str, list[Reason]] = {person_id: [] for person_id in person_ids}
    for reason, means in parts:
        where = {"$and": [means, {"_id": {"$in": list(person_ids)}}]}
        for document in await reader["people"].find(where, projection={"_id": 1}, limit=len(person_ids) or 1):
            found[document["_id"]].append(reason)
    return found


async def _lists(reader: Reader, audience: Audience) -> list[tuple[Reason, Document]]:
    """Return each list of the audience that names anybody, with the filter of whom it means."""
    lists: list[tuple[Reason, Document]] = []
    if audience.person_ids:
        lists.append((Reason(part="person"), {"_id": {"$in": audience.person_ids}}))
    if audience.organisation_ids:
        lists.append((Reason(part="organisation"), await _of(reader, audience.organisation_ids)))
    if audience.coalition_ids:
        together = await _in_coalitions(reader, audience.coalition_ids)
        lists.append((Reason(part="coalition"), await _of(reader, together)))
    if audience.organisation_kinds:
        kinds = await _organisations(reader, {"kinds": {"$in": audience.organisation_kinds}})
        lists.append((Reason(part="kind"), await _of(reader, kinds)))
    return lists


async def _clause(reader: Reader, clause: Clause) -> Document:
    """Return the filter of the people of organisations that fit every criterion of ``clause``."""
    fitting: list[set[str]] = []
    if clause.organisation_ids:
        fitting.append(await following.standing(reader, set(clause.organisation_ids)))
    if clause.organisation_kinds:
        fitting.append(await _organisations(reader, {"kinds": {"$in": clause.organisation_kinds}}))
    if clause.countries:
        fitting.append(await _organisations(reader, {"country": {"$in": clause.countries}}))
    if clause.coalition_ids:
        fitting.append(await following.standing(reader, await _in_coalitions(reader, clause.coalition_ids)))
    if clause.themes or clause.regions:
        fitting.append(await _at_work(reader, clause))
    roles: Document = {"roles": {"$in": clause.roles}} if clause.roles else {}
    if not fitting:
        return roles or NOBODY
    return {"organisation_ids": {"$in": sorted(set.intersection(*fitting))}, **roles}


async def _at_work(reader: Reader, clause: Clause) -> set[str]:
    """Return the organisations that work on one of the themes in one of the regions, or are at home there."""
    where: Document = {}
    if clause.themes:
        where["themes"] = {"$in": clause.themes}
    if clause.regions:
        where["regions"] = {"$in": clause.regions}
    found = await reader["known_activities"].aggregate(
        [
            {"$match": where},
            {"$project": {"who": {"$setUnion": ["$organisation_ids", {"$ifNull": ["$funder_ids", []]}]}}},
            {"$unwind": "$who"},
            {"$group": {"_id": "$who"}},
            {"$limit": MAX_ORGANISATIONS_MEANT},
        ]
    )
    at_work = {document["_id"] for document in found}
    if clause.regions and not clause.themes:
        at_work |= await _organisations(reader, {"region": {"$in": clause.regions}})
    return await following.standing(reader, at_work)


async def _of(reader: Reader, organisation_ids: Iterable[str]) -> Document:
    return {"organisation_ids": {"$in": sorted(await following.standing(reader, set(organisation_ids)))}}


async def _in_coalitions(reader: Reader, coalition_ids: Sequence[str]) -> set[str]:
    coalitions = reader["coalitions"].stream({"_id": {"$in": list(coalition_ids)}})
    return {each async for coalition in coalitions for each in coalition["organisation_ids"]}


async def _organisations(reader: Reader, where: Document) -> set[str]:
    found = await reader["organisations"].find(where, projection={"_id": 1}, limit=MAX_ORGANISATIONS_MEANT)
    return {document["_id"] for document in found}


def _any(ways: list[Document]) -> Document:
    """Return the filter of whoever fits one of ``ways``; of nobody, when there is none."""
    given = [each for each in ways if each != NOBODY]
    return {"$or": given} if given else NOBODY
