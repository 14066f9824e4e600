"""HTTP as every service speaks it: problems, limits, idempotency, revisions, health, metrics, a log line a request."""

import hashlib
import itertools
import json
import re
import time
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, Histogram, generate_latest
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import logs, tracing
from shared.auth import Anyone
from shared.model import Aggregate
from shared.problems import Conflict, FieldError, Invalid, NotFound, PreconditionRequired, Problem, Stale, TooLarge
from shared.settings import ServiceSettings
from shared.storage import Duplicate, OnceOnly, Repeated, Storage, Unreachable, once_only

log = logs.get(__name__)

PROBLEM = "application/problem+json"
MAX_KEY = 200  # characters of an Idempotency-Key
MAX_KEPT_ANSWER = 256 * 1024  # bytes of an answer that is kept to be given again

request_seconds = Histogram("zgoda_http_request_seconds", "Time to answer", ["method", "route", "status"])


def storage_of(request: Request) -> Storage:
    """Return the service's storage."""
    storage: Storage = request.app.state.context.storage
    return storage


def settings_of(request: Request) -> ServiceSettings:
    """Return the service's settings."""
    settings: ServiceSettings = request.app.state.context.settings
    return settings


def if_match(
    if_match: Annotated[
        str | None, Header(max_length=100, description="The revision you saw, as ETag gave it.")
    ] = None,
) -> int | None:
    """Return the revision in ``If-Match``, or `None` for none or ``*``.  Raises `Invalid`."""
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isdecimal():
        raise Invalid("if-match-not-valid", 'Give the revision as ETag gave it, as in If-Match: "3".')
    return int(text)


StorageOf = Annotated[Storage, Depends(storage_of)]
SettingsOf = Annotated[ServiceSettings, Depends(settings_of)]
IfMatch = Annotated[int | None, Depends(if_match)]


def expect(aggregate: Aggregate, revision: int | None, *, required: bool = True) -> None:
    """Refuse a change by somebody who has not seen the newest revision.

    Raises `Stale`, and `PreconditionRequired` when no revision was named and one is ``required``.
    """
    if revision is None:
        if required:
            raise PreconditionRequired("if-match-needed", "Send If-Match with the revision you saw (its ETag).")
        return
    if revision != aggregate.revision:
        raise Stale(
            "changed-meanwhile",
            "Somebody else changed this since you read it: look at the newest revision first.",
            revision=aggregate.revision,
        )


def versioned(response: Response, aggregate: Aggregate) -> None:
    """Name the aggregate's revision in the answer's ``ETag``."""
    response.headers["ETag"] = f'"{aggregate.revision}"'


def problem_response(problem: Problem) -> Response:
    """Return ``problem`` as an answer."""
    headers: dict[str, str] = {}
    if problem.status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="zgoda"'
    if "retry_after" in problem.facts:
        headers["Retry-After"] = str(problem.facts["retry_after"])
    return JSONResponse(problem.document(), problem.status, headers, media_type=PROBLEM)


