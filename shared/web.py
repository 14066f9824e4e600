"""HTTP as every service speaks it: limits, revisions, health, metrics, a log line a request."""

import re
import time
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import logs, refusals, tracing
from shared.auth import Anyone
from shared.idempotency import Idempotency
from shared.model import Aggregate
from shared.problems import Invalid, PreconditionRequired, Stale
from shared.refusals import BodyTooLarge, fault_response, too_large, unreachable_response
from shared.settings import ServiceSettings
from shared.storage import Storage, Unreachable

log = logs.get(__name__)

request_seconds = Histogram("zgoda_http_request_seconds", "Time to answer", ["method", "route", "status"])
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def known_method(method: str) -> str:
    """Return ``method`` for a label: each one that a caller makes up would be kept for ever."""
    return method if method in METHODS else "OTHER"


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
VisitorOf = Annotated[str, Header(alias="Zgoda-Visitor", max_length=64, include_in_schema=False)]
"""By what the portal tells its visitors apart: a keyed fingerprint of where they come from, for rate limits alone."""
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


def install(app: FastAPI, *, body_limits: Mapping[str, int], max_body_bytes: int) -> None:
    """Give ``app`` the house's manners."""
    refusals.install(app)
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
        self._body_limits = [(_path(path), limit) for path, limit in body_limits.items()]
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        traceparent = tracing.follow(headers.get(b"traceparent", b"").decode("latin-1"))
        limit = self._limit(scope["path"])
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
                await too_large(limit)(scope, receive, answer)
            else:
                await self._app(scope, _limited(receive, limit), answer)
        except BodyTooLarge:
            await too_large(limit)(scope, receive, answer)
        except Unreachable as error:  # outside of the routes, whose handler answers the same
            if not begun:
                await unreachable_response(error)(scope, receive, answer)
        except Exception as error:  # not left to the server, whose log would print more than it should
            log.error("fault", exc_info=error)
            if not begun:
                await fault_response()(scope, receive, answer)
        finally:
            _account(scope, status, time.perf_counter() - began_at, traceparent)

    def _limit(self, path: str) -> int:
        return next((limit for known, limit in self._body_limits if known.fullmatch(path)), self._max_body_bytes)


def _path(path: str) -> re.Pattern[str]:
    """Return what fits the paths of a route: ``{meeting_id}`` stands for one part of a path."""
    parts = re.split(r"\{\w+\}", path)
    return re.compile("[^/]+".join(map(re.escape, parts)))


_ANSWER_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)


def _limited(receive: Receive, limit: int) -> Receive:
    received = 0

    async def count() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise BodyTooLarge(limit)
        return message

    return count


def _account(scope: Scope, status: int, seconds: float, traceparent: str) -> None:
    """Count and log a request by its route, whose address may hold a token."""
    route = getattr(scope.get("route"), "path", "none")
    request_seconds.labels(known_method(scope["method"]), route, str(status)).observe(seconds)
    if not route.startswith(("/health", "/metrics")):
        log.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            trace_id=tracing.trace_id(traceparent),
        )
