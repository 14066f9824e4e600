"""What may be done to a report while it is written."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from services.reports.reports import domain
from services.reports.reports.domain import MARKDOWN_BYTES, CreateReport, WriteSection
from services.reports.reports.views import for_editors, for_readers
from services.reports.themes import THEME_NAMES, THEMES
from shared.ids import new_id
from shared.model import LANGUAGES
from shared.problems import Stale
from tests.reports.builders import AUTHOR, NOW, about, begun, updated

LATER = NOW + timedelta(hours=1)


def test_a_new_report_has_six_empty_sections_in_each_of_its_languages() -> None:
    _, sections = begun("pl", "be")
    places = [(section.key, section.language) for section in sections]
    assert places == [(theme, language) for theme in THEMES for language in ("pl", "be")]
    assert [section.written for section in sections] == [False] * 12


def test_every_theme_has_a_name_in_every_language() -> None:
    assert {theme: set(names) for theme, names in THEME_NAMES.items()} == {t: set(LANGUAGES) for t in THEMES}


@pytest.mark.parametrize(
    "changes",
    [
        {"period_to_on": date(2008, 9, 30)},
        {"languages": ()},
        {"languages": ("en", "en")},
        {"languages": ("pl",)},
        {"title": {}},
        {"title": {"en": "a\r\nBcc: b"}},
        {"country": "$ne"},
        {"unknown": 1},
    ],
)
def test_a_report_that_makes_no_sense_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        CreateReport(**{**about("en").model_dump(), **changes})


def test_a_section_is_saved_over_the_revision_that_was_seen() -> None:
    _, (section, *_) = begun()
    saved = domain.write(section, WriteSection(text="One"), seen=1, now=LATER, by=AUTHOR)
    assert (saved.text, saved.revision, saved.updated_at) == ("One", 2, LATER)


def test_a_section_is_never_saved_over_what_the_writer_has_not_seen() -> None:
    _, (section, *_) = begun()
    saved = domain.write(section, WriteSection(text="One"), seen=1, now=LATER, by=AUTHOR)
    with pytest.raises(Stale) as stale:
        domain.write(saved, WriteSection(text="Two"), seen=1, now=LATER, by=new_id())
    assert stale.value.facts["revision"] == 2


def test_a_save_that_arrives_twice_succeeds_twice_and_counts_once() -> None:
    _, (section, *_) = begun()
    saved = domain.write(section, WriteSection(text="One"), seen=1, now=LATER, by=AUTHOR)
    assert domain.write(saved, WriteSection(text="One"), seen=1, now=LATER, by=AUTHOR) is saved


def test_a_section_bears_its_own_title_or_the_name_of_its_theme() -> None:
    report, (section, *_) = begun("be")
    titled = domain.write(section, WriteSection(title="Прэса", text=""), seen=1, now=LATER, by=AUTHOR)
    assert (report.heading(section), report.heading(titled)) == ("Свабода медыя", "Прэса")


def test_markdown_is_measured_in_bytes() -> None:
    assert len(WriteSection(text="ў" * (MARKDOWN_BYTES // 2)).text) == MARKDOWN_BYTES // 2
    with pytest.raises(ValidationError):
        WriteSection(text="ў" * (MARKDOWN_BYTES // 2 + 1))


@pytest.mark.parametrize("text", ["\x00", "\x1b[0m", "\u2028", "\ufffe"])
def test_control_characters_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        WriteSection(text=text)


def test_line_ends_are_made_one_kind() -> None:
    assert WriteSection(text="a\r\nb\rc").text == "a\nb\nc"


def test_a_language_that_joins_gets_its_sections_and_one_that_comes_back_keeps_them() -> None:
    report, sections = begun("en")
    wider = domain.update(report, updated("en", "pl"), seen=1, now=LATER, by=AUTHOR)
    added = domain.missing_sections(wider, sections, now=LATER, by=AUTHOR)
    assert [(each.key, each.language) for each in added] == [(theme, "pl") for theme in THEMES]
    assert domain.missing_sections(wider, [*sections, *added], now=LATER, by=AUTHOR) == []


def test_an_update_that_changes_nothing_counts_as_none() -> None:
    report, _ = begun()
    assert domain.update(report, updated(), seen=7, now=LATER, by=AUTHOR) is report


def test_an_update_over_an_unseen_revision_is_refused() -> None:
    report, _ = begun()
    with pytest.raises(Stale):
        domain.update(report, updated(country="PL"), seen=2, now=LATER, by=AUTHOR)


def test_a_draft_has_no_face_for_readers() -> None:
    report, sections = begun()
    with pytest.raises(ValueError, match="published"):
        for_readers(report)
    assert for_editors(report, sections).unpublished_changes is True


def test_sections_of_a_language_left_out_are_not_shown() -> None:
    report, sections = begun("en", "pl")
    narrower = domain.update(report, updated("en"), seen=1, now=LATER, by=AUTHOR)
    shown = for_editors(narrower, sections).sections or {}
    assert {theme: list(languages) for theme, languages in shown.items()} == {theme: ["en"] for theme in THEMES}
