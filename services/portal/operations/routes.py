"""The operators' page: what waits and why, what is held, what services could not handle; and what is done about it."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from services.portal import words as portal_words
from services.portal.clients.base import Down, Refused
from services.portal.clients.operations import Relay
from services.portal.operations import words
from services.portal.operations.parts import id_in
from services.portal.pages import Operator, Viewer, Visit
from shared.ids import Id

router = APIRouter()

_RELAY = re.compile(r"relay(-[a-z0-9-]{1,30})?")


@router.get("/{language}/operations")
async def overview(visit: Viewer, done: str = "", count: int = -1) -> HTMLResponse:
    """Show what waits and why, and what is held; to operators also what each service could not handle."""
    return await _overview(visit, done=done, count=count)


async def _overview(
    visit: Visit, *, done: str = "", count: int = -1, errors: dict[str, str] | None = None
) -> HTMLResponse:
    asked = visit.services.operations
    waiting, holds, relays = await asyncio.gather(asked.waiting(), asked.holds(), asked.relays())
    operates = visit.session is not None and visit.session.may_operate
    dead = await asyncio.gather(*(_dead(visit, name) for name in asked.services)) if operates else []
    held = {each.what for each in holds}
    return visit.page(
        "operations/overview.html",
        422 if errors else 200,
        waiting=waiting,
        holds=holds,
        relays=relays,
        dead=list(zip(asked.services, dead, strict=True)) if operates else [],
        holdable=[code for code in _holdables(relays) if code not in held],
        operates=operates,
        said=words,
        done=words.DONE.get(done, ""),
        count=count,
        errors=errors or {},
    )


def _holdables(relays: Sequence[Relay]) -> list[str]:
    one_by_one = [each.held_as for each in relays] if len(relays) > 1 else []
    return ["relay", *one_by_one, *portal_words.LETTER_KINDS]


async def _dead(visit: Visit, service: str) -> int | None:
    """Return how many events a service could not handle, at most a hundred; `None` when it does not answer."""
    try:
        return len(await visit.services.operations.dead_letters(service))
    except (Down, Refused):
        return None


@router.post("/{language}/operations/holds")
async def hold(visit: Operator) -> Response:
    """Hold a kind, or the relay."""
    what = str((await visit.form()).get("what", ""))
    if not _holdable(what):
        return await _overview(visit, errors={"what": visit.say("Choose what to hold.")})
    await visit.services.operations.hold(what)
    return visit.go("/operations", done="held")


@router.post("/{language}/operations/holds/{what}/release")
async def release(visit: Operator, what: str) -> Response:
    """Send again what was held."""
    if not _holdable(what):
        raise Refused(404)
    count = await visit.services.operations.release(what)
    return visit.go("/operations", done="released", count=str(count))


def _holdable(what: str) -> bool:
    return what in portal_words.LETTER_KINDS or bool(_RELAY.fullmatch(what))


@router.post("/{language}/operations/cancellation")
async def cancel(visit: Operator) -> Response:
    """Stop what is not yet sent: of a kind, about a meeting or report."""
    form = await visit.form()
    which = _which(form)
    if not which:
        return await _overview(visit, errors={"about_id": visit.say(words.NOTHING_NAMED)})
    count = await visit.services.operations.cancel(which, _key(form))
    return visit.go("/operations", done="stopped", count=str(count))


@router.post("/{language}/operations/sending-again")
async def send_again(visit: Operator) -> Response:
    """Send again what waits or has failed: of a kind, in a state, about a meeting or report."""
    form = await visit.form()
    which = _which(form)
    if not which:
        return await _overview(visit, errors={"about_id": visit.say(words.NOTHING_NAMED)})
    if (state := str(form.get("state", ""))) in words.UNSENT:
        which["state"] = state
    count = await visit.services.operations.send_again(which, _key(form))
    return visit.go("/operations", done="again", count=str(count))


def _which(form: FormData) -> dict[str, str]:
    """Return the letters that a form means: all that it names must fit."""
    found: dict[str, str] = {}
    if (kind := str(form.get("kind", ""))) in portal_words.LETTER_KINDS:
        found["kind"] = kind
    for name in ("about_id", "letter_id"):
        if (given := id_in(str(form.get(name, "")))) is not None:
            found[name] = given
    return found


def _key(form: FormData) -> str:
    return str(form.get("key", ""))[:100]


@router.get("/{language}/operations/events/{service}")
async def dead_letters(visit: Operator, service: str, done: str = "") -> HTMLResponse:
    """Show the events that a service could not handle, the oldest first."""
    _known(service)
    found = await visit.services.operations.dead_letters(service)
    return visit.page("operations/events.html", service=service, found=found, said=words, done=words.DONE.get(done, ""))


@router.get("/{language}/operations/events/{service}/{event_id}")
async def dead_letter(visit: Operator, service: str, event_id: Id) -> HTMLResponse:
    """Show one such event: why, since when, and what it says; what is sealed in it stays so."""
    _known(service)
    found = await visit.services.operations.dead_letter(service, event_id)
    return visit.page("operations/event.html", service=service, found=found, said=words)


@router.post("/{language}/operations/events/{service}/{event_id}/{step}")
async def settle(visit: Operator, service: str, event_id: Id, step: str) -> Response:
    """Hand an event to the service again, or drop it."""
    _known(service)
    steps: dict[str, Any] = {
        "retry": (visit.services.operations.retry, "event-retried"),
        "drop": (visit.services.operations.drop, "event-dropped"),
    }
    if step not in steps:
        raise Refused(404)
    carry_out, done = steps[step]
    await carry_out(service, event_id)
    return visit.go(f"/operations/events/{service}", done=done)


def _known(service: str) -> None:
    if service not in words.SERVICES:
        raise Refused(404)
