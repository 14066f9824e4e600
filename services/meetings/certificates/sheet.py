"""A sign-in sheet as a PDF: who is expected, in the order given, and lines for whoever comes besides.

The names come with the request, from whoever may know them, and are kept nowhere.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from services.meetings.certificates.domain import attended
from services.meetings.certificates.wording import SHEET, span
from services.meetings.meetings.model import Meeting
from shared.model import Command, Language, Line, Model, in_language

MAX_ROWS = 500
MORE_LINES = 12  # for those who were not invited


class Expected(Model):
    """Somebody who is to sign."""

    name: Line
    organisation: Line | Literal[""] = ""


class PrintSheet(Command):
    """Who is to sign, in the order of the sheet, and the language of its words."""

    language: Language
    people: Annotated[list[Expected], Field(max_length=MAX_ROWS)]


def document(meeting: Meeting, command: PrintSheet, *, publisher: str, now: datetime) -> dict[str, Any]:
    """Return everything the template shows, as plain data; of a closed meeting what a certificate says of it."""
    said = attended(meeting, "", now)
    return {
        "template": "sheet",
        "language": command.language,
        "words": SHEET[command.language],
        "title": in_language(said.title, command.language),
        "when": span(said.starts_at, said.ends_at, said.time_zone, command.language),
        "issued-at": int(now.timestamp()),
        "publisher": publisher,
        "rows": _rows(command.people),
    }


def _rows(people: Sequence[Expected]) -> list[dict[str, str]]:
    blank = {"name": "", "organisation": ""}
    return [each.model_dump() for each in people] + [blank] * MORE_LINES
