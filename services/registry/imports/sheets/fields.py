"""What a column of a sheet can say of an activity, and by which headings and HXL tags such a column is known."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Literal, get_args

Field = Literal[
    "identifier",
    "title",
    "title_en",
    "title_pl",
    "title_be",
    "title_uk",
    "title_ru",
    "description",
    "implementer",
    "implementer_id",
    "funder",
    "funder_id",
    "accountable",
    "sector",
    "country",
    "region",
    "county",
    "commune",
    "place",
    "latitude",
    "longitude",
    "starts_on",
    "ends_on",
    "status",
    "amount",
    "currency",
]
FIELDS: tuple[Field, ...] = get_args(Field)

MANY: frozenset[Field] = frozenset({"implementer", "funder", "accountable", "sector"})
"""What several columns, or one cell with several values, may say."""

HEADINGS: Mapping[Field, str] = {
    "identifier": "activity id|activityid|activity code|project code|project id|iati identifier|id działania|"
    "numer projektu|kod projektu|код праекта|код проєкту|код проекту|код проекта|номер проекта|ідэнтыфікатар",
    "title": "activity|activity title|activity name|project|project title|title|what|działanie|nazwa projektu|projekt|"
    "tytuł|co|дзейнасць|праект|назва праекта|што|діяльність|проєкт|проект|назва проєкту|що|деятельность|"
    "мероприятие|название проекта|название|что",
    "title_en": "title en|title english|title in english",
    "title_pl": "title pl|title polish|tytuł po polsku|tytuł pl",
    "title_be": "title be|title belarusian|назва па беларуску|назва be",
    "title_uk": "title uk|title ukrainian|назва українською|назва uk",
    "title_ru": "title ru|title russian|название на русском|название ru",
    "description": "description|activity description|details|opis|szczegóły|апісанне|опис|описание",
    "implementer": "organisation|organization|organisation name|organization name|org|implementer|implementing partner|"
    "implementing organisation|implementing organization|implementing agency|partner|agency|who|organizacja|"
    "realizator|wykonawca|kto|арганізацыя|выканаўца|хто|організація|виконавець|организация|исполнитель|кто|"
    "المنظمة|اسم المنظمة",
    "implementer_id": "organisation id|organization id|organisation code|org id|krs|nip|regon|"
    "identyfikator organizacji|код арганізацыі|код організації|код организации",
    "funder": "funder|donor|donor name|funding organisation|funded by|whose money|grantodawca|darczyńca|donator|"
    "finansujący|донар|донор|хто фінансуе|хто фінансує|кто финансирует|المانح|الجهة المانحة",
    "funder_id": "funder id|donor id|donor code",
    "accountable": "accountable|lead|lead organisation|lead agency|programme owner|odpowiedzialny|lider|"
    "адказны|відповідальний|ответственный",
    "sector": "sector|sectors|cluster|sector english|sector name|sector code|theme|topic|dac code|crs code|"
    "purpose code|sektor|temat|obszar|сектар|тэма|сектор|тема|القطاع",
    "country": "country|country name|country code|kraj|państwo|краіна|країна|страна|الدولة|البلد",
    "region": "region|admin1|admin 1|adm1|admin level 1|province|state|voivodeship|oblast|where|województwo|gdzie|"
    "вобласць|рэгіён|дзе|область|регіон|де|регион|где|المحافظة",
    "county": "admin2|admin 2|adm2|admin level 2|district|county|powiat|раён|район|повіт|القضاء",
    "commune": "admin3|admin 3|adm3|admin level 3|commune|municipality|gmina|грамада|гміна|громада|община|"
    "муниципалитет",
    "place": "place|location|city|town|settlement|miejsce|miejscowość|miasto|месца|горад|місце|місто|место|город|"
    "الموقع",
    "latitude": "latitude|lat|szerokość geograficzna|шырата|широта",
    "longitude": "longitude|lon|lng|long|długość geograficzna|даўгата|довгота|долгота",
    "starts_on": "start|start date|starts|starts on|from|begin|when|data rozpoczęcia|początek|od|kiedy|пачатак|"
    "дата пачатку|калі|початок|дата початку|коли|начало|дата начала|когда|تاريخ البدء",
    "ends_on": "end|end date|ends|ends on|until|to|data zakończenia|koniec|do|канец|дата заканчэння|кінець|"
    "дата завершення|конец|дата окончания|تاريخ الانتهاء",
    "status": "status|activity status|project status|stan|stan działania|статус|стан|состояние|الحالة",
    "amount": "amount|budget|value|total|total budget|amount eur|amount usd|kwota|budżet|wartość|сума|бюджэт|бюджет|"
    "сумма|المبلغ",
    "currency": "currency|waluta|валюта|العملة",
}  # fmt: skip
"""Headings in the five languages and Arabic, as `folded` has them, separated by ``|``."""

TAGS: tuple[tuple[str, Field], ...] = (
    ("org+funder+id", "funder_id"),
    ("org+funder+code", "funder_id"),
    ("org+donor+id", "funder_id"),
    ("org+funder", "funder"),
    ("org+funding", "funder"),
    ("org+donor", "funder"),
    ("org+prog", "accountable"),
    ("org+lead", "accountable"),
    ("org+accountable", "accountable"),
    ("org+id", "implementer_id"),
    ("org+code", "implementer_id"),
    ("org", "implementer"),
    ("sector", "sector"),
    ("subsector", "sector"),
    ("country", "country"),
    ("adm1", "region"),
    ("adm2", "county"),
    ("adm3", "commune"),
    ("loc", "place"),
    ("geo+lat", "latitude"),
    ("lat_deg", "latitude"),
    ("geo+lon", "longitude"),
    ("lon_deg", "longitude"),
    ("date+start", "starts_on"),
    ("start_date", "starts_on"),
    ("date+end", "ends_on"),
    ("end_date", "ends_on"),
    ("date", "starts_on"),
    ("activity+id", "identifier"),
    ("activity+code", "identifier"),
    ("activity_id", "identifier"),
    ("activity+description", "description"),
    ("activity+status", "status"),
    ("activity+pl", "title_pl"),
    ("activity+be", "title_be"),
    ("activity+uk", "title_uk"),
    ("activity+ru", "title_ru"),
    ("activity", "title"),
    ("description", "description"),
    ("status", "status"),
    ("value+currency", "currency"),
    ("currency", "currency"),
    ("value", "amount"),
)
"""HXL tags and the attributes that they must have (hxlstandard.org 1.1), the more exact ones first."""

_TAG = re.compile(r"^#\s*([a-z][a-z0-9_]*)((?:\s*\+\s*[a-z][a-z0-9_]*)*)$")
_ELSEWHERE = frozenset({"url", "email", "phone", "contact"})  # attributes of what is said of no activity


def folded(heading: str) -> str:
    """Return a heading in small letters, its words one space apart: ``ProjectCode (EN)`` → ``project code en``."""
    text = re.sub(r"([a-z])([A-Z])", r"\1 \2", unicodedata.normalize("NFC", heading))
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


_BY_HEADING: dict[str, Field] = {
    folded(each): field for field, headings in HEADINGS.items() for each in headings.split("|")
}


def tag_of(cell: str) -> tuple[str, frozenset[str]] | None:
    """Return the HXL tag in a cell and its attributes, or `None`: ``#org +funder +en`` → ``org``, {funder, en}."""
    found = _TAG.match(cell.strip().lower())
    if found is None:
        return None
    return found[1], frozenset(each.strip() for each in found[2].split("+") if each.strip())


def field_of_tag(cell: str) -> Field | None:
    """Return what a column under this HXL tag says, or `None`."""
    tag = tag_of(cell)
    if tag is None or tag[1] & _ELSEWHERE:
        return None
    for wanted, field in TAGS:
        name, *attributes = wanted.split("+")
        if name == tag[0] and tag[1].issuperset(attributes):
            return field
    return None


def field_of_heading(cell: str) -> Field | None:
    """Return what a column under this heading says, or `None`."""
    return _BY_HEADING.get(folded(cell))
