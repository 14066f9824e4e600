"""What is done with activities: recorded from files, written and corrected by hand, withdrawn and put back."""

from collections.abc import Mapping, Sequence
from typing import Literal

from services.registry.activities import contacts, domain, store
from services.registry.activities.activity import Activity
from services.registry.activities.commands import RecordActivity, WithdrawActivity
from services.registry.activities.naming import Names, guards_of
from services.registry.activities.placing import place_again, place_all
from services.registry.activities.seeing import Guards, is_own, seen_by
from services.registry.audiences import Viewer
from services.registry.matrix import actions as matrix
from services.registry.people import store as people
from services.registry.periods import locking
from services.registry.places import store as places
from services.registry.places.domain import UnmatchedPlace
from shared.ids import utc_now
from shared.problems import Forbidden, NotFound
from shared.storage import Tx
from shared.web import expect

Outcome = Literal["created", "updated", "unchanged", "locked"]

AT_ONCE = 100  # activities in one transaction: well within the minute that one may take


async def record_activities(
    tx: Tx,
    commands: Sequence[RecordActivity],
    *,
    source: str | None = None,
    correction: str = "",
    by: str | None = None,
) -> list[Outcome]:
    """Record activities, each of another key (at most 1,000), and return what became of each.

    ``source`` names the file: organisations that nobody can be sure of are told apart by it.  What is of a locked
    period stays as it is (*locked*), unless ``correction`` says why it is corrected and ``by`` whom.
    """
    contents = await store.contents(tx, [each.key for each in commands])
    new = [each for each in commands if contents.get(each.key) != each.content_hash]
    before = await store.with_keys(tx, [each.key for each in new if each.key in contents])
    after = await _recorded(tx, new, before, source=source)
    changes = {key: (before.get(key), activity) for key, activity in after.items()}
    locks = await locking.locks_of(tx, [each.reporting_id for pair in changes.values() for each in pair if each])
    locked = set() if correction else {key for key, change in changes.items() if locks.of_change(*change)}
    if correction:
        await locking.keep_corrections(tx, list(changes.values()), locks, reason=correction, by=by)
    await keep(tx, [change for key, change in changes.items() if key not in locked])
    await _keep_words(tx, [each for each in new if each.key not in locked], after)
    return ["locked" if each.key in locked else _outcome(each, contents) for each in commands]


async def _recorded(
    tx: Tx, commands: Sequence[RecordActivity], before: Mapping[str, Activity], *, source: str | None
) -> dict[str, Activity]:
    """Return what ``commands`` make of the activities that were there ``before``, by key."""
    names = await Names.of(tx, commands, before, source=source)
    places = await place_all(tx, [(each.locations, each.countries) for each in commands])
    now = utc_now()
    after: dict[str, Activity] = {}
    for command, locations in zip(commands, places, strict=True):
        known = before.get(command.key)
        named = {"reporting_id": names.id_of(command.reporting), "organisation_ids": names.ids_of(command)}
        after[command.key] = (
            domain.record(command, **named, locations=locations, now=now)  # type: ignore[arg-type]  # by name
            if known is None
            else domain.replace(known, command, **named, locations=locations, now=now)  # type: ignore[arg-type]
        )
    return after


def _outcome(command: RecordActivity, contents: Mapping[str, str]) -> Outcome:
    if command.key not in contents:
        return "created"
    return "unchanged" if contents[command.key] == command.content_hash else "updated"


async def _keep_words(tx: Tx, commands: Sequence[RecordActivity], activities: Mapping[str, Activity]) -> None:
    """Keep what files say word by word, and apart from it whom they name as contacts."""
    said = {activities[each.key].id: each.source for each in commands if each.source is not None}
    await store.put_sources(tx, {id: source.without_contacts() for id, source in said.items()})
    await contacts.put(tx, {id: source.contacts for id, source in said.items()})


