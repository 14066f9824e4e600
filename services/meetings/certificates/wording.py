"""The words of a certificate and of a sign-in sheet in five languages, and their dates."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from shared.model import Language, ZoneName

WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "kind": "Certificate of attendance",
        "that": "This is to confirm that",
        "attended": "attended",
        "held": "held on",
        "issued": "Issued on",
        "check": "Whoever holds this certificate can check it at",
        "code": "with the code",
    },
    "pl": {
        "kind": "Zaświadczenie o uczestnictwie",
        "that": "Zaświadcza się, że",
        "attended": "uczestniczył(a) w spotkaniu",
        "held": "w dniu",
        "issued": "Wydano",
        "check": "Autentyczność zaświadczenia można sprawdzić na stronie",
        "code": "podając kod",
    },
    "be": {
        "kind": "Пасведчанне аб удзеле",
        "that": "Гэтым сведчыцца, што",
        "attended": "удзельнічаў(-ла) у сустрэчы",
        "held": "якая адбылася",
        "issued": "Выдадзена",
        "check": "Сапраўднасць пасведчання можна праверыць на старонцы",
        "code": "увёўшы код",
    },
    "uk": {
        "kind": "Сертифікат про участь",
        "that": "Цим підтверджується, що",
        "attended": "брав (брала) участь у зустрічі",
        "held": "яка відбулася",
        "issued": "Видано",
        "check": "Справжність сертифіката можна перевірити на сторінці",
        "code": "ввівши код",
    },
    "ru": {
        "kind": "Сертификат об участии",
        "that": "Настоящим подтверждается, что",
        "attended": "участвовал(а) во встрече",
        "held": "состоявшейся",
        "issued": "Выдан",
        "check": "Подлинность сертификата можно проверить на странице",
        "code": "введя код",
    },
}

SHEET: dict[Language, dict[str, str]] = {
    "en": {
        "kind": "Sign-in sheet",
        "number": "No.",
        "name": "Name",
        "organisation": "Organisation",
        "signature": "Signature",
    },
    "pl": {
        "kind": "Lista obecności",
        "number": "Lp.",
        "name": "Imię i nazwisko",
        "organisation": "Organizacja",
        "signature": "Podpis",
    },
    "be": {
        "kind": "Ліст прысутнасці",
        "number": "№",
        "name": "Імя і прозвішча",
        "organisation": "Арганізацыя",
        "signature": "Подпіс",
    },
    "uk": {
        "kind": "Лист присутності",
        "number": "№",
        "name": "Ім’я та прізвище",
        "organisation": "Організація",
        "signature": "Підпис",
    },
    "ru": {
        "kind": "Лист присутствия",
        "number": "№",
        "name": "Имя и фамилия",
        "organisation": "Организация",
        "signature": "Подпись",
    },
}


def day(moment: datetime, zone: ZoneName, language: Language) -> str:
    """Return a date in words; spaces that fonts lack become plain ones."""
    found = format_date(moment.astimezone(ZoneInfo(zone)).date(), format="long", locale=_locale(language))
    return found.replace("\u202f", "\u00a0")


def span(starts_at: datetime, ends_at: datetime, zone: ZoneName, language: Language) -> str:
    """Return from when to when, the day said once when it is one day."""
    first, last = day(starts_at, zone, language), day(ends_at, zone, language)
    if first != last:
        return f"{first} – {last}"
    begin, end = (format_time(each.astimezone(ZoneInfo(zone)), format="HH:mm") for each in (starts_at, ends_at))
    return f"{first}, {begin}–{end}{' UTC' if zone == 'UTC' else ''}"


def _locale(language: Language) -> str:
    return "en_GB" if language == "en" else language
