"""What is done to a report while it is written: fetch, decide, write."""

from services.reports.reports import domain, store
from services.reports.reports.domain import CreateReport, Report, Section, UpdateReport, WriteSection
from shared.events.reports import Theme
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
    tx: Tx, report_id: Id, theme: Theme, language: Language, command: WriteSection, *, seen: int, by: Id
) -> Section:
    """Replace one section in one language."""
    section = await store.get_section(tx, report_id, theme, language)
    changed = domain.write(section, command, seen=seen, now=utc_now(), by=by)
    if changed is not section:
        await store.put_section(tx, changed)
    return changed
