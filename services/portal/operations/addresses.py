"""Addresses that are given up, mails that came back, and people who were forgotten."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.invitations.terms import UNREACHABLE
from services.portal.operations import words
from services.portal.operations.parts import id_in, people
from services.portal.pages import Operator, Viewer, Visit
from shared.ids import Id

router = APIRouter()

REASONS = ("hard-bounce", "never-delivered", "complaint", "by-operator")
FILTER = ("reason", "code", "since", "until")


@router.get("/{language}/operations/addresses")
async def suppressions(visit: Viewer, after: str = "", done: str = "", count: int = -1) -> HTMLResponse:
    """Show to whom nothing is sent, and why: all of them, or those for a reason, with a code, of a time."""
    return await _suppressions(visit, visit.request.query_params, after=after, done=done, count=count)


async def _suppressions(
    visit: Visit,
    written: Mapping[str, object],
    *,
    after: str = "",
    done: str = "",
    count: int = -1,
    errors: dict[str, str] | None = None,
) -> HTMLResponse:
    asked, (which, wrong) = visit.services.operations, _which(visit, written)
    errors = {**wrong, **(errors or {})}
    found, summary = await asyncio.gather(asked.suppressions(which, after), asked.count_suppressions(which))
    return visit.page(
        "operations/addresses.html",
        422 if errors else 200,
        found=found,
        summary=summary,
        query={name: str(written.get(name, "")) for name in FILTER},
        filtered=bool(which) and not errors,
        names=await people(visit, [each.person_id for each in found.items]),
        reasons={code: UNREACHABLE[code] for code in REASONS},
        operates=visit.session is not None and visit.session.may_operate,
        done=words.DONE.get(done, ""),
        count=count,
        errors=errors,
    )


def _which(visit: Visit, written: Mapping[str, object]) -> tuple[dict[str, str], dict[str, str]]:
    """Return which addresses are meant by what was written, on the clock of whoever wrote it, and what is wrong."""
    which, errors = {}, {}
    given = {name: str(written.get(name, "")).strip() for name in FILTER}
    if given["reason"] in REASONS:
        which["reason"] = given["reason"]
    if given["code"]:
        which["code"] = given["code"][:100]
    for name in ("since", "until"):
        if given[name]:
            try:
                local = datetime.fromisoformat(given[name]).replace(tzinfo=ZoneInfo(visit.zone))
                which[name] = local.astimezone(UTC).isoformat()
            except (ValueError, OverflowError):
                errors[name] = visit.say("Give a day and a time, as in 2026-10-14 09:00.")
    return which, errors


@router.post("/{language}/operations/addresses")
async def suppress(visit: Operator) -> Response:
    """Send nothing to a person any more."""
    form = await visit.form()
    person_id = id_in(str(form.get("person_id", "")))
    if person_id is None:
        return await _suppressions(
            visit, {}, errors={"person_id": visit.say("Paste the address of the person's page.")}
        )
    try:
        await visit.services.operations.suppress(person_id, str(form.get("key", ""))[:100])
    except Refused as refused:
        if refused.code not in words.REFUSALS:
            raise
        return await _suppressions(visit, {}, errors={"person_id": visit.say(words.REFUSALS[refused.code])})
    return visit.go("/operations/addresses", done="given-up")


@router.post("/{language}/operations/addresses/lifting")
async def lift_all(visit: Operator) -> Response:
    """Send again to all of those who were shown: at least one thing about them is named."""
    form = await visit.form()
    which, errors = _which(visit, form)
    if errors or not which:
        nothing = {"reason": visit.say("Name the reason, the code, or since or until when.")}
        return await _suppressions(visit, form, errors=errors or nothing)
    count = await visit.services.operations.lift_all(which, str(form.get("key", ""))[:100])
    return visit.go("/operations/addresses", done="lifted-all", count=str(count))


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
