"""The only module that knows the collections of reports being written.

A section's key is kept under the name ``theme``, which every section had when all were on themes.
"""

from services.reports.reports.domain import Report, Section, Withdrawn
from services.reports.templates.catalogue import TEMPLATES
from services.reports.templates.domain import MAX_SECTIONS, themes_of
from shared.events.reports import Theme
from shared.model import LANGUAGES, Language
from shared.paging import Page
from shared.problems import Conflict, Gone, NotFound
from shared.storage import Aggregates, CollectionSpec, Document, Index, Reader, Tx, from_document, to_document

SECTIONS_AT_MOST = MAX_SECTIONS * len(LANGUAGES)

REPORTS = Aggregates("reports", Report, "report")

COLLECTIONS = [
    CollectionSpec(
        "reports",
        [
            Index(
                [("published.published_at", -1), ("_id", -1)],
                partial={"published.published_at": {"$type": "date"}},
            ),
            Index([("updated_by", 1)]),
        ],
    ),
    CollectionSpec(
        "sections", [Index([("report_id", 1), ("theme", 1), ("language", 1)], unique=True), Index([("updated_by", 1)])]
    ),
]


async def add(tx: Tx, report: Report, sections: list[Section]) -> None:
    """Add a new report with its sections."""
    await REPORTS.add(tx, report)
    await add_sections(tx, sections)


async def get(reader: Reader, report_id: str) -> Report:
    """Return a report, published or not.  Raises `NotFound`."""
    return await REPORTS.get(reader, report_id)


async def get_published(reader: Reader, report_id: str) -> Report:
    """Return a published report.

    Raises `NotFound` for a draft too, since readers may not know of it, and `Gone` for a withdrawn one.
    """
    report = await REPORTS.find(reader, report_id)
    if report is not None and report.published is None and report.withdrawn is not None:
        raise gone(report.withdrawn)
    if report is None or report.published is None:
        raise NotFound("report-not-found", "There is no such report.")
    return report


def gone(withdrawn: Withdrawn) -> Gone:
    """Return what readers of a withdrawn edition are told: that it was there, and why it is not."""
    return Gone(
        "report-withdrawn",
        "Whoever published this report has withdrawn it: read why.",
        title=withdrawn.title,
        reason=withdrawn.reason,
        withdrawn_at=withdrawn.withdrawn_at.isoformat(),
    )


async def put(tx: Tx, report: Report) -> None:
    """Write the next revision of a report."""
    await REPORTS.put(tx, report)


async def add_sections(tx: Tx, sections: list[Section]) -> None:
    """Add sections that are not there yet."""
    await tx["sections"].insert_many([_kept(section) for section in sections])


async def put_section(tx: Tx, section: Section) -> None:
    """Write the next revision of a section.  Raises `Conflict` when another was written in between."""
    expected = {"_id": section.id, "revision": section.revision - 1}
    if not await tx["sections"].replace_one(expected, _kept(section)):
        raise Conflict("changed-meanwhile", "The section was changed by somebody else: read it and try again.")


async def get_section(reader: Reader, report_id: str, key: str, language: Language) -> Section:
    """Return one section in one language.  Raises `NotFound`."""
    document = await reader["sections"].find_one({"report_id": report_id, "theme": key, "language": language})
    if document is None:
        raise NotFound("section-not-found", "This report has no such section in this language.")
    return _read(document)


async def sections_of(reader: Reader, report_id: str) -> list[Section]:
    """Return every section of a report in every language it ever had."""
    documents = await reader["sections"].find({"report_id": report_id}, limit=SECTIONS_AT_MOST)
    return [_read(document) for document in documents]


async def forget_person(tx: Tx, person_id: str) -> None:
    """Keep reports and their texts, and forget who changed them last."""
    for name in ("reports", "sections"):
        await tx[name].update_many({"updated_by": person_id}, {"$set": {"updated_by": None}})


def _kept(section: Section) -> Document:
    document = to_document(section)
    document["theme"] = document.pop("key")
    return document


def _read(document: Document) -> Section:
    return from_document(Section, {**document, "key": document["theme"]})


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
    theme: Theme | None,
    state: str | None,
    language: Language | None,
    country: str | None,
    after: str | None,
    limit: int,
) -> Page[Report]:
    """Return reports in any state, by what their draft holds; ``unpublished`` are drafts and withdrawn ones."""
    wanted = {"languages": language, "country": country}
    where: Document = {field: value for field, value in wanted.items() if value is not None}
    if theme is not None:
        where["$or"] = _on(theme)
    if state is not None:
        where["published"] = {"$ne": None} if state == "published" else None
    if state in ("draft", "withdrawn"):
        where["withdrawn"] = None if state == "draft" else {"$ne": None}
    return await REPORTS.page(reader, where, after=after, limit=limit)


def _on(theme: Theme) -> list[Document]:
    kinds = [kind for kind, template in TEMPLATES.items() if theme in themes_of(template.sections)]
    planned: list[str | None] = [*kinds, None] if "monitoring-report" in kinds else [*kinds]  # None: of before kinds
    return [{"own_outline": None, "kind": {"$in": planned}}, {"own_outline.key": theme}, {"more_themes": theme}]


async def published_countries(reader: Reader) -> list[str]:
    """Return the countries that published reports are on, in the order of their codes."""
    published: Document = {"published.published_at": {"$type": "date"}}
    rows = await reader["reports"].aggregate([{"$match": published}, {"$group": {"_id": "$published.country"}}])
    return sorted(row["_id"] for row in rows)
