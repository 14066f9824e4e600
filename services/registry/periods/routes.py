"""Periods over HTTP: coordinators open them and see who is late; members say what their organisation reports."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from services.registry.periods import actions, store, views
from services.registry.periods.domain import AddOrganisations, ChangePeriod, OpenPeriod, ReportState, SayReported
from services.registry.periods.views import Correction, OwnReport, PeriodView, ReportView
from shared.auth import Actor, Coordinator, Member
from shared.ids import Id, utc_now
from shared.model import Model
from shared.paging import Page, Paging
from shared.problems import NotFound
from shared.web import IfMatch, StorageOf, versioned

router = APIRouter(prefix="/periods", tags=["periods"])

MAX_OWN = 50  # reports of one's own organisations that are shown: the newest


class Reminded(Model):
    """How many organisations were reminded."""

    organisations: int


@router.post("", status_code=201)
async def open_period(
    command: OpenPeriod, request: Request, actor: Coordinator, storage: StorageOf, response: Response
) -> PeriodView:
    """Ask organisations to report what was done in a period."""
    period = await storage.transact(actions.open_period, command, by=actor.person_id)
    request.app.state.context.wake(actions.ASKING)
    versioned(response, period)
    return views.view_of(period, now=utc_now())


@router.get("")
async def list_periods(actor: Member, storage: StorageOf, paging: Annotated[Paging, Depends()]) -> Page[PeriodView]:
    """List the periods, newest first."""
    page = await store.page(storage.reader, paging)
    now = utc_now()
    return Page(items=[views.view_of(each, now=now) for each in page.items], next=page.next)


@router.get("/own-reports")
async def list_own_reports(actor: Member, storage: StorageOf) -> Page[OwnReport]:
    """List what is awaited of one's own organisations, or was said by them, newest first."""
    found = await store.reports_for(storage.reader, actor.organisation_ids, limit=MAX_OWN)
    periods = await store.named(storage.reader, [each.period_id for each in found])
    now = utc_now()
    return Page(
        items=[
            OwnReport(period=views.view_of(periods[each.period_id], now=now), report=views.report_view(each))
            for each in found
            if periods[each.period_id].state_at(now) in ("open", "locked")
        ]
    )


@router.get("/{period_id}")
async def show_period(period_id: Id, actor: Member, storage: StorageOf, response: Response) -> PeriodView:
    """Show one period; coordinators see how many organisations have reported."""
    period = await store.periods.get(storage.reader, period_id)
    counts = await store.counts(storage.reader, period_id) if _may_look(actor) else None
    versioned(response, period)
    return views.view_of(period, now=utc_now(), counts=counts)


@router.put("/{period_id}")
async def change_period(
    *,
    period_id: Id,
    command: ChangePeriod,
    request: Request,
    actor: Coordinator,
    storage: StorageOf,
    revision: IfMatch,
    response: Response,
) -> PeriodView:
    """Change the title or the times of a period; ``If-Match`` names the revision that was read."""
    period = await storage.transact(actions.change_period, period_id, command, revision=revision)
    request.app.state.context.wake(actions.ASKING)
    versioned(response, period)
    return views.view_of(period, now=utc_now())


@router.post("/{period_id}/cancellation")
async def cancel_period(
    *, period_id: Id, actor: Coordinator, storage: StorageOf, revision: IfMatch, response: Response
) -> PeriodView:
    """Call a period off; ``If-Match`` names the revision that was read."""
    period = await storage.transact(actions.cancel_period, period_id, revision=revision)
    versioned(response, period)
    return views.view_of(period, now=utc_now())


@router.post("/{period_id}/organisations")
async def add_organisations(
    period_id: Id, command: AddOrganisations, request: Request, actor: Coordinator, storage: StorageOf
) -> PeriodView:
    """Ask more organisations."""
    period = await storage.transact(actions.add_organisations, period_id, command)
    request.app.state.context.wake(actions.ASKING)
    return views.view_of(period, now=utc_now(), counts=await store.counts(storage.reader, period_id))


@router.post("/{period_id}/reminders")
async def remind(period_id: Id, actor: Coordinator, storage: StorageOf) -> Reminded:
    """Remind those who have not answered, at most a hundred organisations; those reminded within a day are not."""
    return Reminded(organisations=await storage.transact(actions.remind_now, period_id))


@router.get("/{period_id}/reports")
async def list_reports(
    *,
    period_id: Id,
    actor: Coordinator,
    storage: StorageOf,
    paging: Annotated[Paging, Depends()],
    state: ReportState | None = None,
) -> Page[ReportView]:
    """List what the organisations said, or only those that are awaited."""
    await store.periods.get(storage.reader, period_id)
    page = await store.page_of_reports(storage.reader, period_id, state=state, paging=paging)
    return Page(items=[views.report_view(each) for each in page.items], next=page.next)


@router.get("/{period_id}/reports/{organisation_id}")
async def show_report(
    period_id: Id, organisation_id: Id, actor: Member, storage: StorageOf, response: Response
) -> ReportView:
    """Show what one organisation said: one's own, or for coordinators any."""
    _expect_own(actor, organisation_id)
    report = await store.report_of(storage.reader, period_id, organisation_id)
    if report is None:
        raise _not_asked()
    versioned(response, report)
    return views.report_view(report)


@router.put("/{period_id}/reports/{organisation_id}")
async def say_reported(
    *,
    period_id: Id,
    organisation_id: Id,
    command: SayReported,
    actor: Member,
    storage: StorageOf,
    revision: IfMatch,
    response: Response,
) -> ReportView:
    """Say that everything is on record or that there is nothing to report; ``If-Match`` names what was read."""
    if not actor.may("coordinator") and organisation_id not in actor.organisation_ids:
        raise _not_asked()
    report = await storage.transact(
        actions.say_reported, period_id, organisation_id, command, by=actor.person_id, revision=revision
    )
    versioned(response, report)
    return views.report_view(report)


@router.get("/{period_id}/corrections")
async def list_corrections(
    period_id: Id, actor: Coordinator, storage: StorageOf, paging: Annotated[Paging, Depends()]
) -> Page[Correction]:
    """List what was corrected after a period had locked, newest first."""
    await store.periods.get(storage.reader, period_id)
    rows, more = await store.corrections(storage.reader, period_id=period_id, paging=paging)
    return Page(items=[views.correction_of(each) for each in rows], next=more)


def _may_look(actor: Actor) -> bool:
    return bool(actor.roles & {"coordinator", "operator"})


def _expect_own(actor: Actor, organisation_id: str) -> None:
    if not _may_look(actor) and organisation_id not in actor.organisation_ids:
        raise _not_asked()


def _not_asked() -> NotFound:
    return NotFound("report-not-found", "This organisation was not asked to report for this period.")
