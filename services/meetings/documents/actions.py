"""Describing documents, taking their files, removing them and having them back, and finding out who may read what."""

from services.meetings.agenda import actions as agendas
from services.meetings.agenda.actions import Frame
from services.meetings.documents import domain, store
from services.meetings.documents.domain import Content, DescribeDocument, Document
from services.meetings.documents.store import DOCUMENTS, FILES
from services.meetings.invitations import store as invitations
from shared.auth import READ_GRANTED_BY, Actor
from shared.ids import utc_now
from shared.problems import FieldError, Invalid, NotFound
from shared.storage import Reader, StoredFile, Tx
from shared.web import expect


async def describe_document(tx: Tx, meeting_id: str, command: DescribeDocument, *, by: str) -> Document:
    """Announce a document of a meeting or session; its file follows."""
    await _check_session(tx, meeting_id, command.session_id)
    others = await store.of_meeting(tx, meeting_id, domain.audiences("coordinator", closed=False))
    document = domain.describe(meeting_id, command, others, by=by, now=utc_now())
    await DOCUMENTS.add(tx, document)
    return document


async def change_description(
    tx: Tx, meeting_id: str, document_id: str, command: DescribeDocument, *, seen: int | None
) -> Document:
    """Say anew what a document is and whom it is for."""
    known = await one(tx, meeting_id, document_id)
    expect(known, seen, required=False)
    await _check_session(tx, meeting_id, command.session_id)
    document = known.evolve(**command.model_dump())
    await DOCUMENTS.put(tx, document)
    return document


async def take_content(tx: Tx, meeting_id: str, document_id: str, file: StoredFile) -> Document:
    """Make a received file the content of a document; the file before it is let go."""
    known = await one(tx, meeting_id, document_id)
    facts = file.model_dump(exclude={"id"})
    document = known.evolve(content=Content(file_id=file.id, **facts))
    await FILES.keep(tx, file.id)
    if known.content is not None:
        await FILES.release(tx, known.content.file_id)
    await DOCUMENTS.put(tx, document)
    return document


async def remove_document(tx: Tx, meeting_id: str, document_id: str) -> Document:
    """Take a document away; for a month that can be undone."""
    document = (await one(tx, meeting_id, document_id)).evolve(removed_at=utc_now())
    await DOCUMENTS.put(tx, document)
    return document


async def restore_document(tx: Tx, meeting_id: str, document_id: str) -> Document:
    """Have a removed document back."""
    known = await one(tx, meeting_id, document_id, removed=True)
    if known.removed_at is None:
        return known
    document = known.evolve(removed_at=None)
    await DOCUMENTS.put(tx, document)
    return document


async def one(reader: Reader, meeting_id: str, document_id: str, *, removed: bool = False) -> Document:
    """Return a document of a meeting.  Raises `NotFound`, also for a removed one unless ``removed`` is asked for."""
    document = await DOCUMENTS.find(reader, document_id)
    if document is None or document.meeting_id != meeting_id or (document.removed_at and not removed):
        raise NotFound("document-not-found", "There is no such document.")
    return document


async def reader_of(reader: Reader, frame: Frame, actor: Actor) -> domain.Reader:
    """Return as whom ``actor`` reads the documents of a meeting."""
    if actor.roles & READ_GRANTED_BY["coordinator"]:
        return "coordinator"
    invited = await invitations.of_person(reader, frame.owner.id, actor.person_id) is not None
    return "invited" if invited else "member"


async def readable(reader: Reader, frame: Frame, as_: domain.Reader) -> list[Document]:
    """Return the documents that whoever asks may read; coordinators see also what is announced."""
    found = await store.of_meeting(reader, frame.owner.id, domain.audiences(as_, closed=frame.owner.closed))
    return [each for each in found if as_ == "coordinator" or each.is_there]


async def content_for(reader: Reader, frame: Frame, document_id: str, as_: domain.Reader) -> tuple[Document, Content]:
    """Return a document and its file.  Raises `NotFound` for whoever may not know of it."""
    document = await one(reader, frame.owner.id, document_id)
    allowed = domain.audiences(as_, closed=frame.owner.closed)
    if document.content is None or document.audience not in allowed:
        raise NotFound("document-not-found", "There is no such document.")
    return document, document.content


async def forget_document(tx: Tx, document: Document) -> None:
    """Take a document away for good, with its file."""
    await store.forget(tx, document)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Forget who added which document."""
    await store.forget_person(tx, person_id)


async def _check_session(reader: Reader, meeting_id: str, session_id: str | None) -> None:
    agenda = await agendas.agenda_of(reader, await agendas.frame_of(reader, meeting_id))
    if session_id is not None and session_id not in {each.id for each in agenda.sessions}:
        error = FieldError("not-known", "Choose a session of this meeting's agenda.", field="session_id")
        raise Invalid("session-not-known", "There is no such session.", errors=(error,))
