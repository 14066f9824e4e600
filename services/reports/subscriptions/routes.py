"""Subscribing over HTTP: the same answer for every address, and links from letters for the rest."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response, status

from services.reports.reports import store as reports
from services.reports.settings import SettingsOf
from services.reports.subscriptions import actions, domain, store
from services.reports.subscriptions.domain import (
    ChangeSubscription,
    RequestSubscription,
    Subscription,
    SubscriptionView,
)
from shared.auth import Anyone, PreferencesLink, SubscriptionLink, UnsubscribeLink
from shared.limiting import RateLimits
from shared.model import Country, Model
from shared.web import IfMatch, StorageOf, VisitorOf, versioned

router = APIRouter(tags=["subscriptions"])
BY_VISITOR = ("20/hour", "100/day")
BY_ADDRESS = ("5/hour", "10/day")  # an address must not be flooded with letters that it did not ask for


class Taken(Model):
    """The answer to everybody who asks, whether or not the address is known."""

    detail: str = "A letter with a link to confirm is on its way, unless one went out a few minutes ago."


class Offered(Model):
    """What a subscription may be narrowed to."""

    countries: list[Country]
    """Those that published reports are on; others may be named too."""


def limits_of(request: Request) -> RateLimits:
    """Return the service's rate limits."""
    limits: RateLimits = request.app.state.context.limits
    return limits


LimitsOf = Annotated[RateLimits, Depends(limits_of)]


def no_store(response: Response) -> None:
    """Keep what a personal link shows out of every cache."""
    response.headers["Cache-Control"] = "no-store"


@router.post("/subscriptions", status_code=status.HTTP_202_ACCEPTED)
async def request_subscription(
    *,
    command: RequestSubscription,
    actor: Anyone,
    storage: StorageOf,
    settings: SettingsOf,
    limits: LimitsOf,
    visitor: VisitorOf = "",
) -> Taken:
    """Ask to be told of reports; a letter asks the owner of the address to confirm."""
    if visitor:
        await limits.hit("subscribe visitor", visitor, *BY_VISITOR)
    await limits.hit("subscribe", command.address, *BY_ADDRESS)
    await limits.hit("subscribe", "everybody", f"{settings.subscriptions_per_minute}/minute")
    await storage.transact(
        actions.request_subscription,
        command,
        resend_after=timedelta(minutes=settings.resend_after_minutes),
        confirm_within=timedelta(days=settings.confirm_within_days),
    )
    return Taken()


@router.get("/subscriptions/offered")
async def show_offered(actor: Anyone, storage: StorageOf) -> Offered:
    """Show what a subscription may be narrowed to."""
    return Offered(countries=await reports.published_countries(storage.reader))


@router.get("/subscription", response_model_exclude_unset=True, dependencies=[Depends(no_store)])
async def show_subscription(link: SubscriptionLink, storage: StorageOf) -> SubscriptionView:
    """Show what the link would confirm; changes nothing."""
    return domain.view(await store.get(storage.reader, link.subject))


@router.post("/subscription/confirmation", response_model_exclude_unset=True, dependencies=[Depends(no_store)])
async def confirm_subscription(link: SubscriptionLink, storage: StorageOf) -> SubscriptionView:
    """Confirm the subscription of the link; again is no harm."""
    return domain.view(await storage.transact(actions.confirm_subscription, link.subject))


@router.get("/subscription/ending", response_model_exclude_unset=True, dependencies=[Depends(no_store)])
async def show_ending(link: UnsubscribeLink, storage: StorageOf) -> SubscriptionView:
    """Show what the link would end; changes nothing."""
    subscription = await store.find(storage.reader, link.subject)
    return SubscriptionView(state="ended") if subscription is None else domain.view(subscription)


@router.post("/subscription/ending", response_model_exclude_unset=True, dependencies=[Depends(no_store)])
async def end_subscription(link: UnsubscribeLink, storage: StorageOf) -> SubscriptionView:
    """End the subscription of the link in one press (RFC 8058); again is no harm."""
    await storage.transact(actions.end_subscription, link.subject)
    return SubscriptionView(state="ended")


@router.get("/subscription/own", response_model_exclude_unset=True, dependencies=[Depends(no_store)])
async def show_own(link: PreferencesLink, storage: StorageOf, response: Response) -> SubscriptionView:
    """Show what the holder of a link to their preferences is subscribed to; 404 for whoever is no subscriber."""
    return _own(response, await store.get(storage.reader, link.subject))


@router.put("/subscription/own", response_model_exclude_unset=True, dependencies=[Depends(no_store)])
async def change_own(
    command: ChangeSubscription, link: PreferencesLink, storage: StorageOf, response: Response, seen: IfMatch
) -> SubscriptionView:
    """Tell the holder of the link of these reports from now on.  The same wish again is no harm."""
    subscription = await storage.transact(actions.change_subscription, link.subject, command, seen=seen)
    return _own(response, subscription)


@router.delete("/subscription/own", response_model_exclude_unset=True, dependencies=[Depends(no_store)])
async def end_own(link: PreferencesLink, storage: StorageOf) -> SubscriptionView:
    """End the subscription of the holder of the link; again is no harm."""
    await storage.transact(actions.end_subscription, link.subject)
    return SubscriptionView(state="ended")


def _own(response: Response, subscription: Subscription) -> SubscriptionView:
    versioned(response, subscription)
    return SubscriptionView(state="ended") if subscription.state == "ended" else domain.view(subscription)
