"""What an operator does about letters, over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.notifications.deliveries.domain import LetterKind
from services.notifications.deliveries.finishing import Finishing
from services.notifications.deliveries.writing import Writer
from services.notifications.operations import actions, looking, store
from services.notifications.operations.domain import (
    Cancelled,
    CancelLetters,
    Hold,
    Holdable,
    Origin,
    Preview,
    RelayView,
    Sample,
    SendAgain,
    Waiting,
)
from services.notifications.settings import Settings, SettingsOf
from shared.auth import Coordinator, Operator, Secretariat
from shared.ids import Id
from shared.model import Language
from shared.paging import Page
from shared.web import StorageOf

router = APIRouter(tags=["operations"])


def writer_of(request: Request) -> Writer:
    """Return what writes one letter to be looked at: not encrypted, not signed."""
    context = request.app.state.context
    settings: Settings = context.settings
    return Writer(context.storage.reader, context.links, settings.sender, Finishing(settings.sender), heed_holds=False)


@router.get("/waiting")
async def show_waiting(actor: Coordinator, storage: StorageOf) -> Page[Waiting]:
    """Show what waits or has failed, and why, the most first."""
    return Page(items=await store.waiting(storage.reader))


@router.get("/holds", response_model_exclude_none=True)
async def list_holds(actor: Coordinator, storage: StorageOf) -> Page[Hold]:
    """List what is held."""
    return Page(items=await store.holds(storage.reader))


@router.get("/relays", response_model_exclude_none=True)
async def list_relays(actor: Coordinator, storage: StorageOf, settings: SettingsOf) -> Page[RelayView]:
    """List the relays: what each takes, how much at most, and how much waits for it."""
    return Page(items=await looking.relays(storage.reader, settings))


@router.put("/holds/{what}", response_model_exclude_none=True)
async def hold(what: Holdable, actor: Operator, storage: StorageOf) -> Hold:
    """Send nothing of a kind, or (*relay*) nothing but what somebody waits for, until it is released."""
    return await storage.transact(actions.hold, what, by=actor.person_id)


@router.delete("/holds/{what}")
async def release(what: Holdable, actor: Operator, storage: StorageOf) -> Cancelled:
    """Send again what was held."""
    return Cancelled(count=await actions.release(storage, what))


@router.post("/letters/cancellation")
async def cancel_letters(command: CancelLetters, actor: Operator, storage: StorageOf) -> Cancelled:
    """Withhold letters that are not yet sent."""
    return Cancelled(count=await actions.cancel_letters(storage, command))


@router.post("/letters/sending-again")
async def send_again(command: SendAgain, actor: Operator, storage: StorageOf) -> Cancelled:
    """Send letters now that have failed, wait, are held, or may have been sent."""
    return Cancelled(count=await actions.send_again(storage, command))


@router.get("/letters/{letter_id}/preview")
async def preview_letter(
    letter_id: Id,
    actor: Secretariat,
    storage: StorageOf,
    writer: Annotated[Writer, Depends(writer_of)],
    recipient_id: Id | None = None,
) -> Preview:
    """Show a letter as its reader gets it, or as somebody else would; its links lead nowhere."""
    return await looking.preview(storage.reader, writer, letter_id, recipient_id=recipient_id)


@router.get("/samples/{kind}/{language}")
async def show_sample(kind: LetterKind, language: Language, actor: Coordinator) -> Sample:
    """Show a kind of letters in one language, with invented content."""
    return looking.sample(kind, language)


@router.get("/letters/{letter_id}/origin")
async def show_origin(letter_id: Id, actor: Coordinator, storage: StorageOf) -> Origin:
    """Show which event caused a letter, and who asked for it."""
    return await looking.origin(storage.reader, letter_id)
