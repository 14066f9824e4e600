"""The indicators of an edition as rows of a table for spreadsheets and programs (RFC 4180)."""

import csv
import io

from services.reports.publication.content import Content, ContentIndicator
from shared.model import Language, in_language

COLUMNS = ("indicator_id", "theme", "indicator", "series", "period", "value", "unit", "source", "note")
MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def table(content: Content, language: Language) -> bytes:
    """Return the indicators as CSV in one language: a row for each value, also where none is known.

    It begins with a byte order mark, without which spreadsheets misread Cyrillic.
    """
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for indicator in content.indicators:
        writer.writerows(_rows(indicator, language))
    return written.getvalue().encode("utf-8-sig")


def _rows(indicator: ContentIndicator, language: Language) -> list[list[str]]:
    after = [harmless(in_language(texts, language)) for texts in (indicator.unit, indicator.source, indicator.note)]
    title = harmless(in_language(indicator.title, language))
    return [
        [
            indicator.indicator_id,
            indicator.theme or "",
            title,
            harmless(in_language(series.label, language)),
            harmless(in_language(column, language)),
            value or "",
            *after,
        ]
        for series in indicator.series
        for column, value in zip(indicator.columns, series.values, strict=True)
    ]


def harmless(text: str) -> str:
    """Return ``text`` so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
