"""A signed link opens one thing, for one purpose, until it expires, and cannot be guessed or bent."""

import itertools
import secrets
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ids import new_id
from shared.links import MAX_TOKEN, LinkClaims, Links, Purpose
from shared.problems import Unauthenticated

OLD, NEW = "an-old-secret-of-the-tests-0000", "a-new-secret-of-the-tests-00000"
NOW = datetime(2008, 10, 14, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def refusal(links: Links, purpose: Purpose, token: str, *, now: datetime = NOW) -> str:
    with pytest.raises(Unauthenticated) as refused:
        links.read(purpose, token, now=now)
    return refused.value.code


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_link_says_what_it_was_signed_for(purpose: Purpose) -> None:
    links, subject = Links([NEW]), new_id()
    token = links.sign(purpose, subject, generation=3, expires_at=LATER)
    assert links.read(purpose, token, now=NOW) == LinkClaims(purpose, subject, 3, LATER)


def test_a_link_says_to_which_address_it_was_sent() -> None:
    links, subject = Links([NEW]), new_id()
    found = [
        links.read("answer", links.sign("answer", subject, expires_at=LATER, address_generation=each), now=NOW)
        for each in (1, 2)
    ]
    assert [each.address_generation for each in found] == [1, 2]


@pytest.mark.parametrize(("signed", "read"), list(itertools.permutations(PURPOSES, 2)))
def test_a_link_for_one_purpose_is_not_good_for_another(signed: Purpose, read: Purpose) -> None:
    links = Links([NEW])
    assert refusal(links, read, links.sign(signed, new_id(), expires_at=LATER)) == "link-not-valid"


@pytest.mark.parametrize(("seconds", "good"), [(-1, True), (0, False), (1, False)])
def test_a_link_is_good_until_the_second_it_expires(seconds: int, good: bool) -> None:
    links = Links([NEW])
    token, now = links.sign("answer", new_id(), expires_at=NOW), NOW + timedelta(seconds=seconds)
    if good:
        assert links.read("answer", token, now=now).expires_at == NOW
    else:
        assert refusal(links, "answer", token, now=now) == "link-expired"


def test_a_link_of_another_house_is_not_valid_even_when_it_has_expired() -> None:
    token = Links([OLD]).sign("answer", new_id(), expires_at=NOW)
    assert refusal(Links([NEW]), "answer", token, now=LATER) == "link-not-valid"


def test_after_rotation_old_links_are_good_and_new_ones_are_signed_with_the_new_secret() -> None:
    old, rotated, new = Links([OLD]), Links([NEW, OLD]), Links([NEW])
    subject = new_id()
    before = old.sign("answer", subject, expires_at=LATER)
    after = rotated.sign("answer", subject, expires_at=LATER)
    assert rotated.read("answer", before, now=NOW).subject == subject
    assert new.read("answer", after, now=NOW).subject == subject
    assert refusal(old, "answer", after) == "link-not-valid"


def test_two_links_of_one_subject_differ_unless_the_nonce_is_the_same() -> None:
    links, subject, nonce = Links([NEW]), new_id(), b"0123456789abcdef"
    tokens = [links.sign("answer", subject, expires_at=LATER) for _ in range(1_000)]
    same = [links.sign("answer", subject, expires_at=LATER, nonce=nonce) for _ in range(2)]
    assert (len(set(tokens)), len(set(same))) == (1_000, 1)


def test_a_link_with_any_bit_of_it_flipped_is_not_valid() -> None:
    links = Links([NEW])
    token = links.sign("answer", new_id(), expires_at=LATER)
    bent = [
        token[:place] + ALPHABET[ALPHABET.index(character) ^ (1 << bit)] + token[place + 1 :]
        for place, character in enumerate(token)
        if character in ALPHABET
        for bit in range(6)
    ]
    assert {refusal(links, "answer", each) for each in bent} == {"link-not-valid"}


def test_a_hundred_thousand_guesses_at_a_signature_hit_nothing() -> None:
    links = Links([NEW])
    claims, _, signature = links.sign("answer", new_id(), expires_at=LATER).rpartition(".")
    hits = 0
    for _ in range(100_000):
        guess = secrets.token_urlsafe(32)[: len(signature)]
        try:
            links.read("answer", f"{claims}.{guess}", now=NOW)
            hits += 1
        except Unauthenticated:
            continue
    assert hits == 0


@given(st.one_of(st.text(max_size=600), st.text(ALPHABET + ".=", max_size=600)))
def test_whatever_else_is_given_is_not_valid(token: str) -> None:
    assert refusal(Links([NEW]), "answer", token) == "link-not-valid"


def test_a_link_fits_a_line_and_its_limit() -> None:
    token = Links([NEW]).sign("subscription", new_id(), generation=999, expires_at=datetime(2199, 1, 1, tzinfo=UTC))
    assert len(token) < 200 < MAX_TOKEN
