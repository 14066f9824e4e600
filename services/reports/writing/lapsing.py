"""Who is late: with a section, a sign-off or a review; told the day after, and then once a week.  Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.reports.commissions.domain import Contributor
from services.reports.writing.domain import OPEN, is_signed
from services.reports.writing.draft import Draft

AGAIN_AFTER = timedelta(days=7)
SIGN_WITHIN = timedelta(days=7)  # since the editors took a section, or its text was changed last
REVIEW_WITHIN = timedelta(days=7)  # since a section was submitted
EDITORS = "editors"  # stands for them where an organisation's id would stand


@dataclass(frozen=True, slots=True)
class Lapse:
    """What one organisation is late with, ``since`` the earliest of it was due; ``reminder`` counts from 1."""

    organisation_id: str | None
    """`None`: the report's editors."""
    since: date
    reminder: int
    unwritten: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()
    unreviewed: tuple[str, ...] = ()

    def key(self, report_id: str) -> str:
        """Return what makes it one thing to remind of: another day begins anew."""
        return f"{report_id}:{self.organisation_id or EDITORS}:{self.since.isoformat()}"


def lapses(draft: Draft, *, today: date) -> list[Lapse]:
    """Return what each organisation should have written or signed, and its editors read, before ``today``.

    Once the report is published nobody need write; what is changed for a later edition is signed and read as before.
    """
    commission = draft.commission
    if commission is None:
        return []
    editors = _lapse(None, today, unreviewed=unreviewed_since(draft))
    found = [
        _lapse(
            each.organisation_id,
            today,
            unwritten=unwritten_since(draft, each) if commission.closed_by is None else {},
            unsigned=unsigned_since(draft, each),
        )
        for each in commission.contributors
    ]
    return [each for each in (*found, editors) if each is not None]


def _lapse(organisation_id: str | None, today: date, **due: dict[str, date]) -> Lapse | None:
    late = {what: {key: day for key, day in days.items() if day < today} for what, days in due.items()}
    days = [day for each in late.values() for day in each.values()]
    if not days:
        return None
    since = min(days)
    keys = {what: tuple(each) for what, each in late.items()}
    return Lapse(organisation_id, since, reminders_until(since, today=today), **keys)


def unwritten_since(draft: Draft, contributor: Contributor) -> dict[str, date]:
    """Return by when a contributor's sections are to be written, of those that it still writes."""
    if draft.commission is None:
        return {}
    return {
        key: draft.commission.due_of(contributor, key)
        for key in contributor.keys(draft.report)
        if key not in draft.works or draft.works[key].state in OPEN
    }


def unsigned_since(draft: Draft, contributor: Contributor) -> dict[str, date]:
    """Return by when a contributor is to sign its sections off, of those that the editors took."""
    found = {}
    for key in contributor.keys(draft.report):
        work = draft.works.get(key)
        if work is None or work.state != "accepted" or work.accepted_at is None:
            continue
        texts = draft.texts(key)
        if not is_signed(work, contributor.organisation_id, texts):
            last = max([work.accepted_at, *(printed.updated_at for printed in texts.values())])
            found[key] = last.date() + SIGN_WITHIN
    return found


def unreviewed_since(draft: Draft) -> dict[str, date]:
    """Return by when the editors are to take or send back the sections that wait for them."""
    waiting = {key: draft.works[key] for key in draft.report.keys if key in draft.works}
    return {
        key: work.submitted_at.date() + REVIEW_WITHIN
        for key, work in waiting.items()
        if work.state == "submitted" and work.submitted_at is not None
    }


def reminders_until(due_on: date, *, today: date) -> int:
    """Return how many reminders are owed by ``today`` of what was due ``due_on``: 1 on the next day, 2 on the 8th."""
    return 0 if today <= due_on else 1 + (today - due_on - timedelta(days=1)) // AGAIN_AFTER