def _plain_problem(
    status: int, code: str, title: str, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    body = {"type": f"urn:zgoda:problem:{code}", "title": title, "status": status, "code": code, "detail": detail}
    return JSONResponse(body, status, dict(headers or {}), media_type=PROBLEM)


def _field_error(error: Mapping[str, Any]) -> FieldError:
    parts = _own_parts([str(part) for part in error["loc"]])
    if error["type"] == "extra_forbidden":  # the last part is a name that the caller made up
        return FieldError("unknown-field", "There is a field here that is not known.", ".".join(parts[:-1]))
    detail = str(error["msg"]).removeprefix("Value error, ")
    known = {"json_invalid": "The body is not valid JSON."}
    field = "body" if error["type"] == "json_invalid" else ".".join(parts)
    return FieldError(str(error["type"]).replace("_", "-"), known.get(error["type"], detail), field)


_OURS = re.compile(r"[A-Za-z0-9_-]{1,40}")


def _own_parts(parts: list[str]) -> list[str]:
    """Return the path to a field without the key of an object that the caller made up, and what follows it."""
    if parts and parts[-1] == "[key]":
        parts = parts[:-2]
    return list(itertools.takewhile(_OURS.fullmatch, parts))


async def _on_problem(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)  # noqa: S101 - registered for it
    return problem_response(problem)


async def _on_invalid(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it
    errors = tuple(_field_error(each) for each in error.errors()[:100])
    return problem_response(
        Invalid("input-not-valid", "Mend the fields that are named and send it again.", errors=errors)
    )


async def _on_http(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    if isinstance(error, _BodyTooLarge):
        return _too_large(error.limit)
    if error.status_code == 404:
        return problem_response(NotFound("no-such-route", "There is nothing at this address."))
    words = {405: ("method-not-allowed", "This address does not answer to this method."), 400: _UNREADABLE}
    code, detail = words.get(error.status_code, ("http-error", "The request could not be answered."))
    return _plain_problem(error.status_code, code, "Not possible", detail, error.headers)


_UNREADABLE = ("body-not-readable", "The body could not be read: is it complete and valid JSON?")


async def _on_duplicate(_: Request, error: Exception) -> Response:
    log.info("duplicate-refused", collection=getattr(error, "collection", ""))
    return problem_response(Conflict("exists-already", "There is one like this already."))


async def _on_unreachable(_: Request, error: Exception) -> Response:
    log.warning("storage-unreachable", reason=type(error).__name__)
    detail = "The service cannot reach its database for the moment: try again in a few seconds."
    return _plain_problem(503, "storage-unreachable", "Not available for the moment", detail, {"Retry-After": "5"})


def _fault_response() -> Response:
    detail = "Something went wrong on our side; it was logged. Try again, or tell the operator."
    return _plain_problem(500, "fault", "A fault", detail)


def install(app: FastAPI, *, body_limits: Mapping[str, int], max_body_bytes: int) -> None:
    """Give ``app`` the house's manners."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Duplicate, _on_duplicate)
    for unreachable in Unreachable:
        app.add_exception_handler(unreachable, _on_unreachable)
    app.add_middleware(Idempotency)
    app.add_middleware(Manners, body_limits=body_limits, max_body_bytes=max_body_bytes)
    _add_health(app)


def _add_health(app: FastAPI) -> None:
    @app.get("/health/live", tags=["health"])
    async def live(_: Anyone) -> dict[str, str]:
        """Say that the process runs."""
        return {"status": "live"}

    @app.get("/health/ready", tags=["health"])
    async def ready(_: Anyone, response: Response) -> dict[str, Any]:
        """Say whether every part works: 200 when all do, 503 when one does not."""
        health = app.state.context.health
        response.status_code = 200 if health.ready else 503
        parts = {part: words for part, (_, words) in sorted(health.parts.items())}
        return {"status": "ready" if health.ready else "not ready", "parts": parts}

    @app.get("/metrics", tags=["health"])
    async def metrics(_: Anyone) -> PlainTextResponse:
        """Give the process's figures in Prometheus' text format."""
        return PlainTextResponse(generate_latest(), media_type=CONTENT_TYPE_LATEST)


class Manners:
    """Limits the body, follows the trace, logs the route and never the address, sets the headers of every answer."""

    def __init__(self, app: ASGIApp, *, body_limits: Mapping[str, int], max_body_bytes: int) -> None:
        self._app = app
        self._body_limits = body_limits
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        traceparent = tracing.follow(headers.get(b"traceparent", b"").decode("latin-1"))
        limit = self._body_limits.get(scope["path"], self._max_body_bytes)
        began_at, begun, status = time.perf_counter(), False, 500

        async def answer(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                message["headers"] = [*message.get("headers", ()), *_ANSWER_HEADERS]
            await send(message)

        try:
            declared = headers.get(b"content-length", b"0")
            if not declared.isdigit() or int(declared) > limit:
                await _too_large(limit)(scope, receive, answer)
            else:
                await self._app(scope, _limited(receive, limit), answer)
        except _BodyTooLarge:
            await _too_large(limit)(scope, receive, answer)
        except Exception as error:  # not left to the server, whose log would print more than it should
            log.error("fault", exc_info=error)
            if not begun:
                await _fault_response()(scope, receive, answer)
        finally:
            _account(scope, status, time.perf_counter() - began_at, traceparent)


_ANSWER_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


class _BodyTooLarge(HTTPException):
    """Raised while a body is read; an `HTTPException`, which the framework's reader lets through."""

    def __init__(self, limit: int) -> None:
        super().__init__(413)
        self.limit = limit


def _too_large(limit: int) -> Response:
    return problem_response(TooLarge("body-too-large", "Send less at once.", max_bytes=limit))


def _limited(receive: Receive, limit: int) -> Receive:
    received = 0

    async def count() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise _BodyTooLarge(limit)
        return message

    return count


def _account(scope: Scope, status: int, seconds: float, traceparent: str) -> None:
    """Count and log a request by its route, whose address may hold a token."""
    route = getattr(scope.get("route"), "path", "none")
    request_seconds.labels(scope["method"], route, str(status)).observe(seconds)
    if not route.startswith(("/health", "/metrics")):
        log.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            trace_id=tracing.trace_id(traceparent),
        )


class Idempotency:
    """A POST with an ``Idempotency-Key`` is carried out once; its repetition gets the first answer.

    The key is written in the transaction of the change itself, so a crash in between cannot double it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = dict(scope["headers"]) if scope["type"] == "http" else {}
        key = headers.get(b"idempotency-key", b"").decode("latin-1")
        if not key or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        if len(key) > MAX_KEY:
            refusal = Invalid("idempotency-key-not-valid", f"An Idempotency-Key has at most {MAX_KEY} characters.")
            await problem_response(refusal)(scope, receive, send)
            return
        body = await _read_all(receive)
        who = headers.get(b"authorization", b"")
        once = OnceOnly(
            key=hashlib.sha256(b"\0".join((_subject(who), scope["path"].encode(), key.encode()))).hexdigest(),
            fingerprint=hashlib.sha256(body).hexdigest(),
        )
        storage: Storage = scope["app"].state.context.storage
        row = await storage.reader["idempotency"].find_one({"_id": once.key})
        if row is None:
            await self._first(scope, body, once, storage, send)
        else:
            await _again(row, once)(scope, receive, send)

    async def _first(self, scope: Scope, body: bytes, once: OnceOnly, storage: Storage, send: Send) -> None:
        kept = _Kept(send)
        token = once_only.set(once)
        try:
            await self._app(scope, _replay(body), kept)
        except Repeated:  # a twin was faster
            row = await storage.reader["idempotency"].find_one({"_id": once.key}) or {"fingerprint": once.fingerprint}
            await _again(row, once)(scope, _replay(body), send)
            return
        finally:
            once_only.reset(token)
        if once.used and len(kept.body) <= MAX_KEPT_ANSWER:
            answer = {"status": kept.status, "type": kept.type, "body": bytes(kept.body)}
            await storage.reader["idempotency"].update_one({"_id": once.key}, {"$set": {"answer": answer}})


def _subject(authorization: bytes) -> bytes:
    """Return who asks, stable over the renewals of an access token: its unverified subject, for a key only."""
    scheme, _, token = authorization.partition(b" ")
    parts = token.split(b".")
    if scheme.lower() == b"bearer" and len(parts) == 3:
        try:
            return str(json.loads(urlsafe_b64decode(parts[1] + b"==="))["sub"]).encode()
        except (ValueError, KeyError, TypeError):
            return authorization
    return authorization


class _Kept:
    """Passes an answer on and keeps a copy."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 500
        self.type = "application/json"
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.type = dict(message.get("headers", ())).get(b"content-type", b"application/json").decode("latin-1")
        elif len(self.body) <= MAX_KEPT_ANSWER:
            self.body += message.get("body", b"")
        await self._send(message)


def _again(row: Mapping[str, Any], once: OnceOnly) -> Response:
    if row["fingerprint"] != once.fingerprint:
        return problem_response(
            Invalid("idempotency-key-reused", "This Idempotency-Key was used with another body: choose a new one.")
        )
    answer = row.get("answer")
    if answer is None:
        return problem_response(
            Conflict("carried-out-already", "This request was carried out, or still is: read the result instead.")
        )
    headers = {"Idempotent-Replayed": "true"}
    return Response(answer["body"], answer["status"], headers, media_type=answer["type"])


async def _read_all(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


def _replay(body: bytes) -> Receive:
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Message:
        return next(messages, {"type": "http.disconnect"})

    return receive
