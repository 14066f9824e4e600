"""The rules of a subscription: asked for, confirmed by the owner of the address, changed by them, ended.

The address itself is never kept here.  It goes to notifications, sealed, in `SubscriptionRequested`; what stays is a
keyed fingerprint, and that only until the subscription ends.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field

from shared.addresses import Address
from shared.events.registry import Contact
from shared.events.reports import (
    Frequency,
    ReportKind,
    SubscriptionConfirmed,
    SubscriptionEnded,
    SubscriptionRequested,
    Theme,
)
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Country, Language, Model, Time
from shared.problems import Conflict

State = Literal["requested", "confirmed", "ended"]

Named = TypeVar("Named", bound=str)


def _each_once(value: tuple[Named, ...]) -> tuple[Named, ...]:
    return tuple(dict.fromkeys(value))


Themes = Annotated[tuple[Theme, ...], Field(min_length=1, max_length=20), AfterValidator(_each_once)]
Languages = Annotated[tuple[Language, ...], Field(max_length=5), AfterValidator(_each_once)]
Countries = Annotated[tuple[Country, ...], Field(max_length=50), AfterValidator(_each_once)]
Kinds = Annotated[tuple[ReportKind, ...], Field(max_length=10), AfterValidator(_each_once)]


class ChangeSubscription(Command):
    """Be told of reports on one of ``themes``, readable in one of ``languages``, on one of ``countries``, of ``kinds``.

    Without ``languages`` those in ``language`` alone, in which letters are written; without ``countries`` or ``kinds``
    all of them.  ``weekly``: all that came in a week, in one letter.
    """

    themes: Themes
    language: Language
    languages: Languages = ()
    countries: Countries = ()
    kinds: Kinds = ()
    frequency: Frequency = "now"


class RequestSubscription(ChangeSubscription):
    """Ask to be told of reports at ``address``."""

    address: Address


class Subscription(Aggregate):
    """One wish of one address.  ``address_index`` finds it and cannot be read; it is gone once the wish has ended."""

    address_index: str | None
    themes: tuple[Theme, ...]
    language: Language
    languages: tuple[Language, ...] = ()
    countries: tuple[Country, ...] = ()
    kinds: tuple[ReportKind, ...] = ()
    frequency: Frequency = "now"
    state: State
    requested_at: Time
    told_at: Time
    """When the letter that asks for confirmation was last ordered."""
    expires_at: Time
    """When the wish is forgotten unless it was confirmed."""
    confirmed_at: Time | None = None
    ended_at: Time | None = None


class SubscriptionView(Model):
    """What the holder of a link sees of a subscription; ``revision`` is what a change of it names."""

    state: State
    revision: int | None = None
    themes: tuple[Theme, ...] = ()
    language: Language | None = None
    languages: tuple[Language, ...] = ()
    countries: tuple[Country, ...] = ()
    kinds: tuple[ReportKind, ...] = ()
    frequency: Frequency | None = None
    expires_at: Time | None = None


def _wish(command: ChangeSubscription) -> dict[str, Any]:
    return {
        "themes": command.themes,
        "language": command.language,
        "languages": command.languages or (command.language,),
        "countries": command.countries,
        "kinds": command.kinds,
        "frequency": command.frequency,
    }


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
    if waiting is not None and now - waiting.told_at < resend_after:
        return waiting, None
    expires_at = now + confirm_within
    if waiting is not None:
        asked = waiting.evolve(**_wish(command), told_at=now, expires_at=expires_at)
    else:
        asked = Subscription(
            id=new_id(),
            address_index=address_index,
            state="requested",
            requested_at=now,
            told_at=now,
            expires_at=expires_at,
            **_wish(command),
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
        raise _ended()
    if subscription.expires_at <= now:
        raise Conflict("subscription-expired", "This was not confirmed in time: ask for a new subscription.")
    confirmed = subscription.evolve(state="confirmed", confirmed_at=now)
    return confirmed, _told(confirmed)


def change(
    subscription: Subscription, command: ChangeSubscription
) -> tuple[Subscription, SubscriptionConfirmed | None]:
    """Return ``subscription`` as its owner wishes now, and what to tell: nothing where they wish the same.

    Raises `Conflict` (``subscription-ended``, ``subscription-not-confirmed``).
    """
    if subscription.state == "ended":
        raise _ended()
    if subscription.state == "requested":
        raise Conflict("subscription-not-confirmed", "Confirm the subscription first, by the link in the letter.")
    wish = _wish(command)
    if all(getattr(subscription, name) == value for name, value in wish.items()):
        return subscription, None
    changed = subscription.evolve(**wish)
    return changed, _told(changed)


def _told(subscription: Subscription) -> SubscriptionConfirmed:
    return SubscriptionConfirmed(
        subscription_id=subscription.id,
        revision=subscription.revision,
        themes=list(subscription.themes),
        language=subscription.language,
        languages=list(subscription.languages),
        countries=list(subscription.countries),
        kinds=list(subscription.kinds),
        frequency=subscription.frequency,
    )


def _ended() -> Conflict:
    return Conflict("subscription-ended", "This subscription has ended: ask for a new one.")


def end(
    subscription: Subscription, *, now: datetime, replaced_by: Id | None = None
) -> tuple[Subscription, SubscriptionEnded | None]:
    """Return ``subscription`` ended and its fingerprint forgotten, and what to tell: nothing the second time."""
    if subscription.state == "ended":
        return subscription, None
    ended = subscription.evolve(state="ended", ended_at=now, address_index=None)
    return ended, SubscriptionEnded(subscription_id=ended.id, revision=ended.revision, replaced_by=replaced_by)


def expired(subscription: Subscription, *, now: datetime) -> bool:
    """Return whether the wish was not confirmed in time."""
    return subscription.state == "requested" and subscription.expires_at <= now


def view(subscription: Subscription) -> SubscriptionView:
    """Return what the holder of a link sees."""
    waits = subscription.state == "requested"
    return SubscriptionView(
        state=subscription.state,
        revision=subscription.revision,
        themes=subscription.themes,
        language=subscription.language,
        languages=subscription.languages or (subscription.language,),
        countries=subscription.countries,
        kinds=subscription.kinds,
        frequency=subscription.frequency,
        expires_at=subscription.expires_at if waits else None,
    )
