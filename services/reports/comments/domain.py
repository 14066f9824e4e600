"""The rules of threads: who takes part may comment, and what was settled can be opened again.  Pure."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from services.reports.author import Author
from services.reports.templates.domain import Key
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, Model, Text, Time
from shared.problems import Forbidden, TooLarge

MAX_QUOTE = 500  # characters of a passage that is commented on
MAX_REMARKS = 200  # in one thread; a longer one is a meeting

State = Literal["open", "resolved"]


def _said(value: str) -> str:
    if not value:
        raise ValueError("must say something")
    return value


Remarked = Annotated[Text, Field(max_length=5_000), AfterValidator(_said)]
"""A comment of 1 to 5,000 characters in any number of lines; plain text."""

Quote = Annotated[str, StringConstraints(strip_whitespace=True, max_length=MAX_QUOTE)]


class OpenThread(Command):
    """Begin a thread on a section in one language, or on the passage of it that is quoted."""

    quote: Quote = ""
    """The passage as it stands in the text; ``""``: the whole section."""
    text: Remarked


class AddRemark(Command):
    """Say something in a thread."""

    text: Remarked


class SetState(Command):
    """Settle a thread, or open it again."""

    state: State


class Remark(Model):
    """What somebody said in a thread."""

    id: Id
    author: Author
    text: str
    said_at: Time


class Thread(Aggregate):
    """What was said about one passage."""

    report_id: Id
    key: Key
    language: Language
    quote: str = ""
    remarks: tuple[Remark, ...]
    state: State = "open"
    opened_at: Time
    settled_by: Author | None = None
    settled_at: Time | None = None


def open_thread(
    report_id: str, key: str, language: Language, command: OpenThread, *, by: Author, now: datetime
) -> Thread:
    """Return a new thread with its first remark."""
    remark = Remark(id=new_id(), author=by, text=command.text, said_at=now)
    return Thread(
        id=new_id(),
        report_id=report_id,
        key=key,
        language=language,
        quote=command.quote,
        remarks=(remark,),
        opened_at=now,
    )


def add_remark(thread: Thread, command: AddRemark, *, by: Author, now: datetime) -> Thread:
    """Return ``thread`` with one remark more; a settled one is open again.  Raises `TooLarge` beyond `MAX_REMARKS`."""
    if len(thread.remarks) >= MAX_REMARKS:
        raise TooLarge("too-many-remarks", f"A thread has at most {MAX_REMARKS} remarks: settle it and begin another.")
    remark = Remark(id=new_id(), author=by, text=command.text, said_at=now)
    return thread.evolve(remarks=(*thread.remarks, remark), state="open", settled_by=None, settled_at=None)


def set_state(thread: Thread, command: SetState, *, by: Author, writes: bool, now: datetime) -> Thread:
    """Return ``thread`` settled or open; as it was when it is so already.

    Raises `Forbidden` unless ``by`` writes the section, edits the report, or began the thread.
    """
    began = by.person_id is not None and thread.remarks[0].author.person_id == by.person_id
    if not (writes or began):
        raise Forbidden("thread-of-others", "Whoever writes the section, or began the thread, says when it is settled.")
    if thread.state == command.state:
        return thread
    settled = command.state == "resolved"
    return thread.evolve(state=command.state, settled_by=by if settled else None, settled_at=now if settled else None)


def forget(thread: Thread, person_id: str) -> Thread:
    """Return ``thread`` without the words and the name of somebody who has been erased: a remark stays as a place."""
    remarks = tuple(
        remark.model_copy(update={"author": _nameless(remark.author), "text": ""})
        if remark.author.person_id == person_id
        else remark
        for remark in thread.remarks
    )
    settled = thread.settled_by
    settled_by = _nameless(settled) if settled and settled.person_id == person_id else settled
    return thread.evolve(remarks=remarks, settled_by=settled_by)


def _nameless(author: Author) -> Author:
    return author.model_copy(update={"person_id": None})
