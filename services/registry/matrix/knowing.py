"""Says what of an activity counts for some readers: made of what they may see of it, and of nothing else."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from services.registry.activities.activity import Activity
from services.registry.activities.parts import Budget, Share, Transaction
from services.registry.activities.seeing import Seen
from services.registry.matrix.domain import (
    OTHER,
    UNSAID,
    WITHHELD,
    Amounts,
    Axis,
    Known,
    Portion,
    added,
    by_year,
    divided,
    hundredths,
    joined,
)
from services.registry.themes import themes_of
from shared.ids import Id
from shared.regions import is_region


@dataclass(frozen=True)
class Records:
    """What the organisations are that activities name: which record stands for each, and the kinds of those."""

    standing: Mapping[Id, Id] = field(default_factory=dict)
    kinds: Mapping[Id, Sequence[str]] = field(default_factory=dict)

    def of(self, organisation_ids: Iterable[Id]) -> list[Id]:
        """Return the records that stand for organisations, each once."""
        return list(dict.fromkeys(self.standing.get(each, each) for each in organisation_ids))


STATES = frozenset("123456")  # code list ActivityStatus
REVISED = "2"  # code list BudgetType
COMMITTED, SPENT = frozenset({"2"}), frozenset({"3", "4"})  # code list TransactionType: commitment; paid, spent
NO_CURRENCY = "XXX"  # ISO 4217
DIGITS = {"1": 5, "2": 3}
"""The OECD DAC's vocabularies: purpose codes of five digits, categories of three."""


def known_of(seen: Seen, records: Records) -> Known:
    """Return what of an activity counts for those who see it so."""
    activity, withheld = seen.activity, frozenset(seen.withheld)
    places = _places(activity)
    donors, implementers = (records.of(activity.with_part(part)) for part in ("funding", "implementing"))
    axes: dict[Axis, list[Portion]] = {
        "donor": _marked(_whole(donors), "funding" in withheld),
        "implementer": _marked(_whole(implementers), "implementing" in withheld),
        "theme": _marked(_themes(activity), "sectors" in withheld),
        "sector": _marked(_categories(activity), "sectors" in withheld),
        "country": _marked(_joined((country, weight) for country, _, weight in places), "places" in withheld),
        "region": _marked(_joined((region, weight) for _, region, weight in places), "places" in withheld),
        "kind": _marked(_kinds([*donors, *implementers], records), bool({"funding", "implementing"} & withheld)),
        "status": _marked(_whole([activity.status] if activity.status in STATES else []), "status" in withheld),
    }
    return Known(
        activity_id=activity.id,
        axes=axes,
        starts_on=activity.starts_on,
        ends_on=activity.ends_on,
        amounts=_amounts(activity),
        year_otherwise=WITHHELD if {"dates", "budgets", "transactions"} & withheld else UNSAID,
    )


def _marked(portions: list[Portion], withheld: bool) -> list[Portion]:
    """Return ``portions``, with a mark where there is more that these readers may not know."""
    return [*portions, Portion(value=WITHHELD)] if withheld else portions


def _whole(values: Iterable[str]) -> list[Portion]:
    return [Portion(value=each) for each in values]


def _joined(parts: Iterable[tuple[str, float]]) -> list[Portion]:
    return joined(Portion(value=value, weight=weight) for value, weight in parts)


def _kinds(organisation_ids: Iterable[Id], records: Records) -> list[Portion]:
    return _whole(dict.fromkeys(kind for each in organisation_ids for kind in records.kinds.get(each, ())))


def _shares(activity: Activity) -> list[Share]:
    """Return its sectors; those of its transactions where it names none itself."""
    paid = {(each.vocabulary, each.code): each for paid in activity.transactions for each in paid.sectors}
    return list(activity.sectors) or [Share(code=code, vocabulary=vocabulary) for vocabulary, code in paid]


def _by_vocabulary(shares: Iterable[Share]) -> dict[str, list[Share]]:
    found: dict[str, list[Share]] = {}
    for each in shares:
        found.setdefault(each.vocabulary or "1", []).append(each)
    return found


