"""Preferences by link: GET shows, POST changes; a mail program's *unsubscribe* in one press ends here (RFC 8058)."""

from typing import Any

from babel import Locale
from fastapi import APIRouter
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from starlette.datastructures import FormData

from services.portal.clients.base import Refused
from services.portal.clients.preferences import Preferences
from services.portal.languages import N_
from services.portal.meetings.forms import ZONES
from services.portal.numbers import number, revision
from services.portal.pages import Anyone, SignedIn, Visit, download
from services.portal.preferences import words
from shared.model import LANGUAGES

router = APIRouter()

MAX_KEY = 100_000  # characters, as notifications keeps


@router.get("/{language}/preferences")
async def mine(visit: SignedIn) -> Response:
    """Lead whoever has signed in to their own preferences."""
    return visit.go(f"/preferences/{await visit.services.preferences.link()}")


@router.get("/{language}/preferences/{token}")
async def show(visit: Anyone, token: str, done: str = "") -> HTMLResponse:
    """Show what may be chosen; changes nothing."""
    return _page(visit, token, await visit.holding(token).preferences.show(), done=done)


@router.post("/{language}/preferences/{token}")
async def change(visit: Anyone, token: str) -> Response:
    """Keep what was chosen, then show it."""
    form = await visit.form()
    preferences = visit.holding(token).preferences
    wishes, errors = _read(visit, form, await preferences.show())
    if not errors:
        try:
            await preferences.change(wishes, revision=revision(form))
            return visit.go(f"/preferences/{token}", done="saved")
        except Refused as refused:
            if refused.status not in (412, 422):
                raise
            errors["form"] = visit.why(refused.code, N_("This cannot be accepted."))
    return _page(visit, token, await preferences.show(), errors=errors, status=422)


@router.get("/{language}/preferences/{token}/stop/{topic}")
async def before_stopping(visit: Anyone, token: str, topic: str) -> HTMLResponse:
    """Show the button that ends letters of one topic; changes nothing."""
    await visit.holding(token).preferences.can_stop()
    return visit.page("preferences/stop.html", token=token, topic=topic, topics=words.TOPICS, done="")


@router.post("/{language}/preferences/{token}/stop/{topic}")
async def stop(visit: Anyone, token: str, topic: str) -> Response:
    """End letters of one topic: by the button, or by a mail program in one press (RFC 8058)."""
    await visit.holding(token).preferences.stop(topic)
    if (await visit.form()).get("List-Unsubscribe") == "One-Click":
        return PlainTextResponse("unsubscribed")
    done = words.DONE["saved"]
    return visit.page("preferences/stop.html", token=token, topic=topic, topics=words.TOPICS, done=done)


@router.get("/{language}/preferences/{token}/key")
async def show_key(visit: Anyone, token: str, done: str = "") -> HTMLResponse:
    """Show the key that letters are encrypted to; changes nothing."""
    return _key_page(visit, token, await visit.holding(token).preferences.show(), done=done)


@router.post("/{language}/preferences/{token}/key")
async def change_key(visit: Anyone, token: str) -> Response:
    """Keep a key, let it go, or say whether letters may go out in clear; go on by a new link where there is one."""
    form, preferences = await visit.form(), visit.holding(token).preferences
    step, required = str(form.get("step", "")), bool(form.get("required"))
    armored = str(form.get("armored", "")).strip()[:MAX_KEY]
    try:
        if step == "forget":
            await preferences.forget_key()
            return visit.go(f"/preferences/{token}/key", done="key-forgotten")
        if step == "require":
            own = await preferences.require(required=required)
            return visit.go(f"/preferences/{own.link or token}/key", done="saved")
        own = await preferences.keep_key(armored, required=required)
        return visit.go(f"/preferences/{own.link or token}/key", done="key-kept")
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        why = words.REFUSALS.get(refused.code, words.REFUSALS["key-not-readable"])
        found = await preferences.show()
        return _key_page(visit, token, found, errors={"armored": visit.say(why)}, armored=armored, status=422)


@router.get("/{language}/preferences/{token}/path")
async def show_path(visit: Anyone, token: str, done: str = "") -> HTMLResponse:
    """Show by which second path one is told; changes nothing."""
    return _path_page(visit, token, await visit.holding(token).preferences.show(), done=done)


