"""The few words that a PDF and a feed add to what the authors wrote, in each language."""

from collections.abc import Mapping
from datetime import date, datetime

from babel.core import Locale
from babel.dates import format_date

from shared.model import Language

PDF_WORDS: Mapping[Language, Mapping[str, str]] = {
    "pl": {
        "authors": "Autorzy",
        "erratum": "Sprostowanie do wydania {}",
        "dissent": "Zdanie odrębne: {}",
        "indicators": "Wskaźniki",
        "unit": "Jednostka",
        "source": "Źródło",
        "note": "Uwaga",
        "written-by": "Napisali",
        "whole-country": "Cały kraj",
        "contents": "Spis treści",
        "summary": "Streszczenie",
        "period": "Okres",
        "edition": "Wydanie",
        "published": "Opublikowano",
        "page": "Strona",
        "about": "O tym wydaniu",
        "check": "Treść tego wydania się nie zmienia. Jej suma kontrolna SHA-256:",
        "read": "Aktualne wydanie i inne wersje językowe:",
        "unpromised": "Tego pliku nie udało się wykonać w pełni zgodnie z PDF/UA. "
        "Dla czytników ekranu lepsza jest strona internetowa.",
    },
    "en": {
        "authors": "Authors",
        "erratum": "Correction of edition {}",
        "dissent": "Dissenting: {}",
        "indicators": "Figures",
        "unit": "Unit",
        "source": "Source",
        "note": "Note",
        "written-by": "Written by",
        "whole-country": "The whole country",
        "contents": "Contents",
        "summary": "Summary",
        "period": "Period",
        "edition": "Edition",
        "published": "Published",
        "page": "Page",
        "about": "About this edition",
        "check": "The content of this edition never changes. Its SHA-256 checksum:",
        "read": "The current edition and other languages:",
        "unpromised": "This file could not be made to conform to PDF/UA. "
        "With a screen reader, read the web page instead.",
    },
    "be": {
        "authors": "Аўтары",
        "erratum": "Выпраўленне выдання {}",
        "dissent": "Асобная думка: {}",
        "indicators": "Паказчыкі",
        "unit": "Адзінка",
        "source": "Крыніца",
        "note": "Заўвага",
        "written-by": "Напісалі",
        "whole-country": "Уся краіна",
        "contents": "Змест",
        "summary": "Кароткі змест",
        "period": "Перыяд",
        "edition": "Выданне",
        "published": "Апублікавана",
        "page": "Старонка",
        "about": "Пра гэтае выданне",
        "check": "Змест гэтага выдання нязменны. Яго кантрольная сума SHA-256:",
        "read": "Актуальнае выданне і іншыя мовы:",
        "unpromised": "Гэты файл не ўдалося зрабіць цалкам адпаведным PDF/UA. "
        "З праграмай чытання з экрана зручней вэб-старонка.",
    },
    "uk": {
        "authors": "Автори",
        "erratum": "Виправлення видання {}",
        "dissent": "Окрема думка: {}",
        "indicators": "Показники",
        "unit": "Одиниця",
        "source": "Джерело",
        "note": "Примітка",
        "written-by": "Написали",
        "whole-country": "Уся країна",
        "contents": "Зміст",
        "summary": "Стислий виклад",
        "period": "Період",
        "edition": "Видання",
        "published": "Опубліковано",
        "page": "Сторінка",
        "about": "Про це видання",
        "check": "Зміст цього видання незмінний. Його контрольна сума SHA-256:",
        "read": "Чинне видання та інші мови:",
        "unpromised": "Цей файл не вдалося зробити повністю відповідним до PDF/UA. "
        "Із програмою читання з екрана зручніша вебсторінка.",
    },
    "ru": {
        "authors": "Авторы",
        "erratum": "Исправление издания {}",
        "dissent": "Особое мнение: {}",
        "indicators": "Показатели",
        "unit": "Единица",
        "source": "Источник",
        "note": "Примечание",
        "written-by": "Написали",
        "whole-country": "Вся страна",
        "contents": "Содержание",
        "summary": "Краткое содержание",
        "period": "Период",
        "edition": "Издание",
        "published": "Опубликовано",
        "page": "Страница",
        "about": "Об этом издании",
        "check": "Содержание этого издания неизменно. Его контрольная сумма SHA-256:",
        "read": "Действующее издание и другие языки:",
        "unpromised": "Этот файл не удалось сделать полностью соответствующим PDF/UA. "
        "С программой чтения с экрана удобнее веб-страница.",
    },
}

