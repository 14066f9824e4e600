"""A section as it would be published now, with everything that its signatures are of: for whoever is to sign it."""

from collections.abc import Mapping

from services.reports.images.domain import Image
from services.reports.indicators import store as indicators
from services.reports.publication.around import Around, images_at
from services.reports.publication.arranging import is_drawn
from services.reports.publication.html import to_html
from services.reports.publication.markdown import pictures_in
from services.reports.reports.domain import Report
from services.reports.templates.domain import Key
from services.reports.writing.draft import Draft
from services.reports.writing.printed import Printed
from shared.ids import Id
from shared.model import Language, Model


class PictureWords(Model):
    """What is said of a picture to those who do not see it, and below it."""

    image_id: Id
    alt: str
    caption: str


class RowReading(Model):
    """One row of a table; a value is `None` where none is known."""

    label: str
    values: list[str | None]


class NumbersReading(Model):
    """An indicator that stands below the section, in one language; ``drawn``: with a picture of it."""

    indicator_id: Id
    title: str
    unit: str
    note: str
    source: str
    columns: list[str]
    series: list[RowReading]
    drawn: bool


class ReadingView(Model):
    """A section as it would be published now: in each language its heading, its HTML, and the revision that is."""

    key: Key
    title: dict[Language, str]
    html: dict[Language, str]
    pictures: dict[Language, list[PictureWords]]
    """The words of the pictures that the text shows, in their order."""
    indicators: dict[Language, list[NumbersReading]]
    """The numbers that stand below the text."""
    seen: dict[Language, int]
    digests: dict[Language, str]
    """The hash of all of it, by which whoever signs says what they read."""


def reading(draft: Draft, key: str) -> ReadingView:
    """Return a section as it would be published now; parses its texts."""
    texts = draft.texts(key)
    return ReadingView(
        key=key,
        title={language: draft.report.heading(each.section) for language, each in texts.items()},
        html={language: _html(draft.report, each, draft.beside.pictures) for language, each in texts.items()},
        pictures={language: _words(draft.report, each, draft.beside.pictures) for language, each in texts.items()},
        indicators={language: _numbers(draft, each) for language, each in texts.items()},
        seen={language: each.section.revision for language, each in texts.items()},
        digests={language: each.digest() for language, each in texts.items()},
    )


def _around(report: Report, printed: Printed, pictures: Mapping[str, Image]) -> Around:
    language = printed.section.language
    known = {each.id: each.content for each in pictures.values()}
    at = images_at(report.id, language)
    return Around(language=language, key=printed.section.key, pictures=known, images_at=at)


def _html(report: Report, printed: Printed, pictures: Mapping[str, Image]) -> str:
    return to_html(printed.section.text, _around(report, printed, pictures))


def _words(report: Report, printed: Printed, pictures: Mapping[str, Image]) -> list[PictureWords]:
    around, text = _around(report, printed, pictures), printed.section.text
    shown = [each for each in pictures_in(text) if each.image_id in pictures] if printed.beside["pictures"] else []
    return [PictureWords(image_id=each.image_id, alt=around.alt(each), caption=around.caption(each)) for each in shown]


def _numbers(draft: Draft, printed: Printed) -> list[NumbersReading]:
    drawn = {each.id: is_drawn(indicators.published(each)) for each in draft.beside.indicators}
    return [
        NumbersReading(**{**table, "drawn": drawn[table["indicator_id"]]})
        for each in printed.beside["indicators"]
        for table in [{name: value for name, value in each.items() if name != "chart"}]
    ]
