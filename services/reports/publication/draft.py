"""A draft with everything that an edition is made of, and how it becomes an edition's content.  Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.reports.publication.content import (
    Author,
    Content,
    ContentImage,
    ContentIndicator,
    ContentPractice,
    ContentSection,
    Dissent,
    Erratum,
    Texts,
)
from services.reports.publication.markdown import pictures_in
from services.reports.publication.names import Names
from services.reports.reports.domain import Report, Section
from shared.model import Language
from shared.problems import Conflict, FieldError


@dataclass(frozen=True, slots=True)
class Draft:
    """A report with its sections, and what others know of it; authors and dissents are by the key of their section."""

    report: Report
    sections: Sequence[Section]
    authors: Mapping[str, tuple[Author, ...]] = field(default_factory=dict)
    dissents: Mapping[str, tuple[Dissent, ...]] = field(default_factory=dict)
    pictures: Mapping[str, ContentImage] = field(default_factory=dict)
    indicators: tuple[ContentIndicator, ...] = ()
    entered: frozenset[str] = frozenset()
    """The ids of indicators whose numbers somebody entered: they need a source."""
    practices: tuple[ContentPractice, ...] = ()
    points: tuple[FieldError, ...] = ()
    """What others found that hinders publication; where ``field`` ends with a language, in that one only."""
    names: Names = field(default_factory=lambda: Names([]))
    """Who must not be in print."""
    cleared: frozenset[str] = frozenset()
    """Marks of passages in which somebody else of the same name is meant."""


def compose(
    draft: Draft,
    languages: Sequence[Language],
    *,
    before: Content | None = None,
    translation_of: Mapping[Language, Language] | None = None,
    erratum: Erratum | None = None,
) -> Content:
    """Return what an edition in ``languages`` says: as the draft has it, in the other languages as ``before`` had it.

    Raises `Conflict` (``sections-changed``) when languages cannot be kept because the sections are others now.
    """
    report = draft.report
    kept = [each for each in report.languages if before and each in before.languages and each not in languages]
    every = tuple(each for each in report.languages if each in languages or each in kept)
    if before is not None and kept and [each.key for each in before.sections] != list(report.keys):
        raise Conflict(
            "sections-changed",
            "The sections are others than in the last edition: publish in all of its languages again.",
            languages=kept,
        )
    marks = {**(before.translation_of if before else {}), **(translation_of or {})}
    written = Content(
        kind=report.kind,
        report_id=report.id,
        country=report.country,
        regions=report.regions,
        period_from_on=report.period_from_on,
        period_to_on=report.period_to_on,
        languages=every,
        translation_of={each: marks[each] for each in every if marks.get(each) in every},
        title=_only(report.title, languages),
        summary=_only(report.summary, languages),
        erratum=erratum,
        sections=_sections(draft, languages, every),
        indicators=tuple(_in_languages(each, every) for each in draft.indicators),
        practices=tuple(_practice_in(each, every) for each in draft.practices),
    )
    joined = written if before is None else _keeping(written, before, kept)
    return joined.model_copy(update={"images": _images(joined, draft.pictures, before)})


def _sections(draft: Draft, languages: Sequence[Language], every: Sequence[Language]) -> tuple[ContentSection, ...]:
    report = draft.report
    by_place = {(each.key, each.language): each for each in draft.sections if each.language in languages}
    found = []
    for planned in report.outline:
        here = {each: by_place[planned.key, each] for each in languages if (planned.key, each) in by_place}
        found.append(
            ContentSection(
                key=planned.key,
                theme=planned.theme,
                title={language: report.heading(section) for language, section in here.items()},
                text={language: section.text for language, section in here.items()},
                authors=draft.authors.get(planned.key, ()),
                dissents=_dissents(draft.dissents.get(planned.key, ()), every),
            )
        )
    return tuple(found)


def _dissents(dissents: Sequence[Dissent], languages: Sequence[Language]) -> tuple[Dissent, ...]:
    """Return dissents as far as they are said in ``languages``; one said in others alone is there as it was said."""
    return tuple(each.model_copy(update={"text": _only(each.text, languages) or each.text}) for each in dissents)


def _keeping(written: Content, before: Content, kept: Sequence[Language]) -> Content:
    """Return ``written`` with the words that ``before`` had in the languages ``kept``."""
    earlier = {each.key: each for each in before.sections}
    sections = tuple(
        each.model_copy(
            update={name: {**_only(getattr(earlier[each.key], name), kept), **getattr(each, name)} for name in _WORDS}
        )
        for each in written.sections
        if each.key in earlier or not kept
    )
    return written.model_copy(
        update={
            "title": {**_only(before.title, kept), **written.title},
            "summary": {**_only(before.summary, kept), **written.summary},
            "sections": sections if kept else written.sections,
        }
    )


_WORDS = ("title", "text")


def _images(content: Content, known: Mapping[str, ContentImage], before: Content | None) -> tuple[ContentImage, ...]:
    """Return the pictures that the texts show, each once, with the words of the languages that there are."""
    earlier = {each.image_id: each for each in before.images} if before else {}
    shown = dict.fromkeys(each.image_id for text in texts(content) if "image:" in text for each in pictures_in(text))
    found = [known.get(each) or earlier.get(each) for each in shown]
    return tuple(
        each.model_copy(update={name: _only(getattr(each, name), content.languages) for name in ("alt", "caption")})
        for each in found
        if each is not None
    )


def texts(content: Content) -> Iterable[str]:
    """Return every Markdown text of an edition, in the order of reading."""
    parts = [*(each.text for each in content.sections), *(each.text for each in content.practices)]
    return [text for part in parts for text in part.values()]


def _in_languages(indicator: ContentIndicator, languages: Sequence[Language]) -> ContentIndicator:
    words = {name: _only(getattr(indicator, name), languages) for name in ("title", "unit", "note", "source")}
    series = tuple(each.model_copy(update={"label": _only(each.label, languages)}) for each in indicator.series)
    columns = tuple(_only(each, languages) for each in indicator.columns)
    return indicator.model_copy(update={**words, "columns": columns, "series": series})


def _practice_in(practice: ContentPractice, languages: Sequence[Language]) -> ContentPractice:
    parts = ("title", "place", "carried_out_by", "text")
    return practice.model_copy(update={name: _only(getattr(practice, name), languages) for name in parts})


def _only(words: Texts, languages: Iterable[Language]) -> Texts:
    return {language: words[language] for language in languages if language in words}
