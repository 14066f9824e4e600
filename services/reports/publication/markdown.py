"""Markdown as written by authors, read once for every form it is published in.

What HTML and PDF have in common is decided here: raw HTML is text, links lead to https and mailto only, headings begin
below the page's own and skip no level.  ``![what it shows](image:ID "caption")`` is a picture of the report; any other
image becomes a link to it (nothing is loaded from another host).  ``[^1]`` marks a note, whose text stands anywhere
after ``[^1]:``; notes are numbered in the order in which they are first referred to, and stand at the end.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

LINK_SCHEMES = ("https://", "mailto:")
NESTING = 20  # of lists, quotes and emphasis: deeper is read as text
DEEPEST_HEADING = 6
IMAGE = re.compile(r"image:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that a text shows: ``alt`` is what the text itself says of it, which may be nothing."""

    image_id: str
    alt: str
    caption: str


def _leads_somewhere_safe(url: str) -> bool:
    return url.lower().startswith(LINK_SCHEMES)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING})
    reader.enable(["table", "strikethrough"])
    footnote_plugin(reader, inline=False, move_to_end=False)
    reader.validateLink = lambda url: (  # type: ignore[method-assign]  # the library's documented way
        _leads_somewhere_safe(url) or IMAGE.fullmatch(url) is not None
    )
    return reader


READER = _reader()


def parse(text: str, *, first_heading: int) -> list[Token]:
    """Return the tokens of ``text`` with headings from level ``first_heading`` on.

    Beside the library's own there are ``picture`` (inline) and ``figure`` (block) with a `Shown` as ``meta["shown"]``,
    ``note_mark`` (inline) with ``meta["number"]`` and ``meta["first"]``, and at the end, where there are notes,
    ``notes_open`` … ``notes_close`` around ``note_open`` … ``note_close`` with ``meta["number"]``.
    """
    tokens = READER.parse(text)
    for token in tokens:
        if token.children:
            token.children = list(_without_image_links(_images(token.children)))
    tokens = list(_figures(_with_notes(tokens)))
    _level_headings(tokens, first_heading)
    return tokens


def pictures_in(text: str) -> list[Shown]:
    """Return the pictures that ``text`` shows, in their order; one that is shown twice is there twice."""
    tokens = parse(text, first_heading=1)
    inner = [child for token in tokens for child in (token, *(token.children or ()))]
    return [token.meta["shown"] for token in inner if token.type in ("picture", "figure")]


def _images(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield ``tokens`` with each image replaced by a picture or by a link to it; within a link, by its text alone."""
    depth = 0
    for token in tokens:
        depth += (token.type == "link_open") - (token.type == "link_close")
        if token.type != "image":
            yield token
            continue
        source = str(token.attrs.get("src", ""))
        shown = words_of(token.children or ())
        label = Token("text", "", 0, content=shown or source)
        if ours := IMAGE.fullmatch(source):
            caption = str(token.attrs.get("title", ""))
            yield Token("picture", "img", 0, meta={"shown": Shown(ours[1].lower(), shown, caption)})
        elif depth or not _leads_somewhere_safe(source):
            yield label
        else:
            yield Token("link_open", "a", 1, attrs={"href": source})
            yield label
            yield Token("link_close", "a", -1)


def _without_image_links(tokens: Iterator[Token]) -> Iterator[Token]:
    """Yield ``tokens`` without links to pictures of the report, which lead nowhere; their words stay."""
    dropped: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            dropped.append(not _leads_somewhere_safe(str(token.attrs.get("href", ""))))
            if not dropped[-1]:
                yield token
        elif token.type != "link_close" or not dropped.pop():
            yield token


def words_of(tokens: Sequence[Token]) -> str:
    """Return inline ``tokens`` as plain words."""
    parts = []
    for token in tokens:
        broken = token.type in ("softbreak", "hardbreak")
        parts.append(words_of(token.children) if token.children else " " if broken else token.content)
    return "".join(parts)


def _figures(tokens: list[Token]) -> Iterator[Token]:
    """Yield ``tokens`` with each paragraph that is a picture and nothing else as a figure."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        inner = (tokens[at + 1].children or []) if token.type == "paragraph_open" else []
        if len(inner) == 1 and inner[0].type == "picture":
            yield Token("figure", "figure", 0, meta=inner[0].meta, block=True, level=token.level)
            at += 3
        else:
            yield token
            at += 1


@dataclass(slots=True)
class _Notes:
    """What notes say, by label, and the labels that are referred to, in the order of their numbers."""

    texts: dict[str, list[Token]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def mark(self, tokens: Sequence[Token]) -> None:
        """Number the references among ``tokens``, in their order."""
        for token in _references(tokens):
            label = token.meta["label"]
            first = label not in self.numbers
            if first:
                self.order.append(label)
                self.numbers[label] = len(self.order)
            token.type, token.meta = "note_mark", {"number": self.numbers[label], "first": first}


def _references(tokens: Sequence[Token]) -> Iterator[Token]:
    return (child for each in tokens for child in each.children or () if child.type == "footnote_ref")


def _with_notes(tokens: list[Token]) -> list[Token]:
    """Return ``tokens`` with notes taken out of the text and put at its end.

    A note that the text does not refer to is dropped; in a note, a reference is the words that it is written in.
    """
    notes = _Notes()
    found = _taken_out(tokens, notes)
    notes.mark(found)
    if not notes.order:
        return found
    found.append(Token("notes_open", "section", 1, block=True))
    for number, label in enumerate(notes.order, start=1):
        for reference in _references(notes.texts[label]):
            reference.type, reference.content = "text", f"[^{reference.meta['label']}]"
        found.append(Token("note_open", "li", 1, block=True, meta={"number": number}))
        found.extend(notes.texts[label])
        found.append(Token("note_close", "li", -1, block=True, meta={"number": number}))
    found.append(Token("notes_close", "section", -1, block=True))
    return found


def _taken_out(tokens: list[Token], notes: _Notes) -> list[Token]:
    """Return ``tokens`` without the texts of notes, which ``notes`` gets: of two with one label the first."""
    found: list[Token] = []
    within: list[list[Token]] = [found]
    for token in tokens:
        if token.type == "footnote_reference_open":
            text: list[Token] = []
            notes.texts.setdefault(token.meta["label"], text)
            within.append(text)
        elif token.type == "footnote_reference_close":
            within.pop()
        else:
            within[-1].append(token)
    return found


def _level_headings(tokens: Sequence[Token], first: int) -> None:
    """Let levels begin at ``first`` and go down one at a time; in lists, quotes and notes one is a bold paragraph."""
    above: list[int] = []
    noted = 0
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        noted += (opening.type == "note_open") - (opening.type == "note_close")
        if opening.type != "heading_open":
            continue
        if opening.level or noted:
            _embolden(opening, inline, closing)
            continue
        written = int(opening.tag[1])
        while above and above[-1] >= written:
            above.pop()
        above.append(written)
        tag = f"h{min(first + len(above) - 1, DEEPEST_HEADING)}"
        opening.tag = closing.tag = tag


def _embolden(opening: Token, inline: Token, closing: Token) -> None:
    opening.type, closing.type = "paragraph_open", "paragraph_close"
    opening.tag = closing.tag = "p"
    inline.children = [
        Token("strong_open", "strong", 1),
        *(inline.children or []),
        Token("strong_close", "strong", -1),
    ]


def escaped(text: str) -> str:
    """Return a plain text as Markdown that shows it as it is (CommonMark 2.4)."""
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(text.split()))
