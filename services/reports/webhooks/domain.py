"""The rules of a webhook: what it wants, when it has shown itself, how often it is tried, when it is given up."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field

from services.reports.subscriptions.domain import Countries, Kinds, Languages
from shared.calls import Url
from shared.events.reports import (
    ReportCorrected,
    ReportKind,
    ReportPublished,
    ReportWithdrawn,
    Theme,
    WebhookDisabled,
    WebhookNotice,
)
from shared.ids import Id, new_id
from shared.model import LANGUAGES, Aggregate, Command, Country, Language, Line, Model, Time

News = ReportPublished | ReportCorrected | ReportWithdrawn
"""What a webhook may be told of."""

State = Literal["unverified", "active", "disabled"]
"""``unverified``: it has not answered our call yet · ``disabled``: it has failed for so long that it is left alone."""

PING = "webhook-verification"

AGAIN = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
)
"""How long a message waits after its first, second … failure; after the last it has failed.  As Standard Webhooks."""
PING_AGAIN = (timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=5))
"""Somebody sits before the page: after these they try again by hand."""
DISABLED_AFTER = timedelta(days=2)
"""A webhook that has taken nothing for so long is disabled when the next message fails for good."""
GONE = "410"
"""The answer by which a receiver wants to be called no more."""


class RegisterWebhook(Command):
    """Call ``url`` with the news of reports; without themes, languages, countries or kinds of all of them."""

    label: Line
    url: Url
    themes: tuple[Theme, ...] = Field(default=(), max_length=20)
    languages: Languages = ()
    countries: Countries = ()
    kinds: Kinds = ()


class Destination(Model):
    """Where a webhook is and what its messages are signed with: kept sealed."""

    url: str
    secret: str


class Webhook(Aggregate):
    """A system that wants to be called; ``host`` is the only part of its address that is shown."""

    label: str
    host: str
    themes: tuple[Theme, ...] = ()
    languages: tuple[Language, ...] = ()
    countries: tuple[Country, ...] = ()
    kinds: tuple[ReportKind, ...] = ()
    state: State = "unverified"
    registered_at: Time
    registered_by: Id | None
    verified_at: Time | None = None
    taken_at: Time | None = None
    """When it last took a message."""
    failing_since: Time | None = None
    """Since when it has taken none, though there were some."""
    trouble: str | None = None
    """Why it did not take the last one: an HTTP status, or a code in kebab-case."""


TOLD = {"report_id", "edition", "kind", "country", "themes", "languages", "new_languages", "corrects"}


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one attempt: ``due_at`` is when the message is tried next, if ever."""

    webhook: Webhook
    taken: bool
    due_at: datetime | None = None


def register(command: RegisterWebhook, *, host: str, now: datetime, by: Id) -> Webhook:
    """Return a webhook that has to show itself first."""
    wanted = command.model_dump(include={"label", "themes", "languages", "countries", "kinds"})
    return Webhook(id=new_id(), host=host, registered_at=now, registered_by=by, **wanted)


def wants(webhook: Webhook, news: News) -> bool:
    """Return whether a webhook is to be told of ``news``."""
    fits = [
        not webhook.themes or not news.themes or bool({*webhook.themes} & {*news.themes}),
        not webhook.languages or bool({*webhook.languages} & {*news.languages}),
        not webhook.countries or news.country in webhook.countries,
        not webhook.kinds or news.kind in webhook.kinds,
    ]
    return webhook.state == "active" and all(fits)


def facts(news: News) -> dict[str, Any]:
    """Return what is told of ``news``: nothing that is not on the report's public page."""
    told = news.model_dump(mode="json", include=TOLD)
    if news.notice is not None:
        told |= {name: text for name, text in news.notice.model_dump().items() if text}
    return told


def body(message_type: str, data: dict[str, Any], *, at: datetime, portal_url: str) -> bytes:
    """Return the message itself, as Standard Webhooks shapes it; the same whenever it is asked."""
    if "report_id" in data:
        page = f"reports/{data['report_id']}"
        spoken = [each for each in LANGUAGES if each in data["languages"]]
        data = {**data, "url": {each: f"{portal_url.rstrip('/')}/{each}/{page}" for each in spoken}}
    message = {"type": message_type, "timestamp": at.isoformat(), "data": data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()


def take(webhook: Webhook, message_type: str, *, now: datetime) -> Settled:
    """Return a webhook that took a message: after the call that asks whether it wants any it is active."""
    verified = {"state": "active", "verified_at": now} if message_type == PING else {}
    return Settled(webhook.evolve(taken_at=now, failing_since=None, trouble=None, **verified), taken=True)


def refuse(webhook: Webhook, message_type: str, code: str, *, attempts: int, now: datetime) -> Settled:
    """Return a webhook that did not take a message at attempt number ``attempts``."""
    waits = PING_AGAIN if message_type == PING else AGAIN
    due_at = now + waits[attempts - 1] if attempts <= len(waits) and code != GONE else None
    since = webhook.failing_since or now
    given_up = due_at is None and (code == GONE or now - since >= DISABLED_AFTER) and webhook.state == "active"
    state: State = "disabled" if given_up else webhook.state
    return Settled(webhook.evolve(failing_since=since, trouble=code, state=state), taken=False, due_at=due_at)


def disabled(webhook: Webhook, *, to: list[str]) -> WebhookDisabled:
    """Return the news that a webhook is called no more."""
    return WebhookDisabled(
        webhook_id=webhook.id,
        revision=webhook.revision,
        person_ids=to,
        code=webhook.trouble or "",
        failing_since=webhook.failing_since or webhook.registered_at,
        notice=WebhookNotice(label=webhook.label, host=webhook.host),
    )


def echoes(answer: bytes, challenge: str) -> bool:
    """Return whether the answer to our call says its challenge, which shows that it was meant for its receiver."""
    return challenge.encode() in answer


def forget(webhook: Webhook) -> Webhook:
    """Return a webhook that nobody in particular has registered."""
    return webhook.evolve(registered_by=None)
