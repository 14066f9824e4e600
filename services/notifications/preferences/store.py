"""Preferences as rows; what letters must know of them is copied beside the contact, which they read anyway."""

from services.notifications.contacts import store as contacts
from services.notifications.preferences.domain import Preferences
from shared.storage import Aggregates, CollectionSpec, Tx

PREFERENCES: Aggregates[Preferences] = Aggregates("preferences", Preferences, "set of preferences")
COLLECTIONS = [CollectionSpec("preferences")]


async def write(tx: Tx, preferences: Preferences) -> None:
    """Write the first or the next revision.  Raises `Conflict` and `Duplicate`."""
    if preferences.revision == 1:
        await PREFERENCES.add(tx, preferences)
    else:
        await PREFERENCES.put(tx, preferences)
    wishes = preferences.wishes.model_dump(exclude_defaults=True)
    await contacts.mark(
        tx,
        preferences.id,
        wishes=wishes or None,
        chosen_language=preferences.wishes.language,
        chosen_zone=preferences.wishes.time_zone,
    )


async def forget(tx: Tx, person_id: str) -> None:
    """Delete what somebody wished."""
    await tx["preferences"].delete_one({"_id": person_id})
