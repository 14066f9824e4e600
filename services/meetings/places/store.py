"""The collection of places: one row for each meeting that anybody has answered."""

from services.meetings.places.domain import Places
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx

COLLECTIONS = [CollectionSpec("places", [Index([("waiting", 1), ("_id", 1)], partial={"waiting": {"$gt": 0}})])]
PLACES = Aggregates("places", Places, "list of places")

HAS_A_SEAT: Document = {
    "withdrawn": False,
    "$or": [{"place": "seat"}, {"answer": "accepted", "place": None}],
}
"""The filter of those who have a place: before there were places, everybody who came had one."""


async def begin(tx: Tx, meeting_id: str) -> Places:
    """Return the places of a meeting; where there is no row yet, it is made from the answers so far."""
    found = await PLACES.find(tx, meeting_id)
    if found is not None:
        return found
    taken = await tx["invitations"].count({"meeting_id": meeting_id, **HAS_A_SEAT})
    places = Places(id=meeting_id, taken=taken)
    await PLACES.add(tx, places)
    return places


async def to_be_filled(reader: Reader, *, limit: int) -> list[str]:
    """Return the ids of meetings where somebody waits although there is room."""
    room = {"$or": [{"$eq": ["$capacity", None]}, {"$lt": ["$taken", "$capacity"]}]}
    found = await reader["places"].find(
        {"waiting": {"$gt": 0}, "$expr": room}, sort=[("_id", 1)], limit=limit, projection={"_id": 1}
    )
    return [document["_id"] for document in found]
