"""Sign in without a password: ask, look into the mail, press the button in the same browser."""

import contextlib
from urllib.parse import urlsplit

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Down, Refused
from services.portal.pages import Anyone
from services.portal.sessions import ask, begin

router = APIRouter()

MAX_ADDRESS = 254  # RFC 5321 4.5.3.1.3
MAX_THEN = 500  # characters of an address of ours


@router.get("/{language}/sign-in")
async def show(visit: Anyone, then: str = "", done: str = "") -> HTMLResponse:
    """Show the form that asks for a link; ``then`` is the page that somebody was going to."""
    return visit.page("signing_in/ask.html", then=_ours(then), done=done, address="", errors={})


@router.post("/{language}/sign-in")
async def send(visit: Anyone) -> Response:
    """Have a link sent, and remember that this browser asked for it.  The answer is the same for every address."""
    form = await visit.form()
    address = str(form.get("address", "")).strip()
    then = _ours(str(form.get("then", "")))
    sign_in = ask(then)
    try:
        if not looks_like_address(address):
            raise Refused(422)
        await visit.anonymous.registry.ask_to_sign_in(address, sign_in.browser, visit.language)
    except Refused as refused:
        if refused.status != 422:
            raise
        errors = {"address": visit.say("Write the address like name@example.org")}
        return visit.page("signing_in/ask.html", 422, then=then, done="", address=address, errors=errors)
    visit.keep_sign_in(sign_in)
    return visit.go("/sign-in/sent")


@router.get("/{language}/sign-in/sent")
async def sent(visit: Anyone) -> HTMLResponse:
    """Say where the link went, without saying whether the address is known."""
    return visit.page("signing_in/sent.html")


@router.get("/{language}/sign-in/{token}")
async def confirm(visit: Anyone, token: str) -> Response:
    """Show the button that signs in: a mail scanner that opens the link changes nothing."""
    if visit.sign_in() is None and visit.session is not None:
        return visit.go("/desk", done="signed-in")  # the link was opened twice
    return visit.page("signing_in/confirm.html", token=token, known=visit.sign_in() is not None)


@router.post("/{language}/sign-in/{token}")
async def redeem(visit: Anyone, token: str) -> Response:
    """Sign in with the link, in the browser that asked for it."""
    sign_in = visit.sign_in()
    if sign_in is None and visit.session is not None:
        return visit.go("/desk", done="signed-in")  # the button was pressed twice
    if sign_in is None:
        return visit.page("signing_in/confirm.html", 409, token=token, known=False)
    redeemed = await visit.anonymous.registry.redeem(token, sign_in.browser)
    visit.begin(begin(redeemed.refresh_token, redeemed.person))
    then = _ours(sign_in.then)
    return visit.go(then) if then else visit.go("/desk", done="signed-in")


@router.post("/{language}/sign-out")
async def sign_out(visit: Anyone) -> Response:
    """End the session, here and at the registry."""
    if visit.session is not None:
        with contextlib.suppress(Refused, Down):  # it is over there already, or ends by itself; here it ends now
            await visit.anonymous.registry.sign_out(visit.tokens.newest(visit.session).refresh_token)
    visit.end()
    return visit.go("/sign-in", done="signed-out")


def _ours(then: str) -> str:
    """Return ``then`` if it is the path of a page of ours, below the language; else nothing."""
    path = urlsplit(then)
    ours = not path.scheme and not path.netloc and then[:1] == "/" and then[:2] not in ("//", "/\\")
    return then if ours and then.isprintable() and len(then) <= MAX_THEN else ""


def looks_like_address(address: str) -> bool:
    """Whether it could be an address; the registry looks closer."""
    name, at, host = address.rpartition("@")
    return bool(at and name and "." in host) and len(address) <= MAX_ADDRESS and address.isprintable()
