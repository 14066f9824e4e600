"""What is written in single cells: days, amounts, codes, as people all over Europe write them."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache

import pycountry

from shared.model import FIRST_YEAR, LAST_YEAR
from shared.regions import country_called

SEPARATORS = re.compile(r"\s*[;|\n]\s*")


class Wrong(Exception):
    """A cell that says nothing we can keep: a code, and what to do in words."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def several(cell: str) -> list[str]:
    """Return the values in a cell, separated by ``;``, ``|`` or lines."""
    return [each for each in SEPARATORS.split(cell) if each]


_DAYS = (
    (re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{2}:\d{2}.*)?"), (1, 2, 3)),
    (re.compile(r"(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4})(?: *[rг]\.?)?"), (3, 2, 1)),
    (re.compile(r"(\d{4})[-/.](\d{1,2})"), (1, 2, 0)),
    (re.compile(r"(\d{4})"), (1, 0, 0)),
)


@lru_cache(maxsize=10_000)
def _day(cell: str) -> date | None:
    for pattern, places in _DAYS:
        found = pattern.fullmatch(cell)
        if found is not None:
            year, month, day_of = (int(found[place]) if place else 1 for place in places)
            try:
                return date(year, month, day_of)
            except ValueError:
                return None
    return None


def day(cell: str) -> date:
    """Return a day: ISO 8601, or day, month and year in this order; a year or a month begins on its first day.

    Raises `Wrong`.
    """
    found = _day(cell.strip()) if len(cell) <= 40 else None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Wrong("date-not-valid", "Write the day as 2008-10-14 or 14.10.2008.")
    return found


_MONEY_SIGNS = re.compile(r"^(?:[$€£₴₽]|zł|[A-Z]{3})|(?:[$€£₴₽]|zł|[A-Z]{3})$")


def amount(cell: str) -> Decimal:
    """Return an amount, with a point or a comma before its fraction and anything usual between thousands.

    Raises `Wrong`.
    """
    bare = re.sub(r"[\s'’\u00a0\u202f]", "", _MONEY_SIGNS.sub("", cell.strip()))
    point = max(bare.rfind("."), bare.rfind(","))
    if point >= 0 and len(bare) - point - 1 == 3 and not _both(bare):  # 1,234 and 1.234 are thousands
        point = -1
    whole, rest = (bare, "0") if point < 0 else (bare[:point], bare[point + 1 :])
    if not re.fullmatch(r"-?(\d{1,20}|\d{1,3}([.,]\d{3}){1,6})", whole) or not re.fullmatch(r"\d{1,6}", rest):
        raise Wrong("amount-not-valid", "Write the amount in digits, as in 1234.50.")
    digits = re.sub(r"[.,]", "", whole)
    return Decimal(digits if point < 0 else f"{digits}.{rest}")


def _both(text: str) -> bool:
    return "." in text and "," in text


def number(cell: str) -> float:
    """Return a number, such as a degree of latitude.  Raises `Wrong`."""
    try:
        return float(Decimal(cell.strip().replace(",", ".")))
    except (InvalidOperation, OverflowError, ValueError):
        raise Wrong("number-not-valid", "Write a number, as in 52.2297.") from None


def degrees(most: int) -> Callable[[str], float]:
    """Return what reads degrees from -``most`` to ``most``."""

    def read(cell: str) -> float:
        found = number(cell)
        if not -most <= found <= most:
            raise Wrong("degrees-not-valid", f"Write degrees from -{most} to {most}, as in 52.2297.")
        return found

    return read


@cache
def _currencies() -> frozenset[str]:
    return frozenset(each.alpha_3 for each in pycountry.currencies)


_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP", "zł": "PLN", "₴": "UAH", "₽": "RUB", "euro": "EUR", "pln": "PLN"}


def currency(cell: str) -> str:
    """Return an ISO 4217 code.  Raises `Wrong`."""
    bare = cell.strip()
    code = _SIGNS.get(bare.casefold(), bare.upper())
    if code not in _currencies():
        raise Wrong("currency-not-known", "Write the currency as its ISO 4217 code, as in EUR.")
    return code


_STATUSES: dict[str, str] = {
    "1": "1|planned|planning|pipeline|identification|zaplanowane|planowane|запланавана|заплановано|запланировано",
    "2": "2|ongoing|on going|active|in progress|implementation|w toku|trwa|realizowane|выконваецца|триває|виконується|"
    "идёт|идет|выполняется",
    "3": "3|finalisation|completed|complete|finished|done|zakończone|завершана|завершено|завершена",
    "4": "4|closed|zamknięte|закрыта|закрито|закрыто",
    "5": "5|cancelled|canceled|odwołane|anulowane|скасавана|скасовано|отменено|отменена",
    "6": "6|suspended|on hold|zawieszone|прыпынена|призупинено|приостановлено",
}  # fmt: skip
_STATUS_OF = {word: code for code, words in _STATUSES.items() for word in words.split("|")}


def status(cell: str) -> str:
    """Return the code of IATI's list ActivityStatus.  Raises `Wrong`."""
    found = _STATUS_OF.get(" ".join(cell.casefold().replace("-", " ").replace("_", " ").split()))
    if found is None:
        raise Wrong("status-not-known", "Write planned, ongoing, completed, closed, cancelled or suspended.")
    return found


@lru_cache(maxsize=10_000)
def country(cell: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country by code or name in any of the five languages, or `None`."""
    return country_called(cell)