async def keep(tx: Tx, changes: Sequence[tuple[Activity | None, Activity]]) -> None:
    """Write activities as they are ``after`` a change, each beside what it was before, and tell what members may know.

    The one way to write an activity: whoever reckons with activities is told here.
    """
    guards = await guards_of(tx, [each for change in changes for each in change if each is not None])
    await store.activities.add_many(tx, [after for before, after in changes if before is None], guards)
    for before, after in changes:
        if before is not None:
            await store.activities.replace(tx, after, guards)
        for event in domain.news(before, after, guards=guards):
            await tx.publish(event)
    await matrix.remember(tx, [after for _, after in changes], guards)


async def withdraw_activity(
    tx: Tx, activity_id: str, command: WithdrawActivity, *, revision: int | None, by: Viewer
) -> Activity:
    """Take an activity off the record.

    Raises `NotFound`, `Forbidden`, `Stale`, `PreconditionRequired`, `Conflict`.
    """
    before = await writable(tx, activity_id, by=by)
    expect(before, revision)
    after = domain.withdraw(before, command, now=utc_now())
    await locking.check(tx, before, after, correction=command.reason[:1_000], by=by.person_id)
    await keep(tx, [(before, after)])
    return after


async def restore_activity(tx: Tx, activity_id: str, *, revision: int | None, by: Viewer) -> Activity:
    """Put an activity back on the record.

    Raises `NotFound`, `Forbidden`, `Stale`, `PreconditionRequired`, `Conflict`.
    """
    before = await writable(tx, activity_id, by=by)
    expect(before, revision)
    after = domain.restore(before, now=utc_now())
    await locking.check(tx, before, after, correction="The withdrawal was taken back.", by=by.person_id)
    await keep(tx, [(before, after)])
    return after


async def writable(tx: Tx, activity_id: str, *, by: Viewer) -> Activity:
    """Return an activity that ``by`` may change: coordinators any, others what their own organisation reports.

    Raises `NotFound` when they may not know that it exists, `Forbidden` when they may only read it.
    """
    activity = await store.activities.get(tx, activity_id)
    if seen_by(activity, by) is None:
        raise NotFound("activity-not-found", "There is no such activity.")
    if by.standing != "coordinators" and not is_own(activity, by):
        raise not_yours()
    return activity


def not_yours() -> Forbidden:
    """Return the refusal to write for an organisation that is not one's own."""
    return Forbidden("not-your-organisation", "You may record what your own organisation reports: ask a coordinator.")


async def settle_places(tx: Tx, *, after: str) -> str | None:
    """Look unknown places of at most `AT_ONCE` activities up again; return where to go on, `None` at the end."""
    found = await store.unplaced(tx, after=after, limit=AT_ONCE)
    placed = await place_again(tx, [(each.locations, each.countries) for each in found])
    now = utc_now()
    settled = [(each, domain.settle(each, own, now=now)) for each, own in zip(found, placed, strict=True)]
    await keep(tx, [(before, changed) for before, changed in settled if changed is not before])
    return found[-1].id if len(found) == AT_ONCE else None


async def places_applied(tx: Tx, entries: Sequence[UnmatchedPlace]) -> None:
    """Note that everything on record says what was decided."""
    for entry in entries:
        await places.mark_applied(tx, entry)


async def index_again(tx: Tx, activities: Sequence[Activity]) -> None:
    """Write what activities are found by; the activities stay as they are."""
    guards: Guards = await guards_of(tx, activities)
    for each in activities:
        await store.index_anew(tx, each, guards)
    await matrix.remember(tx, activities, guards)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Leave no trace of a person: among those named to see something, and among the contacts that files name.

    Call it while the registry still knows the person's address and name.
    """
    now = utc_now()
    while found := await store.naming(tx, person_id):
        await keep(tx, [(each, domain.forget(each, person_id, now=now)) for each in found])
    person = await people.find(tx, person_id)
    if person is not None:
        await contacts.forget(tx, address=person.address, names=[person.display_name, person.legal_name])
