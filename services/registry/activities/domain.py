"""How an activity is recorded, corrected, withdrawn and put back; and what is told of each change."""

import re
from collections.abc import Sequence
from typing import Any

from services.registry.activities.activity import Activity
from services.registry.activities.commands import RecordActivity, WithdrawActivity, WriteActivity, written
from services.registry.activities.parts import (
    DATES,
    MAX_TOLD,
    PARTS,
    Block,
    Budget,
    Code,
    DateKind,
    Location,
    Moment,
    Money,
    Named,
    Part,
    Participation,
    Share,
    Transaction,
    Wording,
)
from services.registry.activities.seeing import BLOCK_OF, NO_GUARDS, Guards, keys_of, may_see_block, seen_by
from services.registry.audiences import ANY_MEMBER, Standing, Viewer
from services.registry.organisations.codes import kinds_of
from services.registry.organisations.domain import IATI, Organisation, RegisterOrganisation
from shared.events.registry import ActivityNotice, ActivityRecorded, ActivityWithdrawn, OrganisationKind
from shared.ids import Id, new_id
from shared.model import Language, Time, in_language
from shared.problems import Conflict

__all__ = [
    "DATES", "MAX_TOLD", "PARTS", "Activity", "Block", "Budget", "Code", "DateKind", "Location", "Moment", "Money",
    "Named", "Part", "Participation", "RecordActivity", "Share", "Transaction", "WithdrawActivity", "Wording",
    "WriteActivity",
]  # fmt: skip

News = ActivityRecorded | ActivityWithdrawn

MAX_TITLE_TOLD = 300  # characters of a title in one language: an event has room for a few kB
OWN_IDENTIFIERS = "ZGODA"
"""Begins the identifier of an activity whose reporting organisation has none of its own."""


def organisation_of(
    named: Named, *, part: Part | None = None, audience: Standing = "public"
) -> RegisterOrganisation | None:
    """Return what a file says of an organisation as a record of it, or `None` when that is nothing.

    ``part`` is its part in the activity, ``audience`` who may know of a record that begins so.  A record needs a name
    in a language of the pages: until somebody translates it, any other name, or the identifier, stands for the English
    one.
    """
    spoken = next((name for name in named.other_names.values() if name.strip()), named.ref)
    names = {language: _line(name) for language, name in named.name.items() if name.strip()} or {"en": _line(spoken)}
    if not any(names.values()):
        return None
    others = {tag: _line(name) for tag, name in named.other_names.items() if len(tag) <= 3 and name.strip()}
    identifiers = [{"scheme": IATI, "value": _line(named.ref)}] if named.ref.strip() else []
    kinds = [*kinds_of(named.type), *_KINDS_OF_PARTS.get(part or "other", [])]
    return RegisterOrganisation.model_validate(
        {"names": names, "other_names": others, "identifiers": identifiers, "kinds": kinds, "audience": audience}
    )


_KINDS_OF_PARTS: dict[Part, list[OrganisationKind]] = {"funding": ["donor"], "implementing": ["implementer"]}


def _line(text: str) -> str:
    """Return ``text`` as one line of at most 200 characters without control characters."""
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()[:200].strip()


def named_as(organisation: Organisation, said: Named | None = None) -> Named:
    """Return an organisation as a file names it; what is ``said`` already goes before its record."""
    ref = next((each.value for each in organisation.identifiers if each.scheme == IATI), "")
    said = said or Named()
    return Named(
        ref=said.ref or ref,
        type=said.type,
        name=said.name or dict(organisation.names),
        other_names=said.other_names or dict(organisation.other_names),
    )


def record(
    command: RecordActivity,
    *,
    reporting_id: Id | None,
    organisation_ids: list[Id | None],
    locations: list[Location] | None = None,
    now: Time,
) -> Activity:
    """Return the new activity.

    ``organisation_ids`` belong to its participations one by one, ``locations`` are its own with what is known of them.
    """
    fields = _kept(command, reporting_id, organisation_ids, locations)
    return Activity(id=new_id(), recorded_at=now, **fields, changed_at=now)


def replace(
    activity: Activity,
    command: RecordActivity,
    *,
    reporting_id: Id | None,
    organisation_ids: list[Id | None],
    locations: list[Location] | None = None,
    now: Time,
) -> Activity:
    """Return ``activity`` as the newer ``command`` has it; who may see what stays as it is."""
    fields = _kept(command, reporting_id, organisation_ids, locations)
    fields["audience"] = {**activity.audience, **command.audience}
    fields["participations"] = _as_withheld(fields["participations"], activity.participations)
    return activity.evolve(**fields, changed_at=now, written=False)


def _kept(
    command: RecordActivity,
    reporting_id: Id | None,
    organisation_ids: list[Id | None],
    locations: list[Location] | None,
) -> dict[str, Any]:
    fields = {name: getattr(command, name) for name in RecordActivity.model_fields if name != "source"}
    pairs = zip(command.participations, organisation_ids, strict=True)
    participations = [each.model_copy(update={"organisation_id": id}) for each, id in pairs]
    placed = command.locations if locations is None else locations
    known = {"participations": participations, "reporting_id": reporting_id, "content": command.content_hash}
    return {**fields, **known, "locations": placed}


def _as_withheld(new: list[Participation], old: list[Participation]) -> list[Participation]:
    """Return the newer participations, each with the audience that the same one had."""
    guarded = [each for each in old if each.audience is not None]

    def audience(each: Participation) -> Participation:
        same = (other for other in guarded if other.part == each.part and keys_of(other) & keys_of(each))
        known = next(same, None)
        return each if known is None or each.audience else each.model_copy(update={"audience": known.audience})

    return [audience(each) for each in new]


