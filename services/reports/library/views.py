"""Published reports with the fields that ReliefWeb's API has, by its names (https://apidoc.reliefweb.int/fields-tables).

So a program that reads reports there reads these with few changes.  What ReliefWeb numbers is called here by its code.
"""

from html import escape

import pycountry
from pydantic import Field

from services.reports.addresses import pdf_address, report_address
from services.reports.library.domain import Card, Facet
from services.reports.publication.around import around
from services.reports.publication.content import Content, Dissent, Erratum, Texts
from services.reports.publication.html import to_html
from services.reports.publication.markdown import escaped
from services.reports.publication.page import paragraphs, summary_html
from services.reports.publication.words import PDF_WORDS, country_name, language_name
from services.reports.regions import region_name
from services.reports.templates.catalogue import TEMPLATES
from services.reports.themes import THEME_NAMES
from shared.events.reports import ReportKind, Theme
from shared.ids import Id
from shared.model import LANGUAGES, Country, Language, Model, Time, in_language


class Dates(Model):
    """``created`` and ``original``: first published; ``changed``: the newest edition."""

    created: Time
    original: Time
    changed: Time


class CountryField(Model):
    """A country; ``primary`` when the report is about it before others."""

    id: Country
    iso3: str
    name: str
    primary: bool = True


class RegionField(Model):
    """A region of the country, by ISO 3166-2; ReliefWeb has none."""

    id: str
    name: str


class ThemeField(Model):
    """A theme and its name."""

    id: Theme
    name: str


class SourceField(Model):
    """An organisation that wrote it or published it, as readers may know it."""

    name: str


class FormatField(Model):
    """What kind of report it is."""

    id: ReportKind
    name: str


class LanguageField(Model):
    """A language in which it can be read: ISO 639-1, and the name."""

    code: Language
    name: str


class FileField(Model):
    """A file to keep."""

    url: str
    filename: str
    mimetype: str
    language: Language
    description: str


class LibraryItem(Model):
    """A published report in one language; ``body`` (Markdown) and ``body-html`` only where one report is asked for."""

    id: Id
    status: str = "published"
    title: str
    title_language: Language
    """In which language the texts are: the one asked for, else English, else the report's first."""
    headline: str
    """Its summary, plain text in paragraphs."""
    body: str | None = None
    body_html: str | None = Field(default=None, serialization_alias="body-html")
    date: Dates
    country: list[CountryField]
    primary_country: CountryField
    region: list[RegionField] = Field(default_factory=list)
    """The regions of the country that it is about; none: the whole country."""
    theme: list[ThemeField]
    source: list[SourceField]
    format: list[FormatField]
    language: list[LanguageField]
    edition: int
    sha256: str
    erratum: str | None = None
    """What was wrong in the edition before, where this one corrects it; plain text in paragraphs."""
    url: str
    url_alias: str
    """The same edition for ever; ``url`` leads to the newest."""
    file: list[FileField]


class LibraryCounts(Model):
    """How many reports fit, and for each facet how many each value would find beside the other wishes."""

    total: int
    facets: dict[Facet, dict[str, int]]


def item_of(
    card: Card, *, language: Language | None, publisher: str, portal_url: str, content: Content | None = None
) -> LibraryItem:
    """Return a report as the library shows it, named in ``language`` where it is written in it."""
    spoken = spoken_in(card.languages, language)
    url = report_address(portal_url, card.id, spoken)
    country = CountryField(id=card.country, iso3=_iso3(card.country), name=country_name(card.country, spoken))
    return LibraryItem(
        id=card.id,
        title=card.title[spoken],
        title_language=spoken,
        headline=card.summary[spoken],
        body=None if content is None else body_of(content, spoken),
        body_html=None if content is None else html_of(content, spoken),
        date=_dates(card),
        country=[country],
        primary_country=country,
        region=[RegionField(id=each, name=region_name(each, spoken)) for each in card.regions],
        theme=[ThemeField(id=each, name=THEME_NAMES[each][spoken]) for each in card.themes],
        source=[SourceField(name=name) for name in source_names(card, spoken, publisher)],
        format=[FormatField(id=card.kind, name=TEMPLATES[card.kind].title[spoken])],
        language=[LanguageField(code=each, name=language_name(each, spoken)) for each in card.languages],
        edition=card.edition,
        sha256=card.sha256,
        erratum=in_language(card.erratum, spoken) or None,
        url=url,
        url_alias=f"{url}?edition={card.edition}",
        file=[_file(card, each, portal_url) for each in card.languages],
    )


def spoken_in(written: tuple[Language, ...], wanted: Language | None) -> Language:
    """Return the language to show a report in: the wanted one, else English, else the first it is written in."""
    order: tuple[Language, ...] = (*((wanted,) if wanted else ()), "en", *LANGUAGES)
    return next(each for each in order if each in written)


def source_names(card: Card, language: Language, publisher: str) -> list[str]:
    """Return who wrote it, each once, in ``language`` where the name is known in it, and last who published it."""
    named = [in_language(names, language) for names in card.sources]
    return list(dict.fromkeys([*(each for each in named if each), publisher]))


def body_of(content: Content, language: Language) -> str:
    """Return what was wrong before, the sections and who dissents from them as one Markdown text."""
    said: list[str] = []
    if content.erratum is not None:
        said = [f"## {_correction(content.erratum, language)}", *_paragraphs(content.erratum.text, language)]
    for each in content.sections:
        said += [f"## {each.title[language]}", each.text[language].strip()]
        for dissent in each.dissents:
            said += [f"### {escaped(_dissenting(dissent, language))}", *_paragraphs(dissent.text, language)]
    return "\n\n".join(said)


def html_of(content: Content, language: Language) -> str:
    """Return the same as one HTML text."""
    said = []
    if content.erratum is not None:
        title = escape(_correction(content.erratum, language))
        said.append(f"<h2>{title}</h2>\n{summary_html(in_language(content.erratum.text, language))}\n")
    for each in content.sections:
        text = to_html(each.text[language], around(content, each.key, language))
        said.append(f"<h2>{escape(each.title[language])}</h2>\n{text}")
        for dissent in each.dissents:
            title = escape(_dissenting(dissent, language))
            said.append(f"<h3>{title}</h3>\n{summary_html(in_language(dissent.text, language))}\n")
    return "".join(said)


def _correction(erratum: Erratum, language: Language) -> str:
    return PDF_WORDS[language]["erratum"].format(erratum.corrects)


def _dissenting(dissent: Dissent, language: Language) -> str:
    return PDF_WORDS[language]["dissent"].format(in_language(dissent.author.name, language))


def _paragraphs(texts: Texts, language: Language) -> list[str]:
    return [escaped(each) for each in paragraphs(in_language(texts, language))]


def _dates(card: Card) -> Dates:
    return Dates(created=card.first_published_at, original=card.first_published_at, changed=card.published_at)


def _file(card: Card, language: Language, portal_url: str) -> FileField:
    return FileField(
        url=pdf_address(portal_url, card.id, card.edition, language),
        filename=f"report-{card.id[-12:]}-edition-{card.edition}-{language}.pdf",
        mimetype="application/pdf",
        language=language,
        description=card.title[language],
    )


def _iso3(country: str) -> str:
    found = pycountry.countries.get(alpha_2=country)
    return "" if found is None else str(found.alpha_3).lower()
