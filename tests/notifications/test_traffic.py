"""Relays of their own for some destinations, and limits by the minute: each slows only what is its own."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.notifications.deliveries.bundles import BUNDLES
from services.notifications.deliveries.traffic import Route, Rules
from services.notifications.settings import Settings
from shared.ids import new_id, utc_now
from shared.testing.sink import Faults, Sink
from shared.testing.stack import until
from tests.notifications.builders import Office, people_invited, sign_in_requested
from tests.notifications.conftest import Opened


def route(url: str = "smtp://127.0.0.1:25", *domains: str, **values: Any) -> dict[str, Any]:
    return {"url": url, "domains": domains or ("gov.example",), "connections": 1, **values}


def test_a_relay_takes_its_domains_and_everything_below_them() -> None:
    near, far = Route(**route("smtp://a", "gov.example")), Route(**route("smtp://b", "mail.gov.example"))
    rules = Rules({"near": near, "far": far}, {"example": 60, "big.example": 300})
    found = [rules.route_of(each) for each in ("gov.example", "x.GOV.example", "mail.gov.example", "notgov.example")]
    assert found == ["near", "near", "far", ""]
    assert [rules.limit_of(each) for each in ("a.big.example", "b.example", "example.org")] == [
        ("big.example", 300),
        ("example", 60),
        None,
    ]


def test_a_relay_that_is_none_is_refused_at_the_start() -> None:
    with pytest.raises(ValidationError):
        Settings(smtp_routes={"x": route("http://example.org")})


async def test_a_slow_relay_slows_only_itself(opened: Opened) -> None:
    async with Sink(Faults(banner_only=True)) as slow, opened(smtp_routes={"gov": route(slow.url)}) as office:
        theirs = [(await office.knows(1, address=f"p{n}@mail.gov.example"))[0] for n in range(5)]
        ours = await office.knows(20)
        event = people_invited(new_id(), [*theirs, *ours])
        await office.hears(event)
        await office.settled(20, within=60, about_id=event.meeting_id, recipient_id={"$in": ours})
        assert await office.states(recipient_id={"$in": theirs}) == ["queued"] * 5
        _recover(slow)
        await office.settled(5, within=60, recipient_id={"$in": theirs})
        assert {mail.recipient for mail in slow.mails} == {f"p{n}@mail.gov.example" for n in range(5)}
        assert (len(slow.mails), len(office.sink.mails)) == (5, 20)
        async with office.running.as_("operator") as client:
            relays = (await client.get("/relays")).json()["items"]
        assert [(each["name"], each["waiting"]) for each in relays] == [("", 0), ("gov", 0)]


async def test_one_relay_is_held_and_the_others_go_on(opened: Opened) -> None:
    async with Sink() as other, opened(smtp_routes={"gov": route(other.url)}) as office:
        async with office.running.as_("operator") as client:
            assert (await client.put("/holds/relay-gov")).status_code == 200
        (theirs,), (ours,) = await office.knows(1, address="p@gov.example"), await office.knows(1)
        await office.hears(people_invited(new_id(), [theirs, ours]))
        await office.settled(1, within=60, recipient_id=ours)
        await office.hears(sign_in_requested(theirs))
        await office.settled(1, within=60, recipient_id=theirs)
        assert await office.states(recipient_id=theirs) == ["queued", "sent"]
        async with office.running.as_("operator") as client:
            assert (await client.delete("/holds/relay-gov")).status_code == 200
        await office.settled(2, within=60, recipient_id=theirs)
        assert len(other.mails) == 2


async def test_a_usual_relay_that_hangs_holds_up_no_letters_for_another(opened: Opened) -> None:
    async with Sink() as other, opened(letters_workers=1, smtp_routes={"gov": route(other.url)}) as office:
        (theirs,), ours = await office.knows(1, address="p@mail.gov.example"), await office.knows(3)
        office.sink.faults = Faults(silent=True)
        await office.hears(people_invited(new_id(), ours[:1]))
        await office.hears(sign_in_requested(ours[0]))
        await until(_connected(office.sink, 2), "every sender of the usual relay waits for a word", within=10)
        event = people_invited(new_id(), [*ours[1:], theirs])
        await office.hears(event)
        await office.hears(sign_in_requested(theirs))
        await office.settled(2, within=15, recipient_id=theirs)
        assert await office.states(recipient_id={"$in": ours}) == ["queued"] * 4
        async with office.running.as_("operator") as client:
            relays = (await client.get("/relays")).json()["items"]
        assert [(each["name"], each["waiting"]) for each in relays] == [("", 2), ("gov", 0)]
        _recover(office.sink)
        await office.settled(4, within=60, recipient_id={"$in": ours})
        assert (len(other.mails), len(office.sink.mails)) == (2, 4)


async def test_a_usual_relay_that_is_held_holds_up_no_letters_for_another(opened: Opened) -> None:
    async with Sink() as other, opened(smtp_routes={"gov": route(other.url)}) as office:
        async with office.running.as_("operator") as client:
            assert (await client.put("/holds/relay-default")).status_code == 200
        (theirs,), (ours,) = await office.knows(1, address="p@gov.example"), await office.knows(1)
        await office.hears(people_invited(new_id(), [theirs, ours]))
        await office.settled(1, within=15, recipient_id=theirs)
        assert await office.states(recipient_id=ours) == ["queued"]
        async with office.running.as_("operator") as client:
            assert (await client.delete("/holds/relay-default")).status_code == 200
        await office.settled(1, within=15, recipient_id=ours)
        assert (len(other.mails), len(office.sink.mails)) == (1, 1)


def _connected(sink: Sink, count: int) -> Callable[[], Awaitable[bool]]:
    async def connected() -> bool:
        return len(sink.connections) >= count

    return connected


def _recover(sink: Sink) -> None:
    sink.faults = Faults()
    for connection in list(sink.connections):
        connection.abort()


async def test_letters_of_a_relay_that_is_no_longer_set_go_by_the_usual_one(opened: Opened) -> None:
    async with opened(background=False) as quiet:
        (person,) = await quiet.knows(1)
        await quiet.hears(people_invited(new_id(), [person]))
        bundles = quiet.running.storage.reader[BUNDLES]
        assert await bundles.update_many({}, {"$set": {"route": "gone"}}) == 1
    async with opened(smtp_routes={"gov": route()}) as office:
        await office.settled(1, within=60, recipient_id=person)


async def test_what_a_destination_does_not_take_now_waits_for_its_turn_and_gets_only_one(opened: Opened) -> None:
    domain = f"d{new_id()[-12:]}.example"
    async with opened(domain_limits={domain: 2}) as office:
        people = [(await office.knows(1, address=f"p{n}@{domain}"))[0] for n in range(12)]
        began = utc_now()
        event = people_invited(new_id(), people)
        await office.hears(event)
        await office.settled(11, "deferred", within=60, about_id=event.meeting_id)
        waiting = await office.letters(about_id=event.meeting_id, state="deferred")
        assert {row["error"]["code"] for row in waiting} == {"domain-limit"}
        assert all(row["due_at"] > began + timedelta(seconds=5) for row in waiting)
        await office.hears(sign_in_requested(people[0]))
        await office.settled(1, within=60, recipient_id=people[0], kind="sign-in-requested")  # not put off
        await _let_time_pass(office)
        await office.settled(12, within=60, about_id=event.meeting_id)
        assert len(office.sink.mails) == 13


async def _let_time_pass(office: Office) -> None:
    bundles = office.running.storage.reader[BUNDLES]

    async def due() -> bool:
        await bundles.update_many({"due_at": {"$gt": utc_now()}}, {"$set": {"due_at": utc_now()}})
        return await bundles.count({}) == 0

    await until(due, "everything that waited was taken", within=30)
