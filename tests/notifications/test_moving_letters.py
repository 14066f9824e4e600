"""Letters change bundles while others work on them: whoever comes in between, none is lost and none goes out twice."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from services.notifications.deliveries import bundles, jobs, moving, settling
from services.notifications.deliveries.bundles import BUNDLES, LETTERS, Claim
from services.notifications.deliveries.domain import Change, Trouble
from shared.ids import new_id, utc_now
from shared.storage import Tx
from tests.notifications.builders import Office, people_invited

COUNT = 3


async def claim(office: Office, holder: str = "one") -> Claim:
    """Take the bundle that is due, as a sender does."""
    found = await bundles.claim(office.running.storage.reader, 1, now=utc_now(), holder=holder)
    assert found is not None
    return found


async def claimed(office: Office, count: int = COUNT) -> tuple[str, Claim]:
    """Owe people an invitation and claim it; return what it is about, and the claim."""
    event = people_invited(new_id(), await office.knows(count))
    await office.hears(event)
    return event.meeting_id, await claim(office)


async def drained(office: Office) -> list[str]:
    """Claim whatever is due as other senders do, throwing away what is empty; return the letters they have."""
    reader, found = office.running.storage.reader, list[str]()
    while (each := await bundles.claim(reader, 1, now=utc_now(), holder="other")) is not None:
        found += [row["_id"] for row in each.rows]
        if not each.rows:
            await bundles.finish(reader, each)
    return found


async def change_over(office: Office, claim: Claim) -> None:
    lane: dict[str, Any] = {"priority": 1, "route": "", "now": utc_now()}
    await office.running.storage.transact(bundles.change_over, claim, claim.rows, **lane)


async def settle(office: Office, claim: Claim) -> None:
    change = Change("ambiguous", Trouble(code="timed-out"), utc_now())
    changes = [(row, change) for row in claim.rows]
    await office.running.storage.transact(settling.settle_others, claim, changes, now=utc_now())


async def take_back(office: Office, claim: Claim) -> None:
    reader = office.running.storage.reader
    await bundles.start_transmitting(reader, claim, [row["_id"] for row in claim.rows])
    await reader[BUNDLES].update_one({"_id": claim.bundle_id}, {"$set": {"leased_at": utc_now() - timedelta(hours=1)}})
    lease = timedelta(minutes=1)
    await bundles.take_back(office.running.storage, lease=lease, now=utc_now(), holder="x", held=())


@pytest.mark.parametrize("move", [change_over, settle, take_back])
async def test_a_bundle_is_never_to_be_had_before_the_letters_that_are_in_it(
    quiet: Office, monkeypatch: pytest.MonkeyPatch, move: Callable[[Office, Claim], Awaitable[None]]
) -> None:
    meeting_id, mine = await claimed(quiet)
    tie = bundles.tie
    others: list[str] = []

    async def tie_and_others_claim(tx: Tx, *args: Any, **values: Any) -> list[str]:
        tied = await tie(tx, *args, **values)
        others.extend(await drained(quiet))
        return tied

    monkeypatch.setattr(bundles, "tie", tie_and_others_claim)
    await move(quiet, mine)
    rows = await quiet.letters(about_id=meeting_id)
    assert sorted(others + await drained(quiet)) == [row["_id"] for row in rows]


async def test_a_sender_whose_bundle_was_taken_back_decides_nothing_any_more(quiet: Office) -> None:
    meeting_id, slow = await claimed(quiet)
    await take_back(quiet, slow)
    await settle(quiet, slow)
    await change_over(quiet, slow)
    assert [row["doubts"] for row in await quiet.letters(about_id=meeting_id)] == [1] * COUNT


async def test_waiting_letters_whose_bundle_is_gone_are_found_again(quiet: Office) -> None:
    _, mine = await claimed(quiet)
    lost, nameless, _ = [row["_id"] for row in mine.rows]
    reader = quiet.running.storage.reader
    await reader[LETTERS].update_one({"_id": lost}, {"$set": {"bundle": new_id()}})
    await reader[LETTERS].update_one({"_id": nameless}, {"$unset": {"bundle": ""}})
    await jobs.find_lost(quiet.running.context)
    assert sorted(await drained(quiet)) == sorted([lost, nameless])
    await jobs.find_lost(quiet.running.context)
    assert (await drained(quiet), await moving.lost(reader, limit=9)) == ([], [])
