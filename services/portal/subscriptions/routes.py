"""Hearing of new reports by mail: ask, confirm by the letter's link, end by one press or by the mail program's own."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from services.portal.clients.base import Refused
from services.portal.languages import N_
from services.portal.numbers import revision
from services.portal.pages import Anyone, Visit
from services.portal.signing_in.routes import looks_like_address
from services.portal.subscriptions import forms, words
from services.portal.words import THEMES

router = APIRouter()


@router.get("/{language}/subscribe")
async def show(visit: Anyone) -> HTMLResponse:
    """Show the form: everything is chosen to begin with, in the language of the page."""
    wish = {
        "themes": list(THEMES),
        "language": visit.language,
        "languages": [visit.language],
        "countries": [],
        "kinds": [],
        "frequency": "now",
    }
    return await _form(visit, "", wish)


@router.post("/{language}/subscribe")
async def ask(visit: Anyone) -> Response:
    """Have a letter sent that asks to confirm.  The answer is the same for every address."""
    form = await visit.form()
    address, wish = str(form.get("address", "")).strip(), forms.wish_of(visit, form)
    errors = {}
    if not looks_like_address(address):
        errors["address"] = visit.say("Write the address like name@example.org")
    errors |= forms.problems_of(visit, wish)
    if not errors:
        try:
            await visit.anonymous.subscriptions.ask(address, wish)
            return visit.go("/subscribe/sent")
        except Refused as refused:
            if refused.status != 422:
                raise
            errors["address"] = visit.say("Write the address like name@example.org")
    return await _form(visit, address, wish, errors=errors, status=422)


async def _form(
    visit: Visit, address: str, wish: dict[str, Any], *, errors: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    offered = await forms.countries(visit, wish["countries"])
    return visit.page(
        "subscriptions/subscribe.html",
        status,
        address=address,
        wish=wish,
        offered=offered,
        said=words,
        errors=errors or {},
    )


@router.get("/{language}/subscribe/sent")
async def sent(visit: Anyone) -> HTMLResponse:
    """Say that a letter asks to confirm, if the address can take one."""
    return visit.page("subscriptions/sent.html")


@router.get("/{language}/subscription/{token}")
async def offer(visit: Anyone, token: str) -> HTMLResponse:
    """Show what would be confirmed; changes nothing."""
    found = await visit.holding(token).subscriptions.waiting()
    return visit.page("subscriptions/confirm.html", token=token, subscription=found, said=words)


@router.post("/{language}/subscription/{token}")
async def confirm(visit: Anyone, token: str) -> HTMLResponse:
    """Confirm."""
    await visit.holding(token).subscriptions.confirm()
    return visit.page("subscriptions/confirmed.html")


@router.get("/{language}/unsubscribe/{token}")
async def before_the_end(visit: Anyone, token: str) -> HTMLResponse:
    """Show the button that ends the subscription; changes nothing."""
    await visit.holding(token).subscriptions.ending()
    return visit.page("subscriptions/unsubscribe.html", token=token)


@router.post("/{language}/unsubscribe/{token}")
async def end(visit: Anyone, token: str) -> Response:
    """End the subscription: by the button, or by a mail program in one click (RFC 8058)."""
    await visit.holding(token).subscriptions.end()
    form = await visit.form()
    if form.get("List-Unsubscribe") == "One-Click":
        return PlainTextResponse("unsubscribed")
    return visit.page("subscriptions/ended.html")


@router.get("/{language}/preferences/{token}/subscription")
async def show_own(visit: Anyone, token: str, done: str = "") -> HTMLResponse:
    """Show what the holder of the link hears of; changes nothing."""
    own = await visit.holding(token).subscriptions.own()
    if own.state == "ended":
        return visit.page("subscriptions/ended.html")
    return await _own(visit, token, forms.as_wish(own), own.revision or 0, done=done)


@router.post("/{language}/preferences/{token}/subscription")
async def change_own(visit: Anyone, token: str) -> Response:
    """Hear of something else from now on, or of nothing any more."""
    form, subscriptions = await visit.form(), visit.holding(token).subscriptions
    if str(form.get("step", "")) == "end":
        await subscriptions.end_own()
        return visit.page("subscriptions/ended.html")
    wish, seen = forms.wish_of(visit, form), revision(form)
    errors = forms.problems_of(visit, wish)
    if not errors:
        try:
            await subscriptions.change(wish, revision=seen)
            return visit.go(f"/preferences/{token}/subscription", done="saved")
        except Refused as refused:
            if refused.status not in (409, 412, 422):
                raise
            errors["form"] = visit.why(refused.code, N_("This cannot be accepted."))
            seen = (await subscriptions.own()).revision or 0
    return await _own(visit, token, wish, seen, errors=errors, status=422)


async def _own(
    visit: Visit,
    token: str,
    wish: dict[str, Any],
    revision: int,
    *,
    done: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    offered = await forms.countries(visit, wish["countries"])
    return visit.page(
        "subscriptions/own.html",
        status,
        token=token,
        wish=wish,
        revision=revision,
        offered=offered,
        said=words,
        done=done,
        errors=errors or {},
    )
