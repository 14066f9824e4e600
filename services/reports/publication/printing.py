"""What a PDF adds to the texts, as plain data: authors, dissents, tables of numbers with their pictures, practices."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal

from services.reports import charts
from services.reports.publication.around import around
from services.reports.publication.arranging import is_drawn
from services.reports.publication.content import Author, Content, ContentIndicator, ContentPractice, ContentSection
from services.reports.publication.page import paragraphs
from services.reports.publication.tree import to_tree, visible
from services.reports.publication.words import LOCALES, PDF_WORDS, PRACTICE_KINDS
from services.reports.regions import region_name
from shared.model import Language, in_language

Data = dict[str, Any]
FONT_FAMILY = "Libertinus Serif"  # the one that the typesetter has


def said(texts: Mapping[Language, str], language: Language) -> str:
    """Return a text in ``language``, or in the next best one, as it is shown."""
    return visible(in_language(texts, language))


def shown_paragraphs(texts: Mapping[Language, str], language: Language) -> list[str]:
    """Return the paragraphs of a plain text."""
    return [visible(part) for part in paragraphs(in_language(texts, language))]


def section_of(
    content: Content, section: ContentSection, indicators: Iterable[ContentIndicator], language: Language
) -> Data:
    """Return one section with who wrote it, the numbers on its theme, and who dissents."""
    return {
        "title": said(section.title, language),
        "authors": names(section.authors, language),
        "blocks": to_tree(section.text[language], around(content, section.key, language)),
        "indicators": [indicator_of(each, language) for each in indicators],
        "dissents": [
            {
                "title": PDF_WORDS[language]["dissent"].format(said(each.author.name, language)),
                "paragraphs": shown_paragraphs(each.text, language),
            }
            for each in section.dissents
        ],
    }


def names(authors: Sequence[Author], language: Language) -> list[str]:
    """Return who wrote, as readers may know them."""
    return [said(each.name, language) for each in authors]


def indicator_of(indicator: ContentIndicator, language: Language) -> Data:
    """Return one table of numbers, and the name of the picture that is drawn of it."""
    return {
        "title": said(indicator.title, language),
        "unit": said(indicator.unit, language),
        "columns": [said(each, language) for each in indicator.columns],
        "rows": [
            {"label": said(each.label, language), "values": [number(value, language) for value in each.values]}
            for each in indicator.series
        ],
        "note": said(indicator.note, language),
        "source": said(indicator.source, language),
        "chart": drawing_name(indicator) if is_drawn(indicator) else "",
        "alt": visible(f"{in_language(indicator.title, language)}. {charts.words(indicator, language)}"),
    }


def number(value: str | None, language: Language) -> str:
    """Return a number as it is written in ``language``; a dash where none is known."""
    return (
        "–" if value is None else format_decimal(Decimal(value), locale=LOCALES[language], decimal_quantization=False)
    )


def drawing_name(indicator: ContentIndicator) -> str:
    """Return what the typesetter calls the picture of an indicator."""
    return f"{indicator.indicator_id}.svg"


def drawings(indicators: Iterable[ContentIndicator], language: Language) -> dict[str, bytes]:
    """Return the pictures of the indicators, by the names of their files."""
    found = {drawing_name(each): charts.svg(each, language) for each in indicators if is_drawn(each)}
    return {name: in_our_font(svg) for name, svg in found.items() if svg is not None}


def in_our_font(svg: bytes) -> bytes:
    """Return a drawing whose words are in the font that the typesetter has."""
    return svg.replace(charts.STYLE.font_family.encode(), FONT_FAMILY.encode())


def chapters_of(content: Content, language: Language) -> list[Data]:
    """Return the practices of a Book in chapters by region and by kind, in the order in which the edition has them."""
    found: dict[str | None, dict[str, list[Data]]] = {}
    for practice in content.practices:
        kinds = found.setdefault(practice.region, {})
        kinds.setdefault(practice.kind, []).append(_practice(content, practice, language))
    return [
        {
            "title": _region(region, language),
            "kinds": [
                {"title": PRACTICE_KINDS[language].get(kind, kind), "practices": practices}
                for kind, practices in kinds.items()
            ],
        }
        for region, kinds in found.items()
    ]


def _practice(content: Content, practice: ContentPractice, language: Language) -> Data:
    about = [said(practice.place, language), said(practice.carried_out_by, language)]
    return {
        "title": said(practice.title, language),
        "about": " · ".join(each for each in about if each),
        "blocks": to_tree(in_language(practice.text, language), around(content, practice.key, language)),
    }


def _region(region: str | None, language: Language) -> str:
    if region is None:
        return PDF_WORDS[language]["whole-country"]
    return visible(region_name(region, language))
