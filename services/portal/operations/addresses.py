"""Addresses that are given up, mails that came back, and people who were forgotten."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.invitations.terms import UNREACHABLE
from services.portal.operations import words
from services.portal.operations.parts import id_in, people
from services.portal.pages import Operator, Viewer, Visit
from shared.ids import Id

router = APIRouter()


@router.get("/{language}/operations/addresses")
async def suppressions(visit: Viewer, after: str = "", done: str = "") -> HTMLResponse:
    """Show to whom nothing is sent, and why."""
    return await _suppressions(visit, after=after, done=done)


async def _suppressions(
    visit: Visit, *, after: str = "", done: str = "", errors: dict[str, str] | None = None
) -> HTMLResponse:
    found = await visit.services.operations.suppressions(after)
    return visit.page(
        "operations/addresses.html",
        422 if errors else 200,
        found=found,
        names=await people(visit, [each.person_id for each in found.items]),
        reasons=UNREACHABLE,
        operates=visit.session is not None and visit.session.may_operate,
        done=words.DONE.get(done, ""),
        errors=errors or {},
    )


@router.post("/{language}/operations/addresses")
async def suppress(visit: Operator) -> Response:
    """Send nothing to a person any more."""
    form = await visit.form()
    person_id = id_in(str(form.get("person_id", "")))
    if person_id is None:
        return await _suppressions(visit, errors={"person_id": visit.say("Paste the address of the person's page.")})
    try:
        await visit.services.operations.suppress(person_id, str(form.get("key", ""))[:100])
    except Refused as refused:
        if refused.code not in words.REFUSALS:
            raise
        return await _suppressions(visit, errors={"person_id": visit.say(words.REFUSALS[refused.code])})
    return visit.go("/operations/addresses", done="given-up")


@router.post("/{language}/operations/addresses/{person_id}/lifting")
async def lift(visit: Operator, person_id: Id) -> Response:
    """Send to a person again."""
    await visit.services.operations.lift(person_id)
    return visit.go("/operations/addresses", done="lifted")


@router.get("/{language}/operations/received")
async def received(visit: Viewer, after: str = "") -> HTMLResponse:
    """Show the mails that came back in the last thirty days, and what was done about each."""
    found = await visit.services.operations.received(after=after)
    names = await people(visit, [each.recipient_id for each in found.items])
    return visit.page("operations/received.html", found=found, names=names, said=words)


@router.get("/{language}/operations/erasures")
async def erasures(visit: Operator, after: str = "") -> HTMLResponse:
    """Show who was forgotten, by ids that lead to nobody: to be done again after a backup is restored."""
    return visit.page("operations/erasures.html", found=await visit.services.operations.erasures(after))
