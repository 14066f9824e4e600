"""The feed is valid Atom (RFC 4287), in whatever language it is asked for."""

from datetime import timedelta

import pytest
from lxml import etree

from services.reports.publication.atom import feed
from services.reports.publication.domain import PublishReport, publish
from services.reports.reports import domain
from services.reports.reports.domain import Report, WriteSection
from shared.model import Language
from tests.reports.builders import AUTHOR, NOW, TITLES, written

NS = {"a": "http://www.w3.org/2005/Atom"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PORTAL = "https://zgoda.example/"


def published(*languages: Language, **changes: object) -> Report:
    report, sections = written(*languages, **changes)  # type: ignore[arg-type]  # builders take any change
    return publish(report, sections, PublishReport(), now=NOW, by=AUTHOR)[0]


def parsed(*reports: Report, theme: str | None = None, language: Language | None = None) -> etree._Element:
    body = feed(reports, theme=theme, language=language, publisher="A & <B>", portal_url=PORTAL)  # type: ignore[arg-type]
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))


def texts(root: etree._Element, path: str) -> list[str | None]:
    return [each.text for each in root.findall(path, NS)]


@pytest.mark.parametrize("reports", [(), (published("en", "pl"),), (published("be"), published("en", "uk"))])
def test_a_feed_has_all_that_rfc_4287_demands(reports: tuple[Report, ...]) -> None:
    root = parsed(*reports, language="pl")
    for owner in (root, *root.findall("a:entry", NS)):
        once = {name: len(owner.findall(f"a:{name}", NS)) for name in ("id", "title", "updated")}
        assert once == {"id": 1, "title": 1, "updated": 1}
        kinds = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in owner.findall("a:link", NS)]
        assert len(kinds) == len(set(kinds))
    assert texts(root, "a:author/a:name") == ["A & <B>"]
    assert [link.get("href") for link in root.findall("a:link[@rel='self']", NS)] == [f"{PORTAL}pl/feed.atom"]
    assert len(root.findall("a:entry", NS)) == len(reports)


def test_an_entry_leads_to_the_reports_page_and_pdf_in_the_language_asked_for() -> None:
    report = published("en", "be")
    (entry,) = parsed(report, language="be").findall("a:entry", NS)
    page = f"https://zgoda.example/be/reports/{report.id}"
    found = [(link.get("type"), link.get("href"), link.get("hreflang")) for link in entry.findall("a:link", NS)]
    assert found == [("text/html", page, "be"), ("application/pdf", f"{page}/pdf?edition=1", "be")]
    assert (entry.get(LANG), texts(entry, "a:title")) == ("be", [TITLES["be"]])


def test_an_entry_keeps_its_id_and_first_date_over_the_editions() -> None:
    report, sections = written("en")
    one, _, _ = publish(report, sections, PublishReport(), now=NOW, by=AUTHOR)
    sections[0] = domain.write(sections[0], WriteSection(text="Mended"), seen=2, now=NOW, by=AUTHOR)
    two, _, _ = publish(one, sections, PublishReport(), now=NOW + timedelta(days=1), by=AUTHOR)
    facts = [
        [texts(parsed(each), f"a:entry/a:{name}") for name in ("id", "published", "updated")] for each in (one, two)
    ]
    same = [[f"urn:uuid:{report.id}"], ["2009-04-20T09:00:00Z"]]
    assert facts == [[*same, ["2009-04-20T09:00:00Z"]], [*same, ["2009-04-21T09:00:00Z"]]]


def test_feeds_of_other_themes_and_languages_have_other_ids_that_stay() -> None:
    def feed_id(theme: str | None, language: Language | None) -> str | None:
        return texts(parsed(theme=theme, language=language), "a:id")[0]

    assert feed_id("media-freedom", "pl") == feed_id("media-freedom", "pl")
    assert len({feed_id(None, None), feed_id(None, "pl"), feed_id("media-freedom", "pl")}) == 3


def test_markup_in_titles_and_summaries_is_text() -> None:
    hostile = "<script>alert(1)</script> & ]]> \ufffe"
    root = parsed(published("en", title={"en": hostile}, summary={"en": hostile}))
    assert texts(root, "a:entry/a:title") == [hostile.removesuffix("\ufffe")]
    assert texts(root, "a:entry/a:summary") == [hostile.removesuffix("\ufffe")]


def test_an_entry_is_in_english_or_its_own_language_where_none_was_asked_for() -> None:
    found = [entry.get(LANG) for entry in parsed(published("uk", "en"), published("be")).findall("a:entry", NS)]
    assert found == ["en", "be"]
