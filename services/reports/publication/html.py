"""Markdown as HTML for a web page: the one way for published editions and for previews of what is being written."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

import nh3
from markdown_it.token import Token

from services.reports.publication.around import NOTHING, Around
from services.reports.publication.markdown import READER, Shown, parse
from shared.model import Language

FIRST_HEADING = 3  # h1 is the report's title, h2 the section's
TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "a"),
    *("h3", "h4", "h5", "h6", "ul", "ol", "li"),
    *("table", "thead", "tbody", "tr", "th", "td"),
    *("figure", "figcaption", "img", "sup", "section"),
}
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),
    "a": {"href", "id", "aria-label", "rel"},
    "ol": {"start"},
    "li": {"id"},
    "img": {"src", "alt", "width", "height", "loading"},
    "section": {"class", "aria-label"},
    "th": {"scope", "class"},
    "td": {"class"},
}
"""Every ``id``, ``src``, ``class``, ``rel`` and ``aria-label`` is written here: what authors type never becomes one."""

TO_OTHERS = "noopener noreferrer nofollow"  # of links that lead away; those to notes stay on the page
ALIGNMENT = re.compile(r"text-align:(left|right|center)")
NOTES: dict[Language, tuple[str, str, str]] = {
    "pl": ("Przypisy", "Przypis", "Wróć do miejsca, w którym jest przypis"),
    "en": ("Notes", "Note", "Back to where the text refers to note"),
    "be": ("Заўвагі", "Заўвага", "Вярнуцца туды, дзе стаіць заўвага"),
    "uk": ("Примітки", "Примітка", "Повернутися туди, де стоїть примітка"),
    "ru": ("Примечания", "Примечание", "Вернуться туда, где стоит примечание"),
}
"""What the notes together are called, one of them, and the way back."""


def to_html(text: str, surroundings: Around = NOTHING) -> str:
    """Return Markdown as HTML without scripts, styles, foreign images, or links to anything but https and mailto."""
    tokens = parse(text, first_heading=FIRST_HEADING)
    for token in tokens:
        for link in (child for child in token.children or () if child.type == "link_open"):
            link.attrs["rel"] = TO_OTHERS
        if token.type in ("th_open", "td_open"):
            aligned = ALIGNMENT.fullmatch(str(token.attrs.pop("style", "")))
            token.attrs.update({"class": f"align-{aligned[1]}"} if aligned else {})
            token.attrs.update({"scope": "col"} if token.type == "th_open" else {})
    return nh3.clean(
        READER.renderer.render(tokens, READER.options, {"around": surroundings}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"https", "mailto"},
        link_rel=None,
    )


def _image(shown: Shown, surroundings: Around) -> str:
    picture = surroundings.pictures[shown.image_id]
    address = escape(f"{surroundings.images_at}/{picture.image_id}")
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<img src="{address}" alt="{escape(surroundings.alt(shown))}" {size} loading="lazy">'


def _picture(_: Any, tokens: Sequence[Token], index: int, __: Any, env: Any) -> str:
    shown, surroundings = tokens[index].meta["shown"], env["around"]
    return _image(shown, surroundings) if shown.image_id in surroundings.pictures else escape(shown.alt)


def _figure(_: Any, tokens: Sequence[Token], index: int, __: Any, env: Any) -> str:
    shown, surroundings = tokens[index].meta["shown"], env["around"]
    if shown.image_id not in surroundings.pictures:
        return f"<p>{escape(shown.alt)}</p>\n"
    caption = surroundings.caption(shown)
    below = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f"<figure>{_image(shown, surroundings)}{below}</figure>\n"


def _note_mark(_: Any, tokens: Sequence[Token], index: int, __: Any, env: Any) -> str:
    number, surroundings = tokens[index].meta["number"], env["around"]
    mark = f' id="{_anchor("mark", number, surroundings)}"' if tokens[index].meta["first"] else ""
    said = f"{NOTES[surroundings.language][1]} {number}"
    target = _anchor("note", number, surroundings)
    return f'<sup><a href="#{target}"{mark} aria-label="{said}">{number}</a></sup>'


def _notes_open(_: Any, __: Sequence[Token], ___: int, ____: Any, env: Any) -> str:
    return f'<section class="notes" aria-label="{NOTES[env["around"].language][0]}">\n<ol>\n'


def _notes_close(*_: Any) -> str:
    return "</ol>\n</section>\n"


def _note_open(_: Any, tokens: Sequence[Token], index: int, __: Any, env: Any) -> str:
    return f'<li id="{_anchor("note", tokens[index].meta["number"], env["around"])}">\n'


def _note_close(_: Any, tokens: Sequence[Token], index: int, __: Any, env: Any) -> str:
    number, surroundings = tokens[index].meta["number"], env["around"]
    said = f"{NOTES[surroundings.language][2]} {number}"
    return f'<p><a href="#{_anchor("mark", number, surroundings)}" aria-label="{said}">↑ {number}</a></p></li>\n'


def _anchor(what: str, number: int, surroundings: Around) -> str:
    return f"{escape(surroundings.key)}-{what}-{number}" if surroundings.key else f"{what}-{number}"


for _rule in (_picture, _figure, _note_mark, _notes_open, _notes_close, _note_open, _note_close):
    READER.add_render_rule(_rule.__name__.removeprefix("_"), _rule)
