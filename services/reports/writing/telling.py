"""What those who write a report are told, and by which events."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.reports.commissions.domain import Commission, Contributor
from services.reports.reports.domain import Report
from services.reports.writing.credits import shown_as
from services.reports.writing.domain import SectionWork
from services.reports.writing.draft import Draft
from services.reports.writing.lapsing import Lapse
from shared.events.reports import (
    SectionAccepted,
    SectionAssigned,
    SectionChangesRequested,
    SectionsDue,
    SectionSignedOff,
    SectionSubmitted,
    WritingNotice,
)

NAMED_AT_MOST = 12  # sections in one letter; of more it gives the number


def assigned(
    report: Report, commission: Commission, contributor: Contributor, keys: Sequence[str], *, to: list[str]
) -> SectionAssigned:
    """Return the news that an organisation is to write sections."""
    due_on = min(commission.due_of(contributor, key) for key in keys)
    return SectionAssigned(**_facts(report, commission.revision, keys, to), due_on=due_on)


def submitted(report: Report, work: SectionWork, *, to: list[str]) -> SectionSubmitted:
    """Return the news that a section waits for its editors."""
    return SectionSubmitted(**_facts(report, work.revision, [work.key], to))


def changes_requested(report: Report, work: SectionWork, *, to: list[str]) -> SectionChangesRequested:
    """Return the news that a section's editors ask for changes."""
    return SectionChangesRequested(**_facts(report, work.revision, [work.key], to, text=work.note))


def accepted(report: Report, work: SectionWork, *, to: list[str]) -> SectionAccepted:
    """Return the news that a section is to be signed off."""
    return SectionAccepted(**_facts(report, work.revision, [work.key], to))


def signed_off(report: Report, work: SectionWork, contributor: Contributor, *, to: list[str]) -> SectionSignedOff:
    """Return the news that an organisation has signed a section off, or dissents."""
    signature = work.signature_of(contributor.organisation_id)
    dissents = signature is not None and signature.verdict == "dissent"
    facts = _facts(report, work.revision, [work.key], to, organisation=shown_as(contributor).name)
    return SectionSignedOff(**facts, dissents=dissents)


def due(draft: Draft, lapse: Lapse, *, to: list[str]) -> SectionsDue:
    """Return the reminder of one organisation's sections and sign-offs that are late, or of its editors' reviews."""
    revision = 1 if draft.commission is None else draft.commission.revision
    facts = _facts(draft.report, revision, lapse.unwritten, to, sign_offs=lapse.unsigned, reviews=lapse.unreviewed)
    sections = [*lapse.unwritten, *lapse.unsigned, *lapse.unreviewed]
    return SectionsDue(**{**facts, "sections": sections}, due_on=lapse.since, reminder=lapse.reminder)


def notice_of(report: Report, keys: Iterable[str]) -> WritingNotice:
    """Return what is told of sections of a report: what they are called, and nothing else."""
    return WritingNotice(report=report.title, sections=_titles(report, keys))


def _facts(
    report: Report,
    revision: int,
    keys: Iterable[str],
    to: list[str],
    *,
    sign_offs: Iterable[str] = (),
    reviews: Iterable[str] = (),
    **said: Any,
) -> dict[str, Any]:
    keys = list(keys)
    waiting = {"sign_offs": _titles(report, sign_offs), "reviews": _titles(report, reviews)}
    notice = WritingNotice(report=report.title, sections=_titles(report, keys), **waiting, **said)
    return {"report_id": report.id, "revision": revision, "sections": keys, "person_ids": to, "notice": notice}


def _titles(report: Report, keys: Iterable[str]) -> list[dict[Any, str]]:
    return [dict(report.planned(key).title) for key in list(keys)[:NAMED_AT_MOST]]
