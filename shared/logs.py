"""Structured logs in JSON: by id only, with everything that could be an address or a token struck out."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from shared.scrubbing import explain, scrub

_SECRET_NAMES = re.compile(
    r"(secret|token|password|authorization|cookie|address|email|phone|contact|display_name|_url$|comment|body)",
    re.IGNORECASE,
)

_OURS = ("level", "timestamp", "where")  # written below, and nobody else's words


def _redact(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in fields.items():
        if not name.startswith("_"):  # what the standard library's bridge keeps for itself
            fields[name] = _redacted(name, value)
    return fields


def _redacted(name: str, value: Any) -> Any:
    if name in _OURS:
        return value
    if name != "event" and _SECRET_NAMES.search(name):
        return "…"
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _redacted(str(key), each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted("", each) for each in value]
    return scrub(value if isinstance(value, str) else str(value))


def _error(_: Any, __: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace an exception by its type, its scrubbed text and where it was raised: never its local variables."""
    found = fields.pop("exc_info", None)
    if found:
        error = _raised(found)
        if error is not None:
            fields["error_type"] = type(error).__name__
            fields["error"] = explain(error)
            fields["where"] = _frames(error)
    return fields


def _raised(found: Any) -> BaseException | None:
    """Return the exception meant by ``exc_info``: itself, the standard library's triple, or the current one."""
    if isinstance(found, tuple):
        found = found[1]
    return found if isinstance(found, BaseException) else sys.exc_info()[1]


def _frames(error: BaseException) -> list[str]:
    frames, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 3)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return frames[-12:]


def configure(service: str, level: str = "info") -> None:
    """Send structured logs of ``service`` to standard output, one JSON object a line; the libraries' warnings too."""
    steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _error,
        _redact,
    ]
    render = structlog.processors.JSONRenderer(ensure_ascii=False)
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*steps, render],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=render, foreign_pre_chain=steps))
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)
    structlog.contextvars.bind_contextvars(service=service)


def get(name: str) -> Any:
    """Return a logger whose lines say which module spoke."""
    return structlog.get_logger(module=name)  # bound when first used, after `configure`
