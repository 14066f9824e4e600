"""What an activity must be that somebody writes by hand: shares of 100 percent, dates in order, real currencies."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

import pycountry

from services.registry.activities.commands import WriteActivity
from services.registry.activities.parts import Location, Money, Share
from services.registry.places.domain import region_of_commune
from shared.problems import FieldError, Invalid
from shared.regions import is_country, is_region
from shared.sectors import categories, purposes

WHOLE = Decimal(100)
ROUNDED = Decimal("0.01")  # percent by which each share may be rounded, as in three times 33.33
SECTOR_DIGITS = {"1": 5, "2": 3}
"""Digits of a code of the OECD DAC: purpose codes and categories."""

Errors = Iterator[FieldError]


def check(
    command: WriteActivity, *, today: date, others: bool = False, sectors: Collection[tuple[str, str]] = ()
) -> None:
    """Return when everything fits together.  Raises `Invalid` naming each field that does not.

    ``others`` may stay whose part a file says by a code that is none, and ``sectors`` (vocabulary and code) that a file
    names and the list of the OECD DAC does not have.

    The rules are those of IATI 2.03: shares of one vocabulary add up to 100 percent, nothing that has happened lies in
    the future, what ends does not end before it begins; currencies are of ISO 4217.
    """
    errors = [
        *_sectors(command.sectors, sectors),
        *_shares("countries", command.countries),
        *_countries(command),
        *_dates(command, today),
        *(() if others else _parts(command)),
        *_money(command),
        *_transactions(command),
        *(error for place, each in enumerate(command.locations) for error in _location(f"locations.{place}", each)),
        *_audiences(command),
    ]
    if not any(command.title.values()):
        errors.append(FieldError("title-missing", "Give the title in one language at least.", "title"))
    if errors:
        raise Invalid("activity-not-valid", "The activity cannot be kept like this: see each field.", errors=(*errors,))


def _sectors(shares: Sequence[Share], known: Collection[tuple[str, str]]) -> Errors:
    yield from _shares("sectors", shares)
    for place, share in enumerate(shares):
        digits = SECTOR_DIGITS.get(share.vocabulary or "1")
        if not share.code or (digits and not (share.code.isdecimal() and len(share.code) == digits)):
            yield FieldError("sector-not-valid", "Give the code as its list has it: five digits of the OECD DAC.",
                             f"sectors.{place}.code")  # fmt: skip
        elif not _is_listed(share) and (share.vocabulary, share.code) not in known:
            detail = "The list of the OECD DAC has no such code: look at its digits."
            yield FieldError("sector-not-known", detail, f"sectors.{place}.code")


def _is_listed(share: Share) -> bool:
    """Say whether the list of the OECD DAC has a code, withdrawn or not; other lists are not known here."""
    lists: dict[str, Collection[str]] = {"1": purposes(), "2": categories()}
    return share.code in lists.get(share.vocabulary or "1", (share.code,))


def _shares(field: str, shares: Sequence[Share]) -> Errors:
    """Shares of one vocabulary are of the whole: several need percentages, and they add up to 100."""
    vocabularies = dict.fromkeys(each.vocabulary or "1" for each in shares)
    for vocabulary in vocabularies:
        own = [each.percentage for each in shares if (each.vocabulary or "1") == vocabulary]
        given = [each for each in own if each is not None]
        if any(not 0 <= each <= WHOLE for each in given):
            yield FieldError("percentage-not-valid", "A percentage is between 0 and 100.", field)
        elif len(own) > 1 and len(given) < len(own):
            yield FieldError("percentage-missing", "Give each of several a percentage; they add up to 100.", field)
        elif given and abs(sum(given) - WHOLE) > ROUNDED * len(given):
            yield FieldError("percentages-not-whole", "The percentages of one list add up to 100.", field)


def _countries(command: WriteActivity) -> Errors:
    for place, share in enumerate(command.countries):
        if not is_country(share.code):
            yield FieldError("country-not-known", "Give the two letters of ISO 3166-1.", f"countries.{place}.code")


def _dates(command: WriteActivity, today: date) -> Errors:
    days: dict[str, date] = {each.kind: each.happens_on for each in command.dates}
    if len(days) < len(command.dates):
        yield FieldError("date-repeated", "Give each kind of date once.", "dates")
    for kind in ("planned", "actual"):
        starts, ends = days.get(f"{kind}-start"), days.get(f"{kind}-end")
        if starts and ends and ends < starts:
            yield FieldError("ends-before-start", "The end must be later than the beginning.", f"dates.{kind}-end")
    for kind in ("actual-start", "actual-end"):
        day = days.get(kind)
        if day is not None and day > today:
            yield FieldError("in-the-future", "What has happened cannot be in the future.", f"dates.{kind}")
    for place, budget in enumerate(command.budgets):
        if budget.ends_on < budget.starts_on:
            yield FieldError(
                "ends-before-start", "The end must be later than the beginning.", f"budgets.{place}.ends_on"
            )


def _parts(command: WriteActivity) -> Errors:
    for place, each in enumerate(command.participations):
        if each.part == "other":
            detail = "Say whether it pays, answers for it, passes it on or carries it out."
            yield FieldError("part-not-valid", detail, f"participations.{place}.part")


def _money(command: WriteActivity) -> Errors:
    if command.default_currency and not is_currency(command.default_currency):
        yield _currency_error("default_currency")
    amounts: list[tuple[str, Money]] = [
        *((f"budgets.{place}", each.money) for place, each in enumerate(command.budgets)),
        *((f"transactions.{place}", each.money) for place, each in enumerate(command.transactions)),
    ]
    for field, money in amounts:
        if not is_currency(money.currency or command.default_currency):
            yield _currency_error(f"{field}.money.currency")


def _transactions(command: WriteActivity) -> Errors:
    for place, each in enumerate(command.transactions):
        if len(each.countries) > 1 or len(each.regions) > 1:
            detail = "A payment goes to one country or region: make several of it."
            yield FieldError("too-many-places", detail, f"transactions.{place}.countries")


def _currency_error(field: str) -> FieldError:
    return FieldError("currency-not-known", "Give the three letters of ISO 4217, as in EUR.", field)


def is_currency(code: str) -> bool:
    """Say whether ``code`` is a currency of ISO 4217."""
    return bool(code) and pycountry.currencies.get(alpha_3=code) is not None


def _location(field: str, location: Location) -> Errors:
    region = region_of_commune(location.commune) if location.commune else location.region
    if location.commune and location.region not in (None, region):
        yield FieldError("place-not-consistent", "The commune is in another region.", f"{field}.commune")
    if region and not is_region(region):
        yield FieldError("region-not-known", "There is no such region in ISO 3166-2.", f"{field}.region")
    if location.country and region and location.country != region[:2]:
        yield FieldError("place-not-consistent", "The region is in another country.", f"{field}.region")


def _audiences(command: WriteActivity) -> Errors:
    named: Iterable[tuple[str, object]] = command.audience.items()
    for block, audience in named:
        if getattr(audience, "level", "") == "named" and not getattr(audience, "person_ids", ()):
            yield FieldError("nobody-named", "Name somebody who may see it.", f"audience.{block}")
