"""What is told of a report that did not come out: each reason, and where it is mended.  Pure."""

from collections.abc import Sequence

from services.reports.publication.checks import language_of
from services.reports.releases.domain import Release
from services.reports.reports.domain import Report
from shared.events.reports import HeldReason, ReleaseHeldBack, ReleaseNotice
from shared.model import Language
from shared.problems import FieldError

TOLD_AT_MOST = 12  # reasons in one letter; of more it gives the number


def held_back(report: Report, release: Release, errors: Sequence[FieldError], *, to: list[str]) -> ReleaseHeldBack:
    """Return the news that ``release`` is held back: for ``errors``, or where there are none for its codes."""
    named = {each.field or "" for each in errors if each.code == "protected-name"}
    reasons = _reasons(report, errors, named) or [HeldReason(code=each) for each in release.held_because]
    return ReleaseHeldBack(
        report_id=report.id,
        revision=release.revision,
        person_ids=to,
        planned_for=release.publish_at,
        more=max(len(reasons) - TOLD_AT_MOST, 0),
        notice=ReleaseNotice(report=_sayable(report.title, "title", named), reasons=reasons[:TOLD_AT_MOST]),
    )


def _reasons(report: Report, errors: Sequence[FieldError], named: set[str]) -> list[HeldReason]:
    """Return what stands in the way, place by place, in all the languages at once."""
    found: dict[tuple[str, str, str], list[Language]] = {}
    for each in errors:
        part, _, rest = (each.field or "").partition(".")
        languages = found.setdefault((each.code, part, rest.partition(".")[0] if part == "sections" else ""), [])
        language = language_of(each)
        if language is not None and language not in languages:
            languages.append(language)
    titles = {each.key: each.title for each in report.outline}
    return [
        HeldReason(
            code=code,
            part=part,
            section=_sayable(titles.get(key, {}), f"sections.{key}.title", named),
            languages=languages,
        )
        for (code, part, key), languages in found.items()
    ]


def _sayable(title: dict[Language, str], place: str, named: set[str]) -> dict[Language, str]:
    """Return a title without the languages in which it names somebody who must not be in print."""
    return {language: text for language, text in title.items() if f"{place}.{language}" not in named}
