"""What stands before every page: headers that keep browsers honest, the Origin check, body limits, HEAD, cookies."""

import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.portal.settings import Settings
from shared import logs, tracing
from shared.web import known_method, request_seconds

log = logs.get(__name__)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MAX_FORM_BYTES = 1_000_000  # a section of a report is at most 100 kB, a meeting at most 40 kB
MAX_SHEET_BYTES = 51_000_000  # a sheet, or a file of the evidence, is at most 50 MB
MAX_FILE_BYTES = 21_000_000  # an IATI file is at most 20 MB; the rest is the form around it

# On these pages the link in the address is what gives the right, and no cookie does: another site cannot know it.
_BY_LINK = re.compile(r"^/[a-z]{2}/(answer|preferences|subscription|unsubscribe)/[^/]+(/[a-z/]+)?$")
# Mail providers post here for their readers (RFC 8058 3.2), from wherever they are.
_ONE_CLICK = re.compile(r"^/[a-z]{2}/(unsubscribe/[^/]+|preferences/[^/]+/stop/[a-z]+)$")
_SHEETS = re.compile(r"^/[a-z]{2}/(imports/sheets|reports/[^/]+/evidence/files(/[^/]+/content)?)$")
_FILES = re.compile(r"^/[a-z]{2}/(imports|meetings/[^/]+/documents|reports/[^/]+/images)$")


class Guard:
    """Wraps the application; refuses what comes from another site or is too large, and sets every answer's headers."""

    def __init__(self, app: ASGIApp, settings: Settings, fault: Callable[[Scope], ASGIApp]) -> None:
        self._app = app
        self._settings = settings
        self._fault = fault  # what people read when it is our own fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request (ASGI 3)."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head = scope["method"] == "HEAD"
        if head:  # what GET would answer, without its body (RFC 9110 9.3.2)
            scope = {**scope, "method": "GET"}
        scope.setdefault("state", {})
        headers = Headers(scope=scope)
        if scope["method"] == "POST" and not comes_from_here(scope["path"], headers, self._settings.origin):
            scope["state"]["refused"] = "foreign"
        elif (length := _length(headers)) is None or length > _limit(scope["path"]):
            scope["state"]["refused"] = "too-large"
        traceparent, began_at = tracing.follow(""), time.perf_counter()
        answer = self._answering(scope, send, head=head)
        try:
            await self._app(scope, receive, answer)
        except Exception as error:  # our own fault: told inside these headers, and logged without the address
            log.error("fault", route=_route(scope), exc_info=error)
            if "status" not in scope["state"]:
                await self._fault(scope)(scope, receive, answer)
        finally:
            _account(scope, time.perf_counter() - began_at, traceparent)

    def _answering(self, scope: Scope, send: Send, *, head: bool) -> Send:
        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                scope["state"]["status"] = message["status"]
            if message["type"] == "http.response.start":
                self._set(MutableHeaders(scope=message), scope)
            elif head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        return answer

    def _set(self, headers: MutableHeaders, scope: Scope) -> None:
        fixed = {
            "Content-Security-Policy": POLICY,
            "Referrer-Policy": "no-referrer" if _BY_LINK.match(scope["path"]) else "same-origin",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        }
        if self._settings.secure:
            fixed["Strict-Transport-Security"] = "max-age=63072000"
        for name, value in fixed.items():
            headers.setdefault(name, value)
        headers.setdefault("Cache-Control", "no-store")
        for cookie in scope["state"].get("cookies", ()):
            if (header := cookie()) is not None:
                headers.append("Set-Cookie", header)


def _route(scope: Scope) -> str:
    """Return the pattern of the address: the address itself may hold a link."""
    return str(getattr(scope.get("route"), "path", "none"))


def _account(scope: Scope, seconds: float, traceparent: str) -> None:
    route, status = _route(scope), scope["state"].get("status", 499)
    request_seconds.labels(known_method(scope["method"]), route, str(status)).observe(seconds)
    if route.startswith("/{language}"):
        log.info(
            "request",
            method=scope["method"],
            route=route,
            status=status,
            milliseconds=round(seconds * 1000, 1),
            trace_id=tracing.trace_id(traceparent),
        )


def comes_from_here(path: str, headers: Headers, origin: str) -> bool:
    """Whether a POST comes from one of our own pages.

    Browsers name the origin of a form, or ``null`` when the page asked for no referrer; then they still say whether
    the site is the same.  Old ones say neither: that is enough only where the link itself is the secret.
    """
    if _ONE_CLICK.match(path):
        return True
    said, site = headers.get("origin", "null"), headers.get("sec-fetch-site")
    if said not in ("null", origin) or site not in (None, "same-origin", "none"):
        return False
    if said == origin or site is not None:
        return True
    referrer = headers.get("referer")
    if referrer:
        parts = urlsplit(referrer)
        return f"{parts.scheme}://{parts.netloc}" == origin
    return bool(_BY_LINK.match(path))


def _limit(path: str) -> int:
    if _SHEETS.match(path):
        return MAX_SHEET_BYTES
    return MAX_FILE_BYTES if _FILES.match(path) else MAX_FORM_BYTES


def _length(headers: Headers) -> int | None:
    """Return the length of the body; `None` when it is not said: forms of browsers always say it."""
    if "transfer-encoding" in headers:
        return None
    try:
        return int(headers.get("content-length", "0"))
    except ValueError:
        return None
