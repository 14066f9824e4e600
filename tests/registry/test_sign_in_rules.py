"""When a link signs in, and when a session goes on or ends."""

from datetime import datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.people.domain import Person
from services.registry.sign_in import domain
from services.registry.sign_in.domain import (
    GRACE,
    LINK_LASTS,
    SESSION_LASTS,
    SESSION_RESTS,
    RedeemSignIn,
    Renewal,
    RequestSignIn,
    SignIn,
)
from shared.problems import Unauthenticated
from tests.registry.builders import NOW, a_person

BROWSER, OTHER_BROWSER = sha256(b"one").hexdigest(), sha256(b"other").hexdigest()
KEY = b"k" * 32
SECOND = timedelta(seconds=1)


def asked() -> SignIn:
    return domain.ask(RequestSignIn(address="hanna@example.org", browser=BROWSER), fingerprint="f", now=NOW)


def sent() -> SignIn:
    decided = domain.send(asked(), a_person())
    assert decided is not None
    return decided[0]


def redemption(browser: str = BROWSER) -> RedeemSignIn:
    return RedeemSignIn(token="t", browser=browser)


def begun() -> Renewal:
    return domain.begin(a_person().id, now=NOW)


def renewed(renewal: Renewal, now: datetime, token: str | None = None) -> Renewal:
    result = domain.renew(renewal.session, token or renewal.token, key=KEY, now=now)
    assert result is not None
    return result


@pytest.mark.parametrize("person", [None, a_person(no_contact=True), a_person().model_copy(update={"active": False})])
def test_nobody_gets_a_link_who_is_unknown_removed_or_not_to_be_contacted(person: Person | None) -> None:
    assert domain.send(asked(), person) is None


def test_a_link_signs_in_until_its_last_moment() -> None:
    moment = NOW + LINK_LASTS - SECOND
    assert domain.redeem(sent(), redemption(), now=moment).used_at == moment


@pytest.mark.parametrize(
    ("sign_in", "browser", "now", "code"),
    [
        (None, BROWSER, NOW, "link-not-valid"),
        (asked(), BROWSER, NOW, "link-not-valid"),
        (sent(), BROWSER, NOW + LINK_LASTS, "link-expired"),
        (sent(), OTHER_BROWSER, NOW, "other-browser"),
        (sent().model_copy(update={"used_at": NOW}), BROWSER, NOW, "link-used"),
    ],
)
def test_a_link_that_is_not_good_says_why(sign_in: SignIn | None, browser: str, now: datetime, code: str) -> None:
    with pytest.raises(Unauthenticated, match=code):
        domain.redeem(sign_in, redemption(browser), now=now)


def test_a_session_keeps_hashes_and_no_token() -> None:
    session = begun()
    assert session.token not in session.session.model_dump_json()


def test_each_renewal_gives_another_token_of_the_same_session() -> None:
    first = begun()
    second = renewed(first, NOW + SECOND)
    assert second.token != first.token
    assert domain.session_id(second.token) == domain.session_id(first.token) == first.session.id


def test_tabs_that_renew_at_the_same_moment_end_with_the_same_token() -> None:
    first = begun()
    second = renewed(first, NOW)
    third = renewed(second, NOW + 10 * SECOND)
    late = renewed(third, NOW + GRACE - SECOND, token=first.token)
    assert (late.token, late.session.current) == (third.token, third.session.current)


def test_a_spent_token_that_comes_back_later_ends_the_session() -> None:
    first = begun()
    second = renewed(first, NOW)
    assert domain.renew(second.session, first.token, key=KEY, now=NOW + GRACE) is None


def test_a_token_of_the_session_that_was_never_given_ends_it() -> None:
    first = begun()
    made_up = domain._token(domain._parts(first.token)[0], b"x" * 32)
    assert domain.renew(first.session, made_up, key=KEY, now=NOW) is None


def test_a_session_that_rests_too_long_is_over() -> None:
    first = begun()
    assert domain.renew(first.session, first.token, key=KEY, now=NOW + SESSION_RESTS) is None


def test_a_session_in_daily_use_is_over_after_its_longest_time() -> None:
    current, now = begun(), NOW
    while now + timedelta(days=1) < NOW + SESSION_LASTS:
        now += timedelta(days=1)
        current = renewed(current, now)
    assert current.session.expires_at == NOW + SESSION_LASTS
    assert domain.renew(current.session, current.token, key=KEY, now=NOW + SESSION_LASTS) is None


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 20)), max_size=30))
def test_whoever_holds_the_newest_token_stays_and_no_old_copy_does(steps: list[tuple[int, int]]) -> None:
    """Renew with any of the last tokens at any time: the session goes on exactly while the grace allows."""
    current, now = begun(), NOW
    given: list[tuple[str, datetime | None]] = [(current.token, None)]  # tokens and when they were spent
    for back, seconds in steps:
        now += timedelta(seconds=seconds)
        token, spent_at = given[max(-1 - back, -len(given))]
        result = domain.renew(current.session, token, key=KEY, now=now)
        if spent_at is not None and now >= spent_at + GRACE:
            assert result is None
            return
        assert result is not None
        if spent_at is None:
            given[-1] = (token, now)
            given.append((result.token, None))
        assert result.token == given[-1][0]
        current = result
