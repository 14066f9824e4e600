"""Which request or event this work belongs to: W3C Trace Context, in requests, outbox rows, messages and logs."""

import re
import secrets
from contextvars import ContextVar

_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def current() -> str | None:
    """Return the traceparent of the work in hand."""
    return _current.get()


def follow(traceparent: str | None) -> str:
    """Make this work a child of ``traceparent``, or the root of a new trace when it is missing or malformed."""
    found = _TRACEPARENT.match(traceparent or "")
    trace, flags = (found[1], found[3]) if found else (secrets.token_hex(16), "01")
    child = f"00-{trace}-{secrets.token_hex(8)}-{flags}"
    _current.set(child)
    return child


def trace_id(traceparent: str | None) -> str | None:
    """Return the 32 hexadecimal digits that all work of one trace shares."""
    found = _TRACEPARENT.match(traceparent or "")
    return found[1] if found else None
