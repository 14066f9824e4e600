"""No, as an HTTP answer: every refusal and fault is problem+json with a code, and repeats nothing of what was sent."""

from collections.abc import Mapping, Set
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared import logs
from shared.problems import Conflict, FieldError, Invalid, NotFound, Problem, TooLarge
from shared.storage import Duplicate, Unreachable

log = logs.get(__name__)

PROBLEM = "application/problem+json"
Location = tuple[str | int, ...]
"""The path to a field, as the validator gives it."""


def install(app: FastAPI) -> None:
    """Let ``app`` answer problems, input that is not valid, and a database out of reach."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Duplicate, _on_duplicate)
    for unreachable in Unreachable:
        app.add_exception_handler(unreachable, _on_unreachable)


class BodyTooLarge(HTTPException):
    """Raised while a body is read; an `HTTPException`, which the framework's reader lets through."""

    def __init__(self, limit: int) -> None:
        super().__init__(413)
        self.limit = limit


def too_large(limit: int) -> Response:
    """Return the refusal of a body over ``limit`` bytes."""
    return problem_response(TooLarge("body-too-large", "Send less at once.", max_bytes=limit))


def problem_response(problem: Problem) -> Response:
    """Return ``problem`` as an answer."""
    headers: dict[str, str] = {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="zgoda"'
    if "retry_after" in problem.facts:
        headers["Retry-After"] = str(problem.facts["retry_after"])
    return JSONResponse(problem.document(), problem.status, headers, media_type=PROBLEM)


def plain_problem(
    status: int, code: str, title: str, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    """Return an answer that says no for a reason which is no decision of ours."""
    body = {"type": f"urn:zgoda:problem:{code}", "title": title, "status": status, "code": code, "detail": detail}
    return JSONResponse(body, status, dict(headers or {}), media_type=PROBLEM)


def _field_error(error: Mapping[str, Any], made_up: Set[Location]) -> FieldError:
    parts = [str(part) for part in _known(error["loc"], made_up)]
    if error["type"] == "extra_forbidden":  # the last part is a name that the caller made up
        return FieldError("unknown-field", "There is a field here that is not known.", ".".join(parts[:-1]))
    detail = str(error["msg"]).removeprefix("Value error, ")
    known = {"json_invalid": "The body is not valid JSON."}
    field = "body" if error["type"] == "json_invalid" else ".".join(parts)
    return FieldError(str(error["type"]).replace("_", "-"), known.get(error["type"], detail), field)


def _known(location: Location, made_up: Set[Location]) -> Location:
    """Return the path to a field without the key of an object that the caller made up, and what follows it."""
    beginnings = (location[:length] for length in range(1, len(location) + 1))
    strange = next((each for each in beginnings if each in made_up), None)
    return location if strange is None else strange[:-1]


async def _on_problem(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)  # noqa: S101 - registered for it
    return problem_response(problem)


async def _on_invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    found = error.errors()
    made_up = {tuple(each["loc"][:-1]) for each in found if each["loc"][-1:] == ("[key]",)}
    errors = tuple(_field_error(each, made_up) for each in found[:100])
    return problem_response(
        Invalid("input-not-valid", "Mend the fields that are named and send it again.", errors=errors)
    )


async def _on_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    if isinstance(error, BodyTooLarge):
        return too_large(error.limit)
    if error.status_code == 404:
        return problem_response(NotFound("no-such-route", "There is nothing at this address."))
    words = {405: ("method-not-allowed", "This address does not answer to this method."), 400: _UNREADABLE}
    code, detail = words.get(error.status_code, ("http-error", "The request could not be answered."))
    return plain_problem(error.status_code, code, "Not possible", detail, error.headers)


_UNREADABLE = ("body-not-readable", "The body could not be read: is it complete and valid JSON?")


async def _on_duplicate(_: Request, error: Exception) -> Response:
    log.info("duplicate-refused", collection=getattr(error, "collection", ""))
    return problem_response(Conflict("exists-already", "There is one like this already."))


async def _on_unreachable(_: Request, error: Exception) -> Response:
    return unreachable_response(error)


def unreachable_response(error: Exception) -> Response:
    """Return what is answered while the database cannot be reached."""
    log.warning("storage-unreachable", reason=type(error).__name__)
    detail = "The service cannot reach its database for the moment: try again in a few seconds."
    return plain_problem(503, "storage-unreachable", "Not available for the moment", detail, {"Retry-After": "5"})


def fault_response() -> Response:
    """Return what is answered to a fault: nothing of what it was."""
    detail = "Something went wrong on our side; it was logged. Try again, or tell the operator."
    return plain_problem(500, "fault", "A fault", detail)
