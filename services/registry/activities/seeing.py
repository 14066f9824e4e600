"""What of an activity somebody may see: the one place where its audiences are applied.

Whoever may not see something is given an activity in which it is blank; what is found, counted, exported and told is
made of that.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.registry.activities.activity import Activity
from services.registry.activities.parts import Block, Named, Participation, Transaction
from services.registry.audiences import COORDINATORS, PUBLIC, Audience, Viewer, narrower
from shared.folding import fold

BLOCK_OF: dict[str, Block] = {
    "iati_identifier": "identifier",
    "fingerprint": "identifier",
    "title": "title",
    "title_otherwise": "title",
    "description": "description",
    "description_otherwise": "description",
    "reporting": "reporting",
    "reporting_id": "reporting",
    "status": "status",
    "dates": "dates",
    "sectors": "sectors",
    "countries": "places",
    "regions": "places",
    "locations": "places",
    "budgets": "budgets",
    "transactions": "transactions",
    "related": "related",
    "notes": "notes",
    "reason": "notes",
}
"""The block to which a field belongs; each participation belongs to that of its part."""

PLAIN = frozenset(
    {
        "id", "revision", "state", "recorded_at", "changed_at", "updated_at", "hierarchy", "humanitarian",
        "default_currency", "written", "apart", "audience", "content", "participations", "source",
    }
)  # fmt: skip
"""Fields without an audience of their own: they say nothing, or are looked through part by part."""

DEFAULTS: dict[Block, Audience] = {"contacts": COORDINATORS, "notes": COORDINATORS}
"""Who may see a block of which nothing else is said; everybody where it is not named."""

BLANKS: dict[str, Any] = {
    "iati_identifier": "", "fingerprint": "", "title": {}, "title_otherwise": {}, "description": {},
    "description_otherwise": {}, "reporting": Named(), "reporting_id": None, "status": "", "dates": [], "sectors": [],
    "countries": [], "regions": [], "locations": [], "budgets": [], "transactions": [], "related": [], "notes": "",
    "reason": "",
}  # fmt: skip
"""What stands in a field for those who may not see it."""

LEFT_OUT = "[…]"
"""Stands in a text for the name of an organisation that is withheld."""

SHORTEST_NAME = 4  # letters of a name that is looked for in texts: shorter ones are parts of other words


Guards = Mapping[str, Audience]
"""Organisations, by id, whose records are not for everybody: who may know of each."""

NO_GUARDS: Guards = {}


@dataclass(frozen=True, slots=True)
class Seen:
    """An activity as somebody may see it, with the blocks of which they may not see what there is."""

    activity: Activity
    withheld: tuple[Block, ...] = ()


def audience_of(activity: Activity, block: Block) -> Audience:
    """Return who may see a block: what is said of it, never wider than it is by default."""
    default = DEFAULTS.get(block, PUBLIC)
    said = activity.audience.get(block)
    return default if said is None else narrower(said, default)


def is_own(activity: Activity, viewer: Viewer) -> bool:
    """Say whether it is reported by an organisation for which they work."""
    return viewer.standing != "public" and activity.reporting_id in viewer.organisation_ids


def may_see_block(activity: Activity, block: Block, viewer: Viewer) -> bool:
    """Say whether they may see a block; notes are for coordinators, also of one's own activities."""
    own = block != "notes" and is_own(activity, viewer)
    return viewer.may_see(audience_of(activity, block), own=own)


def seen_by(activity: Activity, viewer: Viewer, *, guards: Guards = NO_GUARDS) -> Seen | None:
    """Return what they may see of an activity, or `None` when they may not know that it exists.

    ``guards`` say who may know of the organisations that it names, where that is not everybody.
    """
    if not may_see_block(activity, "activity", viewer):
        return None
    if activity.state == "withdrawn" and viewer.standing != "coordinators" and not is_own(activity, viewer):
        return None
    hidden = {name for name, block in BLOCK_OF.items() if not may_see_block(activity, block, viewer)}
    if not _may_know(activity.reporting_id, viewer, guards):
        hidden |= {"reporting", "reporting_id", "iati_identifier"}
    shown = [each for each in activity.participations if _may_see_part(activity, each, viewer, guards)]
    withheld_parts = [each for each in activity.participations if each not in shown]
    told_in_payments = hidden & {"sectors", "countries"}
    if not withheld_parts and not told_in_payments and all(getattr(activity, name) == BLANKS[name] for name in hidden):
        return Seen(activity)  # what is hidden is blank anyway
    changes: dict[str, Any] = {name: BLANKS[name] for name in hidden}
    if told_in_payments and "transactions" not in hidden:
        changes["transactions"] = [_without_purpose(each, hidden) for each in activity.transactions]
    blank = activity.model_copy(update={**changes, "participations": shown})
    blocks = [BLOCK_OF[name] for name in BLOCK_OF if name in hidden and getattr(activity, name) != BLANKS[name]]
    withheld: list[Block] = [*blocks, *(each.part for each in withheld_parts)]
    seen = _without_organisations(blank, withheld_parts) if withheld_parts else blank
    named = [each for each in dict.fromkeys(withheld) if each != "notes"]
    return Seen(seen, tuple(named))


