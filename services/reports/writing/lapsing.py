"""Who is late: with a section, or with a sign-off; told the day after, and then once a week.  Pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from services.reports.commissions.domain import Contributor
from services.reports.writing.domain import OPEN, is_signed
from services.reports.writing.draft import Draft

AGAIN_AFTER = timedelta(days=7)
SIGN_WITHIN = timedelta(days=7)  # since the editors took a section, or its text was changed last


@dataclass(frozen=True, slots=True)
class Lapse:
    """What one organisation is late with, ``since`` the earliest of it was due; ``reminder`` counts from 1."""

    organisation_id: str
    unwritten: tuple[str, ...]
    unsigned: tuple[str, ...]
    since: date
    reminder: int

    def key(self, report_id: str) -> str:
        """Return what makes it one thing to remind of: another day begins anew."""
        return f"{report_id}:{self.organisation_id}:{self.since.isoformat()}"


def lapses(draft: Draft, *, today: date) -> list[Lapse]:
    """Return what each organisation should have written or signed before ``today``; nothing of a published report."""
    commission = draft.commission
    if commission is None or commission.closed_by is not None:
        return []
    found = []
    for contributor in commission.contributors:
        unwritten = unwritten_since(draft, contributor)
        unsigned = unsigned_since(draft, contributor)
        late = {key: day for key, day in {**unwritten, **unsigned}.items() if day < today}
        if late:
            since = min(late.values())
            found.append(
                Lapse(
                    contributor.organisation_id,
                    tuple(key for key in unwritten if key in late),
                    tuple(key for key in unsigned if key in late),
                    since,
                    reminders_until(since, today=today),
                )
            )
    return found


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
            last = max([work.accepted_at, *(section.updated_at for section in texts.values())])
            found[key] = last.date() + SIGN_WITHIN
    return found


def reminders_until(due_on: date, *, today: date) -> int:
    """Return how many reminders are owed by ``today`` of what was due ``due_on``: 1 on the next day, 2 on the 8th."""
    return 0 if today <= due_on else 1 + (today - due_on - timedelta(days=1)) // AGAIN_AFTER
