"""Subscribers hear of what they asked for: each of it once, at once or once a week, and of what becomes of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any, get_args

import pytest
import pytest_asyncio

from services.notifications.deliveries.bundles import BUNDLES, LETTERS
from services.notifications.deliveries.domain import OF_REPORTS
from services.notifications.deliveries.jobs import withhold_stopped
from services.notifications.fanouts import actions
from services.notifications.fanouts.store import FANOUTS
from services.notifications.main import create_app
from services.notifications.settings import Settings
from services.notifications.subscribers.digests import gather_reports
from services.notifications.subscribers.store import SUBSCRIBERS
from shared.events.reports import ReportPublished, Theme
from shared.ids import new_id, utc_now
from shared.model import LANGUAGES, Language
from shared.storage import Document
from shared.testing.sink import Sink
from shared.testing.stack import Stack
from tests.notifications.builders import (
    Office,
    address_of,
    report_corrected,
    report_published,
    report_withdrawn,
    subscription_confirmed,
    subscription_ended,
    subscription_requested,
)

THEMES: tuple[Theme, ...] = get_args(Theme)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def readers(stack: Stack) -> AsyncIterator[Office]:
    """A service that writes letters down and sends none, with a database of its own."""
    settings = Settings(**stack.values("notifications", database=f"{stack.prefix}_readers"))
    async with Sink() as sink, stack.running(create_app, settings, background=False) as running:
        yield Office(running, sink)


async def subscribe(office: Office, *themes: Theme, language: Language = "en", **wish: Any) -> str:
    """Make a confirmed subscriber known and return the subscription's id."""
    subscription_id = new_id()
    await office.hears(subscription_requested(subscription_id))
    chosen = themes or ("media-freedom",)
    await office.hears(subscription_confirmed(subscription_id, *chosen, language=language, **wish))
    return subscription_id


async def expand_all(office: Office) -> None:
    """Withhold what is stopped, and write down every letter that fan-outs owe."""
    await withhold_stopped(office.running.context)
    for row in await office.running.storage.reader[FANOUTS].find({"done_at": None}, limit=100):
        while await office.running.storage.transact(actions.expand, row["_id"]):
            pass


async def told(office: Office, event: Any) -> list[str]:
    """Let everybody hear of an event and return who is owed a letter of it, sorted."""
    event_id = await office.hears(event)
    await expand_all(office)
    return sorted(row["recipient_id"] for row in await office.letters(event_id=event_id))


async def collect(office: Office, *recipient_ids: str, due: bool = True) -> None:
    """Let the letters of these wait for a digest, as the sender would; due a moment ago."""
    at = utc_now() + timedelta(seconds=-1 if due else 3600)
    update = {"$set": {"state": "collected", "digest_at": at}, "$unset": {"due_at": "", "bundle": ""}}
    waiting = {"recipient_id": {"$in": list(recipient_ids)}, "state": "queued", "kind": {"$in": sorted(OF_REPORTS)}}
    await office.running.storage.reader[LETTERS].update_many(waiting, update)


async def test_countries_kinds_and_languages_narrow_what_is_told(readers: Office) -> None:
    everything = await subscribe(readers)
    poland = await subscribe(readers, countries=["PL", "LT"])
    books = await subscribe(readers, kinds=["book-of-good-practices"])
    polyglot = await subscribe(readers, language="uk", languages=["uk", "ru", "pl"])
    ukrainian = await subscribe(readers, language="uk")
    ours = {everything, poland, books, polyglot, ukrainian}

    async def heard(event: ReportPublished) -> set[str]:
        return set(await told(readers, event)) & ours

    assert await heard(report_published("media-freedom")) == {everything, polyglot}
    assert await heard(report_published("media-freedom", country="LT")) == {everything, poland, polyglot}
    assert await heard(report_published("media-freedom", languages=["ru"])) == {polyglot}
    book = report_published(languages=["en"], kind="book-of-good-practices")
    assert await heard(book) == {everything, books}  # on no theme at all: for whoever wants its kind


