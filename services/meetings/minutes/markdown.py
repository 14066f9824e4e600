"""Minutes as written become HTML that can do no harm: no scripts, no pictures from elsewhere, links to https only."""

import nh3
from markdown_it import MarkdownIt

TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "a"),
    *("h3", "h4", "h5", "h6", "ul", "ol", "li"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES: dict[str, set[str]] = {"*": set(), "a": {"href"}, "ol": {"start"}}
NESTING = 20  # of lists, quotes and emphasis: deeper is read as text
FIRST_HEADING = 3  # h1 is the page's title, h2 the item's
DEEPEST_HEADING = 6


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "maxNesting": NESTING})
    reader.enable(["table", "strikethrough"])
    reader.disable("image")
    return reader


READER = _reader()


def to_html(text: str) -> str:
    """Return Markdown as sanitised HTML whose headings begin below the page's own."""
    tokens = READER.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + FIRST_HEADING - 1, DEEPEST_HEADING)}"
    return nh3.clean(
        READER.renderer.render(tokens, READER.options, {}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
