"""What is done about letters in a transaction: owing them, and trying one again."""

import os
from collections.abc import Sequence

from services.notifications.contacts import store as contacts
from services.notifications.deliveries import domain, moving, store
from services.notifications.deliveries.domain import Letter, LetterKind, Recipient
from shared.ids import utc_now
from shared.storage import Document, Tx

NONCE_BYTES = 16  # of the row's links: a copy sent again bears the same ones


async def owe_letters(
    tx: Tx, kind: LetterKind, recipients: Sequence[Recipient], *, event_id: str, about_id: str
) -> int:
    """Write down that ``recipients`` must hear of an event; return how many letters are new."""
    languages = await contacts.languages(tx, [each.recipient_id for each in recipients])
    now, nonces = utc_now(), os.urandom(NONCE_BYTES * len(recipients))
    rows: list[Document] = [
        {
            "_id": domain.letter_id(event_id, each.recipient_id, kind),
            "kind": kind,
            "event_id": event_id,
            "about_id": about_id,
            "recipient_id": each.recipient_id,
            "subject_id": each.subject_id,
            "generation": each.generation,
            "language": each.language or languages.get(each.recipient_id),
            "state": "queued",
            "priority": domain.priority_of(kind),
            "attempts": 0,
            "nonce": nonces[number * NONCE_BYTES : (number + 1) * NONCE_BYTES],
            "created_at": now,
            "since": now,
            "due_at": now,
        }
        for number, each in enumerate(recipients)
    ]
    return await store.owe(tx, rows)


async def retry_letter(tx: Tx, letter_id: str) -> Letter:
    """Send a letter now that has failed, waits, or may have been sent.  Raises `NotFound` and `Conflict`."""
    letter = await store.get(tx, letter_id)
    change = domain.retry(letter, now=utc_now())
    await moving.apply(tx, letter_id, change, expected=letter.state, now=utc_now())
    return await store.get(tx, letter_id)
