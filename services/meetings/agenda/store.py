"""The collections of agendas and of their change logs."""

from services.meetings.agenda.domain import Agenda, Change
from shared.paging import Page, Paging, page_of
from shared.problems import Conflict, NotFound
from shared.storage import CollectionSpec, Document, Index, Reader, Tx, from_document, storable, to_document

COLLECTIONS = [
    CollectionSpec("agendas", [Index([("sessions.speakers.person_id", 1)])]),
    CollectionSpec("agenda_changes", [Index([("meeting_id", 1), ("_id", -1)]), Index([("by", 1)])]),
]


async def find(reader: Reader, meeting_id: str) -> Agenda | None:
    """Return a meeting's agenda as it is stored, if it is."""
    document = await reader["agendas"].find_one({"_id": meeting_id})
    return None if document is None else from_document(Agenda, document)


async def write(tx: Tx, agenda: Agenda) -> None:
    """Write the next revision of an agenda, or its first.  Raises `Conflict` when another was written in between."""
    document = to_document(agenda)
    if await tx["agendas"].replace_one({"_id": agenda.id, "revision": agenda.revision - 1}, document):
        return
    if agenda.revision > 2:  # the first that is stored is the second: what a meeting was scheduled with is the first
        raise Conflict("changed-meanwhile", "The agenda was changed by somebody else: read it and try again.")
    await tx["agendas"].insert_one(document)


async def remove(tx: Tx, meeting_id: str) -> None:
    """Take a stored agenda away."""
    await tx["agendas"].delete_one({"_id": meeting_id})


async def remove_changes(tx: Tx, meeting_id: str) -> None:
    """Take an agenda's change log away."""
    await tx["agenda_changes"].delete_many({"meeting_id": meeting_id})


async def note(tx: Tx, change: Change) -> None:
    """Add a row to the change log."""
    document = storable(change.model_dump())
    document["_id"] = document.pop("id")
    await tx["agenda_changes"].insert_one(document)


async def change(reader: Reader, meeting_id: str, change_id: str) -> Change:
    """Return a row of the change log.  Raises `NotFound`."""
    document = await reader["agenda_changes"].find_one({"_id": change_id, "meeting_id": meeting_id})
    if document is None:
        raise NotFound("change-not-found", "There is no such change of this agenda.")
    return _change(document)


async def changes(reader: Reader, meeting_id: str, paging: Paging) -> Page[Change]:
    """Return a page of the change log, newest first."""
    where: Document = {"meeting_id": meeting_id}
    if key := paging.key(str):
        where["_id"] = {"$lt": key[0]}
    found = await reader["agenda_changes"].find(where, sort=[("_id", -1)], limit=paging.limit + 1)
    return page_of([_change(each) for each in found], paging.limit, key=lambda each: (each.id,))


async def forget_person(tx: Tx, person_id: str) -> None:
    """Take a person out of every session, as it is and as it was, and out of the log."""
    await tx["agendas"].update_many(
        {"sessions.speakers.person_id": person_id},
        {"$pull": {"sessions.$[].speakers": {"person_id": person_id}}, "$inc": {"revision": 1}},
    )
    for side in ("before", "after"):
        await tx["agenda_changes"].update_many(
            {f"{side}.speakers.person_id": person_id}, {"$pull": {f"{side}.speakers": {"person_id": person_id}}}
        )
    await tx["agenda_changes"].update_many({"by": person_id}, {"$set": {"by": None}})


def _change(document: Document) -> Change:
    document["id"] = document.pop("_id")
    return Change.model_validate(document)
