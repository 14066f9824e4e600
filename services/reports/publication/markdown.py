"""Markdown as written by authors, read once for every form it is published in.

What HTML and PDF have in common is decided here: raw HTML is text, links lead to https and mailto only, an image
becomes a link to it (nothing is loaded from another host), headings begin below the page's own and skip no level.
"""

from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

LINK_SCHEMES = ("https://", "mailto:")
NESTING = 20  # of lists, quotes and emphasis: deeper is read as text
DEEPEST_HEADING = 6


def _leads_somewhere_safe(url: str) -> bool:
    return url.lower().startswith(LINK_SCHEMES)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING})
    reader.enable(["table", "strikethrough"])
    reader.validateLink = _leads_somewhere_safe  # type: ignore[method-assign]  # the library's documented way
    return reader


READER = _reader()


def parse(text: str, *, first_heading: int) -> list[Token]:
    """Return the tokens of ``text`` with headings from level ``first_heading`` on."""
    tokens = READER.parse(text)
    for token in tokens:
        if token.children:
            token.children = list(_images_as_links(token.children))
    _level_headings(tokens, first_heading)
    return tokens


def _images_as_links(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield ``tokens`` with each image replaced by a link to it; within a link, by its text alone."""
    depth = 0
    for token in tokens:
        depth += (token.type == "link_open") - (token.type == "link_close")
        if token.type != "image":
            yield token
            continue
        source = str(token.attrs.get("src", ""))
        shown = _words(token.children or ())
        label = Token("text", "", 0, content=shown or source)
        if depth or not _leads_somewhere_safe(source):
            yield label
        else:
            yield Token("link_open", "a", 1, attrs={"href": source})
            yield label
            yield Token("link_close", "a", -1)


def _words(tokens: Sequence[Token]) -> str:
    return "".join(_words(token.children) if token.children else token.content for token in tokens)


def _level_headings(tokens: Sequence[Token], first: int) -> None:
    """Let levels begin at ``first`` and go down one at a time; in lists and quotes a heading is a bold paragraph."""
    above: list[int] = []
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type != "heading_open":
            continue
        if opening.level:
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
