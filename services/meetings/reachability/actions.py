"""Keeping whom our letters do not reach, so that the organisers see it beside the silent."""

from services.meetings.reachability import store
from shared.events.notifications import AddressSuppressed, LetterFailed
from shared.storage import Tx

INVITING = frozenset({"people-invited", "reply-requested", "place-offered", "meeting-rescheduled"})
"""The letters that ask, or tell those who are asked: when one of these fails, the person may know of nothing."""


async def remember_suppression(tx: Tx, event: AddressSuppressed) -> None:
    """Mark a person's invitations as not arriving, or as arriving again."""
    reason = None if event.lifted else event.reason
    if await store.remember(tx, event.person_id, event.revision, reason):
        await store.mark(tx, event.person_id, reason)


async def remember_failure(tx: Tx, event: LetterFailed) -> None:
    """Mark the invitation that a letter which could not be delivered was about."""
    if event.kind in INVITING:
        await store.mark_one(tx, event.person_id, event.about_id, "letter-failed")


async def forget_person(tx: Tx, person_id: str) -> None:
    """Forget that a person could not be reached."""
    await store.forget(tx, person_id)
