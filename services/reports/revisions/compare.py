"""Two texts compared word by word, and two that were made from one joined again.  Pure."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from shared.model import Model

WORDS = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")  # with the space after them: half as many, and a third of the work
SPACE_AT_END = re.compile(r"\s+\Z")
PAIRS_AT_MOST = 1_000_000  # of words, in all stretches of two texts together; what is beyond is told as old and new
POPULAR_FROM = 250_000  # pairs of lines; above it lines that stand everywhere are no landmarks
POPULAR_WORDS_FROM = 40_000  # the same of words: to try each "the" against each other takes minutes


class Piece(Model):
    """A stretch of text: in both, only in the older one, or only in the newer one."""

    kind: Literal["same", "removed", "added"]
    text: str


Change = tuple[int, int, list[str]]
"""Lines of the older text from … to before …, and what stands there now."""


def compare(before: str, after: str) -> list[Piece]:
    """Return how ``after`` came from ``before``: kept and removed pieces are the one, kept and added ones the other."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    pieces: list[Piece] = []
    pairs_left = PAIRS_AT_MOST
    for tag, low, high, left, right in _matcher(old, new).get_opcodes():
        removed, added = "".join(old[low:high]), "".join(new[left:right])
        if tag == "equal":
            pieces.append(Piece(kind="same", text=removed))
        else:
            words, words_now = WORDS.findall(removed), WORDS.findall(added)
            pairs = len(words) * len(words_now)
            if 0 < pairs <= pairs_left:
                pairs_left -= pairs
                pieces.extend(_by_words(words, words_now))
            else:
                pieces.extend(_pieces(removed, added))
    return _joined(pieces)


def _matcher(old: Sequence[str], new: Sequence[str], *, popular_from: int = POPULAR_FROM) -> SequenceMatcher[str]:
    return SequenceMatcher(None, old, new, autojunk=len(old) * len(new) > popular_from)


def _by_words(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for tag, low, high, left, right in _matcher(old, new, popular_from=POPULAR_WORDS_FROM).get_opcodes():
        if tag == "equal":
            yield Piece(kind="same", text="".join(old[low:high]))
        else:
            yield from _pieces("".join(old[low:high]), "".join(new[left:right]))


def _pieces(removed: str, added: str) -> Iterator[Piece]:
    """Return what was there and what is there now; the space that both end with is in both."""
    space = SPACE_AT_END.search(removed)
    same = space[0] if space and added.endswith(space[0]) and removed.strip() and added.strip() else ""
    if gone := removed.removesuffix(same):
        yield Piece(kind="removed", text=gone)
    if come := added.removesuffix(same):
        yield Piece(kind="added", text=come)
    if same:
        yield Piece(kind="same", text=same)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Return ``pieces`` with neighbours of one kind as one."""
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].kind == piece.kind:
            found[-1] = Piece(kind=piece.kind, text=found[-1].text + piece.text)
        else:
            found.append(piece)
    return found


def join(base: str, mine: str, theirs: str) -> str | None:
    """Return both changes of ``base`` in one text, or `None` where they touch the same lines."""
    lines = base.splitlines(keepends=True)
    changes = sorted([*_changes(lines, mine), *_changes(lines, theirs)], key=lambda change: change[:2])
    joined: list[str] = []
    at = 0
    last: Change | None = None
    for change in changes:
        low, high, new = change
        if change == last:
            continue
        if last is not None and low <= last[1]:
            return None
        joined += [*lines[at:low], *new]
        at, last = high, change
    return "".join([*joined, *lines[at:]])


def _changes(lines: list[str], text: str) -> list[Change]:
    new = text.splitlines(keepends=True)
    codes = _matcher(lines, new).get_opcodes()
    return [(low, high, new[left:right]) for tag, low, high, left, right in codes if tag != "equal"]
