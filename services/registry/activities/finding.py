"""By what an activity is found, and by whom: a word or value that somebody may not see finds nothing for them.

Each value is kept once, under the first letter of the widest group that may see it (``p:country:BY`` for everybody,
``m:`` for members, ``c:`` for coordinators), so that one index serves every filter and every group.
"""

import re
from collections.abc import Sequence

from services.registry.activities.activity import Activity
from services.registry.activities.seeing import NO_GUARDS, Guards, audience_of, seen_by
from services.registry.audiences import LEVELS, Standing, Viewer
from services.registry.searching import NOTHING
from services.registry.themes import themes_of
from shared.folding import asked_words, index_words
from shared.model import Model
from shared.storage import Document

INDEX_VERSION = 1  # raised when activities must be found by something new: see jobs.py

SEARCHED: dict[Standing, str] = {
    "public": "search",
    "members": "search_members",
    "coordinators": "search_coordinators",
}
"""Where the words are kept that a group, and no wider one, may find an activity by."""


class Filter(Model):
    """What somebody looks for; what is `None` does not matter."""

    question: str | None = None
    organisation_id: str | None = None
    country: str | None = None
    region: str | None = None
    sector: str | None = None
    theme: str | None = None
    status: str | None = None
    year: int | None = None
    part: str | None = None
    """With ``organisation_id``: the part that the organisation has."""
    withdrawn: bool = False

    @property
    def facets(self) -> list[str]:
        """The values that an activity must have."""
        sector = self.sector if self.sector is None or ":" in self.sector else f"1:{self.sector}"
        organisation = None if self.organisation_id is None else (self.part or "organisation", self.organisation_id)
        named = [
            ("country", self.country),
            ("region", self.region),
            ("sector", sector),
            ("theme", self.theme),
            ("status", self.status),
            ("year", None if self.year is None else str(self.year)),
        ]
        pairs = [*([organisation] if organisation else []), *named]
        return [f"{name}:{value}" for name, value in pairs if value is not None]


def beside(activity: Activity, guards: Guards = NO_GUARDS) -> Document:
    """Return what an activity is found by."""
    words: dict[str, list[str]] = {}
    facets: dict[str, str] = {}
    known: set[str] = set()
    whole = False
    for level in LEVELS:
        seen = seen_by(activity, Viewer(level), guards=guards)
        if seen is not None and seen.activity is activity and whole:
            break  # all of it is found already by those who see less
        whole = seen is not None and seen.activity is activity
        found = set() if seen is None else set(words_of(seen.activity))
        words[SEARCHED[level]] = sorted(found - known)
        known |= found
        for facet in () if seen is None else facets_of(seen.activity):
            facets.setdefault(facet, f"{level[0]}:{facet}")
    return {
        "key": activity.key,
        **{name: each for name, each in words.items() if each or name == "search"},
        "facets": sorted(facets.values()),
        "organisation_ids": activity.organisation_ids,
        "open_to": "withdrawn" if activity.state == "withdrawn" else audience_of(activity, "activity").widest,
        "named_ids": audience_of(activity, "activity").person_ids,
        "named_anywhere": people_named(activity),
        "unplaced": any(each.unplaced for each in activity.locations),
        "index_version": INDEX_VERSION,
    }


def words_of(activity: Activity) -> list[str]:
    """Return the words by which somebody finds it who may see ``activity``."""
    titles = [*activity.title.values(), *activity.title_otherwise.values()]
    return index_words([activity.iati_identifier, *titles])


def facets_of(activity: Activity) -> list[str]:
    """Return the values by which somebody finds it who may see ``activity``."""
    parts = {(each.part, each.organisation_id) for each in activity.participations if each.organisation_id}
    themes = themes_of(activity.sector_codes)
    return [
        *(f"organisation:{each}" for each in activity.organisation_ids),
        *sorted(f"{part}:{organisation_id}" for part, organisation_id in parts),
        *(f"country:{each}" for each in activity.country_codes),
        *(f"region:{each}" for each in activity.region_codes),
        *(f"sector:{each}" for each in activity.sector_codes),
        *(f"theme:{each}" for each in themes),
        *([f"status:{activity.status}"] if activity.status else []),
        *(f"year:{each}" for each in activity.years),
    ]


def people_named(activity: Activity) -> list[str]:
    """Return the people who are named to see something of it."""
    audiences = [*activity.audience.values(), *(each.audience for each in activity.participations if each.audience)]
    return sorted({person for each in audiences for person in each.person_ids})


def where(wanted: Filter, viewer: Viewer) -> Document:
    """Return the filter for the activities that fit, as far as ``viewer`` may know of them."""
    branches = [_among(wanted, viewer.levels, _open_to(wanted, viewer.levels))]
    if viewer.standing == "members" and viewer.organisation_ids:  # of their own they see what coordinators see
        state: Document = {"open_to": "withdrawn"} if wanted.withdrawn else {"open_to": {"$ne": "withdrawn"}}
        own = {"reporting_id": {"$in": sorted(viewer.organisation_ids)}, **state}
        branches.append(_among(wanted, LEVELS, own))
    if viewer.person_id is not None and not wanted.withdrawn:
        branches.append(_among(wanted, viewer.levels, {"named_ids": viewer.person_id}))
    return branches[0] if len(branches) == 1 else {"$or": branches}


def _open_to(wanted: Filter, levels: Sequence[Standing]) -> Document:
    if wanted.withdrawn:
        return {"open_to": "withdrawn"} if "coordinators" in levels else NOTHING
    return {"open_to": {"$in": list(levels)}} if len(levels) > 1 else {"open_to": levels[0]}


def _among(wanted: Filter, levels: Sequence[Standing], opened: Document) -> Document:
    """Return the filter for what fits among the activities of ``opened``, found by what ``levels`` may see."""
    facets = [{"facets": {"$in": [f"{level[0]}:{each}" for level in levels]}} for each in wanted.facets]
    words = _words(wanted.question, [SEARCHED[level] for level in levels])
    conditions = [opened, *facets, *words]
    return {"$and": conditions} if len(conditions) > 1 else conditions[0]


def _words(question: str | None, fields: Sequence[str]) -> list[Document]:
    if question is None or not question.strip():
        return []
    asked = asked_words(question)
    if not asked:
        return [NOTHING]
    return [
        {"$or": [{field: {"$regex": f"^{re.escape(each)}"}} for each in spellings for field in fields]}
        for spellings in asked
    ]
