"""Making the practices of a Book, and letting readers find those of its newest edition."""

from services.reports.access import Part, check_edits
from services.reports.book import domain, store
from services.reports.book.domain import Practice, PublishedPractice, WritePractice
from services.reports.publication.content import Content, ContentPractice
from services.reports.publication.domain import Edition
from services.reports.reports import store as reports
from shared.ids import utc_now
from shared.problems import Conflict, FieldError
from shared.storage import Reader, Tx
from shared.web import expect

BOOK = "book-of-good-practices"


async def add_practice(
    tx: Tx, report_id: str, command: WritePractice, *, by: Part, source_id: str | None = None
) -> Practice:
    """Add a practice to a Book.  Raises `Conflict` (``not-a-book``) for a report of another kind."""
    check_edits(by)
    report = await reports.get(tx, report_id)
    if report.kind != BOOK:
        raise Conflict("not-a-book", "Only a Book of Good Practices has practices: begin one.")
    taken = {each.key for each in await store.of_report(tx, report_id, removed=None)}
    practice = domain.add(report_id, command, taken=taken, now=utc_now(), source_id=source_id)
    await store.PRACTICES.add(tx, practice)
    return practice


async def change_practice(
    tx: Tx, report_id: str, practice_id: str, command: WritePractice, *, seen: int | None, by: Part
) -> Practice:
    """Say anew what a practice is.  A save sent twice succeeds twice."""
    check_edits(by)
    before = await store.get(tx, report_id, practice_id)
    practice = domain.change(before, command, now=utc_now())
    if practice is not before:
        expect(before, seen)
        await store.PRACTICES.put(tx, practice)
    return practice


async def remove_practice(tx: Tx, report_id: str, practice_id: str, *, removed: bool, by: Part) -> Practice:
    """Take a practice out of the Book, or back in it."""
    check_edits(by)
    before = await store.get(tx, report_id, practice_id)
    practice = domain.remove(before, removed=removed, now=utc_now())
    if practice is not before:
        await store.PRACTICES.put(tx, practice)
    return practice


async def practices_of(reader: Reader, report_id: str) -> tuple[ContentPractice, ...]:
    """Return the practices of a Book as its next edition would hold them, in their order."""
    return tuple(domain.published(each) for each in domain.chapters(await store.of_report(reader, report_id)))


async def points(reader: Reader, report_id: str) -> tuple[FieldError, ...]:
    """Return what in the practices hinders the publication of a Book."""
    report = await reports.get(reader, report_id)
    return domain.points(await store.of_report(reader, report_id), report.languages)


async def publish_practices(tx: Tx, edition: Edition, content: Content) -> None:
    """Let readers find the practices of an edition, the newest of its Book."""
    if content.kind != BOOK:
        return
    found = [
        PublishedPractice(
            id=each.practice_id,
            report_id=edition.report_id,
            edition=edition.edition,
            book_title=content.title,
            country=content.country,
            languages=content.languages,
            published_at=edition.published_at,
            practice=each,
            search=domain.words_of(each),
        )
        for each in content.practices
    ]
    await store.publish(tx, edition.report_id, found)
