"""What is done to a report while it is written: fetch, decide, write."""

from services.reports import access
from services.reports.reports import domain, store
from services.reports.reports.domain import CreateReport, Report, Section, UpdateReport, WriteSection
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
    tx: Tx, report_id: Id, key: str, language: Language, command: WriteSection, *, seen: int, by: Actor
) -> tuple[Report, Section]:
    """Replace one section in one language.  Raises `NotFound` for strangers, `Forbidden` for whoever may only read."""
    access.check_writes(await access.part_of(tx, by, report_id), key)
    report = await store.get(tx, report_id)
    section = await store.get_section(tx, report_id, key, language)
    changed = domain.write(section, command, seen=seen, now=utc_now(), by=by.person_id)
    if changed is not section:
        await store.put_section(tx, changed)
    return report, changed