async def test_ten_thousand_subscribers_get_one_letter_each_whatever_matches(stack: Stack) -> None:
    settings = Settings(**stack.values("notifications", database=f"{stack.prefix}_crowd"))
    async with Sink() as sink, stack.running(create_app, settings, background=False) as running:
        crowd, rows = Office(running, sink), subscribers(10_000)
        await running.storage.reader[SUBSCRIBERS].insert_many(rows, ordered=False)
        event = report_published("media-freedom", "freedom-of-assembly", languages=["en", "be", "uk"])
        heard = await told(crowd, event)
        letters = await running.storage.reader[LETTERS].find({}, limit=20_000, projection={"language": 1})
    wanted = {"media-freedom", "freedom-of-assembly"}
    matching = [row for row in rows if wanted & set(row["themes"]) and row["language"] in ("en", "be", "uk")]
    assert heard == sorted(row["_id"] for row in matching)
    assert 3_000 < len(heard) < 6_000
    assert sum(wanted <= set(row["themes"]) for row in matching) > 500  # for whom two themes match
    assert {row["language"] for row in letters} == {"en", "be", "uk"}


def subscribers(count: int) -> list[Document]:
    """Return subscribers of every combination of themes, in five languages."""
    return [
        {
            "_id": new_id(),
            "revision": 2,
            "themes": [theme for place, theme in enumerate(THEMES) if (number % 63 + 1) >> place & 1],
            "language": LANGUAGES[number % 5],
            "languages": [LANGUAGES[number % 5]],
            "countries": [[], ["BY"], ["BY", "PL"]][number % 3],
            "kinds": [],
            "ended": False,
        }
        for number in range(count)
    ]


async def test_a_correction_is_told_to_whoever_was_told_of_the_report(readers: Office) -> None:
    stays, changes, leaves, returns = [await subscribe(readers, "freedom-of-assembly") for _ in range(4)]
    event = report_published("freedom-of-assembly")
    assert set(await told(readers, event)) >= {stays, changes, leaves, returns}
    await readers.running.storage.reader[LETTERS].update_many({"kind": "report-published"}, {"$set": {"state": "sent"}})
    late = await subscribe(readers, "freedom-of-assembly")
    anew = await subscribe(readers, "media-freedom")
    await readers.hears(subscription_confirmed(changes, "economic-liberalisation", language="ru", revision=3))
    await readers.hears(subscription_ended(leaves))
    await readers.hears(subscription_ended(returns, replaced_by=anew))
    heard = await told(readers, report_corrected(event))
    assert {each: each in heard for each in (stays, changes, leaves, returns, late, anew)} == {
        stays: True, changes: True, leaves: False, returns: False, late: False, anew: True,
    }  # fmt: skip
    assert len(heard) == len(set(heard))
    assert (await readers.letter(recipient_id=changes, kind="report-corrected"))["language"] == "ru"


async def test_a_translation_is_told_to_those_who_could_not_read_the_report_before(readers: Office) -> None:
    english = await subscribe(readers, "political-persecution")
    both = await subscribe(readers, "political-persecution", languages=["en", "uk"])
    ukrainian = await subscribe(readers, "political-persecution", language="uk")
    ours = {english, both, ukrainian}
    first = report_published("political-persecution", languages=["en"], new_languages=["en"])
    assert set(await told(readers, first)) & ours == {english, both}
    same: dict[str, Any] = {"report_id": first.report_id, "languages": ["en", "uk"]}
    again = report_published("political-persecution", edition=2, revision=2, new_languages=["uk"], **same)
    assert set(await told(readers, again)) & ours == {ukrainian}
    anew = report_published("political-persecution", edition=3, revision=3, **same)
    assert set(await told(readers, anew)) & ours == ours


