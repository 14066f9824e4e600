"""What is told of editions: that there is one, that one corrects another, that a report is withdrawn.  Pure."""

from services.reports.publication.content import Erratum
from services.reports.reports.domain import Published, Report, Withdrawn
from shared.events.reports import ReportCorrected, ReportNotice, ReportPublished, ReportWithdrawn
from shared.model import Language

NOTICE_CHARACTERS = 2_000  # of a summary, per language: five of them, sealed, stay far below an event's limit


def published(report: Report, already_in: tuple[Language, ...]) -> ReportPublished:
    """Return the news of the newest edition; readers of the languages ``already_in`` had one before."""
    face = _face(report)
    summary = {language: excerpt(text) for language, text in face.summary.items()}
    return ReportPublished(
        report_id=report.id,
        revision=report.revision,
        edition=face.edition,
        themes=list(face.themes),
        languages=list(face.languages),
        new_languages=[each for each in face.languages if each not in already_in],
        country=face.country,
        kind=face.kind,
        published_at=face.published_at,
        notice=ReportNotice(title=face.title, summary=summary),
        decision_id=report.decision_id,
    )


def corrected(report: Report, erratum: Erratum) -> ReportCorrected:
    """Return the news that the newest edition corrects another."""
    face = _face(report)
    return ReportCorrected(
        report_id=report.id,
        revision=report.revision,
        edition=face.edition,
        corrects=erratum.corrects,
        themes=list(face.themes),
        languages=list(face.languages),
        country=face.country,
        kind=face.kind,
        corrected_at=face.published_at,
        notice=ReportNotice(title=face.title, erratum=erratum.text),
    )


def withdrawn(report: Report, withdrawn: Withdrawn) -> ReportWithdrawn:
    """Return the news that the report cannot be read any more."""
    return ReportWithdrawn(
        report_id=report.id,
        revision=report.revision,
        edition=withdrawn.edition,
        themes=list(withdrawn.themes),
        languages=list(withdrawn.languages),
        country=withdrawn.country,
        kind=withdrawn.kind,
        withdrawn_at=withdrawn.withdrawn_at,
        notice=ReportNotice(title=withdrawn.title, reason=withdrawn.reason),
    )


def _face(report: Report) -> Published:
    if report.published is None:
        raise ValueError("only a published report is told of")
    return report.published


def excerpt(text: str, limit: int = NOTICE_CHARACTERS) -> str:
    """Return ``text``, or as many whole paragraphs, or else words, as fit in ``limit`` characters, and an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 2]
    paragraph = cut.rfind("\n\n")
    end = paragraph if paragraph > limit // 2 else max(cut.rfind(" "), cut.rfind("\n"))
    return (cut[:end] if end > 0 else cut).rstrip() + " …"
