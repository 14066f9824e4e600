"""Subscribing: the same answer for every address, nothing confirmed without its owner, ended in one press."""

import json
from datetime import timedelta
from typing import Any

from services.reports.subscriptions import store
from services.reports.subscriptions.jobs import expire_unconfirmed
from shared.ids import new_id, utc_now
from shared.links import Purpose
from shared.testing.stack import Running, Stack

WISH = {"themes": ["media-freedom", "freedom-of-assembly"], "language": "uk"}


def an_address() -> str:
    return f"reader-{new_id()}@example.org"


async def ask(reports: Running, address: str, **changes: Any) -> Any:
    async with reports.as_() as caller:
        return await caller.post("/subscriptions", json={"address": address, **WISH, **changes})


async def requested(reports: Running, address: str) -> list[Any]:
    events = [each["event"] for each in await reports.published("subscription-requested")]
    return [event for event in events if event.contact.address == address]


async def told(reports: Running, subscription_id: str) -> list[str]:
    return [each["type"] for each in await reports.published() if each["subject"] == subscription_id]


async def call(stack: Stack, reports: Running, purpose: Purpose, subject: str, request: str) -> Any:
    token = stack.links.sign(purpose, subject, expires_at=utc_now() + timedelta(days=1))
    async with reports.bearing(token) as holder:
        return await holder.request(*request.split())


async def confirm(stack: Stack, reports: Running, subscription_id: str) -> Any:
    return await call(stack, reports, "subscription", subscription_id, "POST /subscription/confirmation")


async def end(stack: Stack, reports: Running, subscription_id: str) -> Any:
    return await call(stack, reports, "unsubscribe", subscription_id, "POST /subscription/ending")


async def test_known_and_unknown_addresses_get_the_same_answer(stack: Stack, reports: Running) -> None:
    address = an_address()
    first = await ask(reports, address)
    waiting = await ask(reports, address)
    (event,) = await requested(reports, address)
    await confirm(stack, reports, event.subscription_id)
    known = await ask(reports, address)
    assert [each.status_code for each in (first, waiting, known)] == [202] * 3
    assert {each.text for each in (first, waiting, known)} == {first.text}
    assert {tuple(sorted(each.headers.items())) for each in (first, waiting, known)} == {
        tuple(sorted(first.headers.items()))
    }


async def test_the_address_is_nowhere_in_the_database_of_reports(reports: Running) -> None:
    address = an_address()
    await ask(reports, address)
    names = await reports.storage.database.list_collection_names()
    for name in names:
        rows = await reports.storage.reader[name].find({}, limit=10_000)
        assert [row for row in rows if address.split("@")[0] in json.dumps(row, default=repr)] == [], name


async def test_one_letter_is_ordered_however_often_somebody_asks_at_once(reports: Running) -> None:
    address = an_address()
    for spelling in (address, address.upper(), f" {address} "):
        await ask(reports, spelling)
    assert len(await requested(reports, address)) == 1


async def test_an_address_that_is_asked_for_too_often_is_left_in_peace(reports: Running) -> None:
    address = an_address()
    answers = [await ask(reports, address) for _ in range(6)]
    assert [each.status_code for each in answers] == [202] * 5 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_the_link_shows_and_confirms_and_looking_changes_nothing(stack: Stack, reports: Running) -> None:
    address = an_address()
    await ask(reports, address)
    (event,) = await requested(reports, address)
    for _ in range(2):
        shown = await call(stack, reports, "subscription", event.subscription_id, "GET /subscription")
        assert (shown.json()["state"], shown.json()["themes"]) == ("requested", WISH["themes"])
    assert shown.headers["cache-control"] == "no-store"
    answers = [await confirm(stack, reports, event.subscription_id) for _ in range(2)]
    assert [(each.status_code, each.json()["state"]) for each in answers] == [(200, "confirmed")] * 2
    assert await told(reports, event.subscription_id) == ["subscription-requested", "subscription-confirmed"]


async def test_a_new_wish_replaces_a_confirmed_one_only_once_its_owner_confirms(stack: Stack, reports: Running) -> None:
    address = an_address()
    await ask(reports, address)
    (old,) = await requested(reports, address)
    await confirm(stack, reports, old.subscription_id)
    await ask(reports, address, themes=["economic-liberalisation"])
    _, new = await requested(reports, address)
    before = await told(reports, old.subscription_id)
    await confirm(stack, reports, new.subscription_id)
    assert before == ["subscription-requested", "subscription-confirmed"]
    assert await told(reports, old.subscription_id) == [*before, "subscription-ended"]
    assert await told(reports, new.subscription_id) == before


async def test_ending_takes_one_press_and_a_second_is_no_harm(stack: Stack, reports: Running) -> None:
    address = an_address()
    await ask(reports, address)
    (event,) = await requested(reports, address)
    await confirm(stack, reports, event.subscription_id)
    shown = await call(stack, reports, "unsubscribe", event.subscription_id, "GET /subscription/ending")
    answers = [await end(stack, reports, event.subscription_id) for _ in range(2)]
    assert shown.json()["state"] == "confirmed"
    assert [(each.status_code, each.json()["state"]) for each in answers] == [(200, "ended")] * 2
    assert (await told(reports, event.subscription_id))[2:] == ["subscription-ended"]
    row = await reports.storage.reader["subscriptions"].find_one({"_id": event.subscription_id}) or {}
    assert row["address_index"] is None


