"""The redacted view of activities: what is done where and with how much, and nobody named.

Organisations are letters that stay the same within one export and mean nothing in another, places are regions, free
text is a neutral sentence, people and identifiers are left out.  Amounts and days stay: whoever knows them from
elsewhere can recognise an activity by them.
"""

from collections.abc import Iterable
from string import ascii_uppercase

from services.registry.activities.activity import Activity
from services.registry.activities.parts import Location, Named, Participation, Share, Transaction, Wording
from services.registry.activities.seeing import keys_of
from shared.ids import new_id
from shared.model import Language
from shared.regions import names_of_region

ORGANISATION: dict[Language, str] = {
    "en": "Organisation {}",
    "pl": "Organizacja {}",
    "be": "Арганізацыя {}",
    "uk": "Організація {}",
    "ru": "Организация {}",
}
TITLE: Wording = {
    "en": "An activity whose name is not shown",
    "pl": "Działanie, którego nazwy nie podano",
    "be": "Дзейнасць, назва якой не паведамляецца",
    "uk": "Діяльність, назва якої не розголошується",
    "ru": "Деятельность, название которой не разглашается",
}
DESCRIPTION: Wording = {
    "en": "The description is not shown.",
    "pl": "Opisu nie podano.",
    "be": "Апісанне не паведамляецца.",
    "uk": "Опис не розголошується.",
    "ru": "Описание не разглашается.",
}
OWN_VOCABULARIES = frozenset({"98", "99"})
"""Vocabularies that a reporting organisation made itself: their codes are as good as its name."""


class Redaction:
    """One export: who is which letter in it."""

    def __init__(self) -> None:
        self._letters: dict[str, str] = {}
        self._known = 0
        self._written = 0

    def redact(self, activity: Activity) -> Activity:
        """Return ``activity`` without anything that names somebody."""
        self._written += 1
        reporting = Participation(
            part="other", organisation_id=activity.reporting_id, **activity.reporting.model_dump()
        )
        return Activity(
            id=new_id(),
            iati_identifier=f"REDACTED-{self._written}",
            content="",
            written=True,
            title=TITLE,
            description=DESCRIPTION,
            reporting=self._named(reporting),
            participations=[
                Participation(part=each.part, **self._named(each).model_dump()) for each in activity.participations
            ],
            status=activity.status,
            dates=activity.dates,
            sectors=_standard(activity.sectors),
            countries=activity.countries,
            regions=_standard(activity.regions),
            locations=list(_regions(activity.region_codes)),
            budgets=activity.budgets,
            transactions=[self._transaction(each) for each in activity.transactions],
            humanitarian=activity.humanitarian,
            default_currency=activity.default_currency,
            recorded_at=activity.recorded_at,
            changed_at=activity.changed_at,
        )

    def _transaction(self, each: Transaction) -> Transaction:
        return Transaction(
            type=each.type,
            happened_on=each.happened_on,
            money=each.money,
            provider=None if each.provider is None else self._named(each.provider),
            receiver=None if each.receiver is None else self._named(each.receiver),
            sectors=_standard(each.sectors),
            countries=each.countries,
            humanitarian=each.humanitarian,
        )

    def _named(self, named: Named) -> Named:
        """Return an organisation under its letter; its type stays."""
        letters = self._letter(named)
        names = {language: text.format(letters) for language, text in ORGANISATION.items()}
        return Named(ref=f"ORGANISATION-{letters}", type=named.type, name=names)

    def _letter(self, named: Named) -> str:
        keys = keys_of(named)
        known = next((self._letters[key] for key in sorted(keys) if key in self._letters), None)
        if known is None:
            known = letters_of(self._known)
            self._known += 1
        self._letters.update(dict.fromkeys(keys, known))
        return known


def letters_of(number: int) -> str:
    """Return A for 0, Z for 25, AA for 26, and so on."""
    letters = ""
    number += 1
    while number:
        number, place = divmod(number - 1, len(ascii_uppercase))
        letters = ascii_uppercase[place] + letters
    return letters


def _standard(shares: Iterable[Share]) -> list[Share]:
    return [each for each in shares if each.vocabulary not in OWN_VOCABULARIES]


def _regions(codes: Iterable[str]) -> Iterable[Location]:
    for code in codes:
        yield Location(ref=code, name=names_of_region(code), country=code[:2], region=code)
