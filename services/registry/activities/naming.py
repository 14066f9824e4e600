"""Whom an activity names: records of organisations for the names in it, and who may know of those."""

from collections.abc import Iterable, Sequence

from services.registry.activities import domain
from services.registry.activities.activity import Activity
from services.registry.activities.commands import RecordActivity
from services.registry.activities.parts import Named, Part
from services.registry.activities.seeing import Guards
from services.registry.audiences import Audience
from services.registry.organisations import store as organisations
from services.registry.organisations.matching import MAX_BATCH, resolve_many
from shared.storage import Reader, Tx


class Names:
    """The records of the organisations that a batch of activities names, each looked for once."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, Part | None], str] = {}

    @classmethod
    async def of(cls, tx: Tx, commands: Sequence[RecordActivity], *, source: str | None = None) -> "Names":
        """Return the records, begun now where there were none; the names of ``source`` are told apart by it."""
        names = cls()
        wanted = {}
        for command in commands:
            for named, part in _named(command):
                registration = domain.organisation_of(named, part=part)
                if registration is not None:
                    wanted[_key(named, part)] = registration
        keys = list(wanted)
        for start in range(0, len(keys), MAX_BATCH):
            some = keys[start : start + MAX_BATCH]
            matches = await resolve_many(tx, [wanted[key] for key in some], source=source)
            found = {key: match.organisation_id for key, match in zip(some, matches, strict=True)}
            names._ids.update({key: id for key, id in found.items() if id is not None})
        return names

    def id_of(self, named: Named, part: Part | None = None) -> str | None:
        """Return the id of its record, or `None` when nothing is said of it."""
        return self._ids.get(_key(named, part))

    def ids_of(self, command: RecordActivity) -> list[str | None]:
        """Return the records of those who have a part in an activity, one by one."""
        return [each.organisation_id or self.id_of(each, each.part) for each in command.participations]


def _named(command: RecordActivity) -> Iterable[tuple[Named, Part | None]]:
    yield command.reporting, None
    for each in command.participations:
        if each.organisation_id is None:
            yield each, each.part


def _key(named: Named, part: Part | None) -> tuple[str, Part | None]:
    said = Named(**{name: getattr(named, name) for name in Named.model_fields})
    return said.model_dump_json(), part


async def guards_of(reader: Reader, activities: Iterable[Activity]) -> Guards:
    """Return who may know of the organisations that activities name, where that is not everybody."""
    ids = sorted({id for each in activities for id in each.organisation_ids})
    found: dict[str, Audience] = {}
    for start in range(0, len(ids), MAX_BATCH):
        records = await organisations.with_ids(reader, ids[start : start + MAX_BATCH])
        found.update({each.id: Audience(level=each.audience) for each in records if each.audience != "public"})
    return found
