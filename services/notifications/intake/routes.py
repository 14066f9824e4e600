"""What came back and what was done about it, for the secretariat; never what it says, nor from which address."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.notifications.intake import store
from services.notifications.intake.store import Received
from shared.auth import Coordinator
from shared.ids import Id
from shared.paging import Page, PagingOf
from shared.web import StorageOf

router = APIRouter(tags=["received"])


@router.get("/received", response_model_exclude_none=True)
async def list_received(
    *,
    actor: Coordinator,
    storage: StorageOf,
    paging: PagingOf,
    outcome: Annotated[str | None, Query(max_length=40, pattern=r"^[a-z\-]+$")] = None,
    recipient_id: Id | None = None,
) -> Page[Received]:
    """List the mails that came back in the last thirty days, the newest first: of one outcome, of one person."""
    return await store.page(storage.reader, outcome=outcome, recipient_id=recipient_id, paging=paging)
