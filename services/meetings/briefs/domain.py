"""The rules of briefs: when one is due, and how what concerns somebody is put into few lines.  Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Annotated

import pycountry
from pydantic import Field

from services.meetings.briefs.concerns import Overlap
from services.meetings.decisions.domain import Decision
from services.meetings.directory.knowledge import Activity, PublishedReport
from services.meetings.meetings.domain import Meeting
from shared.events.meetings import AgendaItem, BriefItem, BriefList, BriefNotice
from shared.model import Aggregate, Command, Language, Model, Time, in_language

DAYS_BEFORE = 3  # early enough to read and ask a colleague, late enough to be remembered
MAX_DAYS = 30
AT_THE_LATEST = timedelta(days=1)  # after a meeting was scheduled at short notice
NEWS_WITHOUT_A_SERIES = timedelta(days=90)  # how far back news goes when there was no meeting before
IN_A_LETTER = {"tasks": 8, "activities": 8, "overlaps": 5, "gaps": 5, "reports": 5}
"""How many lines a letter shows of each list: what somebody reads on a phone on the way."""
ON_A_PAGE = 100
AGENDA_ITEMS = 30  # of an agenda in a letter
LINE = 200  # characters of a text in one line
FUNDERS_NAMED = 4


class PlanBrief(Command):
    """When the brief of a meeting goes out, if it does."""

    days_before: Annotated[int, Field(ge=0, le=MAX_DAYS)] = DAYS_BEFORE
    wanted: bool = True


class BriefPlan(Aggregate):
    """When the brief of one meeting, whose id it has, goes out; ``turn`` counts how often it was asked for."""

    days_before: int = DAYS_BEFORE
    wanted: bool = True
    turn: int = Field(default=1, ge=1)
    asked_at: Time | None = None
    """When somebody wanted it sent now, or sent again."""


class Found(Model):
    """Everything that concerns somebody, before it is cut to what a letter or a page shows."""

    decisions: list[Decision] = Field(default_factory=list)
    activities: list[Activity] = Field(default_factory=list)
    overlaps: list[Overlap] = Field(default_factory=list)
    gaps: list[tuple[str, str]] = Field(default_factory=list)
    reports: list[PublishedReport] = Field(default_factory=list)
    minutes: bool = False
    general: bool = False


def plan(before: BriefPlan, command: PlanBrief) -> BriefPlan:
    """Return the plan as it is wanted; as it was when nothing changes."""
    values = command.model_dump()
    return before if values == before.model_dump(include=set(values)) else before.evolve(**values)


def ask_again(before: BriefPlan, *, now: datetime) -> BriefPlan:
    """Return the plan by which everybody gets a brief once more, now."""
    return before.evolve(wanted=True, asked_at=now, turn=before.turn + 1)


def due_at(meeting: Meeting, plan: BriefPlan) -> datetime:
    """Return when the brief of ``meeting`` is due.

    So many days before it; when it was scheduled later than that, a day after scheduling or half-way to its beginning,
    whichever is sooner, so that those invited first have heard of the meeting itself.
    """
    if plan.asked_at is not None:
        return plan.asked_at
    short_notice = min(AT_THE_LATEST, (meeting.starts_at - meeting.scheduled_at) / 2)
    planned = meeting.starts_at - timedelta(days=plan.days_before)
    return planned if planned >= meeting.scheduled_at else meeting.scheduled_at + short_notice


def since(meeting_before: Meeting | None, *, now: datetime) -> datetime:
    """Return from when on things are news: the meeting before in the series, or else three months ago."""
    return meeting_before.starts_at if meeting_before else now - NEWS_WITHOUT_A_SERIES


def notice(
    meeting: Meeting,
    found: Found,
    language: Language,
    *,
    who: tuple[str, Sequence[str]],
    since_on: date,
    today: date,
    limits: dict[str, int],
) -> BriefNotice:
    """Return what the brief says to ``who`` (a person, their organisations) in ``language``."""
    lists = {
        "tasks": _tasks(found.decisions, who, language, today),
        "activities": [_activity(each, language) for each in found.activities],
        "overlaps": [_overlap(each, language) for each in found.overlaps],
        "gaps": [BriefItem(text={}, theme=theme, region=region_name(region)) for theme, region in found.gaps],
        "reports": [BriefItem(text=_only(each.title, language), id=each.id) for each in found.reports],
    }
    return BriefNotice(
        title=_only(meeting.title, language),
        agenda=[
            AgendaItem(starts_at=each.starts_at, title=_only(each.title, language))
            for each in meeting.agenda[:AGENDA_ITEMS]
        ],
        since_on=since_on,
        minutes=found.minutes,
        general=found.general,
        **{name: _cut(items, limits[name]) for name, items in lists.items()},
    )


def _cut(items: list[BriefItem], limit: int) -> BriefList:
    return BriefList(items=items[:limit], more=max(0, len(items) - limit))


def _tasks(
    decisions: Iterable[Decision], who: tuple[str, Sequence[str]], language: Language, today: date
) -> list[BriefItem]:
    person_id, organisation_ids = who

    def is_mine(person: str | None, organisation: str | None) -> bool:
        return person == person_id if person else organisation in organisation_ids

    found = []
    for decision in decisions:
        owed = [(decision.text, decision.due_on)] if is_mine(decision.person_id, decision.owner_id) else []
        owed += [
            (task.text, task.due_on)
            for task in decision.tasks
            if task.is_open and is_mine(task.person_id, task.organisation_id)
        ]
        for text, due_on in owed:
            words = {} if decision.closed else _only(text, language)
            found.append(
                BriefItem(
                    text=words or {language: decision.number},
                    detail=decision.number if words else "",
                    due_on=due_on,
                    late=due_on is not None and due_on < today,
                    id=decision.id,
                )
            )
    return sorted(found, key=lambda item: (item.due_on or date.max, item.detail))


def _activity(activity: Activity, language: Language) -> BriefItem:
    return BriefItem(
        text=_only(activity.title, language),
        detail=in_language(activity.funder, language)[:LINE],
        theme=activity.themes[0] if activity.themes else "",
        region=region_name(activity.regions[0]) if activity.regions else "",
        id=activity.id,
    )


def _overlap(overlap: Overlap, language: Language) -> BriefItem:
    names = [name for name in (in_language(each, language) for each in overlap.funders) if name]
    more = f" +{len(overlap.funders) - FUNDERS_NAMED}" if len(overlap.funders) > FUNDERS_NAMED else ""
    return BriefItem(
        text={},
        theme=overlap.theme,
        region=region_name(overlap.region),
        detail=", ".join(names[:FUNDERS_NAMED])[:LINE] + more,
    )


def _only(texts: dict[Language, str], language: Language) -> dict[Language, str]:
    """Return ``texts`` in the one language that a reader of ``language`` gets, in one line of a bearable length."""
    order: tuple[Language, ...] = (language, "en", "pl", "ru", "uk", "be")
    really = next((each for each in order if texts.get(each)), None)
    if really is None:
        return {}
    line = " ".join(texts[really].split())
    return {really: line if len(line) <= LINE else line[: LINE - 2].rsplit(" ", 1)[0] + " …"}


@cache
def region_name(code: str) -> str:
    """Return the name of a region by its ISO 3166-2 code, or the code when nobody knows it."""
    found = pycountry.subdivisions.get(code=code)  # type: ignore[no-untyped-call]
    return str(found.name) if found is not None else code
