"""What coordinators see of webhooks: never the whole address, nor the secret a second time."""

from typing import Literal

from services.reports.webhooks.domain import State, Webhook
from shared.events.reports import ReportKind, Theme
from shared.ids import Id
from shared.model import Country, Language, Model, Time
from shared.storage import Document


class WebhookView(Model):
    """A webhook as coordinators see it."""

    id: Id
    label: str
    host: str
    themes: tuple[Theme, ...]
    languages: tuple[Language, ...]
    countries: tuple[Country, ...]
    kinds: tuple[ReportKind, ...]
    state: State
    registered_at: Time
    verified_at: Time | None = None
    taken_at: Time | None = None
    failing_since: Time | None = None
    trouble: str | None = None


class RegisteredWebhook(WebhookView):
    """A webhook that was registered just now, with the secret by which it knows us (``whsec_`` and base64)."""

    secret: str


class MessageView(Model):
    """One message to a webhook; ``code`` says why it was not taken: an HTTP status, or a code in kebab-case."""

    id: Id
    type: str
    state: Literal["waiting", "taken", "failed"]
    code: str | None = None
    attempts: int
    created_at: Time
    tried_at: Time | None = None
    due_at: Time | None = None


def of_webhook(webhook: Webhook) -> WebhookView:
    """Return what is seen of a webhook."""
    return WebhookView(**webhook.model_dump(include=set(WebhookView.model_fields)))


def of_message(row: Document) -> MessageView:
    """Return what is seen of a message."""
    waits = "due_at" in row
    return MessageView(
        id=row["_id"],
        type=row["type"],
        state="waiting" if waits else "taken" if row.get("code") == "taken" else "failed",
        code=None if row.get("code") == "taken" else row.get("code"),
        attempts=row["attempts"],
        created_at=row["created_at"],
        tried_at=row.get("tried_at"),
        due_at=row.get("due_at"),
    )
