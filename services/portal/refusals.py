"""Every no as a page: what happened, in the reader's language, and what to do next."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Scope

from services.portal import words
from services.portal.clients.base import Down, Refused
from services.portal.pages import SignInNeeded, Visit, language_of
from services.portal.publishing.gone import gone_page


def error_page(request: Request, status: int, code: str = "") -> HTMLResponse:
    """Return the page for a refusal; ``code`` may have words of its own."""
    visit = getattr(request.state, "visit", None) or Visit(request, language_of(request))
    heading = words.HEADINGS.get(status, words.HEADINGS[422])
    sentence = words.REFUSALS.get(code) or words.BY_STATUS.get(status, words.BY_STATUS[400])
    page: HTMLResponse = visit.page("error.html", status, heading=heading, sentence=sentence, code=code)
    return page


def fault(scope: Scope) -> ASGIApp:
    """Return the page for a fault of our own."""
    return error_page(Request(scope), 500)


async def _refused(request: Request, refused: Exception) -> Response:
    assert isinstance(refused, Refused)  # noqa: S101 - registered for it
    visit: Visit | None = getattr(request.state, "visit", None)
    if refused.status == 401 and refused.as_person and visit is not None:
        visit.end()  # the person was removed, or signed out on another machine
        return await _to_sign_in(request, SignInNeeded(request.url.path))
    if refused.code == "report-withdrawn" and visit is not None:
        return gone_page(visit, refused)
    return error_page(request, refused.status, refused.code)


async def _down(request: Request, _: Exception) -> Response:
    page = error_page(request, 503)
    page.headers["Retry-After"] = "30"
    return page


async def _to_sign_in(request: Request, needed: Exception) -> Response:
    assert isinstance(needed, SignInNeeded)  # noqa: S101 - registered for it
    visit: Visit = getattr(request.state, "visit", None) or Visit(request, language_of(request))
    return visit.go("/sign-in", then=needed.then[3:] if request.method in ("GET", "HEAD") else "/desk")


async def _not_understood(request: Request, _: Exception) -> Response:
    return error_page(request, 404)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    return error_page(request, error.status_code)


def install(app: FastAPI) -> None:
    """Have ``app`` answer refusals with pages."""
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(Down, _down)
    app.add_exception_handler(SignInNeeded, _to_sign_in)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _http)