def _categories(activity: Activity) -> list[Portion]:
    """Return the OECD DAC's categories: the first three digits of a purpose code."""
    found = _by_vocabulary(_shares(activity))
    for vocabulary, digits in DIGITS.items():
        if vocabulary in found:
            valid = re.compile(rf"[0-9]{{{digits}}}")
            named = [
                (each.code[:3] if valid.fullmatch(each.code) else OTHER, each.percentage) for each in found[vocabulary]
            ]
            return divided(named)
    return _whole([OTHER]) if found else []


def _themes(activity: Activity) -> list[Portion]:
    """Return our themes.  Where sectors are named in several vocabularies, that counts which says most of a theme."""
    weights: dict[str, float] = {}
    shares = _by_vocabulary(_shares(activity))
    for vocabulary, named in shares.items():
        sums: dict[str, float] = {}
        for each in divided([(share.code, share.percentage) for share in named]):
            for theme in themes_of([f"{vocabulary}:{each.value}"]):
                sums[theme] = sums.get(theme, 0.0) + each.weight
        for name, weight in sums.items():
            weights[name] = max(weights.get(name, 0.0), min(weight, 1.0))
    if not weights:
        return _whole([OTHER]) if shares else []
    return [Portion(value=name, weight=weight) for name, weight in weights.items()]


def _places(activity: Activity) -> list[tuple[str, str, float]]:
    """Return country, region and weight of where it takes place.

    A country's share is divided equally among the places named in it; so is everything where only places are named.
    """
    regions = [each for each in activity.regions if is_region(each.code.upper())]
    named = [(each.code.upper(), each.percentage) for each in [*activity.countries, *regions]]
    located = [(each.country, each.region or UNSAID) for each in activity.locations if each.country]
    if not named:
        countries = [(country, None) for transaction in activity.transactions for country in transaction.countries]
        named = [] if located else [(code.upper(), share) for code, share in dict.fromkeys(countries)]
    if not named:
        return [(country, region, 1 / len(located)) for country, region in located]
    found: list[tuple[str, str, float]] = []
    for each in divided([(_code(code), share) for code, share in named]):
        country, _, inner = each.value.partition("-")
        here = [region for at, region in located if at == country] if not inner else []
        if here:
            found += [(country, region, each.weight / len(here)) for region in here]
        else:
            found.append((country, each.value if inner else UNSAID, each.weight))
    return found


def _code(code: str) -> str:
    return code if re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", code) else OTHER


def _amounts(activity: Activity) -> list[Amounts]:
    found = [each for budget in _in_force(activity.budgets) for each in _budgeted(activity, budget)]
    found += [each for transaction in activity.transactions for each in _paid(activity, transaction)]
    return added(found)


def _in_force(budgets: Sequence[Budget]) -> list[Budget]:
    """Return the budgets without those of a period that has a revised one (IATI 2.03, budget type)."""
    revised = {(each.starts_on, each.ends_on) for each in budgets if each.type == REVISED}
    return [each for each in budgets if each.type == REVISED or (each.starts_on, each.ends_on) not in revised]


def _budgeted(activity: Activity, budget: Budget) -> list[Amounts]:
    currency = _currency(activity, budget.money.currency)
    parts = by_year(hundredths(Decimal(budget.money.amount)), budget.starts_on, budget.ends_on)
    return [Amounts(year=year, currency=currency, budget=amount) for year, amount in parts.items()]


def _paid(activity: Activity, transaction: Transaction) -> list[Amounts]:
    if transaction.type not in COMMITTED | SPENT:
        return []
    amount = hundredths(Decimal(transaction.money.amount))
    (year,) = by_year(amount, transaction.happened_on, transaction.happened_on)
    currency = _currency(activity, transaction.money.currency)
    committed = amount if transaction.type in COMMITTED else 0
    return [Amounts(year=year, currency=currency, committed=committed, spent=amount - committed)]


def _currency(activity: Activity, code: str) -> str:
    code = (code or activity.default_currency).upper()
    return code if re.fullmatch("[A-Z]{3}", code) else NO_CURRENCY
