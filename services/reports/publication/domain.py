"""The rules of publishing: what must be written first, and what an edition is.

An edition is the canonical JSON of its content and the SHA-256 over exactly those bytes.  The number and time of an
edition are not part of the content, so equal content has an equal hash, and anybody can check
``GET /reports/{id}/editions/{n}/content | sha256sum``.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from pydantic import ConfigDict, Field

from services.reports.publication.content import Content, ContentSection, canonical, digest
from services.reports.publication.first_format import FIRST_FORMAT, FirstContent, in_todays_format
from services.reports.reports.domain import Languages, Published, Report, Section
from shared.events.reports import ReportNotice, ReportPublished, Theme
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, Model, Time, in_language
from shared.problems import Conflict, FieldError, Invalid

FACE = {"kind", "country", "period_from_on", "period_to_on", "languages", "title", "summary"}  # what lists show
NOTICE_CHARACTERS = 2_000  # of a summary, per language: five of them, sealed, stay far below an event's limit
LANGUAGE_NAMES: dict[Language, str] = {
    "pl": "Polish",
    "en": "English",
    "be": "Belarusian",
    "uk": "Ukrainian",
    "ru": "Russian",
}


class PublishReport(Command):
    """Publish in ``languages``; without them in every language of the report."""

    languages: Languages | None = None


class Edition(Aggregate):
    """A published revision of a report; never changed.  ``content`` is the canonical JSON that ``sha256`` is of."""

    report_id: Id
    edition: int = Field(ge=1)
    sha256: str
    published_at: Time
    published_by: Id
    languages: tuple[Language, ...]
    themes: tuple[Theme, ...]
    content: str

    def read(self) -> Content:
        """Return the content, whichever format it was written in."""
        document = json.loads(self.content)
        if document["format"] == FIRST_FORMAT:
            return in_todays_format(FirstContent.model_validate(document))
        return Content.model_validate(document)


class EditionFacts(Model):
    """Which edition this is, without its content."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    edition: int
    sha256: str
    published_at: Time
    languages: tuple[Language, ...]


class LanguageChecklist(Model):
    """What one language still lacks; ready when nothing."""

    language: Language
    ready: bool
    missing: list[dict[str, Any]]


def missing(report: Report, sections: Iterable[Section], language: Language) -> tuple[FieldError, ...]:
    """Return what must be written before ``report`` can be published in ``language``."""
    name = LANGUAGE_NAMES[language]
    written = {section.key for section in sections if section.language == language and section.written}
    return (
        *_absent(report.title, "title", language, f"The report has no title in {name}."),
        *_absent(report.summary, "summary", language, f"The report has no summary in {name}."),
        *(
            FieldError(
                code="section-not-written",
                field=f"sections.{planned.key}.{language}",
                detail=f"The section “{in_language(planned.title, 'en')}” is not written in {name}.",
            )
            for planned in report.outline
            if planned.key not in written
        ),
    )


def _absent(texts: dict[Language, str], part: str, language: Language, detail: str) -> list[FieldError]:
    if texts.get(language, "").strip():
        return []
    return [FieldError(code=f"{part}-missing", field=f"{part}.{language}", detail=detail)]


def checklist(report: Report, sections: Sequence[Section]) -> list[LanguageChecklist]:
    """Return for each language of ``report`` what it still lacks."""
    found = {language: missing(report, sections, language) for language in report.languages}
    return [
        LanguageChecklist(language=language, ready=not errors, missing=[error.document() for error in errors])
        for language, errors in found.items()
    ]


def publish(
    report: Report, sections: Sequence[Section], command: PublishReport, *, now: datetime, by: Id
) -> tuple[Report, Edition, ReportPublished]:
    """Return ``report`` with its new edition, and what to tell.

    Raises `Invalid` (``report-not-complete``) with everything that is missing in the languages asked for, `Conflict`
    (``nothing-changed``) when the latest edition says the same.
    """
    languages = _complete(report, sections, command)
    content = _content(report, sections, languages)
    text = canonical(content)
    sha256 = digest(text)
    before = report.published
    if before is not None and before.sha256 == sha256:
        raise Conflict(
            "nothing-changed",
            "The latest edition says the same already: change a text or a language, then publish.",
            edition=before.edition,
        )
    face = Published(
        edition=1 if before is None else before.edition + 1,
        sha256=sha256,
        first_published_at=now if before is None else before.first_published_at,
        published_at=now,
        themes=report.themes,
        **content.model_dump(include=FACE),
    )
    edition = Edition(
        id=new_id(),
        report_id=report.id,
        published_by=by,
        content=text,
        **face.model_dump(include={"edition", "sha256", "published_at", "languages", "themes"}),
    )
    report = report.evolve(published=face)
    return report, edition, _told(report, face)


def _complete(report: Report, sections: Sequence[Section], command: PublishReport) -> tuple[Language, ...]:
    wanted = report.languages if command.languages is None else command.languages
    if not set(wanted) <= set(report.languages):
        raise Invalid(
            "language-not-in-report",
            "Publish in languages of the report only, or add the language to the report first.",
            errors=(
                FieldError(code="language-not-in-report", field="languages", detail="Not a language of this report."),
            ),
        )
    languages = tuple(language for language in report.languages if language in wanted)
    errors = tuple(error for language in languages for error in missing(report, sections, language))
    if errors:
        raise Invalid(
            "report-not-complete",
            "Write what is missing, or publish only in the languages that are complete.",
            errors=errors,
            ready=[each.language for each in checklist(report, sections) if each.ready],
        )
    return languages


def _content(report: Report, sections: Sequence[Section], languages: tuple[Language, ...]) -> Content:
    by_place = {(section.key, section.language): section for section in sections}
    return Content(
        kind=report.kind,
        report_id=report.id,
        country=report.country,
        period_from_on=report.period_from_on,
        period_to_on=report.period_to_on,
        languages=languages,
        title={language: report.title[language] for language in languages},
        summary={language: report.summary[language] for language in languages},
        sections=tuple(
            ContentSection(
                key=planned.key,
                theme=planned.theme,
                title={language: report.heading(by_place[planned.key, language]) for language in languages},
                text={language: by_place[planned.key, language].text for language in languages},
            )
            for planned in report.outline
        ),
    )


def _told(report: Report, face: Published) -> ReportPublished:
    summary = {language: excerpt(text) for language, text in face.summary.items()}
    return ReportPublished(
        report_id=report.id,
        revision=report.revision,
        edition=face.edition,
        themes=list(face.themes),
        languages=list(face.languages),
        country=face.country,
        kind=face.kind,
        published_at=face.published_at,
        notice=ReportNotice(title=face.title, summary=summary),
        decision_id=report.decision_id,
    )


def excerpt(text: str, limit: int = NOTICE_CHARACTERS) -> str:
    """Return ``text``, or as many whole paragraphs, or else words, as fit in ``limit`` characters, and an ellipsis."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 2]
    paragraph = cut.rfind("\n\n")
    end = paragraph if paragraph > limit // 2 else max(cut.rfind(" "), cut.rfind("\n"))
    return (cut[:end] if end > 0 else cut).rstrip() + " …"
