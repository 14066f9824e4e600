"""Decisions that say no: RFC 9457 problems, raised by rules and told to callers.

A `Problem` is a decision: over HTTP a 4xx, over the queue straight to the dead letters.  Any other exception is a
fault: a 5xx, or a retry.  A problem never repeats what the caller sent.
"""

from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field: ``field`` is a dotted path into the body, ``line`` a line of a file or text.

    ``word`` is a word of that line, from 1; ``about`` the id of something else that it has to do with.
    """

    code: str
    detail: str
    field: str | None = None
    line: int | None = None
    word: int | None = None
    about: str | None = None

    def document(self) -> dict[str, Any]:
        """Return the error without its empty parts."""
        order = ("field", "line", "word", "about", "code", "detail")
        return {name: value for name in order if (value := getattr(self, name)) is not None}


class Problem(Exception):
    """A refusal with a reason: ``code`` is kebab-case and stable, ``detail`` tells a person what to do."""

    status: ClassVar[int] = 400
    title: ClassVar[str] = "The request cannot be carried out"

    def __init__(self, code: str, detail: str, *, errors: tuple[FieldError, ...] = (), **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.errors = errors
        self.facts = facts

    def document(self) -> dict[str, Any]:
        """Return the `application/problem+json` body (RFC 9457 3.1)."""
        body: dict[str, Any] = {
            "type": f"urn:zgoda:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            **self.facts,
        }
        if self.errors:
            body["errors"] = [error.document() for error in self.errors]
        return body


class Unauthenticated(Problem):
    """Nobody knows who asks, or the token or link is not, or no longer, good."""

    status = 401
    title = "Sign in first"


class Forbidden(Problem):
    """It is known who asks, and they may not."""

    status = 403
    title = "Not allowed"


class NotFound(Problem):
    """It does not exist, or the caller may not know that it does."""

    status = 404
    title = "Not found"


class Conflict(Problem):
    """The state of the thing does not allow this now."""

    status = 409
    title = "Not possible in this state"


class Gone(Problem):
    """It was there, and was taken away for good (RFC 9110 15.5.11)."""

    status = 410
    title = "No longer there"


class Stale(Problem):
    """``If-Match`` names a revision that is no longer the newest (RFC 9110 13.1.1)."""

    status = 412
    title = "Changed in the meantime"


class TooLarge(Problem):
    """The body, list or file is over its limit."""

    status = 413
    title = "Too large"


class Invalid(Problem):
    """The input breaks a rule; ``errors`` says which field and why."""

    status = 422
    title = "Some of the input is not valid"


class PreconditionRequired(Problem):
    """This change needs an ``If-Match`` header (RFC 6585 3)."""

    status = 428
    title = "Say which revision you saw"


class TooMany(Problem):
    """More tries than allowed; ``retry_after`` is in whole seconds (RFC 6585 4)."""

    status = 429
    title = "Too many requests"


class Unavailable(Problem):
    """The database or the broker does not answer: try again (RFC 9110 15.6.4)."""

    status = 503
    title = "Not available for the moment"
