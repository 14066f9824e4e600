"""Lines, cells and what is pending add up to what a plain count finds, whatever happened in between."""

import random
from collections.abc import AsyncIterator, Mapping
from itertools import permutations

import pytest
import pytest_asyncio

from services.registry.audiences import LEVELS
from services.registry.matrix import actions, cells, jobs, lines, reading, store
from services.registry.matrix.domain import AXES, Axis, Known, Level, Tally
from services.registry.matrix.reading import Wanted
from shared.service import make_context
from shared.settings import ServiceSettings
from shared.storage import Storage
from shared.testing.stack import Stack
from tests.registry.matrix.builders import DONOR, IMPLEMENTER, OTHER_DONOR, Counts, at_random, counted

Kept = dict[str, dict[Level, Known]]


@pytest_asyncio.fixture(loop_scope="session")
async def storage(stack: Stack) -> AsyncIterator[Storage]:
    """A database with nothing counted."""
    async with stack.storage("registry", store.COLLECTIONS) as found:
        for spec in store.COLLECTIONS:
            await found.reader[spec.name].delete_many({})
        yield found


async def keep(storage: Storage, kept: Kept) -> None:
    """Count these activities."""
    documents = {
        id: [cells.document_of(known, [level]) for level, known in views.items()]
        if len(set(map(repr, views.values()))) > 1
        else [cells.document_of(known, list(views)) for known in list(views.values())[:1]]
        for id, views in kept.items()
    }
    await storage.transact(cells.replace, documents)


async def add_up(stack: Stack, storage: Storage) -> None:
    """Let the job come by."""
    context = make_context(ServiceSettings(**stack.values("registry")))
    await context.storage.close()
    context.storage = storage
    await jobs.add_up(context)


def a_world(dice: random.Random, count: int) -> Kept:
    """Return activities of which some readers know more than others."""
    kept: Kept = {}
    for _ in range(count):
        known = at_random(dice)
        other = at_random(dice).model_copy(update={"activity_id": known.activity_id})
        views: dict[Level, Known] = dict.fromkeys(LEVELS, known)
        if dice.random() < 0.3:
            views = {"members": other, "coordinators": known}
        kept[known.activity_id] = views
    return kept


def plain(tallies: Mapping[tuple[str, ...], Tally]) -> Counts:
    """Return tallies as the plain count gives them."""
    return {
        key: (tally.count, {money: (row[0], row[1], row[2]) for money, row in tally.money.items() if any(row)})
        for key, tally in tallies.items()
        if tally.count
    }


async def expect(storage: Storage, kept: Kept, wanted: Wanted) -> None:
    """Compare what is read with the plain count."""
    level, rows, columns, chosen = wanted.level, wanted.rows, wanted.columns, wanted.chosen
    known = [views[level] for views in kept.values() if level in views]
    found = await reading.read(storage.reader, wanted)
    whole = counted(known, (), chosen).get((), (0, {}))
    assert plain({(): found.whole}).get((), (0, {})) == whole, (level, chosen)
    assert plain({(value,): tally for value, tally in found.rows.items()}) == counted(known, (rows,), chosen)
    assert plain({(value,): tally for value, tally in found.columns.items()}) == counted(known, (columns,), chosen)
    assert plain(found.parts) == counted(known, (rows, columns), chosen), (level, rows, columns, chosen)
    assert found.uncounted == 0


CHOSEN: list[dict[Axis, str]] = [{}, {"year": "2008"}, {"region": "BY-HR"}, {"donor": DONOR, "status": "2"}]


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_two_axes_add_up_for_every_reader(stack: Stack, storage: Storage, seed: int) -> None:
    dice = random.Random(seed)
    kept = a_world(dice, 25)
    await keep(storage, kept)
    pairs = list(permutations(AXES, 2))
    for counted_already in (False, True):
        if counted_already:
            await add_up(stack, storage)
        for rows, columns in dice.sample(pairs, 12):
            chosen = dice.choice(CHOSEN)
            if not {rows, columns} & set(chosen):
                await expect(storage, kept, Wanted(dice.choice(LEVELS), rows, columns, chosen))


async def test_a_changed_activity_counts_as_it_is_now_whether_or_not_it_was_added_up(
    stack: Stack, storage: Storage
) -> None:
    dice = random.Random(3)
    kept = a_world(dice, 20)
    await keep(storage, kept)
    await add_up(stack, storage)
    ids = list(kept)
    changed = {
        id: {level: at_random(dice).model_copy(update={"activity_id": id})} for id in ids[:8] for level in LEVELS
    }
    gone: Kept = {id: {} for id in ids[8:12]}
    for change in (changed, gone, a_world(dice, 5), {ids[0]: kept[ids[0]]}):
        await keep(storage, change)
        kept = {**kept, **change}
        await expect(storage, kept, Wanted("public", "donor", "theme", {}))
        await expect(storage, kept, Wanted("members", "region", "donor", {"year": "2008"}))
    await add_up(stack, storage)
    await expect(storage, kept, Wanted("members", "donor", "implementer", {}))
    await expect(storage, kept, Wanted("coordinators", "theme", "region", {}))
    assert await cells.pending(storage.reader, limit=1) == []


async def test_when_everything_is_gone_nothing_is_left_in_any_line(stack: Stack, storage: Storage) -> None:
    kept = a_world(random.Random(4), 20)
    await keep(storage, kept)
    await add_up(stack, storage)
    await keep(storage, {id: {} for id in kept})
    await add_up(stack, storage)
    rows = [each async for each in storage.reader["lines"].stream({"scope": {"$exists": True}})]
    left = [
        each
        for each in rows
        if any(each["n"].values()) or any(_numbers(each.get("m"))) or any(_numbers(each.get("by")))
    ]
    assert rows
    assert left == []
    assert await storage.reader["cells"].count({}) == 0


def _numbers(value: object) -> list[int]:
    if isinstance(value, dict):
        return [number for inner in value.values() for number in _numbers(inner)]
    return [value] if isinstance(value, int) else []


async def test_what_is_the_same_is_not_written_again(stack: Stack, storage: Storage) -> None:
    kept = a_world(random.Random(5), 10)
    await keep(storage, kept)
    await add_up(stack, storage)
    before = await lines.folds(storage.reader)
    await keep(storage, kept)
    await add_up(stack, storage)
    assert await lines.folds(storage.reader) == before


async def test_rows_of_organisations_are_paged_by_number_and_none_is_missed(stack: Stack, storage: Storage) -> None:
    dice = random.Random(6)
    kept = a_world(dice, 30)
    await keep(storage, dict(list(kept.items())[:20]))
    await add_up(stack, storage)
    await keep(storage, dict(list(kept.items())[20:]))
    seen: list[str] = []
    after = None
    while True:
        wanted = Wanted("coordinators", "implementer", "theme", after=after, limit=1)
        found = await reading.read(storage.reader, wanted)
        seen += found.rows
        if not found.more:
            break
        value, tally = next(iter(found.rows.items()))
        after = (tally.count, value)
    assert sorted(seen) == sorted({DONOR, IMPLEMENTER, OTHER_DONOR, "unsaid"})


async def test_two_jobs_at_once_add_up_once(stack: Stack, storage: Storage) -> None:
    import asyncio

    kept = a_world(random.Random(7), 15)
    await keep(storage, kept)
    ids = await cells.pending(storage.reader, limit=100)
    await asyncio.gather(*(storage.transact(actions.add_up, ids) for _ in range(3)))
    await expect(storage, kept, Wanted("public", "theme", "region", {}))
