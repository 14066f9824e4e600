"""The feeds are valid Atom (RFC 4287) and JSON Feed 1.1, in whatever language they are asked for."""

import json
from datetime import timedelta
from typing import Any

import pytest
from lxml import etree

from services.reports.library.domain import Card, Filter
from services.reports.publication import json_feed
from services.reports.publication.atom import feed
from services.reports.publication.sitemap import sitemap
from shared.model import Language
from tests.reports.builders import NOW, TITLES, card_of_edition

NS = {"a": "http://www.w3.org/2005/Atom", "s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
PORTAL = "https://zgoda.example/"


def parsed(*cards: Card, **wanted: Any) -> etree._Element:
    body = feed(cards, Filter(**wanted), publisher="A & <B>", portal_url=PORTAL)
    return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))


def texts(root: etree._Element, path: str) -> list[str | None]:
    return [each.text for each in root.findall(path, NS)]


@pytest.mark.parametrize("written", [(), (("en", "pl"),), (("be",), ("en", "uk"))])
def test_a_feed_has_all_that_rfc_4287_demands(written: tuple[tuple[Language, ...], ...]) -> None:
    root = parsed(*(card_of_edition(*languages) for languages in written), language="pl")
    for owner in (root, *root.findall("a:entry", NS)):
        once = {name: len(owner.findall(f"a:{name}", NS)) for name in ("id", "title", "updated")}
        assert once == {"id": 1, "title": 1, "updated": 1}
        kinds = [(link.get("rel"), link.get("type"), link.get("hreflang")) for link in owner.findall("a:link", NS)]
        assert len(kinds) == len(set(kinds))
    assert texts(root, "a:author/a:name") == ["A & <B>"]
    assert [link.get("href") for link in root.findall("a:link[@rel='self']", NS)] == [f"{PORTAL}pl/feed.atom"]
    assert len(root.findall("a:entry", NS)) == len(written)


def test_an_entry_leads_to_the_reports_page_and_pdf_in_the_language_asked_for() -> None:
    report = card_of_edition("en", "be")
    (entry,) = parsed(report, language="be").findall("a:entry", NS)
    page = f"https://zgoda.example/be/reports/{report.id}"
    found = [(link.get("type"), link.get("href"), link.get("hreflang")) for link in entry.findall("a:link", NS)]
    assert found == [("text/html", page, "be"), ("application/pdf", f"{page}/pdf?edition=1", "be")]
    assert (entry.get(LANG), texts(entry, "a:title")) == ("be", [TITLES["be"]])


def test_an_entry_keeps_its_id_and_first_date_over_the_editions() -> None:
    one = card_of_edition("en")
    two = one.evolve(edition=2, published_at=NOW + timedelta(days=1))
    facts = [
        [texts(parsed(each), f"a:entry/a:{name}") for name in ("id", "published", "updated")] for each in (one, two)
    ]
    same = [[f"urn:uuid:{one.id}"], ["2009-04-20T09:00:00Z"]]
    assert facts == [[*same, ["2009-04-20T09:00:00Z"]], [*same, ["2009-04-21T09:00:00Z"]]]


def test_feeds_of_other_wishes_have_other_ids_that_stay() -> None:
    def feed_id(**wanted: str) -> str | None:
        return texts(parsed(**wanted), "a:id")[0]

    assert feed_id(theme="media-freedom", language="pl") == feed_id(theme="media-freedom", language="pl")
    wishes: tuple[dict[str, str], ...] = (
        {},
        {"language": "pl"},
        {"theme": "media-freedom", "language": "pl"},
        {"country": "BY"},
    )
    assert len({feed_id(**wish) for wish in wishes}) == 4


def test_a_feed_is_named_after_what_its_reports_have_in_common() -> None:
    wanted = {"theme": "media-freedom", "country": "BY", "language": "pl", "format": "monitoring-report"}
    assert texts(parsed(**wanted), "a:title") == ["A & <B>: Raport z monitoringu · Wolność mediów · Białoruś"]


def test_markup_in_titles_and_summaries_is_text() -> None:
    hostile = "<script>alert(1)</script> & ]]> \ufffe"
    root = parsed(card_of_edition("en", title={"en": hostile}, summary={"en": hostile}))
    assert texts(root, "a:entry/a:title") == [hostile.removesuffix("\ufffe")]
    assert texts(root, "a:entry/a:summary") == [hostile.removesuffix("\ufffe")]


def test_an_entry_is_in_english_or_its_own_language_where_none_was_asked_for() -> None:
    found = [
        entry.get(LANG) for entry in parsed(card_of_edition("uk", "en"), card_of_edition("be")).findall("a:entry", NS)
    ]
    assert found == ["en", "be"]


def test_the_json_feed_says_the_same_and_names_every_pdf() -> None:
    card = card_of_edition("en", "be")
    found = json.loads(json_feed.feed([card], Filter(language="be"), publisher="A & <B>", portal_url=PORTAL))
    (item,) = found.pop("items")
    assert found == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "A & <B>: Справаздачы",
        "home_page_url": f"{PORTAL}be/reports",
        "feed_url": f"{PORTAL}be/feed.json",
        "language": "be",
        "authors": [{"name": "A & <B>"}],
    }
    assert (item["id"], item["title"], item["language"]) == (f"urn:uuid:{card.id}", TITLES["be"], "be")
    assert (item["date_published"], item["date_modified"]) == ("2009-04-20T09:00:00Z", "2009-04-20T09:00:00Z")
    assert [each["url"] for each in item["attachments"]] == [
        f"{PORTAL}{language}/reports/{card.id}/pdf?edition=1" for language in ("en", "be")
    ]


def test_both_feeds_say_that_a_report_was_corrected_and_what_was_wrong() -> None:
    card = card_of_edition("en", "pl").evolve(erratum={"en": "It was May.", "pl": "To był maj."})
    (item,) = json.loads(json_feed.feed([card], Filter(), publisher="A", portal_url=PORTAL))["items"]
    (summary,) = texts(parsed(card, language="pl"), "a:entry/a:summary")
    assert item["content_text"].startswith("Correction: It was May.\n\nBelarus after")
    assert (summary or "").startswith("Sprostowanie: To był maj.\n\n")
    assert (
        "Correction"
        not in json.loads(json_feed.feed([card_of_edition("en")], Filter(), publisher="A", portal_url=PORTAL))["items"][
            0
        ]["content_text"]
    )


def test_the_map_of_the_site_names_each_page_with_its_other_languages() -> None:
    card = card_of_edition("en", "be")
    root = etree.fromstring(sitemap([card], portal_url=PORTAL))
    pages = root.findall("s:url", NS)[5:]  # after the library in five languages
    addresses = [f"{PORTAL}{language}/reports/{card.id}" for language in ("en", "be")]
    assert [page.findtext("s:loc", namespaces=NS) for page in pages] == addresses
    others = [[link.get("href") for link in page.iter("{http://www.w3.org/1999/xhtml}link")] for page in pages]
    assert others == [addresses, addresses]
