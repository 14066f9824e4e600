"""Putting published reports into the library and taking them out, in the transaction that publishes them."""

from services.reports.book import actions as book
from services.reports.book import store as practices
from services.reports.library import domain, store
from services.reports.publication import store as editions
from services.reports.publication.domain import Edition
from services.reports.reports import store as reports
from services.reports.reports.domain import Report
from shared.ids import Id
from shared.storage import Tx


async def shelve(tx: Tx, report: Report, edition: Edition) -> None:
    """Let readers find ``report``, whose newest edition this is."""
    if report.published is None:
        raise ValueError("only a published report has readers")
    content = edition.read()
    card = domain.card_of(edition, content, first_published_at=report.published.first_published_at)
    await store.put(tx, card, domain.words_of(content))
    await book.publish_practices(tx, edition, content)


async def shelve_again(tx: Tx, report_id: Id) -> None:
    """Write anew what a report is found by; one that has no readers any more is taken out."""
    report = await reports.REPORTS.find(tx, report_id)
    if report is None or report.published is None:
        await take_out(tx, report_id)
        return
    await shelve(tx, report, await editions.get(tx, report_id, report.published.edition))


async def take_out(tx: Tx, report_id: Id) -> None:
    """Let readers find a report no longer, nor what is in it."""
    await store.remove(tx, report_id)
    await practices.withdraw(tx, report_id)
