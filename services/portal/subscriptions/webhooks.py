"""Systems that are told of reports: coordinators register them, and see whether they work."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.clients.subscriptions import Webhook
from services.portal.languages import N_
from services.portal.pages import Coordinator, Viewer, Visit
from services.portal.subscriptions import forms, words
from services.portal.words import THEMES
from shared.ids import Id
from shared.model import LANGUAGES

router = APIRouter()

ON_A_PAGE = 30


@router.get("/{language}/webhooks")
async def listing(visit: Viewer, after: str = "") -> HTMLResponse:
    """List the systems, and offer to register one."""
    return await _list(visit, after=after)


@router.post("/{language}/webhooks")
async def register(visit: Coordinator) -> Response:
    """Register a system and show its secret, this once."""
    form = await visit.form()
    written = {name: str(form.get(name, "")).strip()[:500] for name in ("label", "url")}
    wanted = _all_as_none(forms.narrowed(visit, form))
    errors = {} if written["label"] else {"label": visit.say(N_("Give it a name."))}
    if not errors:
        try:
            made = await visit.services.webhooks.register({**written, **wanted}, key=str(form.get("key", "")) or None)
        except Refused as refused:
            if refused.status not in (409, 422):
                raise
            name = "form" if refused.code == "too-many-webhooks" else "url"
            errors[name] = visit.why(
                refused.code, N_("Write an https address with a name, without user and password in it.")
            )
        else:
            return await _one(visit, made, secret=made.secret)
    return await _list(visit, written=written, wanted=wanted, errors=errors, status=422)


def _all_as_none(wanted: dict[str, Any]) -> dict[str, Any]:
    """Return what is wanted so that all themes or languages are those of later days too."""
    every = {"themes": len(THEMES), "languages": len(LANGUAGES)}
    return wanted | {name: [] for name, count in every.items() if len(wanted[name]) == count}


async def _list(
    visit: Visit,
    *,
    after: str = "",
    written: dict[str, str] | None = None,
    wanted: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    wish = {"countries": [], "kinds": [], **(wanted or {})}
    wish["themes"] = wish.get("themes") or list(THEMES)
    wish["languages"] = wish.get("languages") or list(LANGUAGES)
    return visit.page(
        "subscriptions/webhooks.html",
        status,
        found=await visit.services.webhooks.all(after=after, limit=ON_A_PAGE),
        written=written or {"label": "", "url": ""},
        wish=wish,
        offered=await forms.countries(visit, wish["countries"]),
        said=words,
        errors=errors or {},
    )


@router.get("/{language}/webhooks/{webhook_id}")
async def show(visit: Viewer, webhook_id: Id, after: str = "", done: str = "") -> HTMLResponse:
    """Show a system: whether it works, why not, and what it was sent."""
    return await _one(visit, await visit.services.webhooks.one(webhook_id), after=after, done=done)


@router.post("/{language}/webhooks/{webhook_id}")
async def change(visit: Coordinator, webhook_id: Id) -> Response:
    """Ask a system for the challenge again, or call it no more."""
    if str((await visit.form()).get("step", "")) == "remove":
        await visit.services.webhooks.remove(webhook_id)
        return visit.go("/webhooks", done="removed")
    await visit.services.webhooks.verify(webhook_id)
    return visit.go(f"/webhooks/{webhook_id}", done="asked")


async def _one(visit: Visit, webhook: Webhook, *, secret: str = "", after: str = "", done: str = "") -> HTMLResponse:
    messages = await visit.services.webhooks.messages(webhook.id, after=after, limit=ON_A_PAGE)
    return visit.page(
        "subscriptions/webhook.html",
        webhook=webhook,
        secret=secret,
        messages=messages,
        said=words,
        asked=done == "asked",
        trouble=lambda code: _trouble(visit, code),
    )


def _trouble(visit: Visit, code: str | None) -> str:
    """Return why a message was not taken, in words."""
    if not code:
        return ""
    if code.isdecimal():
        return visit.say(words.ANSWERED, status=code)
    return visit.say(words.TROUBLES.get(code, words.NOT_REACHED))
