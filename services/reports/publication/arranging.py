"""Where in a report its indicators and practices stand: the same on the page and in the PDF."""

from collections.abc import Sequence

from services.reports.publication.content import Author, Content, ContentIndicator, ContentSection


def with_indicators(content: Content) -> list[tuple[ContentSection, tuple[ContentIndicator, ...]]]:
    """Return the sections, each with the indicators on its theme; of two on one theme the last has them."""
    last = {section.theme: section.key for section in content.sections if section.theme}
    return [
        (
            section,
            tuple(each for each in content.indicators if each.theme and last.get(each.theme) == section.key),
        )
        for section in content.sections
    ]


def other_indicators(content: Content) -> tuple[ContentIndicator, ...]:
    """Return the indicators on no theme that a section is on: they stand after all sections."""
    themes = {section.theme for section in content.sections}
    return tuple(each for each in content.indicators if each.theme is None or each.theme not in themes)


def authors_of(content: Content) -> tuple[Author, ...]:
    """Return who wrote the report, each once, in the order of the sections."""
    return _each_once([author for section in content.sections for author in section.authors])


def _each_once(authors: Sequence[Author]) -> tuple[Author, ...]:
    return tuple(author for place, author in enumerate(authors) if author not in authors[:place])


def is_drawn(indicator: ContentIndicator) -> bool:
    """Return whether there is a picture of an indicator: it is to be drawn, and holds a number."""
    return indicator.chart != "none" and any(value is not None for each in indicator.series for value in each.values)
