"""Makes the broker's definitions: a user for each service, what it may publish, what it may hear.

A service owns the queues and exchanges that begin with its name.  On the exchange `events` it may write only its own
events' names, and bind its queue only to the names it consumes.  Private events (they carry addresses) can be heard by
notifications alone; a mistake in this table is caught by `check` before the broker ever sees it.
"""

import base64
import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from shared.events import CATALOGUE

EXCHANGE = "events"
VHOST = "/"

MAY_HEAR_PRIVATE_EVENTS = "notifications"

CONSUMES: dict[str, frozenset[str]] = {
    "registry": frozenset({"address-suppressed", "person-updated", "person-erased"}),
    "meetings": frozenset(
        {
            "organisation-registered",
            "organisation-updated",
            "organisations-merged",
            "person-registered",
            "person-updated",
            "person-erased",
            "coalition-formed",
            "coalition-changed",
            "report-commissioned",
            "report-published",
            "activity-recorded",
            "activity-withdrawn",
            "reply-received",
            "address-suppressed",
            "letter-failed",
        }
    ),
    "notifications": frozenset(
        {
            "person-updated",  # as everybody with an API hears: whose access has ended
            "person-erased",
            "contact-changed",
            "sign-in-requested",
            "people-invited",
            "invitation-answered",
            "invitation-withdrawn",
            "reply-requested",
            "message-written",
            "place-offered",
            "proposal-declined",
            "meeting-rescheduled",
            "meeting-updated",
            "meeting-postponed",
            "meeting-cancelled",
            "report-published",
            "report-corrected",
            "report-withdrawn",
            "subscription-requested",
            "subscription-confirmed",
            "subscription-ended",
            "brief-prepared",
            "task-assigned",
            "task-lapsed",
            "section-assigned",
            "section-submitted",
            "section-changes-requested",
            "section-accepted",
            "section-signed-off",
            "section-commented",
            "sections-due",
            "release-held-back",
            "webhook-disabled",
            "reporting-requested",
            "reporting-reminded",
        }
    ),
    "reports": frozenset(
        {
            "decision-taken",
            "organisations-merged",
            "person-registered",
            "person-updated",
            "person-erased",
            "report-published",  # its own, for the systems that it calls
            "report-corrected",
            "report-withdrawn",
        }
    ),
}
"""The services that use the broker, and the events each consumes."""

Definitions = dict[str, list[dict[str, Any]]]


def definitions(passwords: Mapping[str, str], *, administrator: str | None = None) -> Definitions:
    """Return what RabbitMQ loads at its start: vhost, exchange, users and rights.

    ``passwords`` are by service; ``administrator`` is the password of the user `admin`, who may do everything in the
    vhost (the operator's commands for dead letters need it).  Only salted hashes are written.
    """
    check()
    parts: Definitions = {
        "vhosts": [{"name": VHOST}],
        "exchanges": [_exchange()],
        "users": [user(name, passwords[name]) for name in CONSUMES],
        "permissions": [permission(name) for name in CONSUMES],
        "topic_permissions": [topic_permission(name) for name in CONSUMES],
    }
    if administrator is not None:
        parts["users"].append(user("admin", administrator, tags=("administrator",)))
        parts["permissions"].append(_grant("admin", configure=".*", write=".*", read=".*"))
    return parts


def check() -> None:
    """Raise `ValueError` when a service would hear an unknown event, or a private one it must not."""
    for service, names in CONSUMES.items():
        if unknown := sorted(names - CATALOGUE.keys()):
            raise ValueError(f"{service} cannot consume what nobody publishes: {', '.join(unknown)}")
        private = sorted(name for name in names if CATALOGUE[name].private)
        if private and service != MAY_HEAR_PRIVATE_EVENTS:
            raise ValueError(f"{service} must not hear {', '.join(private)}")


def user(name: str, password: str, *, tags: Iterable[str] = ()) -> dict[str, Any]:
    """Return a user as RabbitMQ keeps it: only a salted hash of the password."""
    salt = os.urandom(4)
    digest = hashlib.sha256(salt + password.encode()).digest()
    return {
        "name": name,
        "password_hash": base64.b64encode(salt + digest).decode(),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": list(tags),
    }


def permission(service: str) -> dict[str, str]:
    """Return the right to what begins with the service's name, and to pass through the exchange of events."""
    own = rf"{re.escape(service)}(\..+)?"
    return _grant(service, configure=f"^{own}$", write=f"^({own}|{EXCHANGE})$", read=f"^({own}|{EXCHANGE})$")


def topic_permission(service: str) -> dict[str, str]:
    """Return which events the service may publish, and to which it may bind its queue."""
    published = {name for name, event in CATALOGUE.items() if event.publisher == service}
    return {
        "user": service,
        "vhost": VHOST,
        "exchange": EXCHANGE,
        "write": _one_of(published),
        "read": _one_of(CONSUMES[service]),
    }


def _grant(name: str, *, configure: str, write: str, read: str) -> dict[str, str]:
    return {"user": name, "vhost": VHOST, "configure": configure, "write": write, "read": read}


def _one_of(names: Iterable[str]) -> str:
    """Return a pattern for exactly ``names``; for none, RabbitMQ's pattern that nothing matches."""
    words = "|".join(re.escape(name) for name in sorted(names))
    return f"^({words})$" if words else "^$"


def _exchange() -> dict[str, Any]:
    return {
        "name": EXCHANGE,
        "vhost": VHOST,
        "type": "topic",
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": {},
    }
