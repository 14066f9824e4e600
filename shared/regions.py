"""Countries and regions by ISO 3166-1 and 3166-2, their names in our languages, and which is meant by a name.

Codes and most names come from the package pycountry (Debian's iso-codes); what that lacks for the countries this work
is about stands in `NAMES` and `ALSO`.
"""

import gettext
from collections.abc import Iterable
from functools import cache
from typing import Any

import pycountry

from shared.folding import fold
from shared.model import LANGUAGES, Language

SUBDIVISIONS: Any = pycountry.subdivisions  # its search has no types

NAMES: dict[str, dict[Language, str]] = {
    "BY-BR": {
        "en": "Brest Region",
        "pl": "obwód brzeski",
        "be": "Брэсцкая вобласць",
        "uk": "Берестейська область",
        "ru": "Брестская область",
    },
    "BY-HM": {"en": "Minsk", "pl": "Mińsk", "be": "Мінск", "uk": "Мінськ", "ru": "Минск"},
    "BY-HO": {
        "en": "Homiel Region",
        "pl": "obwód homelski",
        "be": "Гомельская вобласць",
        "uk": "Гомельська область",
        "ru": "Гомельская область",
    },
    "BY-HR": {
        "en": "Hrodna Region",
        "pl": "obwód grodzieński",
        "be": "Гродзенская вобласць",
        "uk": "Гродненська область",
        "ru": "Гродненская область",
    },
    "BY-MA": {
        "en": "Mahilioŭ Region",
        "pl": "obwód mohylewski",
        "be": "Магілёўская вобласць",
        "uk": "Могильовська область",
        "ru": "Могилёвская область",
    },
    "BY-MI": {
        "en": "Minsk Region",
        "pl": "obwód miński",
        "be": "Мінская вобласць",
        "uk": "Мінська область",
        "ru": "Минская область",
    },
    "BY-VI": {
        "en": "Viciebsk Region",
        "pl": "obwód witebski",
        "be": "Віцебская вобласць",
        "uk": "Вітебська область",
        "ru": "Витебская область",
    },
}
"""Names as they are shown, where the package has none."""

ALSO: dict[str, tuple[str, ...]] = {
    "BY-BR": ("Brest", "Brześć", "Брэст", "Брест", "Brest oblast"),
    "BY-HM": ("Minsk City", "City of Minsk", "г. Минск", "г. Мінск", "Miensk", "Менск"),
    "BY-HO": ("Homiel", "Homel", "Gomel", "Гомель", "Gomel Region", "Gomel oblast"),
    "BY-HR": ("Hrodna", "Grodno", "Гродна", "Гродно", "Grodno Region", "Grodno oblast"),
    "BY-MA": ("Mahilioŭ", "Mahilyow", "Mogilev", "Магілёў", "Могилёв", "Mogilev Region", "Mohylew"),
    "BY-MI": ("Minsk oblast", "Minsk voblast"),
    "BY-VI": ("Viciebsk", "Vitebsk", "Віцебск", "Витебск", "Vitebsk Region", "Witebsk"),
    "PL-02": ("Lower Silesian", "Lower Silesia"),
    "PL-04": ("Kuyavian-Pomeranian", "Kuyavia-Pomerania"),
    "PL-06": ("Lublin Voivodeship",),
    "PL-08": ("Lubusz", "Lubusz Voivodeship"),
    "PL-10": ("Łódź Voivodeship",),
    "PL-12": ("Lesser Poland",),
    "PL-14": ("Masovian", "Mazovian", "Mazovia", "Masovia"),
    "PL-16": ("Opole Voivodeship",),
    "PL-18": ("Subcarpathian", "Subcarpathia"),
    "PL-20": ("Podlachia", "Podlasie"),
    "PL-22": ("Pomeranian", "Pomerania"),
    "PL-24": ("Silesian", "Silesia"),
    "PL-26": ("Holy Cross",),
    "PL-28": ("Warmian-Masurian", "Warmia-Masuria"),
    "PL-30": ("Greater Poland",),
    "PL-32": ("West Pomeranian", "West Pomerania"),
    "UA-30": ("Kiev", "Kyiv", "Київ", "Киев", "Kijów"),
}
"""Other names by which people call a region, or the city after which it is called."""

