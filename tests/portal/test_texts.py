"""The pages say everything in five languages, and nothing that the policy forbids."""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from services.notifications.letters.language import LOCALE
from services.portal import words
from services.portal.languages import LOCALES, catalogue, speech_of
from services.portal.pages import HERE, STATIC
from services.reports.templates.catalogue import TEMPLATES as KINDS_OF_REPORTS
from services.reports.themes import THEME_NAMES
from shared.model import LANGUAGES, Language

TRANSLATED: list[Language] = ["pl", "be", "uk", "ru"]
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "say": (1,), "text": (1,)}
OPTIONS = {"templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}
PLACEHOLDER = re.compile(r"%\(\w+\)s")


@cache
def messages() -> set[str | tuple[str, ...]]:
    """Return every text that the pages and their code can say."""
    found = extract_from_dir(HERE, METHODS, OPTIONS, KEYWORDS)
    return {each[2] for each in found}


def forms(message: Message) -> tuple[str, ...]:
    """Return the translations of a message, one for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated_and_nothing_else(language: Language) -> None:
    translated = {message.id for message in catalogue(language) if message.id}
    assert translated == messages()
    assert [message.id for message in catalogue(language) if message.id and not all(forms(message))] == []
    assert [message.id for message in catalogue(language) if message.fuzzy and message.id] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_keeps_the_places_of_its_values(language: Language) -> None:
    for message in catalogue(language):
        if message.id:
            original = message.id if isinstance(message.id, str) else message.id[-1]
            wanted = sorted(PLACEHOLDER.findall(original))
            assert [sorted(PLACEHOLDER.findall(form)) for form in forms(message)] == [wanted] * len(forms(message))


@pytest.mark.parametrize("language", TRANSLATED)
def test_plurals_have_three_forms(language: Language) -> None:
    assert {len(forms(each)) for each in catalogue(language) if isinstance(each.id, tuple)} == {3}


@pytest.mark.parametrize("language", ["be", "uk", "ru"])
def test_cyrillic_texts_hold_no_latin_look_alikes(language: Language) -> None:
    mixed = re.compile(r"[А-Яа-яЁёІіЇїЄєЎў][A-Za-z]|[A-Za-z][А-Яа-яЁёІіЇїЄєЎў]")
    assert [form for each in catalogue(language) if each.id for form in forms(each) if mixed.search(form)] == []


OTHER_NAMES: dict[Language, str] = {
    "pl": r"\bsprawozda",
    "be": r"\bдаклад(?!н|чы)|\bрапарт",
    "uk": r"\bдоповід(?!ач)|\bрапорт",
    "ru": r"\bотч[её]т|\bрапорт",
}
"""What a report is not called: *raport*, *справаздача*, *звіт*, *доклад* are its names in pages and letters."""
OF_OTHERS = {"periods.po", "imports.po"}  # what organisations hand in for a period, and what became of a sheet's rows
OF_PERIODS = {"has not reported yet"}


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_report_has_one_name_wherever_it_is_spoken_of(language: Language) -> None:
    paths = [path for folder in (LOCALES, LOCALE) for path in sorted((folder / language).glob("*.po"))]
    found = [each for path in paths if path.name not in OF_OTHERS for each in read_po(BytesIO(path.read_bytes()))]
    named = [form for each in found if each.id not in OF_PERIODS for form in forms(each)]
    for each in KINDS_OF_REPORTS.values():
        said = [each.title, *(part.title for part in each.sections), *(part.guidance for part in each.sections)]
        named += [texts[language] for texts in said]
    assert len(named) > 1_500
    assert [form for form in named if re.search(OTHER_NAMES[language], form, re.IGNORECASE)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_themes_are_called_as_in_the_reports_themselves(language: Language) -> None:
    speech = speech_of(language)
    shown = {theme: speech.text(name) for theme, name in words.THEMES.items()}
    assert shown == {theme: names[language] for theme, names in THEME_NAMES.items()}


SANITISED = {
    "decisions/minutes.html": {'each.html[spoken] | wide_tables(_("Table")) '},
    "reports/report.html": {
        "edition.summary_html[written_in] ",
        "edition.erratum.html[readable(edition.erratum.html, written_in)] ",
        "section.html[written_in] | wide_tables(spoken.text(said.INSIDE.table)) ",
        "dissent.html[readable(dissent.html, written_in)] ",
    },
    "reports/practice.html": {'practice.html[spoken] | wide_tables(_("Table")) '},
    "texts/read.html": {'preview | wide_tables(_("Table")) '},
    "texts/section.html": {'preview | wide_tables(_("Table")) '},
    "writing/sign.html": {'reading.html[code] | wide_tables(_("Table")) '},
}
"""What pages show as HTML, because the service that gives it has sanitised it."""

TEMPLATES = sorted((HERE / "templates").rglob("*.html"))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(HERE / "templates")))
def test_a_template_needs_no_inline_script_or_style(template: Path) -> None:
    source = template.read_text()
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:|<script(?! src=)", source) == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(HERE / "templates")))
def test_a_template_trusts_only_what_the_reports_have_sanitised(template: Path) -> None:
    trusted = re.findall(r"\{\{ ([^}]*)\| safe", template.read_text())
    allowed = SANITISED.get(str(template.relative_to(HERE / "templates")), set())
    assert set(trusted) <= allowed


def test_the_style_sheet_is_small_and_asks_no_other_host() -> None:
    style = (STATIC / "zgoda.css").read_text()
    assert len(style.encode()) < 20_000
    assert re.findall(r"@import|url\(|https?:", style) == []
