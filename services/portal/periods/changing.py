"""What coordinators change of a period that is planned or open: its last day, and who is asked."""

from datetime import date

from fastapi import APIRouter
from fastapi.responses import Response

from services.portal.clients.base import Refused
from services.portal.clients.periods import Period
from services.portal.numbers import revision
from services.portal.pages import Coordinator, Visit
from services.portal.periods import words
from services.portal.periods.routes import end_of, period_page, refusal
from services.portal.registry.choosing import chosen
from shared.ids import Id

router = APIRouter()

KEPT = ("title", "from_on", "to_on", "opens_at", "remind_days_before")
"""What stays of a period whose last day is another one."""


@router.post("/{language}/periods/{period_id}/extension")
async def extend(visit: Coordinator, period_id: Id) -> Response:
    """Let a period close on another day."""
    form = await visit.form()
    text = str(form.get("closes_on", ""))
    values = {"closes_on": text}
    try:
        day = date.fromisoformat(text)
    except ValueError:
        errors = {"closes_on": visit.say("Choose a day.")}
        return await period_page(visit, period_id, values=values, errors=errors, status=422)
    period = await visit.services.periods.get(period_id)
    try:
        await visit.services.periods.change(period_id, _body(visit, period, day), revision(form))
    except Refused as refused:
        return await _refused(visit, period_id, refused, "closes_on", values)
    return visit.go(f"/periods/{period_id}")


def _body(visit: Visit, period: Period, day: date) -> dict[str, object]:
    said = period.model_dump(mode="json")
    return {**{name: said[name] for name in KEPT}, "closes_at": end_of(day, visit).isoformat()}


@router.post("/{language}/periods/{period_id}/organisations")
async def ask_more(visit: Coordinator, period_id: Id) -> Response:
    """Ask more organisations, by their names."""
    text = str((await visit.form()).get("organisations", "")).strip()
    values = {"organisations": text}
    ids, wrong = await chosen(visit, text)
    if wrong or not ids:
        errors = {"organisations": wrong or refusal(visit, "organisation-not-found")}
        return await period_page(visit, period_id, values=values, errors=errors, status=422)
    try:
        await visit.services.periods.ask_more(period_id, ids)
    except Refused as refused:
        return await _refused(visit, period_id, refused, "organisations", values)
    return visit.go(f"/periods/{period_id}")


async def _refused(visit: Visit, period_id: str, refused: Refused, field: str, values: dict[str, str]) -> Response:
    if refused.status not in (409, 412, 422):
        raise refused
    changed = visit.say("Somebody else saved in the meantime. Compare, then save again.")
    text = refusal(visit, refused.code) if refused.code in words.REFUSALS else changed
    return await period_page(visit, period_id, values=values, errors={field: text}, status=refused.status)
