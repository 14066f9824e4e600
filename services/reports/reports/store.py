"""The only module that knows the collections of reports being written."""

from services.reports.reports.domain import Report, Section
from shared.events.reports import Theme
from shared.model import Language
from shared.paging import Page
from shared.problems import NotFound
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document, to_document

SECTIONS_AT_MOST = 30  # six themes in five languages

REPORTS = Aggregates("reports", Report, "report")
SECTIONS = Aggregates("sections", Section, "section")

COLLECTIONS = [
    CollectionSpec(
        "reports",
        [
            Index(
                [("published.published_at", -1), ("_id", -1)],
                partial={"published.published_at": {"$type": "date"}},
            )
        ],
    ),
    CollectionSpec("sections", [Index([("report_id", 1), ("theme", 1), ("language", 1)], unique=True)]),
]


async def add(tx: Tx, report: Report, sections: list[Section]) -> None:
    """Add a new report with its sections."""
    await REPORTS.add(tx, report)
    await add_sections(tx, sections)


async def get(reader: Reader, report_id: str) -> Report:
    """Return a report, published or not.  Raises `NotFound`."""
    return await REPORTS.get(reader, report_id)


async def get_published(reader: Reader, report_id: str) -> Report:
    """Return a published report.  Raises `NotFound` for a draft too: readers may not know of it."""
    report = await REPORTS.find(reader, report_id)
    if report is None or report.published is None:
        raise NotFound("report-not-found", "There is no such report.")
    return report


async def put(tx: Tx, report: Report) -> None:
    """Write the next revision of a report."""
    await REPORTS.put(tx, report)


async def add_sections(tx: Tx, sections: list[Section]) -> None:
    """Add sections that are not there yet."""
    await tx["sections"].insert_many([to_document(section) for section in sections])


async def put_section(tx: Tx, section: Section) -> None:
    """Write the next revision of a section."""
    await SECTIONS.put(tx, section)


async def get_section(reader: Reader, report_id: str, theme: Theme, language: Language) -> Section:
    """Return one section in one language.  Raises `NotFound`."""
    document = await reader["sections"].find_one({"report_id": report_id, "theme": theme, "language": language})
    if document is None:
        raise NotFound("section-not-found", "This report has no such section in this language.")
    return from_document(Section, document)


async def sections_of(reader: Reader, report_id: str) -> list[Section]:
    """Return every section of a report in every language it ever had."""
    documents = await reader["sections"].find({"report_id": report_id}, limit=SECTIONS_AT_MOST)
    return [from_document(Section, document) for document in documents]


async def page_for_readers(
    reader: Reader,
    *,
    theme: Theme | None,
    language: Language | None,
    country: str | None,
    after: str | None,
    limit: int,
) -> Page[Report]:
    """Return published reports, by what their latest edition holds."""
    wanted = {
        "published.themes": theme,
        "published.languages": language,
        "published.country": country,
    }
    where: Document = {"published.published_at": {"$type": "date"}}
    where.update({field: value for field, value in wanted.items() if value is not None})
    return await REPORTS.page(reader, where, after=after, limit=limit)


async def page_for_editors(
    reader: Reader,
    *,
    state: str | None,
    language: Language | None,
    country: str | None,
    after: str | None,
    limit: int,
) -> Page[Report]:
    """Return reports in any state, by what their draft holds; every draft has every theme."""
    wanted = {"languages": language, "country": country}
    where: Document = {field: value for field, value in wanted.items() if value is not None}
    if state is not None:
        where["published"] = None if state == "draft" else {"$ne": None}
    return await REPORTS.page(reader, where, after=after, limit=limit)


async def latest_published(
    reader: Reader, *, theme: Theme | None, language: Language | None, limit: int
) -> list[Report]:
    """Return the reports published last, newest first."""
    where: Document = {"published.published_at": {"$type": "date"}}
    where.update({"published.themes": theme} if theme else {})
    where.update({"published.languages": language} if language else {})
    order = [("published.published_at", -1), ("_id", -1)]
    documents = await reader["reports"].find(where, sort=order, limit=limit)
    return [from_document(Report, document) for document in documents]
