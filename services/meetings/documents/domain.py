"""What a document is, who may have it, and under which name."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, LocalLine, Model, Time
from shared.problems import TooLarge

MAX_BYTES = 20_000_000  # of one document
MAX_DOCUMENTS = 200  # of one meeting
KEPT_AFTER_REMOVAL = timedelta(days=30)  # so long a removal can be undone
MAX_NAME = 60  # characters of a file's name before its ending

Audience = Literal["invited", "members", "coordinators"]
"""Members: everybody with an account, invited or not."""


class DescribeDocument(Command):
    """What a document is, and whom it is for."""

    title: LocalLine
    language: Language | None = None
    """The language it is written in."""
    session_id: Id | None = None
    """The session it belongs to; `None`: the whole meeting."""
    audience: Audience = "invited"


class Content(Model):
    """The file of a document."""

    file_id: Id
    content_type: str
    size: int
    sha256: str
    stored_at: Time


class Document(Aggregate):
    """A document; without ``content`` it is announced and not there yet."""

    meeting_id: Id
    title: LocalLine
    language: Language | None = None
    session_id: Id | None = None
    audience: Audience = "invited"
    content: Content | None = None
    added_by: Id | None = Field(default=None)
    """Who described it; nobody when they wanted to be forgotten."""
    added_at: Time
    removed_at: Time | None = None

    @property
    def is_there(self) -> bool:
        """Whether there is something to read."""
        return self.content is not None and self.removed_at is None


Reader = Literal["coordinator", "bearer", "invited", "member"]
"""Who asks: a coordinator, whoever holds a personal link, an invited person, somebody with an account."""

_MAY: dict[Reader, frozenset[Audience]] = {
    "coordinator": frozenset({"invited", "members", "coordinators"}),
    "bearer": frozenset({"invited", "members"}),
    "invited": frozenset({"invited", "members"}),
    "member": frozenset({"members"}),
}


def audiences(reader: Reader, *, closed: bool) -> frozenset[Audience]:
    """Return for whom a document may be that ``reader`` sees: of a closed meeting only by personal link."""
    return frozenset() if closed and reader in ("invited", "member") else _MAY[reader]


def describe(
    meeting_id: str, command: DescribeDocument, others: Sequence[Document], *, by: str, now: datetime
) -> Document:
    """Return a new document without its file.  Raises `TooLarge` when the meeting has 200."""
    if len(others) >= MAX_DOCUMENTS:
        raise TooLarge("too-many-documents", f"A meeting has at most {MAX_DOCUMENTS} documents: remove some first.")
    return Document(id=new_id(), meeting_id=meeting_id, **command.model_dump(), added_by=by, added_at=now)


def file_name(title: str, extension: str) -> str:
    """Return a name for a file that any system can keep: the title in plain letters."""
    plain = unicodedata.normalize("NFKD", title.translate(_LETTERS)).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:MAX_NAME].rstrip("-")
    return f"{name or 'document'}.{extension}"


_CYRILLIC = "абвгґдеёєжзиыіїйклмнопрстуўфхцчшщэюяł"  # and the one Polish letter that is no letter with a mark
_LATIN = "a b v g g d e e ie zh z i y i i i k l m n o p r s t u u f kh ts ch sh shch e iu ia l"
_SMALL = dict(zip(_CYRILLIC, _LATIN.split(), strict=True))
_LETTERS = str.maketrans({**_SMALL, **{one.upper(): other.capitalize() for one, other in _SMALL.items()}})
