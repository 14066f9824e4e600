"""What became of every letter, for the secretariat; never to whom it went by name or address."""

from datetime import datetime

from fastapi import APIRouter

from services.notifications.deliveries import actions, store
from services.notifications.deliveries.domain import Letter, LetterKind, Moment, State
from shared.auth import Coordinator
from shared.ids import Id
from shared.model import Language, Model
from shared.paging import Page, PagingOf
from shared.web import StorageOf

router = APIRouter(tags=["letters"])


class LetterView(Model):
    """A letter as coordinators see it; ``error`` is one line, ``doubts`` counts the copies that may be too many."""

    id: Id
    kind: LetterKind
    recipient_id: Id
    about_id: Id
    event_id: Id
    language: Language | None = None
    state: State
    attempts: int
    doubts: int = 0
    error: str | None = None
    created_at: datetime
    due_at: datetime | None = None
    sent_at: datetime | None = None
    history: list[Moment]


class Summary(Model):
    """How many letters are in each state."""

    about_id: Id | None = None
    states: dict[State, int]
    letters: int


def _view(letter: Letter) -> LetterView:
    values = letter.model_dump(exclude={"priority", "error"})
    return LetterView(**values, error=str(letter.error) if letter.error else None)


@router.get("/letters", response_model_exclude_none=True)
async def list_letters(
    *,
    actor: Coordinator,
    storage: StorageOf,
    paging: PagingOf,
    about: Id | None = None,
    state: State | None = None,
    kind: LetterKind | None = None,
    recipient_id: Id | None = None,
) -> Page[LetterView]:
    """List letters, the newest first: of one meeting or report, in one state, of one kind, to one person."""
    page = await store.page(
        storage.reader, about_id=about, state=state, kind=kind, paging=paging, recipient_id=recipient_id
    )
    return Page(items=[_view(letter) for letter in page.items], next=page.next)


@router.get("/letters/summary", response_model_exclude_none=True)
async def summarise_letters(actor: Coordinator, storage: StorageOf, about: Id | None = None) -> Summary:
    """Count the letters in each state: of one meeting or report, or all."""
    states = await store.count_by_state(storage.reader, about)
    return Summary(about_id=about, states=states, letters=sum(states.values()))


@router.get("/letters/{letter_id}", response_model_exclude_none=True)
async def read_letter(letter_id: Id, actor: Coordinator, storage: StorageOf) -> LetterView:
    """Show one letter, and the event that caused it."""
    return _view(await store.get(storage.reader, letter_id))


@router.post("/letters/{letter_id}/retry", response_model_exclude_none=True)
async def retry_letter(letter_id: Id, actor: Coordinator, storage: StorageOf) -> LetterView:
    """Send a letter now that has failed, waits to be tried again, or may or may not have been sent."""
    return _view(await storage.transact(actions.retry_letter, letter_id))
