"""Series of meetings, and the calendars that programs subscribe to."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.portal.clients import by_link
from services.portal.clients import services as services_for
from services.portal.clients.agenda import Feed
from services.portal.clients.base import Refused
from services.portal.pages import Coordinator, SignedIn, Viewer, Visit
from shared.ids import Id
from shared.model import LANGUAGES

router = APIRouter()

ON_A_PAGE = 50
MAX_TITLE = 200


@router.get("/{language}/series")
async def list_series(visit: Viewer) -> HTMLResponse:
    """List the series, with a form for a new one."""
    return await _list(visit, {}, {})


@router.post("/{language}/series")
async def begin(visit: Coordinator) -> Response:
    """Begin a series."""
    form = await visit.form()
    values = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    title = {each: values[f"title-{each}"] for each in LANGUAGES if values.get(f"title-{each}")}
    if not title or any(len(each) > MAX_TITLE for each in title.values()):
        error = visit.say("Give the series a name of at most %(number)s characters.", number=MAX_TITLE)
        return await _list(visit, values, {f"title-{visit.language}": error}, status=422)
    texts = {each: values[f"text-{each}"] for each in LANGUAGES if values.get(f"text-{each}")}
    key = values.get("key", "")[:100] or None
    made = await visit.services.agendas.begin_series({"title": title, "description": texts}, key=key)
    return visit.go(f"/series/{made.id}", done="saved")


@router.get("/{language}/series/{series_id}")
async def show(visit: Viewer, series_id: Id, after: str = "", done: str = "") -> HTMLResponse:
    """Show a series: its meetings, and its calendar for programs to subscribe to."""
    agendas = visit.services.agendas
    return visit.page(
        "agenda/series.html",
        series=await agendas.series(series_id),
        found=await agendas.meetings_of(series_id, after=after, limit=ON_A_PAGE),
        feed=await _feed(visit, f"series/{series_id}") if visit.session and visit.session.may_coordinate else None,
        done=done,
    )


@router.post("/{language}/series/{series_id}/calendar")
async def change_feed(visit: Coordinator, series_id: Id) -> Response:
    """Open, renew or withdraw the calendar of a series."""
    await _change(visit, f"series/{series_id}")
    return visit.go(f"/series/{series_id}", done="saved")


@router.get("/{language}/calendar")
async def show_mine(visit: SignedIn, done: str = "") -> HTMLResponse:
    """Show the address of my own calendar."""
    return visit.page("agenda/calendar.html", feed=await _feed(visit, "my"), done=done)


@router.post("/{language}/calendar")
async def change_mine(visit: SignedIn) -> Response:
    """Open, renew or withdraw the address of my own calendar."""
    await _change(visit, "my")
    return visit.go("/calendar", done="saved")


@router.get("/feeds/{token}.ics")
async def subscribe(request: Request, token: str) -> Response:
    """Give a calendar program what is behind a secret address; the address itself is logged nowhere."""
    state = request.app.state
    agendas = services_for(state.http, state.settings, by_link(token)).agendas
    seen = request.headers.get("if-none-match", "")[:200]
    try:
        body, tag, changed = await agendas.calendar(seen)
    except Refused:
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer"}
    if not changed:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="text/calendar; charset=utf-8; method=PUBLISH", headers=headers)


async def _feed(visit: Visit, of: str) -> Feed | None:
    try:
        return await visit.services.agendas.feed(of)
    except Refused as refused:
        if refused.status != 404:
            raise
        return None


async def _change(visit: Visit, of: str) -> None:
    if (await visit.form()).get("what") == "close":
        await visit.services.agendas.close_feed(of)
    else:
        await visit.services.agendas.open_feed(of, visit.language)


async def _list(visit: Visit, values: dict[str, str], errors: dict[str, str], *, status: int = 200) -> HTMLResponse:
    found = (await visit.services.agendas.all_series()).items
    return visit.page("agenda/series_list.html", status, series=found, values=values, errors=errors)
