"""Bounces that say in fields what became of a letter (RFC 3464), and complaints that do (RFC 5965)."""

import json
import re
from collections.abc import Iterator
from email.message import Message
from typing import Any

from services.notifications.intake.domain import Fault, Finding, fault_of
from services.notifications.intake.wording import blames_policy, fault_in_words

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_CODE = re.compile(r"(?<!\d)([45])\d\d(?!\d)")
_TYPES = ("message/delivery-status", "message/global-delivery-status")
_FAILURES = ("failed", "expired")  # "expired" is no word of RFC 3464, and yet used
_GROUPS = 100  # recipients that are looked at

_MILDEST: tuple[Fault, ...] = ("delayed", "message", "policy", "network", "unknown", "mailbox-full", "address")
"""Of several verdicts in one report the first counts: a letter has one reader, the others are not ours to judge."""


def bounce_in_fields(message: Message) -> Finding | None:
    """Return what the fields of a delivery status say; `None` when there are none, or they tell of no failure."""
    found: list[Finding] = []
    for group in _groups(message):
        action = _field(group, "Action").lower().partition(" ")[0]
        if action in ("delivered", "relayed", "expanded"):
            return Finding(sort="other", source="fields")
        if action == "delayed":
            found.append(_finding(group, permanent=False, fault="delayed"))
        elif action in _FAILURES:
            found.append(_failure(group))
    return min(found, key=_mildness) if found else None


def _failure(group: Message) -> Finding:
    said = _field(group, "Diagnostic-Code")
    told = _STATUS.search(said) or _STATUS.search(_field(group, "Status"))
    status = told[0] if told else ""
    code = _CODE.search(said)
    permanent = status.startswith("5") if status else bool(code and code[1] == "5")
    fault: Fault = fault_of(status) if status else "unknown"
    if permanent and blames_policy(said):
        fault = "policy"
    elif fault in ("unknown", "address") and permanent:  # 5.0.0 says nothing: the words beside it may
        fault = fault_in_words(said) or fault
    return _finding(group, permanent=permanent, fault=fault, status=status)


def _finding(group: Message, *, permanent: bool, fault: Fault, status: str = "") -> Finding:
    named = (_field(group, name).partition(";")[2].strip() for name in ("Original-Recipient", "Final-Recipient"))
    status = status or (found[0] if (found := _STATUS.search(_field(group, "Status"))) else "")
    recipients = tuple(each for each in named if "@" in each)
    return Finding(
        sort="bounce", source="fields", permanent=permanent, fault=fault, status=status, recipients=recipients
    )


def _mildness(finding: Finding) -> int:
    order = _MILDEST.index(finding.fault) if finding.fault in _MILDEST else len(_MILDEST)
    return order + 10 * finding.permanent


def _groups(message: Message) -> Iterator[Message]:
    """Yield the groups of fields of a delivery status that belong to recipients; what is quoted is not looked at."""
    for part in _own_parts(message):
        if part.get_content_type() in _TYPES:
            groups = part.get_payload()
            yield from (
                (each for each in groups[:_GROUPS] if isinstance(each, Message)) if isinstance(groups, list) else ()
            )


def _own_parts(message: Message) -> Iterator[Message]:
    """Yield the parts of a mail, without those of a mail that it quotes."""
    yield message
    payload = message.get_payload()
    if message.get_content_type() == "message/rfc822" or not isinstance(payload, list):
        return
    for part in payload:
        if isinstance(part, Message):
            yield from _own_parts(part)


def _field(group: Message, name: str) -> str:
    return " ".join(str(group.get(name, "")).split())


def complaint_in_fields(message: Message) -> Finding | None:
    """Return the complaint in a feedback report, or in Amazon's own form; `None` when there is none."""
    for part in _own_parts(message):
        if part.get_content_type() == "message/feedback-report":
            fields = _first(part)
            kind = _field(fields, "Feedback-Type").lower()
            sort = "other" if kind in ("not-spam", "auth-failure", "dmarc") else "complaint"
            addresses = [_field(fields, "Original-Rcpt-To"), _field(fields, "Removal-Recipient")]
            return Finding(sort=sort, source="fields", recipients=tuple(filter(None, addresses)))
    return _complaint_in_json(message)


def _first(part: Message) -> Message:
    payload = part.get_payload()
    return payload[0] if isinstance(payload, list) and isinstance(payload[0], Message) else part


def _complaint_in_json(message: Message) -> Finding | None:
    if message.get_content_type() != "text/plain":
        return None
    text = message.get_payload()
    start = text.find('{"notificationType":"Complaint"') if isinstance(text, str) else -1
    if start < 0:
        return None
    try:
        told: Any = json.JSONDecoder().raw_decode(str(text)[start:])[0]
        named = tuple(str(each["emailAddress"]) for each in told["complaint"]["complainedRecipients"])
    except (ValueError, KeyError, TypeError, RecursionError):
        named = ()
    return Finding(sort="complaint", source="fields", recipients=named)


def quoted_sender(message: Message) -> Iterator[str]:
    """Yield the addresses that the report says the letter came from: one of ours names the letter."""
    for part in message.walk():
        if part.get_content_type() == "message/feedback-report":
            yield _field(_first(part), "Original-Mail-From").strip("<>")
        for name in ("Return-Path", "X-Original-Mail-From"):
            yield from (str(value).strip().strip("<>") for value in part.get_all(name, []))
