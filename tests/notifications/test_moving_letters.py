"""Letters change bundles while others work on them: whoever comes in between, none is lost and none goes out twice."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from services.notifications.deliveries import bundles, domain, jobs, moving, settling, sorting
from services.notifications.deliveries.bundles import BUNDLES, LETTERS, Claim
from services.notifications.deliveries.domain import Change, Trouble
from services.notifications.deliveries.traffic import Route, Rules
from shared.ids import new_id, utc_now
from shared.storage import Document, Tx
from tests.notifications.builders import Office, contact_changed, people_invited

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
    again = await quiet.letters(_id={"$in": [lost, nameless]})
    assert [each["code"] for row in again for each in row["history"]] == [moving.FOUND_AGAIN] * 2
    await jobs.find_lost(quiet.running.context)
    assert (await drained(quiet), await moving.lost(reader, limit=9)) == ([], [])


async def deferred(office: Office) -> Document:
    """Let a letter wait for a contact, which would be looked for now; return it."""
    event = people_invited(new_id(), [new_id()])
    await office.hears(event)
    waiting = {"state": "deferred", "error": {"code": "contact-unknown", "text": ""}}
    await office.running.storage.reader[LETTERS].update_one({"about_id": event.meeting_id}, {"$set": waiting})
    return await office.letter(about_id=event.meeting_id)


async def settle_as(office: Office, claim: Claim, change: Change) -> None:
    changes = [(row, change) for row in claim.rows]
    await office.running.storage.transact(settling.settle_others, claim, changes, now=utc_now())


def unknown() -> Change:
    return domain.await_contact(5, since=utc_now(), now=utc_now())


async def test_a_letter_that_somebody_works_on_stays_where_it_is_and_is_looked_at_again(quiet: Office) -> None:
    letter = await deferred(quiet)
    mine = await claim(quiet)
    await quiet.hears(contact_changed(letter["recipient_id"]))
    assert await drained(quiet) == []  # it is mine alone: I may have written its mail
    await settle_as(quiet, mine, unknown())  # but I had looked before the contact came
    assert await drained(quiet) == [letter["_id"]]


async def test_a_bundle_that_is_claimed_while_its_letter_is_moved_keeps_it(
    quiet: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = await deferred(quiet)
    keep_idle, mine = moving.keep_idle, list[Claim]()

    async def claimed_just_before(tx: Tx, bundle_ids: Any) -> set[str]:
        if not mine:
            mine.append(await claim(quiet))
        return await keep_idle(tx, bundle_ids)

    monkeypatch.setattr(moving, "_stir", _nothing)  # it would conflict already
    monkeypatch.setattr(moving, "keep_idle", claimed_just_before)
    await quiet.hears(contact_changed(letter["recipient_id"]))
    assert [row["_id"] for row in mine[0].rows] == [letter["_id"]]
    assert await drained(quiet) == []


async def _nothing(*_: Any) -> None:
    return None


async def test_who_reads_before_the_news_and_settles_after_them_looks_again(quiet: Office) -> None:
    event = people_invited(new_id(), [person := new_id()])
    await quiet.hears(event)
    mine = await claim(quiet)
    await quiet.hears(contact_changed(person))  # nothing waits for it yet
    await settle_as(quiet, mine, unknown())
    assert len(await drained(quiet)) == 1


async def test_what_is_held_by_a_sender_while_an_operator_releases_it_goes_out(quiet: Office) -> None:
    _, mine = await claimed(quiet)
    async with quiet.running.as_("operator") as client:
        await client.put("/holds/people-invited")
        assert (await client.delete("/holds/people-invited")).json() == {"count": 0}
    await settle_as(quiet, mine, domain.hold(domain.HELD))  # as it was when its mail was to be written
    assert len(await drained(quiet)) == COUNT


async def test_what_is_held_is_released_once_whoever_comes_first(quiet: Office) -> None:
    _, mine = await claimed(quiet)
    async with quiet.running.as_("operator") as client:
        await client.put("/holds/people-invited")
        await settle_as(quiet, mine, domain.hold(domain.HELD))
        assert (await client.delete("/holds/people-invited")).json() == {"count": COUNT}
    assert len(await drained(quiet)) == COUNT


async def test_however_many_are_sent_again_all_are_and_none_that_is_in_work(
    quiet: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "AT_ONCE", 2)
    meeting_id, mine = await claimed(quiet, 6)
    in_work, *failed = [row["_id"] for row in mine.rows]
    reader = quiet.running.storage.reader
    gone = {"$set": {"state": "failed", "untold": True}, "$unset": {"bundle": ""}}
    await reader[LETTERS].update_many({"_id": {"$in": failed}}, gone)
    await reader[LETTERS].update_one({"_id": in_work}, {"$set": {"state": "deferred"}})
    async with quiet.running.as_("operator") as client:
        answer = await client.post("/letters/sending-again", json={"about_id": meeting_id})
    assert answer.json() == {"count": 5}
    assert sorted(await drained(quiet)) == sorted(failed)
    assert [row["_id"] for row in await quiet.letters(untold=True)] == []


# Letters that another relay takes, while the usual one takes nothing

GOV = Rules({"gov": Route.model_validate({"url": "smtp://127.0.0.1:25", "domains": ["gov.example"]})})


async def waiting(office: Office) -> tuple[str, list[str], list[str]]:
    """Let one bundle wait with letters for two relays; return what it is about, whose are usual, and whose are not."""
    usual, others = await office.knows(2), await office.knows(1, address="p@gov.example")
    event = people_invited(new_id(), [*usual, *others])
    await office.hears(event)
    long_ago = utc_now() - timedelta(minutes=5)
    reader = office.running.storage.reader
    await reader[BUNDLES].update_many({}, {"$set": {"due_at": long_ago, "why": "relay-not-reached"}})
    await reader[LETTERS].update_many({"about_id": event.meeting_id}, {"$set": {"due_at": long_ago}})
    return event.meeting_id, usual, others


async def sort(office: Office, rules: Rules = GOV) -> int:
    """Look through all that waits; return how many bundles that were."""
    count = 0
    while await sorting.sort_next(office.running.storage, rules, now=utc_now(), holder="sorter"):
        count += 1
    return count


async def taken_by(office: Office, route: str) -> list[str]:
    reader, found = office.running.storage.reader, list[str]()
    lane: dict[str, Any] = {"holder": route, "route": route, "others": () if route else GOV.routes}
    while (each := await bundles.claim(reader, 1, now=utc_now(), **lane)) is not None:
        found += [row["recipient_id"] for row in each.rows]
    return sorted(found)


async def test_what_waits_is_sorted_once_and_each_relay_finds_its_own(quiet: Office) -> None:
    _, usual, others = await waiting(quiet)
    before = await quiet.running.storage.reader[BUNDLES].find({}, limit=9)
    assert await sort(quiet, Rules()) == 1  # where nothing is for anybody else it stays as it is
    assert (await sort(quiet), await sort(quiet)) == (1, 0)
    left = await quiet.running.storage.reader[BUNDLES].find_one({"route": {"$exists": False}}) or {}
    assert (left["due_at"], left["why"], len(left["ids"])) == (before[0]["due_at"], "relay-not-reached", 2)
    assert (await taken_by(quiet, "gov"), await taken_by(quiet, "")) == (others, sorted(usual))


async def test_an_installation_with_one_relay_sorts_nothing(quiet: Office) -> None:
    await waiting(quiet)
    await sorting.sort_waiting(quiet.running.context)
    assert await quiet.running.storage.reader[BUNDLES].count({"sorted": {"$exists": True}}) == 0


async def test_a_sorted_letter_whose_reader_moves_house_is_sorted_again(quiet: Office) -> None:
    _, usual, others = await waiting(quiet)
    await sort(quiet)
    await quiet.hears(contact_changed(usual[0], address="q@mail.gov.example", revision=2))
    assert (await sort(quiet), await taken_by(quiet, "gov")) == (1, sorted([usual[0], *others]))


async def test_who_sorts_and_dies_or_fails_leaves_no_letter_behind_and_none_in_doubt(
    quiet: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting_id, usual, others = await waiting(quiet)
    storage = quiet.running.storage
    with monkeypatch.context() as patched:
        patched.setattr(bundles, "tie", _fail)
        with pytest.raises(RuntimeError):
            await sort(quiet)
    assert await sort(quiet) == 0  # it is not at the same one again and again
    await storage.reader[BUNDLES].update_many({}, {"$unset": {"sorted": ""}})
    dead = await bundles.claim_unsorted(storage.reader, GOV.mark, due_before=utc_now(), holder="x", others=GOV.routes)
    assert dead is not None
    await storage.reader[BUNDLES].update_many({}, {"$set": {"leased_at": utc_now() - timedelta(hours=1)}})
    back = await bundles.take_back(storage, lease=timedelta(minutes=1), now=utc_now(), holder="y", held=())
    assert back == (1, 0)
    await bundles.leave(storage.reader, dead, due_at=utc_now())  # too late: it is no longer its own
    await storage.reader[BUNDLES].update_many({}, {"$set": {"due_at": utc_now() - timedelta(minutes=1)}})
    assert await sort(quiet) == 1
    assert (await taken_by(quiet, "gov"), await taken_by(quiet, "")) == (others, sorted(usual))
    assert [row.get("doubts", 0) for row in await quiet.letters(about_id=meeting_id)] == [0] * COUNT


async def _fail(*_: Any, **__: Any) -> None:
    raise RuntimeError("a fault in the middle")
