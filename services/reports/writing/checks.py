"""What writing means for publication: what still hinders it, and whom readers see as authors and dissenters."""

from services.reports.commissions.domain import Commission
from services.reports.reports.domain import Report
from services.reports.writing import domain
from services.reports.writing.credits import SectionCredits, credits_of_section, shown_as
from services.reports.writing.draft import Draft, draft_of
from shared.model import Language, in_language
from shared.problems import FieldError
from shared.storage import Reader


async def points(reader: Reader, report_id: str) -> tuple[FieldError, ...]:
    """Return what hinders the publication of a report: sections not taken, sign-offs missing or of older texts.

    A recorded dissent counts as done.  What hinders one language alone ends its field in it:
    ``sections.media-freedom.be``.  Sections that nobody but the editors writes need no sign-off.  Raises `NotFound`.
    """
    draft = await draft_of(reader, report_id)
    if draft.commission is None:
        return ()
    uncredited = _uncredited(draft.report, draft.commission)
    return (*uncredited, *(point for key in draft.report.keys for point in _of_section(draft, key)))


async def credits_of(reader: Reader, report_id: str) -> dict[str, SectionCredits]:
    """Return for each section who wrote it and who dissents, as readers see them, by the section's key.

    Raises `NotFound`.
    """
    draft = await draft_of(reader, report_id)
    return {
        key: credits_of_section(draft.report, draft.commission, draft.works.get(key), key) for key in draft.report.keys
    }


def _uncredited(report: Report, commission: Commission) -> list[FieldError]:
    """Return where the name of a contributor is missing; under a pseudonym it could not be searched for."""
    return [
        FieldError(
            code="credit-missing" if contributor.pseudonym is None else "hidden-name-missing",
            field=f"contributors.{place}.{language}",
            detail="Say by which name readers know each contributor, in each language."
            if contributor.pseudonym is None
            else "Say what an organisation under a pseudonym is called: it is not printed, and searched for.",
        )
        for place, contributor in enumerate(commission.contributors)
        for language in report.languages
        if not contributor.credit.get(language)
    ]


def _of_section(draft: Draft, key: str) -> list[FieldError]:
    writers, work, texts = draft.writers(key), draft.works.get(key), draft.texts(key)
    if not writers:
        return []
    title = in_language(draft.report.planned(key).title, "en")
    if work is None or work.state != "accepted":
        detail = f"The editors have not taken the section “{title}” yet."
        return [FieldError(code="section-not-accepted", field=f"sections.{key}", detail=detail)]
    found = []
    for writer in writers:
        name = in_language(shown_as(writer).name, "en") or "A contributor"
        signature = work.signature_of(writer.organisation_id)
        if signature is None:
            detail = f"{name} has not signed off the section “{title}”."
            found.append(FieldError(code="sign-off-missing", field=f"sections.{key}", detail=detail))
            continue
        found += [_outdated(name, title, key, language) for language in domain.changed_since(signature, texts)]
    return found


def _outdated(name: str, title: str, key: str, language: Language) -> FieldError:
    detail = f"{name} signed off an older text of the section “{title}”: ask for the sign-off again."
    return FieldError(code="sign-off-outdated", field=f"sections.{key}.{language}", detail=detail)
