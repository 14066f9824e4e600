"""Writing together: fetch, decide, write, tell."""

from datetime import datetime

from services.reports import access
from services.reports.access import Part
from services.reports.commissions import store as commissions
from services.reports.commissions.domain import Commission, Contributor
from services.reports.reports import store as reports
from services.reports.reports.domain import Report
from services.reports.writing import domain, people, store, telling
from services.reports.writing.domain import RequestChanges, SectionWork, SignOff
from services.reports.writing.draft import beside_of, draft_of
from services.reports.writing.lapsing import lapses
from services.reports.writing.printed import Printed
from services.reports.writing.store import WORK
from shared.auth import Actor
from shared.ids import utc_now
from shared.model import Language
from shared.problems import Forbidden, Invalid
from shared.storage import Reader, Tx


async def submit(tx: Tx, report_id: str, key: str, *, by: Actor) -> SectionWork:
    """Hand a section to the editors, and tell them.  Raises `Forbidden` for whoever does not write it."""
    access.check_writes(await access.part_of(tx, by, report_id), key)
    report, texts = await _texts(tx, report_id, key)
    before = await store.find(tx, report_id, key)
    now = utc_now()
    work = domain.submit(before or domain.begin(report_id, key, now=now), texts, by=by.person_id, now=now)
    await store.save(tx, before, work)
    if work is not before:
        to = await people.editors_of(tx, report_id)
        if to:
            await tx.publish(telling.submitted(report, work, to=to))
    return work


async def take_back(tx: Tx, report_id: str, key: str, *, by: Actor) -> SectionWork:
    """Let those who write a section go on writing it."""
    access.check_writes(await access.part_of(tx, by, report_id), key)
    report = await reports.get(tx, report_id)
    report.planned(key)
    before = await store.find(tx, report_id, key)
    now = utc_now()
    work = domain.take_back(before or domain.begin(report_id, key, now=now), by=by.person_id, now=now)
    await store.save(tx, before, work)
    return work


async def request_changes(tx: Tx, report_id: str, key: str, command: RequestChanges, *, by: Actor) -> SectionWork:
    """Send a section back to those who write it, and tell them what to change."""
    access.check_edits(await access.part_of(tx, by, report_id))
    report = await reports.get(tx, report_id)
    report.planned(key)
    before = await store.find(tx, report_id, key)
    now = utc_now()
    work = domain.request_changes(before or domain.begin(report_id, key, now=now), command, by=by.person_id, now=now)
    await store.save(tx, before, work)
    to = await _people_of(tx, await _writers(tx, report, key))
    if to:
        await tx.publish(telling.changes_requested(report, work, to=to))
    return work


async def accept(tx: Tx, report_id: str, key: str, *, by: Actor) -> SectionWork:
    """Take a section as it is, and ask those who wrote it for the sign-offs that are missing or out of date."""
    access.check_edits(await access.part_of(tx, by, report_id))
    report, texts = await _texts(tx, report_id, key)
    before = await store.find(tx, report_id, key)
    now = utc_now()
    work = domain.accept(before or domain.begin(report_id, key, now=now), texts, by=by.person_id, now=now)
    await store.save(tx, before, work)
    owed = [each for each in await _writers(tx, report, key) if not domain.is_signed(work, each.organisation_id, texts)]
    to = await _people_of(tx, owed)
    if to:
        await tx.publish(telling.accepted(report, work, to=to))
    return work


async def sign_off(tx: Tx, report_id: str, key: str, command: SignOff, *, by: Actor) -> SectionWork:
    """Sign a section off for an organisation, or record its dissent; tell the editors.

    Raises `Forbidden` (``section-of-others``) for whoever acts for no organisation that writes it, `Invalid`
    (``organisation-not-said``) where they act for several and do not say for which.
    """
    part = await access.part_of(tx, by, report_id)
    report, texts = await _texts(tx, report_id, key)
    contributor = _signing(await _writers(tx, report, key), part, command.organisation_id)
    before = await store.find(tx, report_id, key)
    now = utc_now()
    work = domain.sign_off(
        before or domain.begin(report_id, key, now=now),
        command,
        texts,
        organisation_id=contributor.organisation_id,
        by=by.person_id,
        now=now,
    )
    await store.save(tx, before, work)
    if work is not before:
        to = await people.editors_of(tx, report_id)
        if to:
            await tx.publish(telling.signed_off(report, work, contributor, to=to))
    return work


async def remind(tx: Tx, report_id: str, *, now: datetime) -> int:
    """Remind whoever is late with a report, its editors too; return how many reminders are new.

    What was reminded of is written in the same transaction, so a job that runs twice, or dies half-way, doubles none.
    """
    draft = await draft_of(tx, report_id)
    told, count = await store.reminded(tx, report_id), 0
    for lapse in lapses(draft, today=now.date()):
        key = lapse.key(report_id)
        own = lapse.organisation_id
        to = await (people.of_organisation(tx, own) if own else people.editors_of(tx, report_id))
        if told.get(key, 0) >= lapse.reminder or not to:
            continue
        await store.count_reminder(tx, key, report_id, lapse.reminder)
        await tx.publish(telling.due(draft, lapse, to=to))
        count += 1
    return count


async def check_open(reader: Reader, part: Part, report_id: str, key: str) -> None:
    """Raise `Conflict` (``section-under-review``) where a contributor would change what its editors have."""
    if not part.edits:
        domain.check_open(await store.find(reader, report_id, key))


async def forget_person(tx: Tx, person_id: str) -> None:
    """Take a person out of everything that was done to sections."""
    for work in await store.of_person(tx, person_id):
        await WORK.put(tx, domain.forget(work, person_id))


async def _texts(reader: Reader, report_id: str, key: str) -> tuple[Report, dict[Language, Printed]]:
    report = await reports.get(reader, report_id)
    report.planned(key)
    sections, beside = await reports.sections_of(reader, report_id), await beside_of(reader, report_id)
    return report, domain.texts_of(report, sections, key, beside)


async def _commission(reader: Reader, report_id: str) -> Commission | None:
    return await commissions.of_report(reader, report_id)


async def _writers(reader: Reader, report: Report, key: str) -> list[Contributor]:
    commission = await _commission(reader, report.id)
    return [] if commission is None else commission.writers_of(report, key)


async def _people_of(reader: Reader, contributors: list[Contributor]) -> list[str]:
    found = [await people.of_organisation(reader, each.organisation_id) for each in contributors]
    return sorted({person_id for each in found for person_id in each})[: people.TOLD_AT_MOST]


def _signing(writers: list[Contributor], part: Part, organisation_id: str | None) -> Contributor:
    own = [each for each in writers if each.organisation_id in part.organisation_ids]
    chosen = [each for each in own if organisation_id in (None, each.organisation_id)]
    if not chosen:
        raise Forbidden("section-of-others", "Only an organisation that writes this section can sign it off.")
    if len({each.organisation_id for each in chosen}) > 1:
        raise Invalid("organisation-not-said", "You act for several organisations here: say for which you sign.")
    return chosen[0]
