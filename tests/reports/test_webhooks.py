"""Systems that subscribe: called once they have shown that they want it, signed, in bounds, and not for ever."""

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from prometheus_client import REGISTRY

from services.reports.consumers import consumer
from services.reports.webhooks import actions, domain, jobs, store
from services.reports.webhooks.domain import AGAIN, DISABLED_AFTER, PING, RegisterWebhook, Webhook
from services.reports.webhooks.store import MESSAGES, SECRETS
from shared.calls import Call
from shared.events.registry import PersonErased, PersonRegistered
from shared.events.reports import ReportNotice, ReportPublished, ReportWithdrawn
from shared.ids import new_id, utc_now
from shared.outside import Outside
from shared.testing.stack import Running
from tests.receiver import Receiver, answering, receiving
from tests.reports.builders import NOW
from tests.reports.builders import published as published_report
from tests.reports.writers import told

COORDINATOR = new_id()
TOO_LATE = {"TimeoutError", "ConnectTimeout", "ReadTimeout"}


@pytest.fixture(autouse=True)
def any_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``localhost`` be called, the only name that the receiver's certificate has."""
    for module in ("shared.outside", "services.reports.webhooks.actions"):
        monkeypatch.setattr(f"{module}.check_url", lambda url: url)


@pytest_asyncio.fixture(loop_scope="session")
async def receiver(tmp_path: Path) -> AsyncIterator[tuple[Receiver, Outside]]:
    """A receiver that shows itself, and a way out that leads to it."""
    async with receiving(tmp_path) as (receiver, outside):
        receiver.echo = True
        yield receiver, outside


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def none_before(reports: Running) -> None:
    """Forget the webhooks of the tests before."""
    for name in ("webhooks", SECRETS, MESSAGES):
        await reports.storage.reader[name].delete_many({})


async def register(reports: Running, url: str, **wanted: Any) -> dict[str, Any]:
    async with reports.as_("coordinator", person_id=COORDINATOR) as coordinator:
        answer = await coordinator.post("/webhooks", json={"label": "Library of Minsk", "url": url, **wanted})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def shown(reports: Running, webhook_id: str, what: str = "") -> dict[str, Any]:
    async with reports.as_("coordinator") as coordinator:
        found: dict[str, Any] = (await coordinator.get(f"/webhooks/{webhook_id}{what}")).json()
    return found


def published(**values: Any) -> ReportPublished:
    facts: dict[str, Any] = {"themes": ["media-freedom"], "languages": ["en", "be"], "country": "BY", **values}
    notice = ReportNotice(title={"en": "Monitoring report"}, summary={"en": "What was found."})
    return ReportPublished(report_id=new_id(), edition=1, published_at=NOW, notice=notice, revision=2, **facts)


async def make_due(reports: Running) -> None:
    """Let time pass until whatever waits is due."""
    waiting = {"due_at": {"$exists": True}}
    await reports.storage.reader[MESSAGES].update_many(waiting, {"$set": {"due_at": utc_now()}})