def write(
    command: WriteActivity,
    *,
    reporting: Named,
    participations: list[Participation],
    locations: list[Location],
    by: Viewer,
    now: Time,
) -> Activity:
    """Return the activity that somebody describes by hand."""
    id = new_id()
    fields = {**written(command, reporting=reporting, participations=participations), "locations": locations}
    if by.standing != "coordinators":
        fields["notes"] = ""
    identifier = command.iati_identifier or f"{reporting.ref or OWN_IDENTIFIERS}-{id}"
    return Activity(
        id=id, iati_identifier=identifier, content="", written=True, recorded_at=now, changed_at=now, **fields
    )


def correct(
    activity: Activity,
    command: WriteActivity,
    *,
    reporting: Named,
    participations: list[Participation],
    locations: list[Location],
    by: Viewer,
    guards: Guards = NO_GUARDS,
    now: Time,
) -> Activity:
    """Return ``activity`` as somebody describes it now; the same when nothing differs.

    What they may not see stays as it is, and so does who may see that.  Raises `Conflict` when it is withdrawn.
    """
    if activity.state == "withdrawn":
        raise Conflict("activity-withdrawn", "This activity is withdrawn: put it back first.")
    fields = {**written(command, reporting=reporting, participations=participations), "locations": locations}
    fields = _beyond_sight_kept(activity, fields, by, guards)
    changes = {name: value for name, value in fields.items() if getattr(activity, name) != value}
    if not changes:
        return activity
    return activity.evolve(**changes, written=True, changed_at=now)


def _beyond_sight_kept(activity: Activity, fields: dict[str, Any], by: Viewer, guards: Guards) -> dict[str, Any]:
    """Return ``fields`` with those as they were that ``by`` may not see."""
    seen = seen_by(activity, by, guards=guards)
    visible = seen.activity if seen is not None else activity
    fields = dict(fields)
    for name, block in BLOCK_OF.items():
        if name in fields and not may_see_block(activity, block, by):
            fields[name] = getattr(activity, name)
    shown = [each.model_dump() for each in visible.participations]
    unseen = [each for each in activity.participations if each.model_dump() not in shown]
    fields["participations"] = [*fields["participations"], *unseen]
    guarded = {block: who for block, who in activity.audience.items() if not may_see_block(activity, block, by)}
    fields["audience"] = {**fields["audience"], **guarded}
    return fields


def withdraw(activity: Activity, command: WithdrawActivity, *, now: Time) -> Activity:
    """Return ``activity`` off the record.  Raises `Conflict` when it is withdrawn already."""
    if activity.state == "withdrawn":
        raise Conflict("activity-withdrawn", "This activity is withdrawn already.")
    return activity.evolve(state="withdrawn", reason=command.reason, changed_at=now)


def restore(activity: Activity, *, now: Time) -> Activity:
    """Return ``activity`` back on the record.  Raises `Conflict` when it is not withdrawn."""
    if activity.state != "withdrawn":
        raise Conflict("activity-not-withdrawn", "This activity is on the record: there is nothing to put back.")
    return activity.evolve(state="recorded", reason="", changed_at=now)


def settle(activity: Activity, locations: Sequence[Location], *, now: Time) -> Activity:
    """Return ``activity`` with what is known of its places now; the same when nothing differs."""
    if list(locations) == activity.locations:
        return activity
    return activity.evolve(locations=list(locations), changed_at=now)


def forget(activity: Activity, person_id: str, *, now: Time) -> Activity:
    """Return ``activity`` without a person among those named to see something; the news stays the same."""
    audience = {block: who.without(person_id) for block, who in activity.audience.items()}
    participations = [
        each if each.audience is None else each.model_copy(update={"audience": each.audience.without(person_id)})
        for each in activity.participations
    ]
    return activity.evolve(audience=audience, participations=participations, changed_at=now)


def news(before: Activity | None, after: Activity, *, guards: Guards = NO_GUARDS) -> list[News]:
    """Return what is told of a change: only what any member may know, and that it is gone when that is nothing."""
    seen = _told(after, guards)
    if seen is not None:
        return [_recorded(seen)]
    if before is not None and _told(before, guards) is not None:
        return [ActivityWithdrawn(activity_id=after.id, revision=after.revision)]
    return []


def _told(activity: Activity, guards: Guards) -> Activity | None:
    seen = seen_by(activity, ANY_MEMBER, guards=guards) if activity.state == "recorded" else None
    return None if seen is None else seen.activity


def _recorded(activity: Activity) -> ActivityRecorded:
    return ActivityRecorded(
        activity_id=activity.id,
        revision=activity.revision,
        organisation_ids=activity.organisation_ids[:MAX_TOLD],
        sectors=activity.sector_codes[:MAX_TOLD],
        countries=activity.country_codes[:MAX_TOLD],
        themes=list(activity.themes),
        regions=activity.region_codes[:MAX_TOLD],
        funder_ids=activity.funder_ids[:MAX_TOLD],
        starts_on=activity.starts_on,
        ends_on=activity.ends_on,
        notice=_notice(activity),
    )


def _notice(activity: Activity) -> ActivityNotice | None:
    title = {language: text[:MAX_TITLE_TOLD] for language, text in activity.title.items()}
    funders = [each for each in activity.participations if each.part == "funding" and each.name]
    languages: list[Language] = list(dict.fromkeys(each for funder in funders for each in funder.name))
    funder = {language: _listed(funders, language) for language in languages}
    return ActivityNotice(title=title, funder=funder) if title or funder else None


def _listed(funders: Sequence[Named], language: Language) -> str:
    names = dict.fromkeys(in_language(each.name, language) for each in funders)
    return ", ".join(name for name in names if name)[:MAX_TITLE_TOLD]
