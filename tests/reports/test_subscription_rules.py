"""A subscription is asked for, confirmed by the owner of the address, and ended at once."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from services.reports.subscriptions import domain
from services.reports.subscriptions.domain import ChangeSubscription, RequestSubscription, Subscription
from shared.events.reports import SubscriptionRequested, Theme
from shared.problems import Conflict
from tests.reports.builders import NOW

RESEND = timedelta(minutes=15)
WEEK = timedelta(days=7)


def wish(*themes: Theme, address: str = "reader@example.org") -> RequestSubscription:
    return RequestSubscription(address=address, themes=themes or ("media-freedom",), language="be")


def asked(
    waiting: Subscription | None = None, *themes: Theme, minutes: int = 0
) -> tuple[Subscription, SubscriptionRequested | None]:
    now = NOW + timedelta(minutes=minutes)
    return domain.request(
        waiting, wish(*themes), address_index="f00d", now=now, resend_after=RESEND, confirm_within=WEEK
    )


def test_the_address_travels_in_the_event_and_is_not_kept() -> None:
    subscription, event = asked()
    assert event is not None
    assert event.contact is not None
    assert (event.contact.address, event.expires_at) == ("reader@example.org", NOW + WEEK)
    assert "reader" not in subscription.model_dump_json()


def test_a_request_repeated_at_once_orders_no_second_letter() -> None:
    subscription, _ = asked()
    assert asked(subscription, minutes=14) == (subscription, None)


def test_a_request_repeated_later_orders_another_letter_for_the_same_subscription() -> None:
    subscription, _ = asked()
    again, event = asked(subscription, minutes=15)
    assert event is not None
    assert (again.id, event.subscription_id, event.revision) == (subscription.id, subscription.id, 2)
    assert again.expires_at == NOW + timedelta(minutes=15) + WEEK


def test_what_a_letter_confirms_changes_only_with_another_letter() -> None:
    subscription, _ = asked()
    assert asked(subscription, "economic-liberalisation", minutes=1) == (subscription, None)
    changed, event = asked(subscription, "economic-liberalisation", minutes=15)
    assert (changed.themes, event is not None) == (("economic-liberalisation",), True)


def test_a_subscription_is_confirmed_once() -> None:
    confirmed, event = domain.confirm(asked()[0], now=NOW)
    assert event is not None
    assert (confirmed.state, event.themes, event.language) == ("confirmed", ["media-freedom"], "be")
    assert domain.confirm(confirmed, now=NOW) == (confirmed, None)


def test_a_subscription_is_confirmed_in_time_or_not_at_all() -> None:
    with pytest.raises(Conflict) as conflict:
        domain.confirm(asked()[0], now=NOW + WEEK)
    assert conflict.value.code == "subscription-expired"


def test_an_ended_subscription_cannot_be_confirmed() -> None:
    ended, _ = domain.end(asked()[0], now=NOW)
    with pytest.raises(Conflict) as conflict:
        domain.confirm(ended, now=NOW)
    assert conflict.value.code == "subscription-ended"


def test_a_subscription_is_ended_once_and_its_fingerprint_forgotten() -> None:
    confirmed, _ = domain.confirm(asked()[0], now=NOW)
    ended, event = domain.end(confirmed, now=NOW)
    assert event is not None
    assert (ended.state, ended.address_index, event.subscription_id) == ("ended", None, confirmed.id)
    assert domain.end(ended, now=NOW) == (ended, None)


def test_only_what_was_not_confirmed_expires() -> None:
    subscription, _ = asked()
    confirmed, _ = domain.confirm(subscription, now=NOW)
    later = NOW + WEEK
    found = [domain.expired(subscription, now=NOW), domain.expired(subscription, now=later)]
    assert [*found, domain.expired(confirmed, now=later)] == [False, True, False]


@pytest.mark.parametrize(
    "address",
    [
        *("", "reader", "@example.org", "reader@", "reader@localhost", "a b@example.org", "a@b@example.org"),
        *("reader@example.org\r\nBcc: x@example.org", "<reader@example.org>", '"a b"@example.org', ".a@example.org"),
        *("a@-x.org", "a@x..org", f"{'a' * 65}@example.org", f"a@{'b' * 250}.org", "a@exa$mple.org", "ў@example.org"),
    ],
)
def test_what_is_not_an_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        wish(address=address)


def test_an_address_has_one_spelling_of_its_domain() -> None:
    assert wish(address=" Reader@Пример.BY ").address == "Reader@xn--e1afmkfd.by"


def test_themes_are_named_and_each_counts_once() -> None:
    assert wish("media-freedom", "media-freedom").themes == ("media-freedom",)
    with pytest.raises(ValidationError):
        RequestSubscription(address="a@example.org", themes=(), language="be")


def test_whoever_names_no_languages_reads_reports_in_that_of_their_letters() -> None:
    confirmed, event = domain.confirm(asked()[0], now=NOW)
    assert event is not None
    assert (confirmed.languages, event.languages, event.countries, event.kinds, event.frequency) == (
        ("be",), ["be"], [], [], "now",
    )  # fmt: skip


def test_only_what_is_confirmed_is_changed_and_only_what_is_news_is_told() -> None:
    other = ChangeSubscription(themes=("freedom-of-assembly",), language="uk", countries=("BY",), frequency="weekly")
    requested, _ = asked()
    with pytest.raises(Conflict, match="subscription-not-confirmed"):
        domain.change(requested, other)
    confirmed, _ = domain.confirm(requested, now=NOW)
    changed, event = domain.change(confirmed, other)
    assert event is not None
    assert (event.subscription_id, event.revision, event.themes, event.frequency) == (
        confirmed.id, confirmed.revision + 1, ["freedom-of-assembly"], "weekly",
    )  # fmt: skip
    assert domain.change(changed, other) == (changed, None)
    with pytest.raises(Conflict, match="subscription-ended"):
        domain.change(domain.end(changed, now=NOW)[0], other)