def genuine(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Verify a call as a receiver's library does: written anew here, after standardwebhooks.com."""
    key = base64.b64decode(secret.split("_", 1)[1])
    signed = headers["webhook-id"].encode() + b"." + headers["webhook-timestamp"].encode() + b"." + body
    expected = base64.b64encode(hmac.digest(key, signed, sha256)).decode()
    fresh = abs(int(headers["webhook-timestamp"]) - utc_now().timestamp()) < 300
    return fresh and any(hmac.compare_digest(f"v1,{expected}", each) for each in headers["webhook-signature"].split())


async def test_a_webhook_that_answers_the_challenge_is_told_of_reports_with_a_signature(
    reports: Running, receiver: tuple[Receiver, Outside]
) -> None:
    kept, outside = receiver
    registered = await register(reports, kept.url, themes=["media-freedom"])
    assert (registered["state"], registered["host"]) == ("unverified", "localhost")
    await jobs.call_webhooks(reports.context, outside)
    assert (await shown(reports, registered["id"]))["state"] == "active"
    event = published()
    event_id = await reports.deliver(consumer, event)
    await reports.deliver(consumer, event, event_id=event_id)
    await reports.deliver(consumer, published(themes=["economic-liberalisation"]))
    await jobs.call_webhooks(reports.context, outside)
    ping, news = kept.asked
    assert [genuine(registered["secret"], headers, body) for _, headers, body in (ping, news)] == [True, True]
    assert not genuine(registered["secret"], news[1], news[2] + b" ")
    told = json.loads(news[2])
    assert (told["type"], told["data"]["title"]) == ("report-published", {"en": "Monitoring report"})
    assert told["data"]["url"] == {
        "en": f"http://127.0.0.1:8080/en/reports/{event.report_id}",
        "be": f"http://127.0.0.1:8080/be/reports/{event.report_id}",
    }
    assert [each["state"] for each in (await shown(reports, registered["id"], "/messages"))["items"]] == ["taken"] * 2


async def test_whoever_does_not_answer_the_challenge_is_told_nothing(
    reports: Running, receiver: tuple[Receiver, Outside]
) -> None:
    kept, outside = receiver
    kept.echo = False
    registered = await register(reports, kept.url)
    for _ in range(5):
        await make_due(reports)
        await jobs.call_webhooks(reports.context, outside)
    await reports.deliver(consumer, published())
    await jobs.call_webhooks(reports.context, outside)
    found = await shown(reports, registered["id"])
    assert (found["state"], found["trouble"], len(kept.asked)) == ("unverified", "challenge-not-answered", 4)


async def active(reports: Running, receiver: tuple[Receiver, Outside]) -> str:
    registered = await register(reports, receiver[0].url)
    await jobs.call_webhooks(reports.context, receiver[1])
    receiver[0].asked.clear()
    return str(registered["id"])


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "500"),
        (b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1/\r\nContent-Length: 0\r\n\r\n", "302"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "RemoteProtocolError"),
    ],
    ids=["fails", "redirects inside", "breaks off"],
)
async def test_a_message_that_is_not_taken_is_tried_again_as_the_same_and_then_taken(
    reports: Running, receiver: tuple[Receiver, Outside], answer: bytes, code: str
) -> None:
    kept, outside = receiver
    webhook_id = await active(reports, receiver)
    kept.echo, kept.answer = False, answer
    for _ in range(2):
        await reports.deliver(consumer, published())
    await jobs.call_webhooks(reports.context, outside)
    second, first = (await shown(reports, webhook_id, "/messages"))["items"][:2]
    assert (first["state"], first["code"], first["attempts"]) == ("waiting", code, 1)
    assert (second["attempts"], second["due_at"]) == (0, first["due_at"])  # whoever fails is left alone for a while
    assert len(kept.asked) == 1
    kept.echo = True
    await make_due(reports)
    await jobs.call_webhooks(reports.context, outside)
    ids = [headers["webhook-id"] for _, headers, _ in kept.asked]
    assert (ids[0], len(ids), len(set(ids)), kept.asked[0][2]) == (ids[1], 3, 2, kept.asked[1][2])
    found = await shown(reports, webhook_id)
    assert (found["state"], found["trouble"], found["failing_since"]) == ("active", None, None)


