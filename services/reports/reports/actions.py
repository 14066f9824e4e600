"""What is done to a report while it is written: fetch, decide, write."""

from services.reports import access
from services.reports.authors import author_of
from services.reports.reports import domain, store
from services.reports.reports.domain import CreateReport, Report, Section, UpdateReport, WriteSection
from services.reports.revisions import store as revisions
from services.reports.writing import actions as writing
from shared.auth import Actor
from shared.ids import Id, utc_now
from shared.model import Language
from shared.storage import Tx


async def create_report(tx: Tx, command: CreateReport, *, by: Id) -> tuple[Report, list[Section]]:
    """Begin a report with its empty sections."""
    report, sections = domain.create(command, now=utc_now(), by=by)
    await store.add(tx, report, sections)
    return report, sections


async def update_report(
    tx: Tx, report_id: Id, command: UpdateReport, *, seen: int, by: Id
) -> tuple[Report, list[Section]]:
    """Replace what a report says of itself, and add the sections of a new language."""
    report = await store.get(tx, report_id)
    held = await store.sections_of(tx, report_id)
    now = utc_now()
    changed = domain.update(report, command, seen=seen, now=now, by=by)
    if changed is report:
        return report, held
    added = domain.missing_sections(changed, held, now=now, by=by)
    await store.put(tx, changed)
    await store.add_sections(tx, added)
    return changed, [*held, *added]


async def write_section(
    tx: Tx,
    report_id: Id,
    key: str,
    language: Language,
    command: WriteSection,
    *,
    seen: int,
    by: Actor,
    restored_from: int | None = None,
) -> tuple[Report, Section]:
    """Replace one section in one language, and keep what it was; ``restored_from`` is the revision it is taken from.

    Raises `NotFound` for strangers, `Forbidden` for whoever may only read.
    """
    part = await access.part_of(tx, by, report_id)
    access.check_writes(part, key)
    await writing.check_open(tx, part, report_id, key)
    report = await store.get(tx, report_id)
    section = await store.get_section(tx, report_id, key, language)
    changed = domain.write(section, command, seen=seen, now=utc_now(), by=by.person_id)
    if changed is not section:
        await store.put_section(tx, changed)
        await revisions.record(tx, section, changed, by=author_of(part, by, key), restored_from=restored_from)
    await revisions.drop_unsaved(tx, changed, by.person_id)
    return report, changed