async def test_a_correction_waits_until_everybody_was_told_of_the_report(
    readers: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    told_of = {await subscribe(readers, "political-persecution") for _ in range(3)}
    event = report_published("political-persecution")
    published = await readers.hears(event)
    corrected = await readers.hears(report_corrected(event))
    storage = readers.running.storage
    monkeypatch.setattr(actions, "CHUNK", len(told_of) - 1)  # another replica has told some, and is slow
    assert await storage.transact(actions.expand, published)
    assert not await storage.transact(actions.expand, corrected)
    assert await readers.letters(event_id=corrected) == []
    while await storage.transact(actions.expand, published):
        pass
    while await storage.transact(actions.expand, corrected):
        pass
    assert {row["recipient_id"] for row in await readers.letters(event_id=corrected)} >= told_of


async def test_nobody_hears_of_a_withdrawal_before_it_is_known_who_was_told(readers: Office) -> None:
    await subscribe(readers, "political-persecution")
    event = report_published("political-persecution")
    await told(readers, event)
    withdrawn = await readers.hears(report_withdrawn(event))
    storage = readers.running.storage
    assert not await storage.transact(actions.expand, withdrawn)
    row = await storage.reader[FANOUTS].find_one({"_id": withdrawn})
    assert row is not None
    assert row["done_at"] is None
    await expand_all(readers)
    assert await readers.letters(event_id=withdrawn) == []


async def test_nobody_hears_of_what_is_withdrawn_but_those_who_had_heard(readers: Office) -> None:
    sent, waits = await subscribe(readers), await subscribe(readers, frequency="weekly")
    event = report_published("media-freedom")
    await told(readers, event)
    await collect(readers, waits)
    await readers.running.storage.reader[LETTERS].update_many({"recipient_id": sent}, {"$set": {"state": "sent"}})
    heard = set(await told(readers, report_withdrawn(event)))
    assert (sent in heard, waits in heard) == (True, False)
    letter = await readers.letter(recipient_id=waits, about_id=event.report_id)
    assert (letter["state"], letter["error"]["code"]) == ("suppressed", "report-withdrawn")


async def test_news_that_arrives_after_the_withdrawal_is_not_told(readers: Office) -> None:
    event = report_published("media-freedom")
    await readers.hears(report_withdrawn(event))
    assert await told(readers, event) == []
    assert await told(readers, report_corrected(event)) == []


async def test_whoever_waits_for_the_same_gets_the_same_letter_once(readers: Office) -> None:
    reader = readers.running.storage.reader
    for name in (SUBSCRIBERS, LETTERS, BUNDLES):
        await reader[name].delete_many({})
    two = [await subscribe(readers, frequency="weekly") for _ in range(3)]
    one = await subscribe(readers, "freedom-of-assembly", frequency="weekly")
    polish = await subscribe(readers, language="pl", frequency="weekly")
    events = [report_published("media-freedom", title="First"), report_published("media-freedom", title="Second")]
    events.append(report_published("freedom-of-assembly", title="Third"))
    for event in [*events, report_corrected(events[1])]:
        await told(readers, event)
    await collect(readers, *two, one, polish)
    await asyncio.gather(*(gather_reports(readers.running.context) for _ in range(5)))
    digests = await readers.letters(kind="reports-digest")
    assert sorted(row["recipient_id"] for row in digests) == sorted([*two, one, polish])
    told_of = {row["recipient_id"]: await items(readers, row) for row in digests}
    assert told_of[two[0]] == told_of[two[2]] == ["New report: First", "New report: Second"]
    assert told_of[one] == ["New report: Third"]
    assert told_of[polish] == ["Nowy raport: First", "Nowy raport: Second"]
    assert len({row["event_id"] for row in digests if row["recipient_id"] in two}) == 1
    assert await readers.states(state="collected") == []


async def items(office: Office, letter: Document) -> Sequence[str]:
    row = await office.running.storage.reader["facts"].find_one({"_id": letter["event_id"]})
    assert row is not None
    return [each["subject"] for each in row["facts"]["items"]]


async def test_a_weekly_letter_goes_out_once_with_its_own_links(office: Office) -> None:
    weekly, at_once = await subscribe(office, frequency="weekly"), await subscribe(office)
    event = report_published("media-freedom")
    await office.hears(event)
    await office.settled(1, "collected", within=60, recipient_id=weekly)
    await office.settled(1, within=60, recipient_id=at_once, kind="report-published")
    past = {"$set": {"digest_at": utc_now() - timedelta(seconds=1)}}
    await office.running.storage.reader[LETTERS].update_many({"recipient_id": weekly}, past)
    await gather_reports(office.running.context)
    await office.settled(1, within=60, recipient_id=weekly, kind="reports-digest")
    (mail,) = [each for each in office.sink.to(address_of(weekly)) if "This week: 1 report" in each.message["Subject"]]
    assert f"/reports/{event.report_id}" in mail.text()
    assert "/subscription" in mail.text().partition("/preferences/")[2].split()[0]
    assert mail.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len([each for each in office.sink.to(address_of(at_once)) if "New report" in each.message["Subject"]]) == 1


async def test_whoever_wants_to_hear_at_once_again_hears_what_waited(readers: Office) -> None:
    subscription_id = await subscribe(readers, frequency="weekly")
    await told(readers, report_published("media-freedom"))
    await collect(readers, subscription_id, due=False)
    await readers.hears(subscription_confirmed(subscription_id, "media-freedom", frequency="now", revision=3))
    letter = await readers.letter(recipient_id=subscription_id, kind="report-published")
    assert (letter["state"], letter["due_at"] <= utc_now()) == ("queued", True)
