"""Facts become what templates say: texts in the reader's language, times on the reader's clocks."""

from collections.abc import Callable
from typing import Any

from services.notifications.letters import dates
from services.notifications.letters.encoding import link_in_header, many_lines, one_line
from services.notifications.letters.facts import (
    BriefFacts,
    DigestFacts,
    Facts,
    LinkFacts,
    MeetingFacts,
    PeriodFacts,
    ReleaseFacts,
    ReportFacts,
    TaskFacts,
    WebhookFacts,
    WritingFacts,
)
from services.notifications.letters.following import tell_brief, tell_period, tell_task
from services.notifications.letters.language import N_, THEMES, language_name, spoken, translations
from services.notifications.letters.rendering import Told
from services.notifications.letters.setbacks import tell_release, tell_webhook
from services.notifications.letters.writing import tell_writing
from shared.model import Language


def tell(facts: Facts, language: Language, time_zone: str) -> dict[str, Any]:  # noqa: PLR0911 - one for each kind
    """Return the variables of the templates for ``facts``."""
    match facts:
        case MeetingFacts():
            return _tell_meeting(facts, language, time_zone)
        case ReportFacts():
            return _tell_report(facts, language, time_zone)
        case TaskFacts():
            return tell_task(facts, language)
        case WritingFacts():
            return tell_writing(facts, language)
        case BriefFacts():
            told = tell_brief(facts, language, time_zone)
            return {**told, "agenda": _agenda(facts, language, time_zone)}
        case PeriodFacts():
            return tell_period(facts, language, time_zone)
        case ReleaseFacts():
            return tell_release(facts, language, time_zone)
        case WebhookFacts():
            return tell_webhook(facts, language, time_zone)
        case DigestFacts():
            items = [(one_line(item.subject), facts.link_of(index)) for index, item in enumerate(facts.items)]
            return {"items": items}
        case LinkFacts():
            return {"expires": dates.point(facts.expires_at, language, time_zone)}


def title(facts: MeetingFacts | ReportFacts, language: Language) -> Told:
    """Return the title as one line; a word for what it is, if nobody gave it one."""
    told = _told(facts.notice.title, language, one_line)
    otherwise = N_("Meeting") if isinstance(facts, MeetingFacts) else N_("Report")
    return told if told.text else Told(translations(language).gettext(otherwise), language)


def languages(told: dict[str, Any], language: Language) -> str:
    """Name the language of the letter, then those of texts that were not to be had in it (RFC 3282)."""
    texts = [each for each in told.values() if isinstance(each, Told)] + [item for _, item in told.get("agenda", [])]
    return ", ".join(dict.fromkeys([language, *(each.language for each in texts if each.text)]))


def _tell_meeting(facts: MeetingFacts, language: Language, time_zone: str) -> dict[str, Any]:
    notice, earlier = facts.notice, facts.earlier
    online = one_line(notice.link)
    return {
        "title": title(facts, language),
        "text": _told(notice.text, language, many_lines),
        "reason": _told(notice.reason, language, many_lines),
        "subject": _told(facts.message.subject if facts.message else {}, language, one_line),
        "message": _told(facts.message.text if facts.message else {}, language, many_lines),
        "date": dates.day(facts.starts_at, language, time_zone),
        "when": dates.spans(facts.slot, language, time_zone),
        "moved": earlier is not None and (earlier.starts_at, earlier.ends_at) != (facts.starts_at, facts.ends_at),
        "earlier": dates.spans(earlier, language, time_zone) if earlier else [],
        "place": one_line(notice.place),
        "online": online,
        "online_is_address": _is_address(online),
        "agenda": _agenda(facts, language, time_zone),
        "agenda_clock": dates.place_of_clock(facts.starts_at, language, time_zone),
    }


def _agenda(facts: MeetingFacts | BriefFacts, language: Language, time_zone: str) -> list[tuple[str, Told]]:
    moments = [item.starts_at for item in facts.notice.agenda]
    one_day = len({dates.day(each, language, time_zone) for each in [*moments, facts.starts_at]}) == 1
    return [
        (
            ("" if one_day else dates.day(item.starts_at, language, time_zone, style="d MMM") + ", ")
            + dates.clock(item.starts_at, time_zone),
            _told(item.title, language, one_line),
        )
        for item in facts.notice.agenda
    ]


def _tell_report(facts: ReportFacts, language: Language, time_zone: str) -> dict[str, Any]:
    gettext = translations(language).gettext
    return {
        "title": title(facts, language),
        "summary": _told(facts.notice.summary, language, many_lines),
        "erratum": _told(facts.notice.erratum, language, many_lines),
        "reason": _told(facts.notice.reason, language, many_lines),
        "edition": 1 if facts.translated else facts.edition,
        "themes": [gettext(THEMES.get(theme, theme)) for theme in facts.themes],
        "published_on": dates.day(facts.published_at, language, time_zone),
        "languages": ", ".join(language_name(each, language) for each in facts.languages),
    }


def _told(texts: dict[Language, str], language: Language, clean: Callable[[str], str]) -> Told:
    text, really = spoken(texts, language)
    return Told(clean(text), really)


def _is_address(link: str) -> bool:
    try:
        return bool(link_in_header(link))
    except ValueError:
        return False