_KINDS_OF_REGIONS = frozenset(
    fold(word)
    for word in (
        "voivodeship", "voivodship", "województwo", "woj", "ваяводства", "воєводство", "воеводство",
        "oblast", "voblasć", "voblast", "obwód", "вобласць", "область", "обл",
        "region", "district", "province", "county", "state", "apskritis", "municipality", "okręg", "повіт",
        "city", "horad", "horod", "gorod", "miasto", "місто", "горад", "город", "г", "m",
    )
)  # fmt: skip


def is_region(code: str) -> bool:
    """Say whether ``code`` is one of ISO 3166-2."""
    return code in _codes()


def is_country(code: str) -> bool:
    """Say whether ``code`` is one of ISO 3166-1 alpha-2."""
    return pycountry.countries.get(alpha_2=code) is not None


def regions_of(country: str) -> list[str]:
    """Return the codes of the regions of a country, sorted; without the smaller parts into which some are divided."""
    found = SUBDIVISIONS.get(country_code=country)
    return sorted(each.code for each in found or [] if each.parent_code is None)


@cache
def names_of_region(code: str) -> dict[Language, str]:
    """Return what a region is called, in the languages in which that is known; always in one at least."""
    if code in NAMES:
        return NAMES[code]
    region = SUBDIVISIONS.get(code=code)
    native: str = region.name if region is not None else code
    names: dict[Language, str] = {"en": native}
    for language in LANGUAGES:
        told = _translated("iso3166-2", language, native)
        if told != native:
            names[language] = told[:1].upper() + told[1:]
    return names


def country_called(text: str) -> str | None:
    """Return the country (alpha-2) that is meant by a code of two or three letters or a name in our languages."""
    code = text.strip().upper()
    if len(code) == 2 and is_country(code):
        return code
    if len(code) == 3 and (found := pycountry.countries.get(alpha_3=code)) is not None:
        return str(found.alpha_2)
    return _countries().get(fold(text)) if fold(text) else None


def region_called(name: str, *, country: str | None) -> str | None:
    """Return the region that is meant by ``name``; without a ``country`` only one whose name no other country has."""
    exactly, roughly = fold(name), _without_kind(name)
    for key in dict.fromkeys([exactly, roughly]):
        found = _index(country).get(key, ()) if key else ()
        if len(found) == 1:
            return found[0]
    return None


def _without_kind(name: str) -> str:
    """Return the folded name without words such as *voivodeship*, unless nothing else is left."""
    words = fold(name).split()
    return " ".join(word for word in words if word not in _KINDS_OF_REGIONS)


@cache
def _codes() -> frozenset[str]:
    return frozenset(each.code for each in SUBDIVISIONS)


@cache
def _index(country: str | None) -> dict[str, tuple[str, ...]]:
    """Return the regions by each of their folded names; what is called exactly so goes before what is roughly."""
    regions = SUBDIVISIONS.get(country_code=country) if country else SUBDIVISIONS
    exact: dict[str, list[str]] = {}
    rough: dict[str, list[str]] = {}
    for region in sorted(regions or [], key=lambda each: (each.parent_code is not None, each.code)):
        for name in _every_name(region):
            _add(exact, fold(name), region.code)
            _add(rough, _without_kind(name), region.code)
    for key, codes in rough.items():
        exact.setdefault(key, codes)
    return {key: _largest(codes) for key, codes in exact.items()}


def _add(index: dict[str, list[str]], key: str, code: str) -> None:
    if key and code not in index.setdefault(key, []):
        index[key].append(code)


def _largest(codes: Iterable[str]) -> tuple[str, ...]:
    """Return those that are no part of another region: a county goes before the town in it that is called the same."""
    all_codes = tuple(codes)
    whole = tuple(code for code in all_codes if SUBDIVISIONS.get(code=code).parent_code is None)
    return whole or all_codes


def _every_name(region: Any) -> list[str]:
    shown = names_of_region(region.code)
    return [region.name, *shown.values(), *ALSO.get(region.code, ())]


@cache
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for country in pycountry.countries:
        named = [country.name, getattr(country, "common_name", ""), getattr(country, "official_name", "")]
        names = [*named, *(_translated("iso3166-1", each, text) for each in LANGUAGES for text in named if text)]
        for name in names:
            if fold(name):
                found.setdefault(fold(name), country.alpha_2)
    return found


@cache
def _catalogue(domain: str, language: Language) -> gettext.NullTranslations:
    return gettext.translation(domain, pycountry.LOCALES_DIR, languages=[language], fallback=True)


def _translated(domain: str, language: Language, text: str) -> str:
    return _catalogue(domain, language).gettext(text)
