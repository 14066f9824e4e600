"""Somebody else's words, made fit to be kept: without what could be an address, a token or a password."""

import re

from pydantic import ValidationError

_ADDRESS = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+")
_TOKEN = re.compile(r"[A-Za-z0-9_\-.=]{60,}")
_USERINFO = re.compile(r"(\w+://)[^/@\s]+@")

MAX_TEXT = 500  # characters of somebody else's words in one log field
MAX_READ = 4 * MAX_TEXT  # characters looked at: the time it takes grows with their square


def explain(error: BaseException) -> str:
    """Return what went wrong, fit to be kept: of input that does not fit, where and why, and never the input."""
    if isinstance(error, ValidationError):
        wrong = (f"{'.'.join(str(part) for part in each['loc'])}: {each['type']}" for each in error.errors())
        return scrub(f"{error.error_count()} errors in {error.title}: {', '.join(wrong)}")
    return scrub(str(error))


def scrub(text: str) -> str:
    """Return ``text`` without addresses, tokens and passwords in URLs, at most `MAX_TEXT` characters."""
    text = _USERINFO.sub(r"\1", text[:MAX_READ])
    return _TOKEN.sub("…", _ADDRESS.sub("…@…", text))[:MAX_TEXT]
