"""The rules of a subscription: asked for, confirmed by the owner of the address, ended.

The address itself is never kept here.  It goes to notifications, sealed, in `SubscriptionRequested`; what stays is a
keyed fingerprint, and that only until the subscription ends.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from shared.addresses import Address
from shared.events.registry import Contact
from shared.events.reports import SubscriptionConfirmed, SubscriptionEnded, SubscriptionRequested, Theme
from shared.ids import new_id
from shared.model import Aggregate, Command, Language, Model, Time
from shared.problems import Conflict

State = Literal["requested", "confirmed", "ended"]


def _each_once(value: tuple[Theme, ...]) -> tuple[Theme, ...]:
    return tuple(dict.fromkeys(value))


Themes = Annotated[tuple[Theme, ...], Field(min_length=1, max_length=20), AfterValidator(_each_once)]


class RequestSubscription(Command):
    """Ask to be told of reports on ``themes`` in ``language``."""

    address: Address
    themes: Themes
    language: Language


class Subscription(Aggregate):
    """One wish of one address.  ``address_index`` finds it and cannot be read; it is gone once the wish has ended."""

    address_index: str | None
    themes: tuple[Theme, ...]
    language: Language
    state: State
    requested_at: Time
    told_at: Time
    """When the letter that asks for confirmation was last ordered."""
    expires_at: Time
    """When the wish is forgotten unless it was confirmed."""
    confirmed_at: Time | None = None
    ended_at: Time | None = None


class SubscriptionView(Model):
    """What the holder of a link sees of a subscription."""

    state: State
    themes: tuple[Theme, ...] = ()
    language: Language | None = None
    expires_at: Time | None = None


def request(
    waiting: Subscription | None,
    command: RequestSubscription,
    *,
    address_index: str,
    now: datetime,
    resend_after: timedelta,
    confirm_within: timedelta,
) -> tuple[Subscription, SubscriptionRequested | None]:
    """Return the wish to be confirmed, and what to tell unless a letter went out less than ``resend_after`` ago.

    ``waiting`` is the unconfirmed wish of this address: a newer one replaces it only together with a new letter, so
    that nobody else can change what the letter in the owner's hands would confirm.  A confirmed one is left alone
    until the new one is confirmed, because whoever asks need not be the owner of the address.
    """
    wish = {"themes": command.themes, "language": command.language}
    if waiting is not None and now - waiting.told_at < resend_after:
        return waiting, None
    expires_at = now + confirm_within
    if waiting is not None:
        asked = waiting.evolve(**wish, told_at=now, expires_at=expires_at)
    else:
        asked = Subscription(
            id=new_id(),
            address_index=address_index,
            state="requested",
            requested_at=now,
            told_at=now,
            expires_at=expires_at,
            **wish,
        )
    return asked, SubscriptionRequested(
        subscription_id=asked.id,
        revision=asked.revision,
        contact=Contact(address=command.address),
        language=asked.language,
        expires_at=expires_at,
    )


def confirm(subscription: Subscription, *, now: datetime) -> tuple[Subscription, SubscriptionConfirmed | None]:
    """Return ``subscription`` confirmed, and what to tell: nothing the second time.

    Raises `Conflict` (``subscription-ended``, ``subscription-expired``).
    """
    if subscription.state == "confirmed":
        return subscription, None
    if subscription.state == "ended":
        raise Conflict("subscription-ended", "This subscription has ended: ask for a new one.")
    if subscription.expires_at <= now:
        raise Conflict("subscription-expired", "This was not confirmed in time: ask for a new subscription.")
    confirmed = subscription.evolve(state="confirmed", confirmed_at=now)
    return confirmed, SubscriptionConfirmed(
        subscription_id=confirmed.id,
        revision=confirmed.revision,
        themes=list(confirmed.themes),
        language=confirmed.language,
    )


def end(subscription: Subscription, *, now: datetime) -> tuple[Subscription, SubscriptionEnded | None]:
    """Return ``subscription`` ended and its fingerprint forgotten, and what to tell: nothing the second time."""
    if subscription.state == "ended":
        return subscription, None
    ended = subscription.evolve(state="ended", ended_at=now, address_index=None)
    return ended, SubscriptionEnded(subscription_id=ended.id, revision=ended.revision)


def expired(subscription: Subscription, *, now: datetime) -> bool:
    """Return whether the wish was not confirmed in time."""
    return subscription.state == "requested" and subscription.expires_at <= now


def view(subscription: Subscription) -> SubscriptionView:
    """Return what the holder of a link sees."""
    expires_at = subscription.expires_at if subscription.state == "requested" else None
    return SubscriptionView(
        state=subscription.state, themes=subscription.themes, language=subscription.language, expires_at=expires_at
    )