async def test_what_waits_to_be_told_of_a_report_is_told_no_more_once_it_is_withdrawn(
    reports: Running, receiver: tuple[Receiver, Outside]
) -> None:
    kept, outside = receiver
    webhook_id = await active(reports, receiver)
    report = await published_report(reports)
    (news,) = await told(reports, "report-published", report["id"])
    kept.echo, kept.answer = False, b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n"
    await reports.deliver(consumer, news)
    claimed = await store.claim(reports.storage.reader, webhook_id, now=utc_now())
    assert claimed is not None
    async with reports.as_("editor") as editor:
        reason = {"reason": {"en": "Somebody is in danger."}}
        assert (await editor.post(f"/reports/{report['id']}/withdrawal", json=reason)).status_code == 200
    await reports.storage.transact(actions.refuse, claimed, "503")  # it was on its way when the report was withdrawn
    await reports.deliver(consumer, news)  # and may be heard of late
    await reports.deliver(consumer, *await told(reports, "report-withdrawn", report["id"]))
    kept.echo = True
    await make_due(reports)
    await jobs.call_webhooks(reports.context, outside)
    assert [json.loads(body)["type"] for _, _, body in kept.asked] == ["report-withdrawn"]
    assert b"Second paragraph" not in kept.asked[0][2]
    rows = await reports.storage.reader[MESSAGES].find({"type": "report-published"}, limit=10)
    assert [(row["code"], row["data"]) for row in rows] == [("report-withdrawn", {})]