def _without_purpose(transaction: Transaction, hidden: set[str]) -> Transaction:
    """Return a payment without what it says of the sectors or places of the whole, where those are hidden."""
    gone: dict[str, Any] = {name: [] for name in ("sectors", "countries", "regions") if name in hidden}
    return transaction.model_copy(update=gone)


def _may_know(organisation_id: str | None, viewer: Viewer, guards: Guards) -> bool:
    """Say whether they may know of an organisation; its own people always may."""
    guard = guards.get(organisation_id) if organisation_id else None
    return guard is None or viewer.may_see(guard, own=organisation_id in viewer.organisation_ids)


def _may_see_part(activity: Activity, participation: Participation, viewer: Viewer, guards: Guards) -> bool:
    if not _may_know(participation.organisation_id, viewer, guards):
        return False
    audience = audience_of(activity, participation.part)
    if participation.audience is not None:
        audience = narrower(participation.audience, audience)
    return viewer.may_see(audience, own=is_own(activity, viewer))


def keys_of(named: Named) -> set[str]:
    """Return by what an organisation is recognised wherever a file names it again."""
    names = [*named.name.values(), *named.other_names.values()]
    found = {f"ref:{named.ref.casefold()}", *(f"name:{fold(name)}" for name in names)}
    if isinstance(named, Participation) and named.organisation_id:
        found.add(f"id:{named.organisation_id}")
    return found - {"ref:", "name:"}


def _without_organisations(activity: Activity, hidden: Sequence[Participation]) -> Activity:
    """Return the activity without any trace of organisations whose part in it is withheld."""
    keys = set().union(*(keys_of(each) for each in hidden))
    visible = set().union(*(keys_of(each) for each in activity.participations))
    changes: dict[str, Any] = {"transactions": [_without_parties(each, keys) for each in activity.transactions]}
    reporting = {*keys_of(activity.reporting), f"id:{activity.reporting_id}"}
    if reporting & keys and not reporting & visible:
        changes |= {"reporting": Named(), "reporting_id": None}
    secret = [each for each in hidden if not keys_of(each) & visible]
    refs = tuple(each.ref.casefold() for each in secret if each.ref)
    if refs:
        changes["related"] = [each for each in activity.related if not each.casefold().startswith(refs)]
        if activity.iati_identifier.casefold().startswith(refs):
            changes["iati_identifier"] = ""
    return _without_names(activity.model_copy(update=changes), secret)


def _without_parties(transaction: Transaction, keys: set[str]) -> Transaction:
    parties = {"provider": transaction.provider, "receiver": transaction.receiver}
    gone = {name: None for name, party in parties.items() if party is not None and keys_of(party) & keys}
    return transaction.model_copy(update=gone) if gone else transaction


def _without_names(activity: Activity, hidden: Iterable[Named]) -> Activity:
    """Return the activity with the names of ``hidden`` left out of its texts."""
    names = {name for each in hidden for name in [*each.name.values(), *each.other_names.values(), each.ref]}
    wanted = sorted((re.escape(name) for name in names if len(name) >= SHORTEST_NAME), key=len, reverse=True)
    if not wanted:
        return activity
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(wanted)})(?!\w)", re.IGNORECASE)

    def cleaned(texts: Any) -> dict[Any, str]:
        return {language: pattern.sub(LEFT_OUT, text) for language, text in texts.items()}

    fields = ("title", "title_otherwise", "description", "description_otherwise")
    changes: dict[str, Any] = {name: cleaned(getattr(activity, name)) for name in fields}
    changes["transactions"] = [
        each.model_copy(
            update={
                "description": cleaned(each.description),
                "description_otherwise": cleaned(each.description_otherwise),
            }
        )
        for each in activity.transactions
    ]
    changes["locations"] = [
        each.model_copy(update={"name": cleaned(each.name), "other_names": cleaned(each.other_names)})
        for each in activity.locations
    ]
    return activity.model_copy(update=changes)
