"""Compares the activities of a chunk with those on record, and writes the new and the changed ones all at once."""

import asyncio
from collections.abc import Mapping, Sequence

from services.registry.activities import domain, store
from services.registry.activities.actions import keep
from services.registry.activities.activity import Activity
from services.registry.audiences import Audience
from services.registry.imports.sheets.domain import Outcome, SheetImport
from services.registry.imports.sheets.rows import RowProblem
from services.registry.imports.sheets.store import activities_with
from services.registry.imports.sheets.wording import Asked, FromSheet
from services.registry.periods import locking
from services.registry.periods.locking import Locks
from shared.ids import utc_now
from shared.storage import Reader, Tx

AT_ONCE = 50  # activities that are made ready without a pause: a fifth of a second

Became = tuple[Outcome, str | None, RowProblem | None]
"""What became of an activity, its record, and why it was refused."""


class Recording:
    """What becomes of the activities of one chunk."""

    def __init__(self, reader: Reader, sheet: SheetImport, ids: Mapping[Asked, str]) -> None:
        self._reader = reader
        self._sheet = sheet
        self._ids = ids

    async def settle(self, tx: Tx | None, commands: Sequence[FromSheet]) -> dict[str, Became]:
        """Return what becomes of each activity, by key; with a transaction, write it."""
        known = await activities_with(self._reader, [each.key for each in commands])
        same = [each for each in commands if each.key in known and known[each.key][1] == each.content_hash]
        became: dict[str, Became] = {each.key: ("unchanged", known[each.key][0], None) for each in same}
        changed = [each for each in commands if each.key not in became]
        before = await store.with_keys(self._reader, [each.key for each in changed if each.key in known])
        locks = await self._locks(changed, before)
        for each in changed:
            if self._sheet.correction is None and self._is_locked(each, before.get(each.key), locks):
                became[each.key] = ("refused", None, _LOCKED)
            elif each.key in known:
                became[each.key] = ("updated", known[each.key][0], None)
            else:
                became[each.key] = ("created", None, None)
        if tx is not None:
            allowed = [each for each in changed if became[each.key][0] != "refused"]
            for key, id in (await self._write(tx, allowed, before, locks)).items():
                became[key] = (became[key][0], id, None)
        return became

    async def _locks(self, commands: Sequence[FromSheet], before: Mapping[str, Activity]) -> Locks:
        named = [self._reporting_id(each) for each in commands]
        return await locking.locks_of(self._reader, [*named, *(each.reporting_id for each in before.values())])

    def _is_locked(self, command: FromSheet, before: Activity | None, locks: Locks) -> bool:
        """Say whether an activity goes on in a locked period, or did as it is on record."""
        days = {moment.kind.rpartition("-")[2]: moment.happens_on for moment in command.dates}
        said = locks.of(self._reporting_id(command), starts_on=days.get("start"), ends_on=days.get("end"))
        return bool(said or (before is not None and locks.of_activity(before)))

    def _reporting_id(self, command: FromSheet) -> str | None:
        name = next(iter(command.reporting.name.values()), "")
        return self._ids.get((name, command.reporting.ref))

    async def _write(
        self, tx: Tx, commands: Sequence[FromSheet], before: Mapping[str, Activity], locks: Locks
    ) -> dict[str, str]:
        """Write the activities and what is told of them; return their ids by key."""
        changes = [(before.get(each.key), self._after(each, before.get(each.key))) for each in commands]
        for start in range(0, len(changes), AT_ONCE):
            await keep(tx, changes[start : start + AT_ONCE])
            await asyncio.sleep(0)  # others are served in between
        if self._sheet.correction is not None:
            reason, by = self._sheet.correction, self._sheet.uploaded_by
            await locking.keep_corrections(tx, changes, locks, reason=reason, by=by)
        return {each.key: after.id for each, (_, after) in zip(commands, changes, strict=True)}

    def _after(self, command: FromSheet, before: Activity | None) -> Activity:
        ids = [each.organisation_id for each in command.participations]
        reporting_id, now = self._reporting_id(command), utc_now()
        if before is None:
            if self._sheet.audience != "public":
                command = command.model_copy(update={"audience": {"activity": Audience(level=self._sheet.audience)}})
            return domain.record(command, reporting_id=reporting_id, organisation_ids=ids, now=now)
        return domain.replace(before, command, reporting_id=reporting_id, organisation_ids=ids, now=now)


_LOCKED = RowProblem(
    row=1, code="period-locked", detail="It is of a period that is locked: import it as a correction, and say why."
)
