"""What is done about webhooks in a transaction: registering them, owing them messages, and what became of one."""

import secrets
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from services.reports.reports import store as reports
from services.reports.webhooks import domain, store
from services.reports.webhooks.domain import PING, Destination, News, RegisterWebhook, Webhook
from services.reports.writing import people
from shared import webhooks
from shared.calls import check_url
from shared.events.reports import ReportWithdrawn
from shared.ids import Id, new_id, utc_now
from shared.problems import Conflict
from shared.storage import Document, Tx

AT_MOST = 100  # webhooks: each is called for every report
CHALLENGE_BYTES = 24


async def register_webhook(tx: Tx, command: RegisterWebhook, *, by: Id) -> tuple[Webhook, str]:
    """Keep a webhook and ask whether it wants to be called; return it and its secret, which is told this once.

    Raises `Invalid` (``url-not-allowed``) and `Conflict` (``too-many-webhooks``).
    """
    url = check_url(command.url)
    if await store.count(tx) >= AT_MOST:
        raise Conflict("too-many-webhooks", "There are as many webhooks as can be called: remove one first.")
    secret = webhooks.new_secret()
    webhook = domain.register(command, host=urlsplit(url).hostname or "", now=utc_now(), by=by)
    await store.add(tx, webhook, Destination(url=url, secret=secret))
    await _ask(tx, webhook)
    return webhook, secret


async def verify_webhook(tx: Tx, webhook_id: Id) -> Webhook:
    """Ask once more whether a webhook wants to be called: one that was disabled too."""
    webhook = await store.WEBHOOKS.get(tx, webhook_id)
    await store.drop(tx, webhook_id, code="asked-anew")
    if webhook.state == "disabled":
        webhook = webhook.evolve(state="unverified")
        await store.WEBHOOKS.put(tx, webhook)
    await _ask(tx, webhook)
    return webhook


async def remove_webhook(tx: Tx, webhook_id: Id) -> None:
    """Call a webhook no more.  Raises `NotFound`."""
    await store.WEBHOOKS.get(tx, webhook_id)
    await store.remove(tx, webhook_id)


async def tell_webhooks(tx: Tx, news: News) -> None:
    """Owe one message to each webhook that wants it; of an edition that was withdrawn meanwhile nothing is told."""
    if news.name != ReportWithdrawn.name and await _is_withdrawn(tx, news.report_id, news.edition):
        return
    wanting = [each for each in await store.active(tx, limit=AT_MOST) if domain.wants(each, news)]
    await store.owe(tx, [_message(each.id, news.name, domain.facts(news)) for each in wanting])


async def forget_report(tx: Tx, report_id: str) -> None:
    """Send nothing more of what waits to be told of a report, whose words must not be spread any further."""
    await store.drop_report(tx, report_id, code="report-withdrawn")


async def take(tx: Tx, message: Document) -> None:
    """Write down that a webhook took a message."""
    webhook = await store.WEBHOOKS.find(tx, message["webhook_id"])
    if webhook is None:
        return
    settled = domain.take(webhook, message["type"], now=utc_now())
    await store.WEBHOOKS.put(tx, settled.webhook)
    await store.settle(tx, message["_id"], code="taken", now=utc_now(), due_at=None)


async def refuse(tx: Tx, message: Document, code: str) -> bool:
    """Write down that a webhook did not take a message; whatever else waits for it waits too.

    Return whether it is given up for that.
    """
    webhook = await store.WEBHOOKS.find(tx, message["webhook_id"])
    if webhook is None:  # removed while it was being called
        await store.drop(tx, message["webhook_id"], code="webhook-removed")
        return False
    now = utc_now()
    settled = domain.refuse(webhook, message["type"], code, attempts=message["attempts"], now=now)
    await store.WEBHOOKS.put(tx, settled.webhook)
    await store.settle(tx, message["_id"], code=code, now=now, due_at=settled.due_at)
    given_up = settled.webhook.state == "disabled" and webhook.state != "disabled"
    if settled.webhook.state == "disabled":
        await store.drop(tx, webhook.id, code="webhook-disabled")
        if given_up:
            await _tell_disabled(tx, settled.webhook)
    elif settled.due_at is not None:
        await store.postpone(tx, webhook.id, until=settled.due_at)
    return given_up


async def forget_person(tx: Tx, person_id: str) -> None:
    """Let webhooks be registered by nobody in particular whom somebody has registered who is forgotten."""
    found: Sequence[Webhook] = await store.registered_by(tx, person_id, limit=AT_MOST)
    for webhook in found:
        await store.WEBHOOKS.put(tx, domain.forget(webhook))


async def _tell_disabled(tx: Tx, webhook: Webhook) -> None:
    """Tell whoever registered a webhook that it is called no more; the coordinators when they are gone."""
    registrar = [] if webhook.registered_by is None else [webhook.registered_by]
    to = await people.who_may(tx, "coordinator", among=registrar) or await people.who_may(tx, "coordinator")
    if to:
        await tx.publish(domain.disabled(webhook, to=to))


async def _is_withdrawn(tx: Tx, report_id: str, edition: int) -> bool:
    report = await reports.REPORTS.find(tx, report_id)
    return report is not None and report.withdrawn is not None and edition <= report.withdrawn.edition


async def _ask(tx: Tx, webhook: Webhook) -> None:
    await store.owe(tx, [_message(webhook.id, PING, {"challenge": secrets.token_urlsafe(CHALLENGE_BYTES)})])


def _message(webhook_id: str, message_type: str, data: dict[str, Any]) -> Document:
    now = utc_now()
    return {
        "_id": new_id(),
        "webhook_id": webhook_id,
        "type": message_type,
        "data": data,
        "created_at": now,
        "due_at": now,
        "attempts": 0,
    }
