"""Who is told of comments: the writers of the section, the editors, and whoever takes part in the thread.  Pure.

What is said within a short while is one letter to each, and nobody is told of their own words.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.reports.comments.domain import Thread
from services.reports.reports.domain import Report
from services.reports.writing.telling import notice_of
from shared.events.reports import SectionCommented
from shared.model import Language

GATHERED_FOR = timedelta(minutes=10)  # since the first comment of which nobody was told yet


@dataclass(frozen=True, slots=True)
class Said:
    """One comment: where, by whom, and who had a say in its thread."""

    key: str
    language: Language
    author_id: str
    thread_ids: frozenset[str]


def said(thread: Thread, remark_id: str) -> Said | None:
    """Return what a remark was; `None` when it is gone, or its author wanted to be forgotten."""
    remark = next((each for each in thread.remarks if each.id == remark_id), None)
    if remark is None or remark.author.person_id is None:
        return None
    people = frozenset(each.author.person_id for each in thread.remarks if each.author.person_id is not None)
    return Said(thread.key, thread.language, remark.author.person_id, people)


def news(
    report: Report,
    found: Iterable[Said],
    *,
    editors: Collection[str],
    writers: Mapping[str, Collection[str]],
    taking_part: Collection[str],
    revision: int,
) -> list[SectionCommented]:
    """Return what is told to whom: one event for all who hear of the same sections.

    ``writers`` are the people who write each section, by its key; of those who only had a say in a thread hear those
    who are still ``taking_part``.
    """
    heard: dict[str, set[tuple[str, Language]]] = {}
    for each in found:
        talking = each.thread_ids & set(taking_part)
        for person_id in {*editors, *writers.get(each.key, ()), *talking} - {each.author_id}:
            heard.setdefault(person_id, set()).add((each.key, each.language))
    groups: dict[frozenset[tuple[str, Language]], list[str]] = {}
    for person_id in sorted(heard):
        groups.setdefault(frozenset(heard[person_id]), []).append(person_id)
    return [_news(report, places, to, revision) for places, to in groups.items()]


def _news(report: Report, places: frozenset[tuple[str, Language]], to: list[str], revision: int) -> SectionCommented:
    keys = [each for each in report.keys if any(key == each for key, _ in places)]
    return SectionCommented(
        report_id=report.id,
        revision=revision,
        sections=keys,
        person_ids=to,
        language=next(iter(places))[1] if len(places) == 1 else None,
        notice=notice_of(report, keys),
    )
