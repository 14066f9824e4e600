"""One's own desk: the reports that a person writes or edits, and what of each waits for them."""

from datetime import date

from services.reports import access
from services.reports.commissions import store as commissions
from services.reports.commissions.domain import Commission
from services.reports.writing.draft import draft_of
from services.reports.writing.views import DeskItem, desk_item
from shared.auth import Actor
from shared.following import standing
from shared.paging import Page, Paging
from shared.storage import Document, Reader


async def page(reader: Reader, actor: Actor, *, paging: Paging, today: date) -> Page[DeskItem]:
    """Return a page of the reports that ``actor`` takes part in: those in writing first, newest first."""
    where = await _of(reader, actor)
    found = await commissions.page(reader, where, after=paging.after, limit=paging.limit)
    items = [await _item(reader, actor, each, today=today) for each in found.items]
    return Page(items=[each for each in items if each is not None], next=found.next)


async def _of(reader: Reader, actor: Actor) -> Document:
    if actor.may("editor"):
        return {}
    organisations = sorted(await standing(reader, actor.organisation_ids))
    return {"$or": [{"contributors.organisation_id": {"$in": organisations}}, {"editor_ids": actor.person_id}]}


async def _item(reader: Reader, actor: Actor, commission: Commission, *, today: date) -> DeskItem | None:
    part = await access.find_part(reader, actor, commission.report_id)
    return None if part is None else desk_item(await draft_of(reader, commission.report_id), part, today=today)
