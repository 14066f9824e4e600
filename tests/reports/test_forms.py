"""The page, the PDF and the table of an edition show everything it holds, each in its place."""

import csv
import io
from typing import Any

import pytest

from services.reports.publication.numbers import table
from services.reports.publication.page import EditionPage, edition_page
from services.reports.publication.pdf import document
from services.reports.themes import THEME_NAMES
from shared.model import Language
from tests.reports.pdf_text import squeezed, text_of, typeset
from tests.reports.rich import BUDGET, IMAGE, PICTURE, REFUSALS, REPORT, THEME, content, edition, practice


def page(language: Language = "en") -> EditionPage:
    return edition_page(edition(), language)


def printed(language: Language = "en", **changes: Any) -> bytes:
    address = f"https://zgoda.example/{language}/reports/{REPORT}"
    found = document(edition(**changes), language, publisher="P", address=address)
    return typeset(found, dict.fromkeys(found["pictures"].values(), PICTURE))


def test_numbers_stand_after_the_section_on_their_theme_and_others_at_the_end() -> None:
    found = page()
    assert [[each.indicator_id for each in section.indicators] for section in found.sections] == [[REFUSALS], []]
    assert [(each.indicator_id, each.drawn) for each in found.indicators] == [(BUDGET, False)]
    assert found.sections[0].indicators[0].drawn


def test_a_page_says_who_wrote_who_dissents_what_was_wrong_and_from_what_it_is_translated() -> None:
    found = page("en")
    assert [each["en"] for each in found.authors] == ["Centre for Media Law", "Organisation C"]
    (dissent,) = found.sections[0].dissents
    assert (dissent.author["en"], dissent.html) == ("Organisation C", {"en": "<p>Not so en &lt;b&gt;.</p>"})
    assert found.erratum is not None
    assert (found.erratum.corrects, found.erratum.html) == (1, {"en": "<p>It was twelve en.</p>"})
    assert found.translation_of == {"en": "be"}


def test_a_picture_and_a_note_are_in_the_text_of_the_page() -> None:
    html = page("be").sections[0].html["be"]
    assert f'src="/be/reports/{REPORT}/images/{IMAGE}"' in html
    assert ('alt="A grey dot be"' in html, "A note be." in html) == (True, True)


@pytest.mark.parametrize("language", ["en", "be"])
def test_everything_an_edition_holds_is_in_print_and_the_promise_of_pdf_ua_holds(language: Language) -> None:
    pdf = printed(language)
    found = text_of(pdf)
    expected = {
        "en": ("Dissenting: Organisation C", "Correction of edition 1", "Translated from Belarusian.", "12.5"),
        "be": ("Асобная думка: Арганізацыя C", "Выпраўленне выдання 1", "Уласны падлік", "12,5"),
    }[language]
    for shown in (*expected, f"A note {language}.", f"It was twelve {language}.", "Seen from afar", "Closing"):
        assert squeezed(shown) in found, shown
    assert found.count(squeezed(THEME_NAMES[THEME][language])) == 2  # in the contents and above its section
    assert (b"<pdfuaid:part>1</pdfuaid:part>" in pdf, pdf.count(b"/Alt")) == (True, 2)


def test_the_practices_of_a_book_are_printed_in_chapters_by_region_and_kind() -> None:
    pdf = printed("be", practices=(practice(),))
    found = text_of(pdf)
    places = [
        found.rindex(squeezed(each)) for each in ("Мінская вобласць", "Праекты", "Клуб дзвюх моў", "Кожны тыдзень")
    ]
    assert places == sorted(places)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf


def test_a_file_that_is_named_by_no_id_is_never_written() -> None:
    found = document(edition(), "en", publisher="P", address="https://x.example")
    found["files"]["../report.typ"] = ""
    with pytest.raises(ValueError, match="a name of its own"):
        typeset(found)


def test_the_table_has_a_row_for_each_value_and_no_formula() -> None:
    body = table(content(), "en")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert [(each["indicator_id"], each["period"], each["value"]) for each in rows] == [
        (REFUSALS, "2007", "12.5"),
        (REFUSALS, "2008", ""),
        (BUDGET, "2007", "12.5"),
        (BUDGET, "2008", ""),
    ]
    assert (rows[0]["series"], rows[0]["theme"], rows[0]["unit"]) == ("'=Dailies", THEME, "titles")
