"""What letters say to those who write a report together."""

from typing import Any

from services.notifications.letters.encoding import many_lines, one_line
from services.notifications.letters.facts import WritingFacts
from services.notifications.letters.following import on
from services.notifications.letters.language import spoken
from services.notifications.letters.rendering import Told
from shared.model import Language


def tell_writing(facts: WritingFacts, language: Language) -> dict[str, Any]:
    """Return the variables of the templates for sections of a report: ``more`` of them than are named."""
    notice = facts.notice
    return {
        "title": _line(notice.report, language),
        "sections": [_line(each, language) for each in notice.sections],
        "sign_offs": [_line(each, language) for each in notice.sign_offs],
        "reviews": [_line(each, language) for each in notice.reviews],
        "more": max(facts.sections - len([*notice.sections, *notice.sign_offs, *notice.reviews]), 0),
        "organisation": _line(notice.organisation, language),
        "asked": many_lines(notice.text),
        "due": on(facts.due_on, language),
        "dissents": facts.dissents,
    }


def _line(texts: dict[Language, str], language: Language) -> Told:
    text, really = spoken(texts, language)
    return Told(one_line(text), really)
