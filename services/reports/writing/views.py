"""What of a report in writing is shown, and to whom: a pseudonym is lifted for editors and its owner alone."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from services.reports.access import Part
from services.reports.commissions.domain import Commission, Contributor
from services.reports.reports.domain import Day
from services.reports.templates.domain import Key, Kind
from services.reports.writing import domain, lapsing
from services.reports.writing.credits import shown_as
from services.reports.writing.domain import SectionWork, State, Verdict, What
from services.reports.writing.draft import Draft
from services.reports.writing.printed import Printed
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Country, Language, Model, Time, in_language

HISTORY_SHOWN = 20


class TextView(Model):
    """One text of a section: whether there is any, and its revision, which whoever signs names."""

    written: bool
    revision: int
    updated_at: Time


class WriterView(Model):
    """An organisation that writes; ``organisation_id`` is missing where the caller may not know which it is."""

    name: dict[Language, str]
    pseudonym: bool
    organisation_id: Id | None
    mine: bool
    verdict: Verdict | None = None
    dissent: dict[Language, str]
    signed_at: Time | None = None
    outdated: list[Language]
    """The languages in which the text, a number or a picture was changed since it was signed."""


class MomentView(Model):
    """Something that happened to a section; ``name`` is of the organisation that signed."""

    at: Time
    what: What
    name: dict[Language, str]
    note: str


class WorkView(Model):
    """How far a section is; without ``state`` nobody but the editors writes it."""

    key: Key
    theme: Theme | None
    title: dict[Language, str]
    guidance: dict[Language, str]
    state: State | None
    revision: int
    note: str
    due_on: Day | None
    late: bool
    """Whether it should have been written before today."""
    mine: bool
    writable: bool
    """Whether the caller may change its texts now."""
    texts: dict[Language, TextView]
    writers: list[WriterView]
    history: list[MomentView]


class ContributorView(Model):
    """An organisation that writes the report, its sections and its day."""

    name: dict[Language, str]
    pseudonym: bool
    organisation_id: Id | None
    mine: bool
    sections: list[Key]
    due_on: Day | None


class WorkshopView(Model):
    """A report in writing, as one of those who write it sees it."""

    report_id: Id
    kind: Kind
    title: dict[Language, str]
    country: Country
    period_from_on: Day
    period_to_on: Day
    languages: tuple[Language, ...]
    edition: int | None
    due_on: Day | None
    edits: bool
    commissioned: bool
    """Whether it was said who writes it."""
    contributors: list[ContributorView]
    sections: list[WorkView]


Task = Literal["write", "mend", "review", "sign", "sign-again"]


class DeskTask(Model):
    """Something that waits for the caller: a section to write or mend, to review, or to sign off."""

    key: Key
    title: dict[Language, str]
    task: Task
    due_on: Day | None
    late: bool


class DeskItem(Model):
    """A report that the caller takes part in, and what of it waits for them."""

    report_id: Id
    kind: Kind
    title: dict[Language, str]
    country: Country
    edition: int | None
    due_on: Day | None
    edits: bool
    tasks: list[DeskTask]


def workshop(draft: Draft, part: Part, *, today: date) -> WorkshopView:
    """Return a report in writing as whoever takes ``part`` in it sees it."""
    report, commission = draft.report, draft.commission
    contributors = [] if commission is None else in_order(commission.contributors)
    return WorkshopView(
        report_id=report.id,
        edition=report.published.edition if report.published else None,
        due_on=commission.due_on if commission else None,
        edits=part.edits,
        commissioned=commission is not None,
        contributors=[_contributor(each, part) for each in contributors],
        sections=[_work(draft, key, part, today=today) for key in report.keys],
        **{name: getattr(report, name) for name in DRAFT},
    )


DRAFT = ("kind", "title", "country", "period_from_on", "period_to_on", "languages")


def in_order(contributors: Iterable[Contributor]) -> list[Contributor]:
    """Return contributors in the order of the names that others see: a place in a list gives nobody away."""
    return sorted(contributors, key=lambda each: (bool(each.pseudonym), in_language(shown_as(each).name, "en")))


def desk_item(draft: Draft, part: Part, *, today: date) -> DeskItem:
    """Return what of a report waits for whoever takes ``part`` in it."""
    report = draft.report
    return DeskItem(
        report_id=report.id,
        edition=report.published.edition if report.published else None,
        due_on=draft.commission.due_on if draft.commission else None,
        edits=part.edits,
        tasks=tasks_of(draft, part, today=today),
        **{name: getattr(report, name) for name in ("kind", "title", "country")},
    )


def tasks_of(draft: Draft, part: Part, *, today: date) -> list[DeskTask]:
    """Return what waits for whoever takes ``part``, in the order of sections; once published, nobody need write."""
    report, works, commission = draft.report, draft.works, draft.commission
    if commission is None:
        return []
    found: dict[tuple[str, Task], date | None] = {}
    for contributor in commission.contributors:
        if contributor.organisation_id not in part.organisation_ids:
            continue
        if commission.closed_by is None:
            for key, day in lapsing.unwritten_since(draft, contributor).items():
                mend = key in works and works[key].state == "changes-requested"
                found[key, "mend" if mend else "write"] = day
        for key, day in lapsing.unsigned_since(draft, contributor).items():
            again = works[key].signature_of(contributor.organisation_id) is not None
            found[key, "sign-again" if again else "sign"] = day
    if part.edits:
        found |= {(key, "review"): day for key, day in lapsing.unreviewed_since(draft).items()}
    place = {key: number for number, key in enumerate(report.keys)}
    return [
        DeskTask(key=key, title=report.planned(key).title, task=task, due_on=day, late=day is not None and day < today)
        for (key, task), day in sorted(found.items(), key=lambda each: place.get(each[0][0], 0))
        if key in place
    ]


def _work(draft: Draft, key: str, part: Part, *, today: date) -> WorkView:
    planned, work, writers = draft.report.planned(key), draft.works.get(key), draft.writers(key)
    own = [each for each in writers if each.organisation_id in part.organisation_ids]
    state: State | None = work.state if work is not None else ("assigned" if writers else None)
    due_on = _due(draft.commission, own or writers, key)
    is_open = state is None or state in domain.OPEN
    texts = draft.texts(key)
    return WorkView(
        key=key,
        theme=planned.theme,
        title=planned.title,
        guidance=planned.guidance,
        state=state,
        revision=0 if work is None else work.revision,
        note="" if work is None else work.note,
        due_on=due_on,
        late=due_on is not None and state in domain.OPEN and due_on < today,
        mine=bool(own),
        writable=part.edits or (part.writes(key) and is_open),
        texts={
            each.language: TextView(written=each.written, revision=each.revision, updated_at=each.updated_at)
            for each in draft.sections
            if each.key == key and each.language in draft.report.languages
        },
        writers=[_writer(each, work, texts, part) for each in in_order(writers)],
        history=[] if work is None else _history(work, writers),
    )


def _due(commission: Commission | None, writers: list[Contributor], key: str) -> date | None:
    if commission is None or not writers:
        return None
    return min(commission.due_of(each, key) for each in writers)


def _writer(
    contributor: Contributor, work: SectionWork | None, texts: Mapping[Language, Printed], part: Part
) -> WriterView:
    signature = None if work is None else work.signature_of(contributor.organisation_id)
    said = _named(contributor, part)
    if signature is None:
        return WriterView(**said, dissent={}, outdated=[])
    return WriterView(
        **said,
        verdict=signature.verdict,
        dissent=signature.dissent,
        signed_at=signature.signed_at,
        outdated=list(domain.changed_since(signature, texts)),
    )


def _contributor(contributor: Contributor, part: Part) -> ContributorView:
    return ContributorView(**_named(contributor, part), sections=contributor.sections, due_on=contributor.due_on)


def _named(contributor: Contributor, part: Part) -> dict[str, object]:
    mine = contributor.organisation_id in part.organisation_ids
    known = part.edits or mine or contributor.pseudonym is None
    shown = shown_as(contributor)
    return {
        "name": shown.name,
        "pseudonym": shown.pseudonym,
        "organisation_id": contributor.organisation_id if known else None,
        "mine": mine,
    }


def _history(work: SectionWork, writers: list[Contributor]) -> list[MomentView]:
    names = {each.organisation_id: shown_as(each).name for each in writers}
    return [
        MomentView(at=each.at, what=each.what, name=names.get(each.organisation_id or "", {}), note=each.note)
        for each in work.history[-HISTORY_SHOWN:]
    ]