async def test_a_webhook_that_stalls_is_waited_for_in_bounds(
    reports: Running, receiver: tuple[Receiver, Outside], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, outside = receiver
    webhook_id = await active(reports, receiver)
    monkeypatch.setattr("shared.outside.SECONDS", 0.5)
    kept.stalls_at = 1
    await reports.deliver(consumer, published())
    await jobs.call_webhooks(reports.context, outside)
    newest = (await shown(reports, webhook_id, "/messages"))["items"][0]
    assert (newest["state"], newest["code"] in TOO_LATE) == ("waiting", True)


async def test_a_webhook_that_stalls_holds_up_no_other(reports: Running, receiver: tuple[Receiver, Outside]) -> None:
    webhooks = [await active(reports, receiver) for _ in range(2)]
    other, calls = asyncio.Event(), 0

    class FirstWaitsForSecond(Outside):
        async def call(self, call: Call) -> bytes:
            nonlocal calls
            calls += 1
            if calls == 1:
                await asyncio.wait_for(other.wait(), 30)
            other.set()
            return b""

    await reports.deliver(consumer, published())
    await jobs.call_webhooks(reports.context, FirstWaitsForSecond())
    newest = [(await shown(reports, each, "/messages"))["items"][0] for each in webhooks]
    assert [each["state"] for each in newest] == ["taken", "taken"]


async def test_a_name_that_leads_inside_is_never_called(reports: Running, receiver: tuple[Receiver, Outside]) -> None:
    kept, _ = receiver
    webhook_id = await active(reports, receiver)
    await reports.deliver(consumer, published())
    await jobs.call_webhooks(reports.context, Outside(resolve=answering("169.254.169.254")))
    newest = (await shown(reports, webhook_id, "/messages"))["items"][0]
    assert (newest["code"], kept.asked) == ("address-not-allowed", [])


async def test_what_fails_for_days_is_disabled_and_wakes_up_when_it_is_verified_again(
    reports: Running, receiver: tuple[Receiver, Outside]
) -> None:
    kept, outside = receiver
    known = PersonRegistered(person_id=COORDINATOR, revision=1, roles=["coordinator"], organisation_ids=[])
    await reports.deliver(consumer, known)
    webhook_id = await active(reports, receiver)
    kept.echo, kept.answer = False, b"HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n"
    await reports.deliver(consumer, published())
    before = REGISTRY.get_sample_value("zgoda_webhooks_given_up_total") or 0
    for _ in range(len(AGAIN) + 1):
        long_ago = {"$set": {"failing_since": utc_now() - DISABLED_AFTER}}
        await reports.storage.reader["webhooks"].update_many({"failing_since": {"$type": "date"}}, long_ago)
        await make_due(reports)
        await jobs.call_webhooks(reports.context, outside)
    await reports.deliver(consumer, published())
    await jobs.call_webhooks(reports.context, outside)
    assert ((await shown(reports, webhook_id))["state"], len(kept.asked)) == ("disabled", len(AGAIN) + 1)
    assert REGISTRY.get_sample_value("zgoda_webhooks_given_up_total") == before + 1
    (news,) = [each["event"] for each in await reports.published("webhook-disabled") if each["subject"] == webhook_id]
    assert (news.person_ids, news.code, news.notice.label) == ([COORDINATOR], "503", "Library of Minsk")
    kept.echo = True
    async with reports.as_("coordinator") as coordinator:
        assert (await coordinator.post(f"/webhooks/{webhook_id}/verification")).status_code == 202
    await jobs.call_webhooks(reports.context, outside)
    assert (await shown(reports, webhook_id))["state"] == "active"


async def test_a_removed_webhook_leaves_no_address_and_an_erased_person_no_trace(reports: Running) -> None:
    person_id = new_id()
    async with reports.as_("coordinator", person_id=person_id) as coordinator:
        kept = (await coordinator.post("/webhooks", json={"label": "A", "url": "https://a.example/planted"})).json()
        gone = (await coordinator.post("/webhooks", json={"label": "B", "url": "https://b.example/planted"})).json()
        assert (await coordinator.delete(f"/webhooks/{gone['id']}")).status_code == 204
    await reports.deliver(consumer, PersonErased(person_id=person_id, revision=2))
    reader = reports.storage.reader
    rows = [row for name in ("webhooks", SECRETS, MESSAGES) for row in await reader[name].find({}, limit=100)]
    assert ("planted" in repr(rows), person_id in repr(rows), gone["id"] in repr(rows)) == (False, False, False)
    assert kept["id"] in repr(rows)


def a_webhook(**values: Any) -> Webhook:
    command = RegisterWebhook(label="A", url="https://a.example/x", **values)
    made = domain.register(command, host="a.example", now=NOW, by=new_id())
    return domain.take(made, PING, now=NOW).webhook


def test_a_webhook_is_told_of_what_it_wants() -> None:
    events = [
        published(),
        published(country="PL"),
        published(kind="briefing"),
        published(languages=["uk"]),
        published(themes=[]),
    ]
    wanted = {
        "all": a_webhook(),
        "country": a_webhook(countries=("PL",)),
        "kind": a_webhook(kinds=("monitoring-report",), themes=("media-freedom",)),
        "language": a_webhook(languages=("uk", "ru")),
    }
    assert {name: [domain.wants(each, event) for event in events] for name, each in wanted.items()} == {
        "all": [True] * 5,
        "country": [False, True, False, False, False],
        "kind": [True, True, False, True, True],
        "language": [False, False, False, True, False],
    }


def test_a_message_is_tried_later_and_later_and_a_receiver_that_is_gone_at_once_no_more() -> None:
    webhook = a_webhook()
    tried = [domain.refuse(webhook, "report-published", "500", attempts=each, now=NOW) for each in range(1, 10)]
    assert [each.due_at for each in tried] == [*(NOW + each for each in AGAIN), None]
    assert {each.webhook.state for each in tried} == {"active"}  # it has failed for no time at all
    gone = domain.refuse(webhook, "report-published", "410", attempts=1, now=NOW)
    assert (gone.due_at, gone.webhook.state) == (None, "disabled")


def test_a_withdrawal_says_why_and_the_same_message_is_the_same_bytes() -> None:
    notice = ReportNotice(title={"en": "Report"}, reason={"en": "Somebody is in danger."})
    event = ReportWithdrawn(
        report_id=new_id(), edition=1, themes=[], languages=["en"], country="BY", withdrawn_at=NOW, notice=notice,
        revision=3,
    )  # fmt: skip
    made = [domain.body(event.name, domain.facts(event), at=NOW, portal_url="https://z.example/") for _ in range(2)]
    assert made[0] == made[1]
    assert json.loads(made[0])["data"]["reason"] == {"en": "Somebody is in danger."}
