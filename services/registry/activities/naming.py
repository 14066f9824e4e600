"""Whom an activity names: records of organisations for the names in it, and who may know of those."""

from collections.abc import Iterable, Mapping, Sequence

from services.registry.activities import domain
from services.registry.activities.activity import Activity
from services.registry.activities.commands import RecordActivity
from services.registry.activities.parts import Block, Named, Part, Participation
from services.registry.activities.seeing import Guards
from services.registry.audiences import Audience, Standing, narrowest
from services.registry.organisations import store as organisations
from services.registry.organisations.domain import RegisterOrganisation
from services.registry.organisations.matching import MAX_BATCH, resolve_many
from shared.storage import Reader, Tx


class Names:
    """The records of the organisations that a batch of activities names, each looked for once."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, Part | None], str] = {}

    @classmethod
    async def of(
        cls,
        tx: Tx,
        commands: Sequence[RecordActivity],
        before: Mapping[str, Activity],
        *,
        source: str | None = None,
    ) -> "Names":
        """Return the records, begun now where there were none; the names of ``source`` are told apart by it.

        ``before`` are the activities on record, by key.  A record that begins so is for the narrowest audience of what
        names it.
        """
        names = cls()
        wanted: dict[tuple[str, Part | None], RegisterOrganisation] = {}
        for command in commands:
            for named, part in _named(command):
                key, audience = _key(named, part), _who_may_know(command, before.get(command.key), named, part)
                if key in wanted:
                    audience = narrowest(audience, wanted[key].audience)
                if (registration := domain.organisation_of(named, part=part, audience=audience)) is not None:
                    wanted[key] = registration
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


def _who_may_know(command: RecordActivity, known: Activity | None, named: Named, part: Part | None) -> Standing:
    """Return who may know that an activity names somebody: of those who may know of it and of the part in it."""
    said = {**(known.audience if known is not None else {}), **command.audience}
    parts: tuple[Block, ...] = ("activity", part or "reporting")
    levels = [said[each].standing for each in parts if each in said]
    if isinstance(named, Participation) and named.audience is not None:
        levels.append(named.audience.standing)
    return narrowest("public", *levels)


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
