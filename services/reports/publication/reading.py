"""What readers may read of an edition: it is there, it was not withdrawn, and it is in a language of theirs."""

from services.reports.publication import store
from services.reports.publication.domain import Edition, EditionFacts
from services.reports.reports import store as reports
from shared.model import Language
from shared.problems import NotFound
from shared.storage import Reader


async def facts_for_readers(reader: Reader, report_id: str, number: int) -> EditionFacts:
    """Return which edition this is.  Raises `NotFound`, and `Gone` when it was withdrawn."""
    facts = await store.facts(reader, report_id, number)
    report = await reports.get(reader, report_id)
    if report.withdrawn is not None and number <= report.withdrawn.edition:
        raise reports.gone(report.withdrawn)
    return facts


async def edition_for_readers(
    reader: Reader, report_id: str, number: int, language: Language | None = None
) -> tuple[Edition, Language]:
    """Return an edition and the language to show it in.  Raises as `facts_for_readers` and `in_language` do."""
    spoken = shown_in(await facts_for_readers(reader, report_id, number), language)
    return await store.get(reader, report_id, number), spoken


def in_language(facts: EditionFacts, language: Language | None) -> EditionFacts:
    """Return ``facts`` where the edition is in ``language``, if one is asked for.  Raises `NotFound`."""
    if language is not None and language not in facts.languages:
        raise NotFound(
            "language-not-published",
            "This edition was not published in this language.",
            languages=list(facts.languages),
        )
    return facts


def shown_in(facts: EditionFacts, language: Language | None) -> Language:
    """Return ``language`` where it is given, else English, else the edition's first.  Raises `NotFound`."""
    in_language(facts, language)
    return language or ("en" if "en" in facts.languages else facts.languages[0])
