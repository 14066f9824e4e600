"""What is done about subscribers in a transaction: keeping what they want, and beginning to tell them of reports."""

from services.notifications.contacts import actions as contacts
from services.notifications.contacts import store as contact_store
from services.notifications.deliveries import actions as deliveries
from services.notifications.deliveries import facts, stops
from services.notifications.deliveries import store as letters
from services.notifications.deliveries.domain import TELLS_OF_EDITION, WITHDRAWN, LetterKind, Recipient, suppress
from services.notifications.fanouts import store as fanouts
from services.notifications.fanouts.store import Fanout
from services.notifications.preferences import actions as preferences
from services.notifications.subscribers import store
from shared.events.reports import (
    ReportCorrected,
    ReportPublished,
    ReportWithdrawn,
    SubscriptionConfirmed,
    SubscriptionEnded,
    SubscriptionRequested,
)
from shared.ids import utc_now
from shared.storage import Tx

ZONE = "Europe/Warsaw"
"""Subscribers tell no time zone: the secretariat's, which the letter names."""


async def ask_for_confirmation(tx: Tx, event: SubscriptionRequested, *, event_id: str) -> None:
    """Keep a subscriber's address, and owe them the link that confirms it is theirs."""
    known = await store.subscription(tx, event.subscription_id)
    if known is not None and known["revision"] > event.revision:
        return  # confirmed or ended since
    values = {"language": event.language, "time_zone": ZONE, "no_contact": False}
    await contact_store.remember(tx, event.subscription_id, event.contact, revision=event.revision, values=values)
    await letters.keep_facts(tx, event_id, facts.facts_of_link(event))
    recipient = Recipient(event.subscription_id, event.subscription_id, language=event.language)
    await deliveries.owe_letters(
        tx, "subscription-requested", [recipient], event_id=event_id, about_id=event.subscription_id
    )


async def confirm(tx: Tx, event: SubscriptionConfirmed) -> None:
    """Keep what a subscriber wants to hear of, and how often."""
    row = {
        "_id": event.subscription_id,
        "revision": event.revision,
        "themes": event.themes,
        "language": event.language,
        "languages": event.languages or [event.language],
        "countries": event.countries,
        "kinds": event.kinds,
        "ended": False,
    }
    if await store.remember_subscriber(tx, row):
        await preferences.choose_frequency(tx, event.subscription_id, "reports", event.frequency)


async def end_subscription(tx: Tx, event: SubscriptionEnded) -> None:
    """Forget a subscriber, and withhold what was not yet sent; only the id is kept, so that they stay forgotten."""
    row = {"_id": event.subscription_id, "revision": event.revision, "ended": True, "replaced_by": event.replaced_by}
    await store.remember_subscriber(tx, row)
    await contact_store.forget(tx, event.subscription_id)
    await contacts.forget_what_came_of_it(tx, event.subscription_id)
    unsent = {"recipient_id": event.subscription_id}
    await letters.withhold(tx, unsent, suppress("subscription-ended"), now=utc_now())


async def tell_subscribers(tx: Tx, event: ReportPublished, *, event_id: str) -> None:
    """Begin to tell everybody who asked to hear of such reports; of a translation those who could not read it yet."""
    if await store.remember_report(tx, event.report_id, revision=event.revision, withdrawn=False):
        await _begin(tx, event, "report-published", event_id)


async def tell_of_correction(tx: Tx, event: ReportCorrected, *, event_id: str) -> None:
    """Begin to tell those who were told of the report, whatever they want to hear of by now."""
    if await store.remember_report(tx, event.report_id, revision=event.revision, withdrawn=False):
        await _begin(tx, event, "report-corrected", event_id)


async def tell_of_withdrawal(tx: Tx, event: ReportWithdrawn, *, event_id: str) -> None:
    """Tell nobody any more that there is something to read, and begin to tell those who were told so."""
    await store.remember_report(tx, event.report_id, revision=event.revision, withdrawn=True)
    await fanouts.stop(tx, event.report_id, sorted(TELLS_OF_EDITION), now=utc_now())
    unsent = {"about_id": [event.report_id], "kind": TELLS_OF_EDITION}
    await stops.put(tx, unsent, code=WITHDRAWN, now=utc_now())
    await _begin(tx, event, "report-withdrawn", event_id)


async def _begin(
    tx: Tx, event: ReportPublished | ReportCorrected | ReportWithdrawn, kind: LetterKind, event_id: str
) -> None:
    await letters.keep_facts(tx, event_id, facts.facts_of_report(event))
    translated = isinstance(event, ReportPublished) and facts.only_translated(event)
    fanout = Fanout(
        event_id,
        kind,
        event.report_id,
        event.revision,
        cursor="",
        themes=event.themes,
        languages=event.new_languages if isinstance(event, ReportPublished) and translated else event.languages,
        country=event.country,
        report_kind=event.kind,
        unless_told=translated,
    )
    await fanouts.begin(tx, fanout, now=utc_now())
