"""A certificate as a PDF: what it shows as plain data, and what typesets it."""

from pathlib import Path
from typing import Any

from services.meetings.certificates.domain import Attended, shown
from services.meetings.certificates.wording import WORDS, day, span
from shared.model import Language, in_language
from shared.typesetting import Typesetter

PROGRAM = Path(__file__).with_name("typeset.py")
WITHIN_SECONDS = 20.0  # a page takes less than one, a sheet of 500 people two
BYTES_AT_MOST = 4 * 2**20
TYPESETTER = Typesetter(PROGRAM, within=WITHIN_SECONDS, bytes_at_most=BYTES_AT_MOST)


def document(said: Attended, code: str, language: Language, *, publisher: str, address: str) -> dict[str, Any]:
    """Return everything the template shows, as plain data.  ``address`` is where the code is checked."""
    return {
        "template": "certificate",
        "language": language,
        "words": WORDS[language],
        "name": said.name,
        "title": in_language(said.title, language),
        "when": span(said.starts_at, said.ends_at, said.time_zone, language),
        "issued": day(said.issued_at, said.time_zone, language),
        "issued-at": int(said.issued_at.timestamp()),
        "publisher": publisher,
        "address": address,
        "code": shown(code),
    }
