"""Templates become the text and the HTML of a letter; links stand in them as marks that nobody can guess."""

import re
from functools import cache
from pathlib import Path
from textwrap import wrap
from typing import Any, NamedTuple

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from services.notifications.letters.encoding import one_line
from services.notifications.letters.language import translations
from shared.model import Language

TEMPLATES = Path(__file__).parent / "templates"
TEXT_WIDTH = 72  # RFC 3676 4.2 asks for 78 or less; 72 leaves room for a few levels of quoting

_INLINER = CSSInliner(minify_css=True, load_remote_stylesheets=False)
_SCREENS = f"<style>\n{(TEMPLATES / 'screens.css').read_text()}</style>\n"  # what cannot stand in an attribute
_GAP = re.compile(r"\n{3,}")
_INDENT = re.compile(r"\n[ \t]+|\n{2,}")
_HANG = re.compile(r"( *(?:- |[^ ](?:[^ ]| (?! ))*  )?)")


class Rendered(NamedTuple):
    """A letter in one language, with marks where links will be."""

    subject: str
    text: str
    html: str


class Told(NamedTuple):
    """Something somebody wrote, and the language it is in."""

    text: str
    language: Language


def render(kind: str, language: Language, facts: dict[str, Any]) -> Rendered:
    """Return the letter ``kind`` in ``language``.  Raises if a template asks for what ``facts`` does not say."""
    environment = _environment(language)
    subject, text, html = (
        environment.get_template(f"{kind}/{name}").render(facts) for name in ("subject.txt", "body.txt", "body.html")
    )
    page = _INDENT.sub("\n", _INLINER.inline(html)).replace("</head>", f"{_SCREENS}</head>", 1)
    return Rendered(one_line(subject), wrapped(text), page + "\n")


@cache
def _environment(language: Language) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    environment.filters["paragraphs"] = paragraphs
    environment.globals["language"] = language
    return environment


def paragraphs(text: str) -> Markup:
    """Return plain text as HTML paragraphs: an empty line parts them, a line end stays one."""
    blocks = (block.strip("\n") for block in re.split(r"\n\s*\n", text))
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in block.split("\n")))
        for block in blocks
        if block
    )


def wrapped(text: str) -> str:
    """Return ``text`` with lines of at most 72 characters, hung under their first words; links stay whole."""
    lines = (_wrap_line(line) for line in text.strip("\n").split("\n"))
    return _GAP.sub("\n\n", "\n".join(lines)) + "\n"


def _wrap_line(line: str) -> str:
    if len(line) <= TEXT_WIDTH:
        return line
    hang = _HANG.match(line)
    return "\n".join(
        wrap(
            line,
            TEXT_WIDTH,
            subsequent_indent=" " * (len(hang[0]) if hang else 0),
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=True,
        )
    )
