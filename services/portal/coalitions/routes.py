"""The pages of coalitions: members see which there are and of whom, coordinators form, rename and change them."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.datastructures import FormData

from services.portal.clients.base import Refused
from services.portal.clients.coalitions import Coalition
from services.portal.coalitions import words
from services.portal.numbers import revision
from services.portal.pages import Coordinator, SignedIn, Visit
from services.portal.registry.choosing import chosen
from services.portal.registry.names import known_to
from shared.ids import Id
from shared.model import LANGUAGES

router = APIRouter()

ON_A_PAGE = 50  # members


@router.get("/{language}/coalitions")
async def coalitions(visit: SignedIn, after: str = "") -> HTMLResponse:
    """List the coalitions."""
    return visit.page("coalitions/list.html", found=await visit.services.coalitions.page(after))


@router.get("/{language}/coalitions/new")
async def new(visit: Coordinator) -> HTMLResponse:
    """Show the form that begins a coalition."""
    return _new(visit, {}, {})


@router.post("/{language}/coalitions/new")
async def form_coalition(visit: Coordinator) -> Response:
    """Begin a coalition."""
    form = await visit.form()
    names, values = _names(form), {name: str(value) for name, value in form.items()}
    ids, wrong = await chosen(visit, str(form.get("organisations", "")))
    errors = {"organisations": wrong} if wrong else {}
    if not names:
        errors[f"name-{visit.language}"] = visit.say(words.NAMELESS)
    if errors:
        return _new(visit, values, errors, 422)
    body = {"name": names, "organisation_ids": ids}
    made = await visit.services.coalitions.form(body, key=str(form.get("key", ""))[:100])
    return visit.go(f"/coalitions/{made.id}", done="formed")


def _new(visit: Visit, values: dict[str, str], errors: dict[str, str], status: int = 200) -> HTMLResponse:
    return visit.page("coalitions/new.html", status, values=values, errors=errors)


def _names(form: FormData) -> dict[str, str]:
    return {code: text for code in LANGUAGES if (text := str(form.get(f"name-{code}", "")).strip()[:200])}


@router.get("/{language}/coalitions/{coalition_id}")
async def show(visit: SignedIn, coalition_id: Id, start: int = 0, done: str = "") -> HTMLResponse:
    """Show of whom a coalition is."""
    return await _show(visit, await visit.services.coalitions.one(coalition_id), start=start, done=done)


async def _show(
    visit: Visit,
    coalition: Coalition,
    *,
    start: int = 0,
    done: str = "",
    values: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    start = max(start, 0)
    shown = coalition.organisation_ids[start : start + ON_A_PAGE]
    return visit.page(
        "coalitions/show.html",
        status,
        coalition=coalition,
        shown=shown,
        names=await known_to(visit, shown),
        more=start + ON_A_PAGE if len(coalition.organisation_ids) > start + ON_A_PAGE else 0,
        values=values or {f"name-{code}": text for code, text in coalition.name.items()},
        done=words.DONE.get(done, ""),
        errors=errors or {},
    )


@router.post("/{language}/coalitions/{coalition_id}/name")
async def rename(visit: Coordinator, coalition_id: Id) -> Response:
    """Call a coalition something else."""
    form = await visit.form()
    names = _names(form)
    values = {"organisations": "", **{f"name-{code}": text for code, text in names.items()}}
    if not names:
        return await _wrong(visit, coalition_id, {f"name-{visit.language}": visit.say(words.NAMELESS)}, values)
    try:
        await visit.services.coalitions.rename(coalition_id, names, revision=revision(form))
    except Refused as refused:
        return await _refused(visit, coalition_id, refused, values)
    return visit.go(f"/coalitions/{coalition_id}", done="renamed")


@router.post("/{language}/coalitions/{coalition_id}/members")
async def change_members(visit: Coordinator, coalition_id: Id) -> Response:
    """Take the ticked organisations out of a coalition, and those in that are written."""
    form = await visit.form()
    text, out = str(form.get("organisations", "")), {str(each) for each in form.getlist("out")}
    known = await visit.services.coalitions.one(coalition_id)
    values = {"organisations": text, **{f"name-{code}": name for code, name in known.name.items()}}
    ids, wrong = await chosen(visit, text)
    if wrong:
        return await _wrong(visit, coalition_id, {"organisations": wrong}, values)
    kept = [each for each in known.organisation_ids if each not in out]
    members = list(dict.fromkeys([*kept, *ids]))
    try:
        await visit.services.coalitions.change(coalition_id, members, revision=revision(form))
    except Refused as refused:
        return await _refused(visit, coalition_id, refused, values)
    return visit.go(f"/coalitions/{coalition_id}", done="changed")


async def _refused(visit: Visit, coalition_id: str, refused: Refused, values: dict[str, Any]) -> HTMLResponse:
    if refused.status != 412:
        raise refused
    return await _wrong(visit, coalition_id, {"form": visit.say(words.STALE)}, values, status=412)


async def _wrong(
    visit: Visit, coalition_id: str, errors: dict[str, str], values: dict[str, Any], *, status: int = 422
) -> HTMLResponse:
    known = await visit.services.coalitions.one(coalition_id)
    return await _show(visit, known, values=values, errors=errors, status=status)
