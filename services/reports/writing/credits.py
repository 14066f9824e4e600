"""Whom readers, and fellow contributors, see as the authors of a section.  Pure.

An organisation under a pseudonym is its letter to all but its editors and itself; nothing else here names it.
"""

from collections.abc import Iterable

from services.reports.commissions.domain import Commission, Contributor
from services.reports.commissions.pseudonyms import pseudonym
from services.reports.reports.domain import Report
from services.reports.writing.domain import SectionWork
from shared.model import Language, Model, in_language


class Credit(Model):
    """An author as readers see it."""

    name: dict[Language, str]
    """Its name by language, or its pseudonym in each of them; empty while no name was given."""
    pseudonym: bool = False


class Dissent(Model):
    """What an author holds against a section, in the languages in which it said so."""

    author: Credit
    text: dict[Language, str]


class SectionCredits(Model):
    """Who wrote a section, and who dissents from it."""

    key: str
    authors: tuple[Credit, ...] = ()
    dissents: tuple[Dissent, ...] = ()


def shown_as(contributor: Contributor) -> Credit:
    """Return a contributor as readers see it."""
    if contributor.pseudonym is not None:
        return Credit(name=pseudonym(contributor.pseudonym), pseudonym=True)
    return Credit(name=contributor.credit)


def credits_of_section(
    report: Report, commission: Commission | None, work: SectionWork | None, key: str
) -> SectionCredits:
    """Return who wrote one section, and who dissents: in the order of names, so that it tells nothing of anybody."""
    writers = [] if commission is None else commission.writers_of(report, key)
    in_order = sorted(writers, key=lambda each: _place(shown_as(each)))
    signatures = {} if work is None else {each.organisation_id: each for each in work.signatures}
    dissents = [
        Dissent(author=shown_as(each), text=signatures[each.organisation_id].dissent)
        for each in in_order
        if each.organisation_id in signatures and signatures[each.organisation_id].verdict == "dissent"
    ]
    return SectionCredits(key=key, authors=_once(shown_as(each) for each in in_order), dissents=tuple(dissents))


def _place(credit: Credit) -> tuple[bool, str]:
    return credit.pseudonym, in_language(credit.name, "en").casefold()


def _once(found: Iterable[Credit]) -> tuple[Credit, ...]:
    kept: list[Credit] = []
    for each in found:
        if each not in kept:
            kept.append(each)
    return tuple(kept)
