"""Webhooks over HTTP: registered by coordinators, who see whether they work."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, status

from services.reports.webhooks import actions, store, views
from services.reports.webhooks.domain import RegisterWebhook
from services.reports.webhooks.jobs import JOB
from services.reports.webhooks.views import MessageView, RegisteredWebhook, WebhookView
from shared.auth import Coordinator
from shared.ids import Id
from shared.paging import Page, PagingOf
from shared.service import Context
from shared.web import StorageOf

router = APIRouter(prefix="/webhooks", tags=["webhooks"])
BY_PERSON = ("30/hour", "100/day")  # calls to strangers that somebody may cause by hand


def context_of(request: Request) -> Context:
    """Return the service's context."""
    context: Context = request.app.state.context
    return context


ContextOf = Annotated[Context, Depends(context_of)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def register_webhook(command: RegisterWebhook, actor: Coordinator, context: ContextOf) -> RegisteredWebhook:
    """Register a system that wants to be called, and call it: it has to answer with the challenge.

    The secret that its messages are signed with is told this once.
    """
    await context.limits.hit("webhook", actor.person_id, *BY_PERSON)
    webhook, secret = await context.storage.transact(actions.register_webhook, command, by=actor.person_id)
    context.wake(JOB)
    return RegisteredWebhook(**views.of_webhook(webhook).model_dump(), secret=secret)


@router.get("")
async def list_webhooks(actor: Coordinator, storage: StorageOf, paging: PagingOf) -> Page[WebhookView]:
    """List the webhooks, the oldest first."""
    page = await store.WEBHOOKS.page(storage.reader, {}, after=paging.after, limit=paging.limit)
    return Page(items=[views.of_webhook(each) for each in page.items], next=page.next)


@router.get("/{webhook_id}")
async def show_webhook(webhook_id: Id, actor: Coordinator, storage: StorageOf) -> WebhookView:
    """Show a webhook: whether it works, and why not."""
    return views.of_webhook(await store.WEBHOOKS.get(storage.reader, webhook_id))


@router.post("/{webhook_id}/verification", status_code=status.HTTP_202_ACCEPTED)
async def verify_webhook(webhook_id: Id, actor: Coordinator, context: ContextOf) -> WebhookView:
    """Call a webhook once more and ask for the challenge; what waited for it is dropped."""
    await context.limits.hit("webhook", actor.person_id, *BY_PERSON)
    webhook = await context.storage.transact(actions.verify_webhook, webhook_id)
    context.wake(JOB)
    return views.of_webhook(webhook)


@router.delete("/{webhook_id}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_webhook(webhook_id: Id, actor: Coordinator, storage: StorageOf) -> None:
    """Call a webhook no more."""
    await storage.transact(actions.remove_webhook, webhook_id)


@router.get("/{webhook_id}/messages")
async def list_messages(webhook_id: Id, actor: Coordinator, storage: StorageOf, paging: PagingOf) -> Page[MessageView]:
    """List what was or will be sent to a webhook in the last 30 days, the newest first."""
    await store.WEBHOOKS.get(storage.reader, webhook_id)
    page = await store.page(storage.reader, webhook_id, paging)
    return Page(items=[views.of_message(row) for row in page.items], next=page.next)
