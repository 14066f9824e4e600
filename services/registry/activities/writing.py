"""How somebody writes an activity by hand: the organisations they name have records, and the rules hold."""

from collections.abc import Sequence

from services.registry.activities import checks, domain, store
from services.registry.activities.actions import keep, not_yours, writable
from services.registry.activities.activity import Activity
from services.registry.activities.commands import RecordActivity, WriteActivity
from services.registry.activities.naming import Names, guards_of
from services.registry.activities.parts import Named, Participation
from services.registry.activities.placing import place_all
from services.registry.activities.seeing import seen_by
from services.registry.audiences import Audience, Viewer
from services.registry.organisations import store as organisations
from services.registry.organisations.domain import Organisation
from services.registry.periods import locking
from shared.ids import utc_now
from shared.problems import Conflict, FieldError, Invalid
from shared.storage import Tx
from shared.web import expect


async def write_activity(tx: Tx, command: WriteActivity, *, by: Viewer) -> Activity:
    """Record a new activity.  Raises `Forbidden`, `Invalid`, and `Conflict` when its identifier is known."""
    now = utc_now()
    checks.check(command, today=now.date())
    reporting, participations = await _named(tx, command, None, by=by)
    (locations,) = await place_all(tx, [(command.locations, command.countries)])
    activity = domain.write(
        command, reporting=reporting, participations=participations, locations=locations, by=by, now=now
    )
    activity = await _told_apart(tx, activity, by=by)
    await locking.check(tx, None, activity, correction=command.correction, by=by.person_id)
    await keep(tx, [(None, activity)])
    return activity


async def correct_activity(
    tx: Tx, activity_id: str, command: WriteActivity, *, revision: int | None, by: Viewer
) -> Activity:
    """Write what an activity is now, of which the caller saw ``revision``.

    Raises `NotFound`, `Forbidden`, `Stale`, `PreconditionRequired`, `Invalid`, `Conflict`.
    """
    before = await writable(tx, activity_id, by=by)
    expect(before, revision)
    now = utc_now()
    checks.check(
        command,
        today=now.date(),
        others=any(each.part == "other" for each in before.participations),
        sectors={(each.vocabulary, each.code) for each in before.sectors},
    )
    reporting, participations = await _named(tx, command, before, by=by)
    (locations,) = await place_all(tx, [(command.locations, command.countries)])
    after = domain.correct(
        before,
        command,
        reporting=reporting,
        participations=participations,
        locations=locations,
        by=by,
        guards=await guards_of(tx, [before]),
        now=now,
    )
    if after is not before:
        await locking.check(tx, before, after, correction=command.correction, by=by.person_id)
        await keep(tx, [(before, after)])
    return after


async def _told_apart(tx: Tx, activity: Activity, *, by: Viewer) -> Activity:
    """Return a new activity, told apart from one with its identifier of which ``by`` may not know.

    To refuse it would tell them that there is such a one.  Raises `Conflict` when they may know of it.
    """
    other = await store.with_key(tx, activity.key)
    if other is None:
        return activity
    seen = seen_by(other, by, guards=await guards_of(tx, [other]))
    if seen is not None and seen.activity.iati_identifier:
        raise Conflict("identifier-taken", "Another activity has this identifier: correct that one, or leave it empty.")
    return activity.model_copy(update={"apart": True})


async def _named(
    tx: Tx, command: WriteActivity, known: Activity | None, *, by: Viewer
) -> tuple[Named, list[Participation]]:
    """Return the organisations that are named, each as its record has it.  Raises `Forbidden`, `Invalid`."""
    if by.standing != "coordinators" and command.reporting_id not in by.organisation_ids:
        raise not_yours()
    given = await _with_records(tx, command, known, by=by)
    ids = [command.reporting_id, *(each.organisation_id for each in given if each.organisation_id)]
    records = await _known_to(tx, ids, by=by)
    old = [] if known is None else known.participations
    errors = [] if command.reporting_id in records else [_unknown("reporting_id")]
    participations = []
    for place, each in enumerate(given):
        named = _with_record(each, records, old)
        participations.append(named or each)
        if named is None:
            errors.append(_unknown(f"participations.{place}.organisation_id"))
    if errors:
        raise Invalid("organisation-not-found", "Name organisations that have a record.", errors=(*errors,))
    same = known is not None and known.reporting_id == command.reporting_id
    reporting = known.reporting if known is not None and same else domain.named_as(records[command.reporting_id])
    return reporting, participations


async def _with_records(
    tx: Tx, command: WriteActivity, known: Activity | None, *, by: Viewer
) -> Sequence[Participation]:
    """Return the participations; for coordinators those named by name alone have records, as from files."""
    if by.standing != "coordinators" or all(each.organisation_id for each in command.participations):
        return command.participations
    said = RecordActivity(
        iati_identifier="",
        title={},
        reporting=Named(),
        status="",
        participations=command.participations,
        audience=command.audience,
    )
    before = {} if known is None else {said.key: known}
    ids = (await Names.of(tx, [said], before)).ids_of(said)
    pairs = zip(command.participations, ids, strict=True)
    return [each.model_copy(update={"organisation_id": id}) for each, id in pairs]


async def _known_to(tx: Tx, ids: Sequence[str], *, by: Viewer) -> dict[str, Organisation]:
    """Return those of the organisations that have a record of their own of which ``by`` may know."""
    found = await organisations.with_ids(tx, ids)
    return {
        each.id: each
        for each in found
        if each.merged_into is None and by.may_see(Audience(level=each.audience), own=each.id in by.organisation_ids)
    }


def _with_record(
    each: Participation, records: dict[str, Organisation], old: Sequence[Participation]
) -> Participation | None:
    """Return a participation with the names of its record, or as it was; `None` when neither is there."""
    if each.organisation_id in records:
        named = domain.named_as(records[str(each.organisation_id)], each)
        return each.model_copy(update={name: getattr(named, name) for name in Named.model_fields})
    same = any(each.model_copy(update={"audience": None}) == other.model_copy(update={"audience": None})
               for other in old)  # fmt: skip
    return each if same else None


def _unknown(field: str) -> FieldError:
    return FieldError("organisation-not-found", "There is no such organisation.", field)