async def test_ending_what_is_long_forgotten_is_no_harm(stack: Stack, reports: Running) -> None:
    assert (await end(stack, reports, new_id())).json()["state"] == "ended"


async def test_an_ended_address_may_subscribe_again(stack: Stack, reports: Running) -> None:
    address = an_address()
    await ask(reports, address)
    (old,) = await requested(reports, address)
    await end(stack, reports, old.subscription_id)
    await ask(reports, address)
    _, new = await requested(reports, address)
    assert (await confirm(stack, reports, new.subscription_id)).json()["state"] == "confirmed"
    assert (await confirm(stack, reports, old.subscription_id)).json()["code"] == "subscription-ended"


async def test_a_link_for_one_purpose_is_not_good_for_another(stack: Stack, reports: Running) -> None:
    address = an_address()
    await ask(reports, address)
    (event,) = await requested(reports, address)
    subject = event.subscription_id
    answers = [
        await call(stack, reports, "unsubscribe", subject, "POST /subscription/confirmation"),
        await call(stack, reports, "subscription", subject, "POST /subscription/ending"),
        await call(stack, reports, "answer", subject, "GET /subscription"),
    ]
    async with reports.as_("coordinator") as coordinator:
        answers.append(await coordinator.post("/subscription/confirmation"))
    assert [each.status_code for each in answers] == [401] * 4
    assert await told(reports, subject) == ["subscription-requested"]


async def test_what_nobody_confirmed_is_forgotten_after_a_week(reports: Running) -> None:
    kept, lost = an_address(), an_address()
    for address in (kept, lost):
        await ask(reports, address)
    (waiting,), (expired,) = await requested(reports, kept), await requested(reports, lost)
    await reports.storage.reader["subscriptions"].update_one(
        {"_id": expired.subscription_id}, {"$set": {"expires_at": utc_now() - timedelta(seconds=1)}}
    )
    await expire_unconfirmed(reports.context)
    await expire_unconfirmed(reports.context)
    assert await told(reports, expired.subscription_id) == ["subscription-requested", "subscription-ended"]
    assert await told(reports, waiting.subscription_id) == ["subscription-requested"]
    assert await store.expired_ids(reports.storage.reader, now=utc_now(), limit=10) == []


async def confirmed(stack: Stack, reports: Running, **wish: Any) -> str:
    """Return a subscription that its owner has confirmed."""
    address = an_address()
    assert (await ask(reports, address, **wish)).status_code == 202
    (event,) = await requested(reports, address)
    await confirm(stack, reports, event.subscription_id)
    return str(event.subscription_id)


async def test_the_owner_changes_the_wish_by_the_link_in_every_letter(stack: Stack, reports: Running) -> None:
    subscription_id = await confirmed(stack, reports, countries=["BY"], frequency="weekly")
    token = stack.links.sign("preferences", subscription_id, expires_at=utc_now() + timedelta(days=1))
    other = {"themes": ["media-freedom"], "language": "pl", "languages": ["pl", "en"], "kinds": ["briefing"]}
    async with reports.bearing(token) as owner:
        shown = await owner.get("/subscription/own")
        blind = await owner.put("/subscription/own", json=other)
        answers = [
            await owner.put("/subscription/own", json=other, headers={"If-Match": shown.headers["etag"]})
            for _ in range(2)
        ]
        stale = await owner.put("/subscription/own", json=WISH, headers={"If-Match": shown.headers["etag"]})
    assert (shown.json()["countries"], shown.json()["frequency"]) == (["BY"], "weekly")
    assert [each.status_code for each in (blind, *answers, stale)] == [428, 200, 200, 412]
    assert answers[1].json() == {
        "state": "confirmed", "revision": 3, **other, "countries": [], "frequency": "now", "expires_at": None,
    }  # fmt: skip
    assert (await told(reports, subscription_id))[1:] == ["subscription-confirmed"] * 2


async def test_the_owner_ends_the_subscription_by_that_link_and_people_have_none(
    stack: Stack, reports: Running
) -> None:
    subscription_id = await confirmed(stack, reports)
    ended = await call(stack, reports, "preferences", subscription_id, "DELETE /subscription/own")
    shown = await call(stack, reports, "preferences", subscription_id, "GET /subscription/own")
    person = await call(stack, reports, "preferences", new_id(), "GET /subscription/own")
    assert [(each.status_code, each.json().get("state")) for each in (ended, shown, person)] == [
        (200, "ended"), (200, "ended"), (404, None),
    ]  # fmt: skip


async def test_what_is_replaced_names_what_replaces_it(stack: Stack, reports: Running) -> None:
    address = an_address()
    for _ in range(2):
        await ask(reports, address)
        event = (await requested(reports, address))[-1]
        await confirm(stack, reports, event.subscription_id)
    ends = [each["event"] for each in await reports.published("subscription-ended")]
    assert ends[-1].replaced_by == event.subscription_id
