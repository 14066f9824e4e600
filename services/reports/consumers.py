"""What reports hears of others: the decisions that commission reports, merged organisations, changed rights."""

from services.reports.comments import actions as comments
from services.reports.commissions import actions as commissions
from services.reports.evidence import actions as evidence
from services.reports.images import actions as images
from services.reports.publication import store as editions
from services.reports.releases import actions as releases
from services.reports.reports import store as reports
from services.reports.revisions import actions as revisions
from services.reports.webhooks import actions as webhooks
from services.reports.writing import actions as writing
from services.reports.writing import merging, people
from shared.consuming import Consumer
from shared.events.meetings import DecisionTaken
from shared.events.registry import OrganisationsMerged, PersonErased, PersonRegistered, PersonUpdated
from shared.events.reports import ReportCorrected, ReportPublished, ReportWithdrawn
from shared.storage import Tx

consumer = Consumer("reports")


@consumer.on(DecisionTaken)
async def commission_report(tx: Tx, event: DecisionTaken) -> None:
    """Begin the report that a decision commissions, if it does."""
    await commissions.commission_report(tx, event)


@consumer.on(PersonRegistered)
async def add_person(tx: Tx, event: PersonRegistered) -> None:
    """Know a person as somebody who writes for their organisations."""
    await people.remember(tx, event)


@consumer.on(PersonUpdated)
async def change_person(tx: Tx, event: PersonUpdated) -> None:
    """Keep a person's organisations, roles and standing as they are now."""
    await people.remember(tx, event)


@consumer.on(PersonErased)
async def forget_person(tx: Tx, event: PersonErased) -> None:
    """Have commissions, sections, evidence, texts and pictures forget a person."""
    await commissions.forget_person(tx, event.person_id)
    await webhooks.forget_person(tx, event.person_id)
    await writing.forget_person(tx, event.person_id)
    await people.forget_person(tx, event)
    await releases.forget_person(tx, event.person_id)
    await evidence.forget_person(tx, event.person_id)
    await images.forget_person(tx, event.person_id)
    await revisions.forget_person(tx, event.person_id)
    await comments.forget_person(tx, event.person_id)
    await reports.forget_person(tx, event.person_id)
    await editions.forget_person(tx, event.person_id)


@consumer.on(ReportPublished)
async def tell_of_report(tx: Tx, event: ReportPublished) -> None:
    """Owe a call to each system that wants to hear of such reports."""
    await webhooks.tell_webhooks(tx, event)


@consumer.on(ReportCorrected)
async def tell_of_correction(tx: Tx, event: ReportCorrected) -> None:
    """Owe a call to each system that wants to hear of such reports."""
    await webhooks.tell_webhooks(tx, event)


@consumer.on(ReportWithdrawn)
async def tell_of_withdrawal(tx: Tx, event: ReportWithdrawn) -> None:
    """Owe a call to each system that wants to hear of such reports."""
    await webhooks.tell_webhooks(tx, event)


@consumer.on(OrganisationsMerged)
async def merge_organisations(tx: Tx, event: OrganisationsMerged) -> None:
    """Have commissions name the organisation that stands for the others, or no longer."""
    await merging.merge_organisations(tx, event)