PRACTICE_KINDS: Mapping[Language, Mapping[str, str]] = {
    "pl": {"action": "Działania", "project": "Projekty", "grant": "Granty", "programme": "Programy"},
    "en": {"action": "Actions", "project": "Projects", "grant": "Grants", "programme": "Programmes"},
    "be": {"action": "Дзеянні", "project": "Праекты", "grant": "Гранты", "programme": "Праграмы"},
    "uk": {"action": "Дії", "project": "Проєкти", "grant": "Гранти", "programme": "Програми"},
    "ru": {"action": "Действия", "project": "Проекты", "grant": "Гранты", "programme": "Программы"},
}

TRANSLATED_FROM: Mapping[Language, Mapping[Language, str]] = {
    "pl": {
        "pl": "Tłumaczenie z polskiego.",
        "en": "Tłumaczenie z angielskiego.",
        "be": "Tłumaczenie z białoruskiego.",
        "uk": "Tłumaczenie z ukraińskiego.",
        "ru": "Tłumaczenie z rosyjskiego.",
    },
    "en": {
        "pl": "Translated from Polish.",
        "en": "Translated from English.",
        "be": "Translated from Belarusian.",
        "uk": "Translated from Ukrainian.",
        "ru": "Translated from Russian.",
    },
    "be": {
        "pl": "Пераклад з польскай мовы.",
        "en": "Пераклад з англійскай мовы.",
        "be": "Пераклад з беларускай мовы.",
        "uk": "Пераклад з украінскай мовы.",
        "ru": "Пераклад з рускай мовы.",
    },
    "uk": {
        "pl": "Переклад з польської.",
        "en": "Переклад з англійської.",
        "be": "Переклад з білоруської.",
        "uk": "Переклад з української.",
        "ru": "Переклад з російської.",
    },
    "ru": {
        "pl": "Перевод с польского.",
        "en": "Перевод с английского.",
        "be": "Перевод с белорусского.",
        "uk": "Перевод с украинского.",
        "ru": "Перевод с русского.",
    },
}

CORRECTED: Mapping[Language, str] = {
    "pl": "Sprostowanie",
    "en": "Correction",
    "be": "Выпраўленне",
    "uk": "Виправлення",
    "ru": "Исправление",
}

FEED_TITLES: Mapping[Language, str] = {
    "pl": "Raporty",
    "en": "Reports",
    "be": "Справаздачы",
    "uk": "Звіти",
    "ru": "Отчёты",
}


LOCALES: Mapping[Language, str] = {"pl": "pl", "en": "en_GB", "be": "be", "uk": "uk", "ru": "ru"}


def country_name(country: str, language: Language) -> str:
    """Return what a country is called; its code where the language has no name for it."""
    return str(Locale(language).territories.get(country, country))


def language_name(language: Language, spoken: Language) -> str:
    """Return what a language is called in another one."""
    return str(Locale(spoken).languages.get(language, language))


def day(value: date | datetime, language: Language) -> str:
    """Return a date in words, as in *14 October 2008*; spaces that fonts lack become plain ones."""
    return format_date(value, format="long", locale=LOCALES[language]).replace("\u202f", "\u00a0")


def period(from_on: date, to_on: date, language: Language) -> str:
    """Return a period in words, from its first day to its last."""
    return f"{day(from_on, language)} – {day(to_on, language)}"
