"""What an event told, kept as long as letters may tell it: from the event to a row, and from the row to the letter."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from typing import Any

from services.notifications.letters import (
    BriefFacts,
    DigestFacts,
    DigestItem,
    Facts,
    LinkFacts,
    MeetingFacts,
    PeriodFacts,
    ReleaseFacts,
    ReportFacts,
    Slot,
    TaskFacts,
    WebhookFacts,
    WritingFacts,
)
from shared.events.meetings import (
    BriefNotice,
    BriefPrepared,
    DecisionNotice,
    InvitationWithdrawn,
    MeetingCancelled,
    MeetingPostponed,
    MeetingRescheduled,
    MeetingUpdated,
    MessageNotice,
    MessageWritten,
    Notice,
    PeopleInvited,
    PlaceOffered,
    ProposalDeclined,
    ReplyRequested,
    TaskAssigned,
    TaskLapsed,
)
from shared.events.registry import PeriodNotice, ReportingReminded, ReportingRequested, SignInRequested
from shared.events.reports import (
    ReleaseHeldBack,
    ReleaseNotice,
    ReportCorrected,
    ReportNotice,
    ReportPublished,
    ReportWithdrawn,
    SectionAccepted,
    SectionAssigned,
    SectionChangesRequested,
    SectionCommented,
    SectionsDue,
    SectionSignedOff,
    SectionSubmitted,
    SubscriptionRequested,
    WebhookDisabled,
    WebhookNotice,
    WritingNotice,
)
from shared.problems import Invalid
from shared.storage import Document

MeetingEvent = (
    PeopleInvited
    | MeetingRescheduled
    | MeetingUpdated
    | MeetingPostponed
    | MeetingCancelled
    | InvitationWithdrawn
    | ReplyRequested
    | MessageWritten
    | PlaceOffered
    | ProposalDeclined
)
WritingEvent = (
    SectionAssigned
    | SectionSubmitted
    | SectionChangesRequested
    | SectionAccepted
    | SectionSignedOff
    | SectionsDue
    | SectionCommented
)


def facts_of_meeting(event: MeetingEvent, *, earlier: Document | None = None) -> Document:
    """Return what ``event`` tells of its meeting; ``earlier`` is the slot it was in before, where that is known."""
    if event.notice is None:
        raise Invalid("notice-missing", "The event does not say what the meeting is about: check the event keys.")
    return _row(
        "meeting",
        {
            "meeting_id": event.meeting_id,
            "sequence": event.sequence,
            **slot_of(event),
            "notice": event.notice.model_dump(),
            "cancelled": isinstance(event, MeetingCancelled),
            "earlier": earlier,
            **_message(event),
        },
    )


def _message(event: MeetingEvent) -> dict[str, Any]:
    if not isinstance(event, MessageWritten) or event.message is None:
        return {}
    return {"message": event.message.model_dump()}


def slot_of(event: MeetingEvent) -> Document:
    """Return when the meeting is, and on whose clocks."""
    return {"starts_at": event.starts_at, "ends_at": event.ends_at, "time_zone": event.time_zone}


def facts_of_report(event: ReportPublished | ReportCorrected | ReportWithdrawn) -> Document:
    """Return what ``event`` tells of a report, and when that became so."""
    if event.notice is None:
        raise Invalid("notice-missing", "The event does not say what the report is about: check the event keys.")
    return _row(
        "report",
        {
            "report_id": event.report_id,
            "edition": event.edition,
            "themes": event.themes,
            "notice": event.notice.model_dump(),
            "published_at": _since(event),
            "languages": event.languages,
            "translated": isinstance(event, ReportPublished) and only_translated(event),
        },
    )


def only_translated(event: ReportPublished) -> bool:
    """Return whether a later edition adds languages to those in which the report could be read."""
    return event.edition > 1 and bool(event.new_languages) and set(event.new_languages) < set(event.languages)


def _since(event: ReportPublished | ReportCorrected | ReportWithdrawn) -> datetime:
    match event:
        case ReportPublished():
            return event.published_at
        case ReportCorrected():
            return event.corrected_at
        case ReportWithdrawn():
            return event.withdrawn_at


def facts_of_link(event: SignInRequested | SubscriptionRequested) -> Document:
    """Return what a letter with nothing but a link tells."""
    return _row("link", {"expires_at": event.expires_at})


def facts_of_key(expires_at: datetime) -> Document:
    """Return what the owner of a public key is told before it expires."""
    return _row("link", {"expires_at": expires_at})


def facts_of_task(event: TaskAssigned | TaskLapsed) -> Document:
    """Return what ``event`` tells of a decision, or of a task of it."""
    if event.notice is None:
        raise Invalid("notice-missing", "The event does not say what is to be done: check the event keys.")
    return _row(
        "task",
        {
            "decision_id": event.decision_id,
            "task": event.task_id is not None,
            "notice": event.notice.model_dump(),
            "due_on": event.due_on.isoformat() if event.due_on else None,
            "reminder": event.reminder if isinstance(event, TaskLapsed) else 0,
        },
    )


def facts_of_writing(event: WritingEvent) -> Document:
    """Return what ``event`` tells those who write a report."""
    if event.notice is None:
        raise Invalid("notice-missing", "The event does not say which report it is about: check the event keys.")
    due_on = event.due_on if isinstance(event, SectionAssigned | SectionsDue) else None
    return _row(
        "writing",
        {
            "report_id": event.report_id,
            "notice": event.notice.model_dump(),
            "sections": len(event.sections),
            "due_on": due_on.isoformat() if due_on else None,
            "dissents": event.dissents if isinstance(event, SectionSignedOff) else False,
            "commented": _commented(event) if isinstance(event, SectionCommented) else "",
        },
    )


def _commented(event: SectionCommented) -> str:
    return f"{event.sections[0]}/{event.language}" if event.language and len(event.sections) == 1 else ""


def facts_of_brief(event: BriefPrepared) -> Document:
    """Return what ``event`` tells its readers before a meeting."""
    if event.notice is None:
        raise Invalid("notice-missing", "The event does not say what the brief holds: check the event keys.")
    facts = {"meeting_id": event.meeting_id, "closed": event.closed, "notice": event.notice.model_dump(mode="json")}
    slot = {"starts_at": event.starts_at, "ends_at": event.ends_at, "time_zone": event.time_zone}
    return _row("brief", {**facts, **slot})


def facts_of_period(event: ReportingRequested | ReportingReminded) -> Document:
    """Return what ``event`` tells of a period to report on."""
    if event.notice is None:
        raise Invalid("notice-missing", "The event does not say what the period is called: check the event keys.")
    days = {"from_on": event.from_on.isoformat(), "to_on": event.to_on.isoformat()}
    facts = {"period_id": event.period_id, "closes_at": event.closes_at, "notice": event.notice.model_dump()}
    return _row("period", {**facts, **days})


def facts_of_release(event: ReleaseHeldBack) -> Document:
    """Return what ``event`` tells of a report that did not come out."""
    if event.notice is None:
        raise Invalid("notice-missing", "The event does not say which report it is about: check the event keys.")
    facts = {"report_id": event.report_id, "planned_for": event.planned_for, "more": event.more}
    return _row("release", {**facts, "notice": event.notice.model_dump()})


def facts_of_webhook(event: WebhookDisabled) -> Document:
    """Return what ``event`` tells of a system that is called no more."""
    if event.notice is None:
        raise Invalid("notice-missing", "The event does not say which system it is about: check the event keys.")
    facts = {"webhook_id": event.webhook_id, "code": event.code, "failing_since": event.failing_since}
    return _row("webhook", {**facts, "notice": event.notice.model_dump()})


def facts_of_digest(digest_id: str, items: Sequence[DigestItem]) -> Document:
    """Return what a digest tells."""
    return _row("digest", {"digest_id": digest_id, "items": [asdict(each) for each in items]})


def _row(what: str, facts: dict[str, Any]) -> Document:
    # Two events that tell the same share prepared letters: a meeting of 100,000 is told by 200 events.
    digest = hashlib.sha256(json.dumps([what, facts], default=str, sort_keys=True).encode()).hexdigest()
    return {"what": what, "digest": digest, "facts": facts}


def told(row: Document) -> Facts:  # noqa: PLR0911 - one for each kind of facts
    """Return the facts that were kept as ``row``."""
    facts = dict(row["facts"])
    match row["what"]:
        case "meeting":
            facts["notice"] = Notice.model_validate(facts["notice"])
            facts["earlier"] = Slot(**facts["earlier"]) if facts["earlier"] else None
            facts["message"] = MessageNotice.model_validate(facts["message"]) if facts.get("message") else None
            return MeetingFacts(**facts)
        case "report":
            facts["notice"] = ReportNotice.model_validate(facts["notice"])
            return ReportFacts(**facts)
        case "task":
            facts["notice"] = DecisionNotice.model_validate(facts["notice"])
            facts["due_on"] = date.fromisoformat(facts["due_on"]) if facts["due_on"] else None
            return TaskFacts(**facts)
        case "writing":
            facts["notice"] = WritingNotice.model_validate(facts["notice"])
            facts["due_on"] = date.fromisoformat(facts["due_on"]) if facts["due_on"] else None
            return WritingFacts(**facts)
        case "brief":
            facts["notice"] = BriefNotice.model_validate(facts["notice"])
            return BriefFacts(**facts)
        case "period":
            facts["notice"] = PeriodNotice.model_validate(facts["notice"])
            facts |= {name: date.fromisoformat(facts[name]) for name in ("from_on", "to_on")}
            return PeriodFacts(**facts)
        case "release":
            return ReleaseFacts(**{**facts, "notice": ReleaseNotice.model_validate(facts["notice"])})
        case "webhook":
            return WebhookFacts(**{**facts, "notice": WebhookNotice.model_validate(facts["notice"])})
        case "digest":
            return DigestFacts(facts["digest_id"], [DigestItem(**each) for each in facts["items"]])
        case _:
            return LinkFacts(**facts)


def as_first_told(facts: Facts) -> Facts:
    """Return ``facts`` for somebody who never heard of the meeting before: it was nowhere else."""
    return replace(facts, earlier=None) if isinstance(facts, MeetingFacts) else facts