@router.post("/{language}/preferences/{token}/path")
async def change_path(visit: Anyone, token: str) -> Response:
    """Keep a second path, or let it go; the secret of a webhook is shown this once."""
    form, preferences = await visit.form(), visit.holding(token).preferences
    if str(form.get("step", "")) == "forget":
        await preferences.forget_second_path()
        return visit.go(f"/preferences/{token}/path", done="path-gone")
    written = {name: str(form.get(name, "")).strip()[:500] for name in ("channel", "url", "room", "secret")}
    try:
        kept = await preferences.keep_second_path(written)
    except Refused as refused:
        if refused.status != 422:
            raise
        why = words.PATH_REFUSALS.get(refused.code, words.PATH_REFUSALS["url-not-allowed"])
        name = "room" if refused.code == "path-incomplete" else "url"
        own = await preferences.show()
        return _path_page(visit, token, own, written=written, errors={name: visit.say(why)}, status=422)
    secret = kept.secret if kept.channel == "webhook" else ""
    return _path_page(visit, token, await preferences.show(), secret=secret)


@router.get("/{language}/preferences/{token}/letters")
async def letters(visit: Anyone, token: str, after: str = "") -> HTMLResponse:
    """Show everything that was or will be sent to the holder of the link."""
    preferences = visit.holding(token).preferences
    own, found = await preferences.show(), await preferences.letters(after=after, limit=30)
    return visit.page("preferences/letters.html", token=token, found=found, zone=own.time_zone)


@router.get("/{language}/preferences/{token}/export")
async def export(visit: Anyone, token: str) -> Response:
    """Give everything that is kept about the holder of the link, as a file."""
    body = await visit.holding(token).preferences.export()
    return download(body, kind="application/json", name="my-letters.json")


def _page(
    visit: Visit,
    token: str,
    found: Preferences,
    *,
    done: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    return visit.page(
        "preferences/page.html",
        status,
        token=token,
        own=found,
        topics=words.TOPICS,
        frequencies=words.FREQUENCIES,
        suppressed=words.SUPPRESSED.get(found.suppressed or "", ""),
        weekdays=_weekdays(visit),
        zones=sorted({*ZONES, found.time_zone}),
        done=words.DONE.get(done, ""),
        errors=errors or {},
    )


def _key_page(
    visit: Visit,
    token: str,
    found: Preferences,
    *,
    done: str = "",
    errors: dict[str, str] | None = None,
    armored: str = "",
    status: int = 200,
) -> HTMLResponse:
    return visit.page(
        "preferences/key.html",
        status,
        token=token,
        own=found,
        trouble=words.TROUBLES.get((found.key and found.key.trouble) or "", ""),
        armored=armored,
        done=words.DONE.get(done, ""),
        errors=errors or {},
    )


def _path_page(
    visit: Visit,
    token: str,
    found: Preferences,
    *,
    written: dict[str, str] | None = None,
    secret: str = "",
    done: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    return visit.page(
        "preferences/path.html",
        status,
        token=token,
        own=found,
        channels=words.CHANNELS,
        written=written or {},
        secret=secret,
        done=words.DONE.get(done, ""),
        errors=errors or {},
    )


def _weekdays(visit: Visit) -> list[tuple[int, str]]:
    """Return the days of the week, Monday first, as a list alone names them."""
    names = Locale(visit.language).days["stand-alone"]["wide"]
    return [(number, str(names[number])) for number in range(7)]


def _read(visit: Visit, form: FormData, own: Preferences) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the wishes that a form says, and what is wrong with it; what was left as it is in the record stays so."""
    chosen = {topic: str(form.get(f"topic-{topic}", own.topics.get(topic, "now"))) for topic in words.TOPICS}
    unknown = [topic for topic, each in chosen.items() if each not in words.FREQUENCIES]
    errors = {f"topic-{topic}": visit.say(N_("Choose one.")) for topic in unknown}
    starts, ends = str(form.get("quiet_starts", "")), str(form.get("quiet_ends", ""))
    if bool(starts) != bool(ends):
        errors["quiet_ends" if starts else "quiet_starts"] = visit.say(N_("Say both from when and until when."))
    language, zone = str(form.get("language", "")), str(form.get("time_zone", ""))
    wishes = {
        "topics": chosen,
        "language": language if language in LANGUAGES and (own.language_chosen or language != own.language) else None,
        "time_zone": zone if zone and (own.time_zone_chosen or zone != own.time_zone) else None,
        "quiet": {"starts": starts[:5], "ends": ends[:5]} if starts and ends else None,
        "digest_hour": number(form, "digest_hour", 8),
        "digest_weekday": number(form, "digest_weekday", 0),
    }
    return wishes, errors
