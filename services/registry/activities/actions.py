"""What is done with activities: each is recorded once, and again when a file says something new of it."""

from collections.abc import Sequence
from typing import Literal

from services.registry.activities import domain, store
from services.registry.activities.domain import Named, Part, RecordActivity
from services.registry.organisations.actions import ensure_organisation
from shared.ids import utc_now
from shared.storage import Tx

Outcome = Literal["created", "updated", "unchanged"]


async def record_activities(tx: Tx, commands: Sequence[RecordActivity]) -> list[Outcome]:
    """Record activities, each of another key (at most 1,000), and return what became of each."""
    known = await store.contents(tx, [each.key for each in commands])
    organisations = _Organisations(tx)
    outcomes: list[Outcome] = []
    for command in commands:
        same = known.get(command.key) == command.content_hash
        outcomes.append("unchanged" if same else await _record(tx, command, organisations))
    return outcomes


async def _record(tx: Tx, command: RecordActivity, organisations: "_Organisations") -> Outcome:
    known = await store.with_key(tx, command.key)
    reporting_id = await organisations.id_of(command.reporting)
    participating = [await organisations.id_of(each, part=each.part) for each in command.participations]
    now = utc_now()
    if known is None:
        activity, event = domain.record(command, reporting_id=reporting_id, organisation_ids=participating, now=now)
        await store.activities.add(tx, activity)
    else:
        activity, event = domain.replace(
            known, command, reporting_id=reporting_id, organisation_ids=participating, now=now
        )
        await store.activities.put(tx, activity)
    await tx.publish(event)
    return "created" if known is None else "updated"


class _Organisations:
    """The records of the organisations that a batch of activities names, each looked for once."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self._ids: dict[str, str | None] = {}

    async def id_of(self, named: Named, *, part: Part | None = None) -> str | None:
        """Return the id of its record, begun now if there was none, or `None` when nothing is said of it."""
        asked = Named(**{name: getattr(named, name) for name in Named.model_fields}).model_dump_json()
        if asked not in self._ids:
            command = domain.organisation_of(named, part=part)
            self._ids[asked] = None if command is None else (await ensure_organisation(self._tx, command)).id
        return self._ids[asked]
