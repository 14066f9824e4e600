"""How records of one organisation become one, and how they are told apart again.

All ids, names, aliases and identifiers are kept.  What the records disagree about stays as the surviving one says.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from services.registry.audiences import LEVELS
from services.registry.organisations.domain import (
    MAX_ACRONYMS,
    MAX_ALIASES,
    MAX_IDENTIFIERS,
    Organisation,
    changed_fields,
    told_facts,
)
from shared.events.registry import OrganisationsMerged
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Time
from shared.problems import Conflict, Invalid

UNDONE_WITHIN = timedelta(days=30)
MAX_MERGED = 20  # records merged at once: what a person has looked at
MAX_MERGED_EVER = 100  # records that one stands for: as many as an event names


def _distinct(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


class Merge(Command):
    """Say that these records are the same organisation as the one that stays."""

    organisation_ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_MERGED), AfterValidator(_distinct)]


class UndoMerge(Command):
    """Take a merge back; without an id the last one."""

    merging_id: Id | None = None


class Merging(Aggregate):
    """A merge, with all that is needed to take it back."""

    organisation_id: Id
    """The record that stays."""
    merged_ids: list[Id]
    """The records it stands for since."""
    before: Organisation
    """The record that stays, as it was."""
    after: Organisation
    """The record that stays, as the merge made it."""
    others: list[Organisation]
    """The other records, as they were."""
    people: int = 0
    coalitions: int = 0
    activities: int = 0
    period_reports: int = 0
    """How many of each name the surviving record since."""
    merged_at: Time
    merged_by: Id | None = None
    undo_until: Time
    undone_at: Time | None = None
    undone_by: Id | None = None


def merge(
    survivor: Organisation, others: Sequence[Organisation], *, by: str | None, now: Time
) -> tuple[Merging, OrganisationsMerged]:
    """Return the merge of ``others`` into ``survivor`` and the news of it.  Raises `Invalid`, `Conflict`."""
    if survivor.id in [each.id for each in others]:
        raise Invalid("merge-with-itself", "A record cannot be merged with itself: name another one.")
    if any(each.merged_into is not None for each in (survivor, *others)):
        raise Conflict("organisation-merged", "One of these records was merged into another one already.")
    after = survivor.evolve(**_united(survivor, others))
    merging = Merging(
        id=new_id(),
        organisation_id=survivor.id,
        merged_ids=[each.id for each in others],
        before=survivor,
        after=after,
        others=list(others),
        merged_at=now,
        merged_by=by,
        undo_until=now + UNDONE_WITHIN,
    )
    return merging, OrganisationsMerged(merged_ids=merging.merged_ids, **told_facts(after))


def gone(other: Organisation, survivor: Organisation) -> Organisation:
    """Return ``other`` as a record for which ``survivor`` stands."""
    return other.evolve(merged_into=survivor.id)


def undo(
    merging: Merging, survivor: Organisation, others: Mapping[str, Organisation], *, by: str | None, now: Time
) -> tuple[Merging, Organisation, list[Organisation], OrganisationsMerged]:
    """Return the merge taken back, the records as they were before it, and the news.  Raises `Conflict`.

    ``survivor`` and ``others`` (by id) are the records of now.  What was corrected in the surviving one since stays;
    what only the merge had brought goes.
    """
    if merging.undone_at is not None:
        raise Conflict("merge-undone", "This merge has been taken back already.")
    if now > merging.undo_until:
        raise Conflict("merge-too-old", "A merge can be taken back for 30 days: correct the records by hand.")
    if survivor.merged_into is not None or any(others[each].merged_into != survivor.id for each in merging.merged_ids):
        raise Conflict("merge-followed", "These records were merged again since: take the later merge back first.")
    parted = survivor.evolve(**_parted(merging, survivor))
    restored = [_restored(each, others[each.id]) for each in merging.others]
    merging = merging.evolve(undone_at=now, undone_by=by)
    news = OrganisationsMerged(merged_ids=merging.merged_ids, undone=True, **told_facts(parted))
    return merging, parted, restored, news


def _restored(then: Organisation, now: Organisation) -> Organisation:
    return then.model_copy(update={"revision": now.revision + 1})


def _united(survivor: Organisation, others: Sequence[Organisation]) -> dict[str, Any]:
    records = [survivor, *others]
    names, other_names = dict(survivor.names), dict(survivor.other_names)
    for each in others:
        names = {**each.names, **names}
        other_names = {**each.other_names, **other_names}
    taken = {*names.values(), *other_names.values()}
    acronym = next((each.acronym for each in records if each.acronym), None)
    united = {
        "names": names,
        "other_names": other_names,
        "acronym": acronym,
        "acronyms": [each for each in _all(records, "every_acronym") if each != acronym],
        "aliases": [
            *survivor.aliases,
            *(each for each in _all(others, "full_names") if each not in taken and each not in survivor.aliases),
        ],
        "identifiers": list({each.key: each for each in _all(list(reversed(records)), "identifiers")}.values())[::-1],
        "kinds": _all(records, "kinds"),
        "represents": {language: text for each in reversed(records) for language, text in each.represents.items()},
        "audience": max((each.audience for each in records), key=LEVELS.index),
        "merged_ids": [*survivor.merged_ids, *(id for each in others for id in (each.id, *each.merged_ids))],
        **_filled(survivor, others),
    }
    _refuse_too_much(united)
    return united


def _filled(survivor: Organisation, others: Sequence[Organisation]) -> dict[str, Any]:
    """Return what the survivor does not say and another does, as far as it lies in the same place."""
    filled: dict[str, Any] = {}
    for name in ("type", "level"):
        said = [getattr(each, name) for each in (survivor, *others)]
        filled[name] = next((each for each in said if each is not None), None)
    place = {name: getattr(survivor, name) for name in ("country", "region", "teryt")}
    for each in others:
        fits = place["country"] in (None, each.country) and place["region"] in (None, each.region)
        if fits and each.country is not None:
            place = {name: place[name] or getattr(each, name) for name in place}
    return {**filled, **place}


def _all(records: Sequence[Organisation], name: str) -> list[Any]:
    return list(dict.fromkeys(value for each in records for value in getattr(each, name)))


def _refuse_too_much(united: Mapping[str, Any]) -> None:
    limits = {
        "aliases": MAX_ALIASES,
        "acronyms": MAX_ACRONYMS,
        "identifiers": MAX_IDENTIFIERS,
        "other_names": 40,
        "merged_ids": MAX_MERGED_EVER,
    }
    if any(len(united[name]) > most for name, most in limits.items()):
        raise Conflict("merge-too-large", "Together these records have more names or numbers than one may keep.")


def _parted(merging: Merging, survivor: Organisation) -> dict[str, Any]:
    before, after = merging.before, merging.after
    changed = [name for name in changed_fields(before, after) if name != "merged_ids"]
    parted = {name: _without(getattr(before, name), getattr(after, name), getattr(survivor, name)) for name in changed}
    brought = {id for each in merging.others for id in (each.id, *each.merged_ids)}
    return {**parted, "merged_ids": [each for each in survivor.merged_ids if each not in brought]}


def _without(before: Any, after: Any, now: Any) -> Any:
    """Return ``now`` without what came from ``before`` to ``after``."""
    if now == after:
        return before
    if isinstance(now, list):
        return [each for each in now if each in before or each not in after]
    if isinstance(now, dict):
        kept = {key: value for key, value in now.items() if key in before or after.get(key) != value}
        return {key: before[key] if key in before and after.get(key) == value else value for key, value in kept.items()}
    return now
