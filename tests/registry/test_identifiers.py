"""How numbers of registers are told from mistyped ones."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.organisations.identifiers import CHECKS, Identifier, checked, edrpou, krs, nip, regon, unp


def digits(length: int) -> st.SearchStrategy[str]:
    return st.text(alphabet="0123456789", min_size=length, max_size=length)


@pytest.mark.parametrize(
    ("scheme", "written", "kept"),
    [
        ("PL-KRS", "163131", "0000163131"),
        ("PL-KRS", "0000 163 131", "0000163131"),
        ("PL-NIP", "PL 526-025-02-74", "5260250274"),
        ("PL-REGON", "012100784", "012100784"),
        ("PL-REGON", "23511332857188", "23511332857188"),
        ("BY-ADR", "УНП 100320487", "100320487"),
        ("UA-EDR", "32855961", "32855961"),
        ("LT-RC", "any 1", "any 1"),
        ("iati", "PL-KRS-x", "PL-KRS-x"),
    ],
)
def test_a_number_is_kept_in_the_spelling_of_its_register(scheme: str, written: str, kept: str) -> None:
    assert checked(Identifier(scheme=scheme, value=written)).value == kept


@pytest.mark.parametrize(
    ("scheme", "written"),
    [
        ("PL-KRS", "00000000"),
        ("PL-KRS", "12345678901"),
        ("PL-KRS", "KRS1"),
        ("PL-NIP", "5260250275"),
        ("PL-NIP", "٥٢٦٠٢٥٠٢٧٤"),
        ("PL-REGON", "012100785"),
        ("PL-REGON", "0121007841"),
        ("PL-REGON", "23511332857189"),
        ("PL-REGON", "12345678512348"),
        ("BY-ADR", "100320488"),
        ("UA-EDR", "32855968"),
    ],
)
def test_a_mistyped_number_is_refused(scheme: str, written: str) -> None:
    with pytest.raises(ValueError, match="is not a"):
        checked(Identifier(scheme=scheme, value=written))


def completed(check: str, body: str) -> str | None:
    """Return ``body`` with the digit that makes it a number of this register, or `None` when no digit does."""
    found = [body + last for last in "0123456789" if _good(check, body + last)]
    assert len(found) <= 1
    return found[0] if found else None


def _good(scheme: str, number: str) -> bool:
    try:
        return CHECKS[scheme](number) == number
    except ValueError:
        return False


@given(digits(9), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_of_a_tax_number_is_always_told(body: str, place: int, by: int) -> None:
    number = completed("PL-NIP", body)
    if number is not None:
        wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
        assert not _good("PL-NIP", wrong)


@given(digits(8))
def test_every_eight_digits_begin_exactly_one_number_of_the_statistical_office(body: str) -> None:
    number = completed("PL-REGON", body)
    assert number is not None
    assert regon(number) == number


@given(digits(8), digits(4))
def test_a_local_unit_has_the_number_of_its_organisation_and_a_check_of_its_own(body: str, unit: str) -> None:
    whole = completed("PL-REGON", body)
    assert whole is not None
    local = completed("PL-REGON", whole + unit)
    assert local is not None
    assert local.startswith(whole)
    wrong = whole[:8] + str((int(whole[8]) + 1) % 10)
    assert not any(_good("PL-REGON", wrong + unit + last) for last in "0123456789")


@given(digits(8))
def test_a_payer_number_has_one_check_digit_or_none(body: str) -> None:
    number = completed("BY-ADR", body)
    assert number is None or unp(number) == number


@given(digits(7))
def test_every_seven_digits_begin_exactly_one_ukrainian_number(body: str) -> None:
    number = completed("UA-EDR", body)
    assert number is not None
    assert edrpou(number) == number


@given(st.integers(1, 10**10 - 1))
def test_zeros_in_front_of_a_court_number_may_be_left_out(number: int) -> None:
    assert krs(str(number)) == krs(f"{number:010d}") == f"{number:010d}"


@given(st.text(max_size=30))
def test_whatever_is_written_is_a_number_or_refused(text: str) -> None:
    kept = []
    for check in CHECKS.values():
        with contextlib.suppress(ValueError):
            kept.append((check, check(text)))
    assert [check(number) for check, number in kept] == [number for _, number in kept]


def test_an_iati_identifier_and_the_number_in_its_register_are_one() -> None:
    iati = Identifier(scheme="IATI", value="PL-KRS-0000163131")
    own = checked(Identifier(scheme="pl-krs", value="163131"))
    assert (iati.scheme, own.scheme, iati.key, iati.register) == ("iati", "PL-KRS", own.key, own.register)


def test_a_list_of_somebodys_own_has_its_own_keys() -> None:
    one = Identifier(scheme="our-list", value="7")
    assert (one.key, one.register, nip("5260250274")) == ("our-list:7", "our-list", "5260250274")
