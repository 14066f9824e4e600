"""What of activities is shown over HTTP: what the one who asks may see, and who else may."""

from collections.abc import Mapping
from datetime import date
from typing import Any, get_args

from pydantic import Field

from services.registry.activities.activity import Activity, State
from services.registry.activities.parts import (
    Block,
    Budget,
    Code,
    Location,
    Moment,
    Named,
    Otherwise,
    Participation,
    Share,
    Transaction,
    Wording,
)
from services.registry.activities.seeing import NO_GUARDS, Guards, Seen, audience_of, is_own, may_see_block, seen_by
from services.registry.audiences import PUBLIC, Audience, Viewer
from services.registry.places.domain import Place
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Model, Text, Time
from shared.problems import NotFound

BLOCKS: tuple[Block, ...] = get_args(Block)


class ActivityLine(Model):
    """An activity in a list, as the one who asks may see it."""

    id: Id
    revision: int
    iati_identifier: str
    title: Wording
    status: Code
    dates: list[Moment]
    organisation_ids: list[Id]
    country_codes: list[str]
    sector_codes: list[str]
    changed_at: Time
    region_codes: list[str] = Field(default_factory=list)
    themes: list[Theme] = Field(default_factory=list)
    funder_ids: list[Id] = Field(default_factory=list)
    starts_on: date | None = None
    ends_on: date | None = None
    state: State = "recorded"
    withheld: list[Block] = Field(default_factory=list)
    """What there is, and is not for the one who asks to see."""


class ActivityView(ActivityLine):
    """An activity, as the one who asks may see it: what is not for them is blank, and named in ``withheld``."""

    title_otherwise: Otherwise
    description: Wording
    description_otherwise: Otherwise
    reporting: Named
    reporting_id: Id | None
    participations: list[Participation]
    sectors: list[Share]
    countries: list[Share]
    regions: list[Share]
    locations: list[Location]
    places: list[Place]
    budgets: list[Budget]
    transactions: list[Transaction]
    hierarchy: int | None
    humanitarian: bool
    default_currency: Code
    related: list[Code]
    updated_at: Time | None
    recorded_at: Time
    written: bool
    """Somebody wrote or corrected it by hand since a file said it."""
    notes: Text
    reason: Text
    """Why it was withdrawn."""
    audience: dict[Block, Audience]
    """Who may see each block that the one who asks may see, where that is not everybody."""
    may_write: bool
    """Whether the one who asks may correct and withdraw it."""


class ActivityCounts(Model):
    """How many activities fit, and how many of them have each value: an activity may have several of one list."""

    total: int
    more: bool = False
    """There are more than ``total``."""
    by_value: bool = True
    """False: there are too many to count them by their values; the matrix has those sums."""
    themes: dict[str, int]
    countries: dict[str, int]
    regions: dict[str, int]
    statuses: dict[str, int]
    years: dict[str, int]


COUNTED: dict[str, str] = {
    "theme": "themes",
    "country": "countries",
    "region": "regions",
    "status": "statuses",
    "year": "years",
}
"""The facets that are counted, and the lists they are shown in."""


def line_of(activity: Activity, viewer: Viewer, *, guards: Guards = NO_GUARDS) -> ActivityLine | None:
    """Return what a list shows; `None` when they may not know of it."""
    seen = seen_by(activity, viewer, guards=guards)
    return None if seen is None else ActivityLine(**_shown(ActivityLine, seen))


def view_of(
    activity: Activity, viewer: Viewer, *, writer: Viewer | None = None, guards: Guards = NO_GUARDS
) -> ActivityView:
    """Return the whole of what ``viewer`` may see; ``writer`` is how they may write.  Raises `NotFound`."""
    seen = seen_by(activity, viewer, guards=guards)
    if seen is None:
        raise NotFound("activity-not-found", "There is no such activity.")
    names_people = viewer.standing == "coordinators" or is_own(activity, viewer)
    audience = {
        block: _told(audience_of(activity, block), names_people)
        for block in BLOCKS
        if audience_of(activity, block) != PUBLIC and may_see_block(activity, block, viewer)
    }
    participations = [
        each if each.audience is None else each.model_copy(update={"audience": _told(each.audience, names_people)})
        for each in seen.activity.participations
    ]
    may_write = writer is not None and (writer.standing == "coordinators" or is_own(activity, writer))
    more = {"participations": participations, "audience": audience, "may_write": may_write}
    return ActivityView(**{**_shown(ActivityView, seen), **more})


def _shown(view: type[Model], seen: Seen) -> dict[str, Any]:
    own = {"withheld", "audience", "may_write"}
    fields = {name: getattr(seen.activity, name) for name in view.model_fields if name not in own}
    return {**fields, "withheld": list(seen.withheld)}


def _told(audience: Audience, names_people: bool) -> Audience:
    """Return an audience without the people it names, but for those who may know them."""
    return audience if names_people else audience.model_copy(update={"person_ids": []})


def counts_of(total: int, by_facet: Mapping[str, int] | None, *, more: bool = False) -> ActivityCounts:
    """Return counts as they are shown; ``by_facet`` are those of each ``name:value``, where they were counted."""
    lists: dict[str, dict[str, int]] = {shown: {} for shown in COUNTED.values()}
    for facet, number in sorted((by_facet or {}).items()):
        name, _, value = facet.partition(":")
        lists[COUNTED[name]][value] = number
    return ActivityCounts(total=total, more=more, by_value=by_facet is not None, **lists)
