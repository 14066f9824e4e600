"""A report in writing, with all that is kept beside it: who was asked, how far each section is, and the texts."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.reports.commissions import store as commissions
from services.reports.commissions.domain import Commission, Contributor
from services.reports.images import store as images
from services.reports.indicators import store as indicators
from services.reports.reports import store as reports
from services.reports.reports.domain import Report, Section
from services.reports.writing import store
from services.reports.writing.domain import SectionWork, texts_of
from services.reports.writing.printed import NOTHING, Beside, Printed
from shared.model import Language
from shared.storage import Reader


@dataclass(frozen=True, slots=True)
class Draft:
    """A report in writing; without ``commission`` only its editors write it."""

    report: Report
    commission: Commission | None
    works: Mapping[str, SectionWork]
    sections: list[Section]
    beside: Beside = NOTHING

    def texts(self, key: str) -> dict[Language, Printed]:
        """Return one section in the languages of the report, as far as it is written, with what stands beside it."""
        return texts_of(self.report, self.sections, key, self.beside)

    def writers(self, key: str) -> list[Contributor]:
        """Return who writes a section besides the editors."""
        return [] if self.commission is None else self.commission.writers_of(self.report, key)


async def draft_of(reader: Reader, report_id: str) -> Draft:
    """Return a report in writing.  Raises `NotFound`."""
    return Draft(
        await reports.get(reader, report_id),
        await commissions.of_report(reader, report_id),
        await store.of_report(reader, report_id),
        await reports.sections_of(reader, report_id),
        await beside_of(reader, report_id),
    )


async def beside_of(reader: Reader, report_id: str) -> Beside:
    """Return the pictures and the indicators of a report."""
    pictures = {each.id: each for each in await images.of_report(reader, report_id)}
    return Beside(pictures, await indicators.drafted(reader, report_id))
