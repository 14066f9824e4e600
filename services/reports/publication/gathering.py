"""Brings together everything that an edition is made of, from wherever in this service it is written."""

from services.reports.book import actions as book
from services.reports.commissions import store as commissions
from services.reports.commissions.domain import Commission
from services.reports.evidence import actions as evidence
from services.reports.images import actions as images
from services.reports.indicators import actions as indicators
from services.reports.indicators import store as indicator_store
from services.reports.indicators.domain import Indicator
from services.reports.publication.content import Author, Dissent
from services.reports.publication.draft import Draft
from services.reports.publication.names import Names
from services.reports.publication.protected import names_in_evidence
from services.reports.releases import store as releases
from services.reports.reports import store as reports
from services.reports.reports.domain import Report
from services.reports.writing import checks as writing
from services.reports.writing.credits import Credit
from shared.problems import FieldError
from shared.storage import Reader


async def gather(reader: Reader, report: Report) -> Draft:
    """Return the draft of ``report`` with everything that belongs to it, and everything that speaks against it."""
    credited = await writing.credits_of(reader, report.id)
    numbers = await indicator_store.drafted(reader, report.id)
    return Draft(
        report,
        await reports.sections_of(reader, report.id),
        authors={key: tuple(_author(each) for each in credit.authors) for key, credit in credited.items()},
        dissents={
            key: tuple(Dissent(author=_author(each.author), text=each.text) for each in credit.dissents)
            for key, credit in credited.items()
        },
        pictures=await images.known_to(reader, report.id),
        indicators=tuple(indicator_store.published(each) for each in numbers),
        entered=frozenset(each.id for each in numbers if _is_entered(each)),
        practices=await book.practices_of(reader, report.id),
        points=(
            *await writing.points(reader, report.id),
            *await images.points(reader, report.id),
            *await indicators.points(reader, report.id),
            *await evidence.points(reader, report.id),
            *await book.points(reader, report.id),
            *await _unsearched(reader),
        ),
        names=await names_of(reader, report.id),
        cleared=await releases.cleared(reader, report.id),
    )


def _author(credit: Credit) -> Author:
    return Author(name=credit.name, pseudonym=credit.pseudonym)


def _is_entered(indicator: Indicator) -> bool:
    return any(row.count is None for row in indicator.series)


async def names_of(reader: Reader, report_id: str) -> Names:
    """Return who must not be in print: those whom any report's evidence protects, and who writes under a pseudonym."""
    protected, _ = await names_in_evidence(reader)
    hidden = _under_pseudonyms(await commissions.of_report(reader, report_id))
    return Names(phrases=hidden, beside=protected)


async def _unsearched(reader: Reader) -> tuple[FieldError, ...]:
    """Return that there are more protected names than can be searched for, if there are."""
    _, all_of_them = await names_in_evidence(reader)
    advice = "There are more protected names than can be searched for: ask whoever runs this to raise the limit."
    return () if all_of_them else (FieldError("names-not-searched", advice, field="evidence"),)


def _under_pseudonyms(commission: Commission | None) -> set[str]:
    """Return all names of organisations that readers may know by a letter only."""
    contributors = [] if commission is None else commission.contributors
    hidden = [each for each in contributors if each.pseudonym is not None]
    return {name for each in hidden for name in (*each.credit.values(), *each.names)}
