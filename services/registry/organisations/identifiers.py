"""Names that registers give organisations: which registers there are, and how a mistyped number is told.

Schemes are ``iati`` (the identifier that IATI files use) and the codes of registers at org-id.guide, as ``PL-KRS``.
An IATI identifier is such a code, a hyphen and the number in that register, so both spellings are one identifier.
"""

import re
from collections.abc import Callable, Sequence
from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from shared.model import Line, Model

IATI = "iati"
"""The scheme of organisation identifiers that IATI files use (org-id.guide)."""

_REGISTER = re.compile(r"^[A-Za-z]{2}-[A-Za-z0-9]{2,10}$")
_SEPARATORS = re.compile(r"[\s./-]+")


def _scheme(value: object) -> object:
    if not isinstance(value, str):
        return value
    return value.strip().upper() if _REGISTER.match(value.strip()) else value.strip().lower()


Scheme = Annotated[str, BeforeValidator(_scheme), StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,29}$")]
"""``iati``, the code of a register in capitals (``PL-KRS``), or a list of somebody's own in small letters."""


class Identifier(Model):
    """A name that somebody else gave the organisation: ``{"scheme": "PL-KRS", "value": "0000163131"}``."""

    scheme: Scheme
    value: Line

    @property
    def key(self) -> str:
        """The identifier as one text, equal for every spelling of it."""
        if _REGISTER.match(self.scheme):
            return f"{IATI}:{self.scheme}-{self.value}".casefold()
        return f"{self.scheme}:{self.value}".casefold()

    @property
    def register(self) -> str:
        """The register that gave it, in small letters: an organisation has at most one number there."""
        if self.scheme == IATI and (found := re.match(r"^([a-z]{2}-[a-z0-9]{2,10})-", self.value.casefold())):
            return found[1]
        return self.scheme.casefold()


def checked(identifier: Identifier) -> Identifier:
    """Return ``identifier`` in the one spelling its register has.  Raises `ValueError` when it cannot be one."""
    check = CHECKS.get(identifier.scheme)
    return identifier if check is None else Identifier(scheme=identifier.scheme, value=check(identifier.value))


def krs(text: str) -> str:
    """Return a number of the Polish court register: ten digits, written with or without the zeros in front."""
    number = _digits(text, "KRS", range(1, 11))
    if not number.strip("0"):
        raise ValueError("is not a KRS number: it has a digit other than 0")
    return number.zfill(10)


def nip(text: str) -> str:
    """Return a Polish tax number: ten digits, the last a sum of the others modulo 11."""
    number = _digits(text.strip().upper().removeprefix("PL"), "NIP", (10,))
    return _with_check(number, _weighed(number, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11, "NIP")


def regon(text: str) -> str:
    """Return a number of the Polish statistical office: nine digits, or fourteen for a local unit of these nine."""
    number = _digits(text, "REGON", (9, 14))
    _with_check(number[:9], _weighed(number, (8, 9, 2, 3, 4, 5, 6, 7)) % 11 % 10, "REGON")
    if len(number) == 9:
        return number
    return _with_check(number, _weighed(number, (2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8)) % 11 % 10, "REGON")


def unp(text: str) -> str:
    """Return a number of the Belarusian register of legal entities, which is their payer number (УНП): nine digits."""
    number = _digits(re.sub(r"^\s*(УНП|UNP)", "", text, flags=re.IGNORECASE), "UNP", (9,))
    return _with_check(number, _weighed(number, (29, 23, 19, 17, 13, 7, 5, 3)) % 11, "UNP")


def edrpou(text: str) -> str:
    """Return a number of the Ukrainian register (ЄДРПОУ): eight digits."""
    number = _digits(text, "EDRPOU", (8,))
    weights = (7, 1, 2, 3, 4, 5, 6) if number[0] in "345" else (1, 2, 3, 4, 5, 6, 7)
    check = _weighed(number, weights) % 11
    if check == 10:
        check = _weighed(number, [each + 2 for each in weights]) % 11 % 10
    return _with_check(number, check, "EDRPOU")


CHECKS: dict[str, Callable[[str], str]] = {
    "PL-KRS": krs,
    "PL-NIP": nip,
    "PL-REGON": regon,
    "BY-ADR": unp,
    "UA-EDR": edrpou,
}
"""The registers whose numbers can be checked without asking them; numbers of others are kept as they are written."""


def _digits(text: str, what: str, lengths: Sequence[int]) -> str:
    number = _SEPARATORS.sub("", text)
    if not (number.isascii() and number.isdecimal()) or len(number) not in lengths:
        spoken = f"at most {max(lengths)}" if len(lengths) > 2 else " or ".join(map(str, lengths))
        raise ValueError(f"is not a {what} number: it has {spoken} digits")
    return number


def _weighed(number: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))


def _with_check(number: str, check: int, what: str) -> str:
    if int(number[-1]) != check:
        raise ValueError(f"is not a {what} number: its last digit does not fit the others, so one is mistyped")
    return number
