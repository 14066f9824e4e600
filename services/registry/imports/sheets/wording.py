"""From what a row says, and whom and where it was found to mean, to the command that records the activity."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Annotated

from pydantic import Field

from services.registry.activities.commands import RecordActivity
from services.registry.activities.parts import (
    Budget,
    Location,
    Moment,
    Money,
    Named,
    Part,
    Participation,
    Share,
)
from services.registry.imports.sheets.cells import country
from services.registry.imports.sheets.rows import Said, Where
from services.registry.places.domain import Place
from shared.events.reports import Theme
from shared.folding import fold
from shared.model import Language

Asked = tuple[str, str]
"""An organisation as a sheet names it: name and identifier, either may be empty."""

PLANNED, ONGOING, CLOSED = "1", "2", "4"
ENDED = frozenset({"3", "4"})
"""Code list ActivityStatus."""

_THEMES: dict[Theme, str] = {
    "media-freedom": "Media freedom|Wolność mediów|Свабода медыя|Свобода медіа|Свобода средств массовой информации",
    "freedom-of-association": "Freedom of association|Wolność zrzeszania się|Свабода аб’яднанняў|Свобода об’єднань|"
    "Свобода объединений",
    "freedom-of-assembly": "Freedom of assembly|Wolność zgromadzeń|Свабода сходаў|Свобода зібрань|Свобода собраний",
    "political-persecution": "Political persecution|Political persecution and arbitrary detentions|"
    "Prześladowania polityczne|Prześladowania polityczne i arbitralne zatrzymania|Палітычны пераслед|"
    "Палітычны пераслед і адвольныя затрыманні|Політичні переслідування|"
    "Політичні переслідування та свавільні затримання|Политические преследования|"
    "Политические преследования и произвольные задержания",
    "repression-of-activists": "Repression of civic activists|Repression of activists|"
    "Represje wobec działaczy obywatelskich|Рэпрэсіі супраць грамадскіх актывістаў|"
    "Репресії проти громадських активістів|Репрессии против гражданских активистов",
    "economic-liberalisation": "Economic liberalisation|Economic liberalization|Liberalizacja gospodarcza|"
    "Эканамічная лібералізацыя|Економічна лібералізація|Экономическая либерализация",
}  # fmt: skip


class FromSheet(RecordActivity):
    """An activity in the words of a row: its fingerprint is that of the words, whatever they were found to mean."""

    words: Annotated[str, Field(exclude=True)]

    @property
    def content_hash(self) -> str:
        """The fingerprint of the row."""
        return f"sheet:{self.words}"


@cache
def _themes() -> dict[str, Theme]:
    found = {fold(name): theme for theme, names in _THEMES.items() for name in names.split("|")}
    return found | {fold(theme): theme for theme in _THEMES}


@lru_cache(maxsize=10_000)
def sector_of(word: str) -> Share:
    """Return a sector by code of the OECD DAC, by the name of one of our themes, else in the sheet's own word."""
    if word.isdecimal() and len(word) in (3, 5):
        return Share(code=word, vocabulary="1" if len(word) == 5 else "2")
    return Share(code=_themes().get(fold(word), word), vocabulary="99")


def organisations_of(said: Said) -> list[tuple[Part, Asked]]:
    """Return the organisations that a row names, and their parts; an identifier belongs to the first of its part."""
    return [
        *_named("implementing", said.implementers, said.implementer_id),
        *_named("accountable", said.accountable, ""),
        *_named("funding", said.funders, said.funder_id),
    ]


def _named(part: Part, names: Sequence[str], id: str) -> list[tuple[Part, Asked]]:
    return [(part, (name, id if place == 0 else "")) for place, name in enumerate(names)]


def title_of(said: Said) -> dict[Language, str]:
    """Return the titles; where a row has none, its sectors and its place make one."""
    if said.titles:
        return said.titles
    parts = [", ".join(said.sectors) or said.identifier, *said.where.words[:1]]
    return {"en": ": ".join(part for part in parts if part)[:1_000]}


def command_of(
    said: Said, key: str, *, language: Language, ids: Mapping[Asked, str], place: Place | None, today: date
) -> FromSheet:
    """Return the command that records what a row says under ``key``; ``ids`` are the records of organisations."""
    named = organisations_of(said)
    first = named[0][1]
    return FromSheet(
        words=said.content,
        iati_identifier="",
        fingerprint=key,
        title=title_of(said),
        description=said.description,
        reporting=Named(ref=first[1], name={language: first[0]}),
        participations=[
            Participation(part=part, ref=asked[1], name={language: asked[0]}, organisation_id=ids.get(asked))
            for part, asked in named
        ],
        status=_status(said, today),
        dates=_dates(said, today),
        sectors=[sector_of(each) for each in said.sectors],
        countries=[Share(code=place.country)] if place and place.country and not place.region else [],
        locations=_locations(said.where, place, language),
        budgets=_budgets(said),
        default_currency=said.currency,
    )


def _status(said: Said, today: date) -> str:
    if said.status:
        return said.status
    if said.ends_on is not None and said.ends_on < today:
        return CLOSED
    return PLANNED if said.starts_on is not None and said.starts_on > today else ONGOING


def _dates(said: Said, today: date) -> list[Moment]:
    status = _status(said, today)
    moments = []
    if said.starts_on is not None:
        kind = "planned-start" if status == PLANNED else "actual-start"
        moments.append(Moment.model_validate({"kind": kind, "happens_on": said.starts_on}))
    if said.ends_on is not None:
        kind = "actual-end" if status in ENDED and said.ends_on <= today else "planned-end"
        moments.append(Moment.model_validate({"kind": kind, "happens_on": said.ends_on}))
    return moments


def _locations(where: Where, place: Place | None, language: Language) -> list[Location]:
    """Return the place, under the name by which it is looked up again when nobody knows it yet."""
    if where.latitude is None and (not where.words or place == Place(country=country(where.country))):
        return []
    both = where.latitude is not None and where.longitude is not None
    return [
        Location(
            name={language: where.words[0]} if where.words else {},
            latitude=where.latitude if both else None,
            longitude=where.longitude if both else None,
            country=place.country if place else country(where.country),
            region=place.region if place else None,
            commune=place.commune if place else None,
            unplaced=bool(where.words) and place is None,
        )
    ]


def _budgets(said: Said) -> list[Budget]:
    """Return the amount as a budget of the whole time; without an end, of a year."""
    first = said.starts_on or said.ends_on
    if said.amount is None or first is None:
        return []
    last = said.ends_on or min(first + timedelta(days=364), date.max)
    money = Money(amount=said.amount, currency=said.currency, valued_on=first)
    return [Budget(type="1", status="1", starts_on=first, ends_on=last, money=money)]
