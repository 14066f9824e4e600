"""Hearing of new reports by mail: ask, confirm by the letter's link, end by one press or by the mail program's own."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from services.portal.clients.base import Refused
from services.portal.pages import Anyone
from services.portal.signing_in.routes import looks_like_address
from services.portal.words import THEMES
from shared.model import LANGUAGES

router = APIRouter()


@router.get("/{language}/subscribe")
async def show(visit: Anyone) -> HTMLResponse:
    """Show the form."""
    return visit.page(
        "subscriptions/subscribe.html", address="", chosen=list(THEMES), written_in=visit.language, errors={}
    )


@router.post("/{language}/subscribe")
async def ask(visit: Anyone) -> Response:
    """Have a letter sent that asks to confirm.  The answer is the same for every address."""
    form = await visit.form()
    address = str(form.get("address", "")).strip()
    chosen: list[str] = [each for each in THEMES if each in form.getlist("themes")]
    written_in = str(form.get("written_in", ""))
    written_in = written_in if written_in in LANGUAGES else visit.language
    errors = {}
    if not looks_like_address(address):
        errors["address"] = visit.say("Write the address like name@example.org")
    if not chosen:
        errors["themes"] = visit.say("Choose at least one theme.")
    if not errors:
        try:
            await visit.anonymous.reports.subscribe(address, chosen, written_in)
            return visit.go("/subscribe/sent")
        except Refused as refused:
            if refused.status != 422:
                raise
            errors["address"] = visit.say("Write the address like name@example.org")
    return visit.page(
        "subscriptions/subscribe.html", 422, address=address, chosen=chosen, written_in=written_in, errors=errors
    )


@router.get("/{language}/subscribe/sent")
async def sent(visit: Anyone) -> HTMLResponse:
    """Say that a letter asks to confirm, if the address can take one."""
    return visit.page("subscriptions/sent.html")


@router.get("/{language}/subscription/{token}")
async def offer(visit: Anyone, token: str) -> HTMLResponse:
    """Show what would be confirmed; changes nothing."""
    found = await visit.holding(token).reports.subscription()
    return visit.page("subscriptions/confirm.html", token=token, subscription=found)


@router.post("/{language}/subscription/{token}")
async def confirm(visit: Anyone, token: str) -> HTMLResponse:
    """Confirm."""
    await visit.holding(token).reports.confirm()
    return visit.page("subscriptions/confirmed.html")


@router.get("/{language}/unsubscribe/{token}")
async def before_the_end(visit: Anyone, token: str) -> HTMLResponse:
    """Show the button that ends the subscription; changes nothing."""
    await visit.holding(token).reports.ending()
    return visit.page("subscriptions/unsubscribe.html", token=token)


@router.post("/{language}/unsubscribe/{token}")
async def end(visit: Anyone, token: str) -> Response:
    """End the subscription: by the button, or by a mail program in one click (RFC 8058)."""
    await visit.holding(token).reports.end()
    form = await visit.form()
    if form.get("List-Unsubscribe") == "One-Click":
        return PlainTextResponse("unsubscribed")
    return visit.page("subscriptions/ended.html")
