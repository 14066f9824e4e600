"""The format `zgoda-report-1`: six themes, nothing else.  Never written any more, and read for ever."""

from typing import Final, Literal

from services.reports.publication.content import Content, ContentSection, Texts
from services.reports.reports.domain import Day
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Country, Language, Model

FIRST_FORMAT: Final = "zgoda-report-1"


class FirstSection(Model):
    """One theme, in every language of the edition."""

    theme: Theme
    title: Texts
    text: Texts


class FirstContent(Model):
    """Everything an edition said."""

    format: Literal["zgoda-report-1"] = FIRST_FORMAT
    report_id: Id
    country: Country
    period_from_on: Day
    period_to_on: Day
    languages: tuple[Language, ...]
    title: Texts
    summary: Texts
    sections: tuple[FirstSection, ...]


def in_todays_format(content: FirstContent) -> Content:
    """Return ``content`` as it would be said today: its themes are the keys of its sections."""
    return Content(
        **content.model_dump(exclude={"format", "sections"}),
        sections=tuple(ContentSection(key=each.theme, **each.model_dump()) for each in content.sections),
    )
