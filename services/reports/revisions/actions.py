"""Bringing a revision back, comparing, and keeping what is not saved yet."""

from dataclasses import dataclass

from services.reports.access import check_writes, part_of
from services.reports.reports import actions as reports_actions
from services.reports.reports import store as reports
from services.reports.reports.domain import Report, Section, WriteSection
from services.reports.revisions import domain, store
from services.reports.revisions.compare import Piece, compare, join
from services.reports.revisions.domain import CompareText, KeepUnsaved, Revision, Unsaved
from shared.auth import Actor
from shared.ids import utc_now
from shared.model import Language
from shared.storage import Reader, Tx


async def restore(
    tx: Tx, report_id: str, key: str, language: Language, number: int, *, seen: int, by: Actor
) -> tuple[Report, Section]:
    """Save an older revision anew.  Raises `NotFound`, `Forbidden`, `Stale` as any save does."""
    await part_of(tx, by, report_id)
    older = await store.get(tx, report_id, key, language, number)
    command = WriteSection(title=older.title or None, text=older.text)
    return await reports_actions.write_section(
        tx, report_id, key, language, command, seen=seen, by=by, restored_from=number
    )


async def keep_unsaved(
    tx: Tx, report_id: str, key: str, language: Language, command: KeepUnsaved, *, by: Actor
) -> tuple[Unsaved, Section]:
    """Keep what somebody types, for them alone; return it, and the section as it is saved.

    What is saved already is not kept: a script that comes after the save must not bring it back.
    """
    check_writes(await part_of(tx, by, report_id), key)
    section = await reports.get_section(tx, report_id, key, language)
    text = domain.unsaved(section, command, by=by.person_id, now=utc_now())
    if (text.title, text.text) == (section.title, section.text):
        await store.drop_unsaved(tx, section, by.person_id)
    else:
        await store.keep_unsaved(tx, section, text)
    return text, section


async def drop_unsaved(tx: Tx, report_id: str, key: str, language: Language, *, by: Actor) -> None:
    """Forget what somebody has typed and not saved."""
    await part_of(tx, by, report_id)
    await store.drop_unsaved(tx, await reports.get_section(tx, report_id, key, language), by.person_id)


@dataclass(frozen=True, slots=True)
class Three:
    """Three texts of one section: what two people began with, what one saved, what the other typed."""

    base: Revision | None
    """`None` where it was never kept, because it was empty."""
    section: Section
    mine: str

    @property
    def started(self) -> str:
        """The text that both began with."""
        return "" if self.base is None else self.base.text


async def three(reader: Reader, report_id: str, key: str, language: Language, command: CompareText) -> Three:
    """Return what is to be compared when somebody else saved first."""
    section = await reports.get_section(reader, report_id, key, language)
    base = await store.find(reader, report_id, key, language, command.seen)
    return Three(base, section, command.text)


def differences(found: Three) -> tuple[list[Piece], list[Piece], str | None]:
    """Return what they changed, what I changed, and both in one text where they do not touch the same lines."""
    started = found.started
    return (
        compare(started, found.section.text),
        compare(started, found.mine),
        join(started, found.mine, found.section.text),
    )


async def forget_person(tx: Tx, person_id: str) -> None:
    """Forget who saved what, and what they never saved."""
    await store.forget_person(tx, person_id)
