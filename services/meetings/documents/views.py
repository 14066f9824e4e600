"""What of a document is shown: what it is, not who added it."""

from services.meetings.documents.domain import Audience, Document, file_name
from shared.ids import Id
from shared.model import Language, LocalLine, Model, Time, in_language
from shared.storage.file_types import EXTENSIONS


class DocumentView(Model):
    """A document as those who may read it see it; ``size`` is nothing while it is announced and not there yet."""

    id: Id
    revision: int
    meeting_id: Id
    session_id: Id | None
    title: LocalLine
    language: Language | None
    audience: Audience
    content_type: str | None
    size: int | None
    sha256: str | None
    name: str | None
    """Under which name it is downloaded."""
    added_at: Time


def view(document: Document) -> DocumentView:
    """Return ``document`` as its readers see it."""
    content = document.content
    return DocumentView(
        **document.model_dump(include=set(DocumentView.model_fields)),
        content_type=content and content.content_type,
        size=content and content.size,
        sha256=content and content.sha256,
        name=name_of(document),
    )


def name_of(document: Document) -> str | None:
    """Return the name of a document's file, if it has one."""
    if document.content is None:
        return None
    return file_name(in_language(document.title, document.language or "en"), EXTENSIONS[document.content.content_type])
