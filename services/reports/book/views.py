"""What of a practice is shown: to those who make the Book all of it, to readers what is published."""

from services.reports.book.domain import Practice, PracticeKind, PublishedPractice
from services.reports.publication.around import around
from services.reports.publication.content import Content
from services.reports.publication.html import to_html
from shared.ids import Id
from shared.model import Country, Language, Model, Time
from shared.regions import names_of_region


class PracticeView(Model):
    """A practice of a Book that is being made; ``revision`` is for ``If-Match``."""

    id: Id
    revision: int
    key: str
    kind: PracticeKind
    region: str | None
    title: dict[Language, str]
    place: dict[Language, str]
    carried_out_by: dict[Language, str]
    text: dict[Language, str]
    removed: bool
    changed_at: Time


class PracticeCard(Model):
    """A published practice in a list: without its text."""

    id: Id
    report_id: Id
    book_title: dict[Language, str]
    edition: int
    in_newest: bool
    country: Country
    region: str | None
    region_name: dict[Language, str]
    kind: str
    title: dict[Language, str]
    place: dict[Language, str]
    carried_out_by: dict[Language, str]
    languages: tuple[Language, ...]
    published_at: Time


class PublishedPracticeView(PracticeCard):
    """A published practice; ``html`` is sanitised, in each language it is written in."""

    html: dict[Language, str]


def view(practice: Practice) -> PracticeView:
    """Return a practice for those who make the Book."""
    return PracticeView(**practice.model_dump(include=set(PracticeView.model_fields)))


def card(found: PublishedPractice) -> PracticeCard:
    """Return a published practice without its text."""
    return PracticeCard(**_facts(found))


def for_readers(found: PublishedPractice, content: Content) -> PublishedPracticeView:
    """Return a published practice with its text; ``content`` is that of the edition that holds it."""
    text = found.practice.text
    html = {each: to_html(text[each], around(content, found.practice.key, each)) for each in text if text[each]}
    return PublishedPracticeView(**_facts(found), html=html)


def _facts(found: PublishedPractice) -> dict[str, object]:
    region = found.practice.region
    return {
        **found.model_dump(include=set(PracticeCard.model_fields)),
        **found.practice.model_dump(include={"kind", "region", "title", "place", "carried_out_by"}),
        "region_name": {} if region is None else names_of_region(region),
    }
