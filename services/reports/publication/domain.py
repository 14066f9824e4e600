"""The rules of publishing: what an edition is, how it is corrected, how a report is withdrawn.

An edition is the canonical JSON of its content and the SHA-256 over exactly those bytes.  The number and time of an
edition are not part of the content, so equal content has an equal hash, and anybody can check
``GET /reports/{id}/editions/{n}/content | sha256sum``.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, NoReturn

from pydantic import AfterValidator, ConfigDict, Field

from services.reports.publication import checks, telling
from services.reports.publication.content import Content, Erratum, canonical, digest
from services.reports.publication.draft import Draft, compose
from services.reports.publication.first_format import FIRST_FORMAT, FirstContent, in_todays_format
from services.reports.publication.telling import NOTICE_CHARACTERS
from services.reports.reports.domain import Languages, Published, Report, Withdrawn
from shared.events.reports import ReportCorrected, ReportPublished, ReportWithdrawn, Theme
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, LocalText, Model, Time
from shared.problems import Conflict, FieldError, Invalid

FACE = {"kind", "country", "regions", "period_from_on", "period_to_on", "languages", "title", "summary"}  # of lists
WITHDRAWN_FACE = {"edition", "kind", "country", "languages", "themes", "title", "first_published_at"}


def _said(value: dict[Language, str]) -> dict[Language, str]:
    if not value or not all(text.strip() for text in value.values()):
        raise ValueError("must say something in each language it names")
    if any(len(text) > NOTICE_CHARACTERS for text in value.values()):
        raise ValueError(f"must be at most {NOTICE_CHARACTERS} characters in each language")
    return value


Notice = Annotated[LocalText, AfterValidator(_said)]
"""Plain text for readers in one or more languages, at most `NOTICE_CHARACTERS` in each."""


class PublishReport(Command):
    """Publish in ``languages``; without them in every language of the report.

    Languages of the last edition that are not named stay in the new one word for word.  ``translation_of`` says of a
    language from which other it was translated.
    """

    languages: Languages | None = None
    translation_of: dict[Language, Language] = Field(default_factory=dict)


class CorrectReport(PublishReport):
    """Publish a new edition that corrects the last one: ``erratum`` says in each of ``languages`` what was wrong.

    Without ``languages`` in those of the erratum.
    """

    erratum: Notice


class WithdrawReport(Command):
    """Take a report back: ``reason`` is shown in the place of every edition."""

    reason: Notice


class Edition(Aggregate):
    """A published revision of a report; never changed.  ``content`` is the canonical JSON that ``sha256`` is of."""

    report_id: Id
    edition: int = Field(ge=1)
    sha256: str
    published_at: Time
    published_by: Id | None
    """Nobody when they wanted to be forgotten: whom it names is no part of what was published."""
    languages: tuple[Language, ...]
    themes: tuple[Theme, ...]
    erratum: Erratum | None = None
    """What it corrects, as its content says."""
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
    erratum: Erratum | None = None
    """What it corrects, if it does."""


def publish(
    draft: Draft, command: PublishReport, *, before: Edition | None = None, now: datetime, by: Id
) -> tuple[Report, Edition, ReportPublished]:
    """Return the report with its new edition, and what to tell; ``before`` is the edition that readers see now.

    Raises `Invalid` (``report-not-complete``) with everything that is missing in the languages asked for, `Conflict`
    (``nothing-changed``) when the latest edition says the same.
    """
    languages = _chosen(draft.report, command.languages)
    report, edition = _issue(draft, languages, command.translation_of, None, before, now=now, by=by)
    return report, edition, telling.published(report, before.languages if before else ())


def correct(
    draft: Draft, command: CorrectReport, *, before: Edition, now: datetime, by: Id
) -> tuple[Report, Edition, ReportCorrected]:
    """Return the report with an edition that begins with an erratum, and what to tell.  Raises as `publish` does.

    Raises `Invalid` (``erratum-missing``) where the erratum is not in one of the languages that are corrected.
    """
    languages = _chosen(draft.report, command.languages or tuple(command.erratum))
    unsaid = [each for each in languages if each not in command.erratum]
    if unsaid:
        advice = "Say what was wrong in each language in which it is corrected."
        errors = tuple(FieldError("erratum-missing", advice, field=f"erratum.{each}") for each in unsaid)
        raise Invalid("erratum-missing", advice, errors=errors)
    erratum = Erratum(corrects=before.edition, text={each: command.erratum[each] for each in languages})
    report, edition = _issue(draft, languages, command.translation_of, erratum, before, now=now, by=by)
    return report, edition, telling.corrected(report, erratum)


def withdraw(report: Report, command: WithdrawReport, *, now: datetime) -> tuple[Report, ReportWithdrawn]:
    """Return ``report`` without readers, and what to tell.  Raises `Conflict` (``not-published``).

    It can be published again: the next edition is one that was never withdrawn.
    """
    face = report.published
    if face is None:
        raise Conflict("not-published", "Only a published report can be withdrawn.")
    withdrawn = Withdrawn(withdrawn_at=now, reason=command.reason, **face.model_dump(include=WITHDRAWN_FACE))
    report = report.evolve(published=None, withdrawn=withdrawn)
    return report, telling.withdrawn(report, withdrawn)


def _issue(
    draft: Draft,
    languages: tuple[Language, ...],
    translation_of: Mapping[Language, Language],
    erratum: Erratum | None,
    before: Edition | None,
    *,
    now: datetime,
    by: Id,
) -> tuple[Report, Edition]:
    said = None if before is None else before.read()
    content = compose(draft, languages, before=said, translation_of=translation_of, erratum=erratum)
    _check_translations(translation_of, content)
    if errors := checks.points(draft, content, languages):
        _refuse(draft, errors)
    if before is not None and said is not None and _same(said, content):
        raise Conflict(
            "nothing-changed",
            "The latest edition says the same already: change a text or a language, then publish.",
            edition=before.edition,
        )
    return _printed(draft.report, content, now=now, by=by)


def _printed(report: Report, content: Content, *, now: datetime, by: Id) -> tuple[Report, Edition]:
    text = canonical(content)
    before = report.published
    face = Published(
        edition=report.last_edition + 1,
        sha256=digest(text),
        first_published_at=now if before is None else before.first_published_at,
        published_at=now,
        themes=report.themes,
        corrects=None if content.erratum is None else content.erratum.corrects,
        **content.model_dump(include=FACE),
    )
    edition = Edition(
        id=new_id(),
        report_id=report.id,
        published_by=by,
        content=text,
        erratum=content.erratum,
        **face.model_dump(include={"edition", "sha256", "published_at", "languages", "themes"}),
    )
    return report.evolve(published=face), edition


def _chosen(report: Report, wanted: tuple[Language, ...] | None) -> tuple[Language, ...]:
    wanted = report.languages if wanted is None else wanted
    if not set(wanted) <= set(report.languages):
        raise Invalid(
            "language-not-in-report",
            "Publish in languages of the report only, or add the language to the report first.",
            errors=(
                FieldError(code="language-not-in-report", field="languages", detail="Not a language of this report."),
            ),
        )
    return tuple(language for language in report.languages if language in wanted)


def _check_translations(translation_of: Mapping[Language, Language], content: Content) -> None:
    for language, source in translation_of.items():
        if language == source or not {language, source} <= set(content.languages):
            advice = "A translation and what it was made from are two languages of this edition."
            error = FieldError("translation-not-there", advice, field=f"translation_of.{language}")
            raise Invalid("translation-not-there", advice, errors=(error,))


def _refuse(draft: Draft, errors: tuple[FieldError, ...]) -> NoReturn:
    ready = [each.language for each in checks.checklist(draft).languages if each.ready]
    if any(each.code == "protected-name" for each in errors):
        raise Invalid(
            "protected-name",
            "A name that is protected stands in the text: take it out at the places named.",
            errors=errors,
            ready=ready,
        )
    raise Invalid(
        "report-not-complete",
        "Write what is missing, or publish only in the languages that are complete.",
        errors=errors,
        ready=ready,
    )


def _same(before: Content, now: Content) -> bool:
    """Return whether two editions say the same, whatever was wrong before."""
    return before.model_copy(update={"erratum": None}) == now.model_copy(update={"erratum": None})
