"""The shelf keeps what was made, within its room, and lets nobody make it twice."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from services.reports.caching import Shelf


def maker(made: list[str], name: str, size: int = 1) -> Callable[[], Awaitable[bytes]]:
    async def make() -> bytes:
        made.append(name)
        await asyncio.sleep(0.01)
        return name.encode() * size

    return make


async def test_what_is_on_the_shelf_is_not_made_again() -> None:
    shelf, made = Shelf(100), list[str]()
    found = await asyncio.gather(*(shelf.take("a", maker(made, "a")) for _ in range(5)))
    assert (found, await shelf.take("a", maker(made, "a")), made) == ([b"a"] * 5, b"a", ["a"])


async def test_what_nobody_takes_down_goes_first() -> None:
    shelf, made = Shelf(20), list[str]()
    for name in ("a", "b", "a", "c", "a", "b"):
        await shelf.take(name, maker(made, name, size=10))
    assert made == ["a", "b", "c", "b"]


async def test_what_is_larger_than_the_shelf_is_given_and_not_kept() -> None:
    shelf, made = Shelf(5), list[str]()
    assert [await shelf.take("a", maker(made, "a", size=6)) for _ in range(2)] == [b"aaaaaa"] * 2
    assert made == ["a", "a"]


async def test_a_reader_who_leaves_does_not_stop_it_for_the_others() -> None:
    shelf, made = Shelf(100), list[str]()
    leaving = asyncio.create_task(shelf.take("a", maker(made, "a")))
    await asyncio.sleep(0)
    staying = asyncio.create_task(shelf.take("a", maker(made, "a")))
    await asyncio.sleep(0)
    leaving.cancel()
    assert (await staying, made) == (b"a", ["a"])


async def test_a_failure_is_told_to_all_who_wait_and_not_kept() -> None:
    shelf, made = Shelf(100), list[str]()

    async def fail() -> bytes:
        await asyncio.sleep(0.01)
        raise ValueError("no")

    found = await asyncio.gather(*(shelf.take("a", fail) for _ in range(2)), return_exceptions=True)
    assert [type(each) for each in found] == [ValueError, ValueError]
    with pytest.raises(ValueError, match="no"):
        await shelf.take("a", fail)
    assert await shelf.take("a", maker(made, "a")) == b"a"
