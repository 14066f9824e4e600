"""What letters say of decisions and tasks, and of everything that concerns somebody before a meeting."""

from datetime import date
from typing import Any, NamedTuple

from babel.dates import format_date

from services.notifications.letters import dates
from services.notifications.letters.encoding import many_lines, one_line
from services.notifications.letters.facts import BriefFacts, PeriodFacts, TaskFacts
from services.notifications.letters.language import THEMES, locale, spoken, translations
from services.notifications.letters.rendering import Told
from shared.events.meetings import BriefItem, BriefList
from shared.model import Language


class Line(NamedTuple):
    """One line of a brief: what, and after it by whom, on what, where."""

    what: Told
    where: tuple[str, ...]
    due: str
    late: bool


class Lines(NamedTuple):
    """One list of a brief, and how many more the page shows."""

    lines: list[Line]
    more: int


def tell_task(facts: TaskFacts, language: Language) -> dict[str, Any]:
    """Return the variables of the templates for something to be carried out."""
    return {
        "number": one_line(facts.notice.number),
        "task": facts.task,
        "meeting": _told_line(facts.notice.meeting, language),
        "text": Told(many_lines(spoken(facts.notice.text, language)[0]), spoken(facts.notice.text, language)[1]),
        "due": on(facts.due_on, language),
        "reminder": facts.reminder,
    }


def tell_brief(facts: BriefFacts, language: Language, time_zone: str) -> dict[str, Any]:
    """Return the variables of the templates for a brief, but for the agenda."""
    notice = facts.notice
    lists = {
        name: _lines(getattr(notice, name), language) for name in ("tasks", "activities", "overlaps", "gaps", "reports")
    }
    title = _told_line(notice.title, language)
    untitled = Told(translations(language).gettext("A meeting you are invited to"), language)
    return {
        **lists,
        "title": title if title.text and not facts.closed else untitled,
        "closed": facts.closed,
        "minutes": notice.minutes,
        "general": notice.general,
        "quiet": not notice.minutes and not any(each.lines for each in lists.values()),
        "since": on(notice.since_on, language),
        "date": dates.day(facts.starts_at, language, time_zone),
        "when": dates.spans(facts.slot, language, time_zone),
        "agenda_clock": dates.place_of_clock(facts.starts_at, language, time_zone),
    }


def tell_period(facts: PeriodFacts, language: Language, time_zone: str) -> dict[str, Any]:
    """Return the variables of the templates for a period to report on."""
    title = _told_line(facts.notice.title, language)
    untitled = Told(translations(language).gettext("Reporting period"), language)
    return {
        "title": title if title.text else untitled,
        "span": f"{on(facts.from_on, language)} – {on(facts.to_on, language)}",
        "closes": dates.point(facts.closes_at, language, time_zone),
    }


def on(day: date | None, language: Language) -> str:
    """Return a day as it is written, or nothing."""
    return format_date(day, "long", locale=locale(language)).replace("\u202f", "\u00a0") if day else ""


def _lines(found: BriefList, language: Language) -> Lines:
    return Lines([_line(each, language) for each in found.items], found.more)


def _line(item: BriefItem, language: Language) -> Line:
    gettext = translations(language).gettext
    theme = gettext(THEMES[item.theme]) if item.theme in THEMES else ""
    what, where = _told_line(item.text, language), [one_line(item.detail), theme, one_line(item.region)]
    if not what.text:  # a gap or an overlap has no name but its theme
        what, where = Told(theme or one_line(item.region), language), [one_line(item.region), one_line(item.detail)]
    return Line(what, tuple(each for each in where if each), on(item.due_on, language), item.late)


def _told_line(texts: dict[Language, str], language: Language) -> Told:
    text, really = spoken(texts, language)
    return Told(one_line(text), really)
