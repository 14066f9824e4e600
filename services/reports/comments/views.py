"""What of a thread each of those who write a report may see."""

from collections.abc import Callable

from services.reports.author import Author
from services.reports.authors import AuthorView
from services.reports.comments.domain import State, Thread
from services.reports.templates.domain import Key
from shared.ids import Id
from shared.model import Language, Model, Time

Seen = Callable[[Author], AuthorView]
"""How the reader may know somebody."""


class RemarkView(Model):
    """What somebody said; ``text`` is empty where they wanted to be forgotten."""

    id: Id
    author: AuthorView
    text: str
    said_at: Time


class ThreadView(Model):
    """A thread; ``quote`` is the passage, or ``""`` for the whole section."""

    id: Id
    revision: int
    key: Key
    language: Language
    quote: str
    still_there: bool
    """Whether the passage still stands in the text as it is quoted."""
    state: State
    may_settle: bool
    remarks: tuple[RemarkView, ...]
    opened_at: Time
    settled_by: AuthorView | None
    settled_at: Time | None


def view(thread: Thread, *, text: str, writes: bool, seen: Seen) -> ThreadView:
    """Return ``thread`` for somebody who ``writes`` its section or not; ``text`` is the section's now."""
    remarks = tuple(
        RemarkView(id=each.id, author=seen(each.author), text=each.text, said_at=each.said_at)
        for each in thread.remarks
    )
    return ThreadView(
        **thread.model_dump(include={"id", "revision", "key", "language", "quote", "state", "opened_at", "settled_at"}),
        still_there=thread.quote in text,
        may_settle=writes or remarks[0].author.mine,
        remarks=remarks,
        settled_by=thread.settled_by and seen(thread.settled_by),
    )
