"""What is done again and again about webhooks: calling those for which messages wait, each at its own pace."""

import asyncio
from datetime import timedelta

from prometheus_client import Counter

from services.reports.settings import Settings
from services.reports.webhooks import actions, domain, store
from services.reports.webhooks.domain import PING
from shared import logs, webhooks
from shared.ids import utc_now
from shared.outside import Outside, Refused
from shared.service import Context, Job
from shared.storage import Document

log = logs.get(__name__)

JOB = "webhooks"
AT_ONCE = 10  # webhooks; one that stalls holds up only itself, and the others for ten seconds at most

calls = Counter("zgoda_webhook_calls_total", "Calls of webhooks", ["outcome"])
given_up = Counter("zgoda_webhooks_given_up_total", "Webhooks that are called no more, having failed for days")


async def call_webhooks(context: Context, outside: Outside | None = None) -> None:
    """Send what is due: to several webhooks at once, to each one message after the other."""
    outside = outside or Outside()
    while not context.stopping.is_set():
        found = await store.due(context.storage.reader, now=utc_now(), limit=AT_ONCE)
        if not found:
            return
        await asyncio.gather(*(_call(context, outside, webhook_id) for webhook_id in found))


async def _call(context: Context, outside: Outside, webhook_id: str) -> None:
    message = await store.claim(context.storage.reader, webhook_id, now=utc_now())
    if message is None:
        return
    try:
        await _send(context, outside, message)
    except Refused as refused:
        given_up.inc(await context.storage.transact(actions.refuse, message, refused.code))
        calls.labels("refused").inc()
        log.warning("webhook-call-refused", webhook_id=webhook_id, reason=refused.code, attempts=message["attempts"])
    else:
        await context.storage.transact(actions.take, message)
        calls.labels("taken").inc()


async def _send(context: Context, outside: Outside, message: Document) -> None:
    settings: Settings = context.settings
    to = await store.destination(context.storage.reader, message["webhook_id"])
    if to is None:
        raise Refused("webhook-removed")
    told = domain.body(message["type"], message["data"], at=message["created_at"], portal_url=settings.portal_url)
    answer = await outside.call(webhooks.signed(to.url, to.secret, message["_id"], told, now=utc_now()))
    if message["type"] == PING and not domain.echoes(answer, message["data"]["challenge"]):
        raise Refused("challenge-not-answered")


JOBS = [Job(JOB, call_webhooks, timedelta(seconds=5))]
