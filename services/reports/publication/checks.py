"""What must be so before a report is published, and where it is not.  Pure.

A point is named by the place where it can be mended: ``sections.media-freedom.en``, ``title.pl``, ``indicators.…``.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.reports.publication.content import Content
from services.reports.publication.draft import Draft, compose
from services.reports.publication.names import Names, Place
from services.reports.reports.domain import Report, Section
from shared.model import LANGUAGES, Language, Model, in_language
from shared.problems import FieldError, Invalid

LANGUAGE_NAMES: dict[Language, str] = {
    "pl": "Polish",
    "en": "English",
    "be": "Belarusian",
    "uk": "Ukrainian",
    "ru": "Russian",
}
IDENTIFIED_BY = ("practice_id", "image_id", "indicator_id", "key")  # how the parts of a list are named in a place


class LanguageChecklist(Model):
    """What one language still lacks; ready when nothing, here and in the whole."""

    language: Language
    ready: bool
    missing: list[dict[str, Any]]


class Checklist(Model):
    """What hinders publication: in the whole, and in each language."""

    ready: bool
    """Whether it can be published in all its languages."""
    whole: list[dict[str, Any]]
    languages: list[LanguageChecklist]


def checklist(draft: Draft) -> Checklist:
    """Return what hinders the publication of ``draft`` in each of its languages."""
    languages = draft.report.languages
    found = points(draft, compose(draft, languages), languages)
    whole = [each for each in found if language_of(each) is None]
    by_language = {each: [point for point in found if language_of(point) == each] for each in languages}
    return Checklist(
        ready=not found,
        whole=[each.document() for each in whole],
        languages=[
            LanguageChecklist(
                language=language, ready=not whole and not here, missing=[each.document() for each in here]
            )
            for language, here in by_language.items()
        ],
    )


def points(draft: Draft, content: Content, languages: Sequence[Language]) -> tuple[FieldError, ...]:
    """Return everything that hinders the publication of ``content``, composed of ``draft`` in ``languages``.

    What is kept of an earlier edition in other languages is searched for names, too, and not looked at otherwise.
    """
    others = [each for each in draft.points if (language_of(each) or languages[0]) in languages]
    written = [point for each in languages for point in _unwritten(draft.report, content, each)]
    sources = _without_source(draft, content, languages)
    return tuple(dict.fromkeys((*written, *others, *sources, *named(draft, content))))


def language_of(point: FieldError) -> Language | None:
    """Return the one language that a point is about, or `None` when it is about the whole."""
    last = (point.field or "").rpartition(".")[2]
    return next((each for each in LANGUAGES if each == last), None)


def missing(report: Report, sections: Sequence[Section], language: Language) -> tuple[FieldError, ...]:
    """Return what must be written before ``report`` can be published in ``language``."""
    return tuple(_unwritten(report, compose(Draft(report, sections), [language]), language))


def _unwritten(report: Report, content: Content, language: Language) -> Iterator[FieldError]:
    name = LANGUAGE_NAMES[language]
    yield from _absent(content.title, "title", language, f"The report has no title in {name}.")
    yield from _absent(content.summary, "summary", language, f"The report has no summary in {name}.")
    for section in content.sections:
        if not section.text.get(language, "").strip():
            heading = in_language(report.planned(section.key).title, "en")
            yield FieldError(
                code="section-not-written",
                field=f"sections.{section.key}.{language}",
                detail=f"The section “{heading}” is not written in {name}.",
            )


def _absent(texts: Mapping[Language, str], part: str, language: Language, detail: str) -> list[FieldError]:
    if texts.get(language, "").strip():
        return []
    return [FieldError(code=f"{part}-missing", field=f"{part}.{language}", detail=detail)]


def _without_source(draft: Draft, content: Content, languages: Sequence[Language]) -> Iterator[FieldError]:
    for indicator in content.indicators:
        for language in languages:
            if indicator.indicator_id in draft.entered and not indicator.source.get(language, "").strip():
                yield FieldError(
                    code="source-missing",
                    field=f"indicators.{indicator.indicator_id}.source.{language}",
                    detail=f"Say in {LANGUAGE_NAMES[language]} where the numbers of this indicator come from.",
                )


def named(draft: Draft, content: Content) -> Iterator[FieldError]:
    """Yield the places where a name stands that must not be in print; the name itself is not repeated."""
    if not draft.names:
        return
    for place, text in places(content.model_dump(mode="json")):
        for found in draft.names.find(text):
            if mark(place, text.split("\n")[found.line - 1]) in draft.cleared:
                continue
            yield _protected(place, found, "take it out", draft.report.id)


def _protected(place: str, found: Place, advice: str, report_id: str) -> FieldError:
    """Return that a name stands at ``place``; editors, who may read any evidence, learn whose evidence protects it."""
    others = None if {report_id, ""} & found.sources else max(found.sources, default=None)
    return FieldError(
        code="protected-name",
        field=place,
        line=found.line,
        word=found.word,
        about=others,
        detail=f"A protected name stands here (line {found.line}, word {found.word}): {advice}."
        + ("" if others is None else f" It is protected in the evidence of the report {others}."),
    )


def check_notice(report_id: str, names: Names, field: str, said: Mapping[Language, str]) -> None:
    """Raise `Invalid` (``protected-name``) where a notice to readers names somebody who must not be in print.

    Each error names the language, the line and the word, so that it can be said otherwise at once.
    """
    errors = tuple(
        _protected(f"{field}.{language}", found, "say it without", report_id)
        for language, text in said.items()
        for found in names.find(text)
    )
    if errors:
        raise Invalid(
            "protected-name", "A name that is protected stands in what readers are told: say it without.", errors=errors
        )


def mark(place: str, line: str) -> str:
    """Return the mark of one line at one place: another text has another."""
    return hashlib.sha256(f"{place}\n{line}".encode()).hexdigest()


def places(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every text in a document with its place: a dotted path, where parts of lists go by their key or number."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from places(each, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from places(each, f"{path}.{_name(each, number)}")


def _name(part: Any, number: int) -> str:
    held = part if isinstance(part, dict) else {}
    return next((str(held[each]) for each in IDENTIFIED_BY if each in held), str(number))
