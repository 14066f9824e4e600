"""Readers find published reports, read them with all they hold, and take them along in every form."""

from typing import Any

import httpx2
import pytest

from services.portal.words import THEMES
from shared.ids import new_id
from tests.portal.fake import Portal, problem

REPORT, NUMBERS, PRACTICE = new_id(), new_id(), new_id()
FACTS = {
    "title": {"en": "Monitoring report"},
    "country": "BY",
    "period_from_on": "2008-10-01",
    "period_to_on": "2008-12-31",
    "languages": ["en"],
}
PUBLISHED = {"edition": 2, "published_at": "2008-12-31T12:00:00Z"}
FACE = {"id": REPORT, "state": "published", **PUBLISHED, **FACTS}
INDICATOR = {
    "indicator_id": NUMBERS,
    "title": {"en": "Refused newspapers"},
    "columns": [{"en": "2007"}, {"en": "2008"}],
    "series": [{"label": {"en": "Dailies"}, "values": ["12.5", None]}],
    "drawn": True,
}
SECTIONS: list[dict[str, Any]] = [
    {"key": theme, "theme": theme, "title": {"en": name}, "html": {"en": "<p>…</p>"}} for theme, name in THEMES.items()
]
SECTIONS[0] |= {
    "authors": [{"en": "Centre for Media Law"}],
    "dissents": [{"author": {"en": "Organisation C"}, "html": {"en": "<p>Not so.</p>"}}],
    "indicators": [INDICATOR],
}
PRACTICE_FACTS = {"kind": "project", "title": {"en": "A club of two languages"}, "place": {"en": "Bielsk"}}
EDITION = {
    "report_id": REPORT,
    "sha256": "ab" * 32,
    **PUBLISHED,
    **FACTS,
    "translation_of": {"en": "be"},
    "summary_html": {"en": "<p>Six themes.</p>"},
    "erratum": {"corrects": 1, "html": {"en": "<p>It was twelve.</p>"}},
    "sections": SECTIONS,
    "practices": [{"practice_id": PRACTICE, "region": "PL-20", **PRACTICE_FACTS}],
}
EDITIONS = {"items": [PUBLISHED, {**PUBLISHED, "edition": 1}]}
ITEM = {
    "id": REPORT,
    "title": "Monitoring report",
    "headline": "Six themes.",
    "date": {"created": "2008-12-31T12:00:00Z", "changed": "2008-12-31T12:00:00Z"},
    "primary_country": {"id": "BY", "name": "Belarus"},
    "format": [{"id": "monitoring-report", "name": "Monitoring report"}],
    "language": [{"code": "en", "name": "English"}],
    "edition": 2,
}


def shelved(portal: Portal, **plays: Any) -> None:
    """Play one published report, its editions and its place in the library."""
    facets = {"theme": {"media-freedom": 1}, "country": {"BY": 1}, "region": {"PL-20": 1}, "year": {"2008": 1}}
    portal.services.plays |= {
        f"GET /reports/{REPORT}": FACE,
        f"GET /reports/{REPORT}/editions": EDITIONS,
        f"GET /reports/{REPORT}/editions/1": {**EDITION, "edition": 1, "erratum": None},
        f"GET /reports/{REPORT}/editions/2": EDITION,
        "GET /library": {"items": [ITEM]},
        "GET /library/counts": {"total": 1, "facets": facets},
        "GET /places/regions": {"items": [{"code": "PL-20", "names": {"en": "Podlaskie", "pl": "Podlaskie"}}]},
        **plays,
    }


async def text_of(portal: Portal, path: str, *roles: str) -> str:
    async with portal.browser(*roles) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


async def test_a_report_is_read_with_summary_contents_and_fingerprint(portal: Portal) -> None:
    shelved(portal)
    text = await text_of(portal, f"/pl/reports/{REPORT}")
    assert text.index("Six themes.") < text.index('id="media-freedom"')
    assert [f'href="#{theme}"' in text for theme in THEMES] == [True] * 6
    assert "ab" * 32 in text
    assert "Ten raport nie jest napisany w języku tej strony." in text


async def test_a_report_says_who_wrote_who_dissents_and_what_was_wrong(portal: Portal) -> None:
    shelved(portal)
    text = await text_of(portal, f"/en/reports/{REPORT}")
    assert text.index("It was twelve.") < text.index("Six themes.") < text.index("Written by: Centre for Media Law")
    assert ("Dissenting: Organisation C" in text, "Translated from Belarusian." in text) == (True, True)
    assert f'href="/en/reports/{REPORT}?edition=1' in text


async def test_a_table_stands_below_the_picture_of_its_numbers(portal: Portal) -> None:
    shelved(portal)
    text = await text_of(portal, f"/en/reports/{REPORT}")
    assert text.index(f"/en/reports/{REPORT}/editions/2/charts/{NUMBERS}") < text.index("<td>12.5</td><td>–</td>")
    assert text.count(NUMBERS) == 2  # its own address, and that of its picture


@pytest.mark.parametrize("roles", [(), ("member",)])
async def test_a_report_travels_compressed_to_readers_and_members_alike(portal: Portal, roles: tuple[str, ...]) -> None:
    shelved(portal)
    async with portal.browser(*roles) as browser:
        sent = await browser.get(f"/en/reports/{REPORT}", headers={"Accept-Encoding": "gzip"})
        plain = await browser.get(f"/en/reports/{REPORT}", headers={"Accept-Encoding": "identity"})
    assert (sent.headers["content-encoding"], sent.headers["vary"]) == ("gzip", "Accept-Encoding")
    assert ("content-encoding" in plain.headers, plain.text) == (False, sent.text)
    assert int(sent.headers["content-length"]) < len(plain.content) / 2


async def test_the_practices_of_a_book_are_in_chapters_by_region_and_kind(portal: Portal) -> None:
    shelved(portal)
    text = await text_of(portal, f"/en/reports/{REPORT}")
    places = [text.index(each) for each in (">Podlaskie</h2>", ">Projects</h3>", f"/en/practices/{PRACTICE}")]
    assert places == sorted(places)


async def test_an_older_edition_says_that_there_is_a_newer_one(portal: Portal) -> None:
    shelved(portal)
    async with portal.browser() as browser:
        text = (await browser.get(f"/en/reports/{REPORT}?edition=1")).text
        missing = await browser.get(f"/en/reports/{REPORT}?edition=3")
    assert "There is a newer edition of this report." in text
    assert missing.status_code == 404


async def test_an_older_edition_in_other_languages_is_read_in_one_of_those(portal: Portal) -> None:
    old = {**EDITION, "edition": 1, "languages": ["pl"], "title": {"pl": "Raport"}, "summary_html": {"pl": ""}}
    old |= {"sections": [], "translation_of": {}}

    def play(request: httpx2.Request) -> Any:
        if request.url.params["language"] == "pl":
            return old
        refused = {"status": 404, "code": "language-not-published", "languages": ["pl"]}
        return httpx2.Response(404, json=refused, headers={"Content-Type": "application/problem+json"})

    shelved(portal, **{f"GET /reports/{REPORT}/editions/1": play})
    assert '<h1 lang="pl">Raport</h1>' in await text_of(portal, f"/en/reports/{REPORT}?edition=1")


async def test_search_engines_and_other_sites_are_told_what_a_report_is(portal: Portal) -> None:
    shelved(portal)
    text = await text_of(portal, f"/en/reports/{REPORT}?edition=1")
    page = f"http://127.0.0.1:8080/en/reports/{REPORT}"
    for said in (
        f'<link rel="canonical" href="{page}?edition=1">',
        '<meta property="og:title" content="Monitoring report">',
        f'<meta name="citation_pdf_url" content="{page}/pdf?edition=1">',
        'itemtype="https://schema.org/Report"',
        '<meta itemprop="datePublished" content="2008-12-31T12:00:00+00:00">',
    ):
        assert said in text


async def test_other_sites_are_told_the_first_picture_and_what_it_shows(portal: Portal) -> None:
    image = f"/en/reports/{REPORT}/images/{NUMBERS}"
    html = f'<p>…</p><p><img src="{image}" alt="A closed &quot;kiosk&quot;" width="4" height="3" loading="lazy"></p>'
    sections = [SECTIONS[0], {**SECTIONS[1], "html": {"en": html}}, *SECTIONS[2:]]
    shelved(portal)
    assert "og:image" not in await text_of(portal, f"/en/reports/{REPORT}")
    portal.services.plays[f"GET /reports/{REPORT}/editions/2"] = {**EDITION, "sections": sections}
    text = await text_of(portal, f"/en/reports/{REPORT}")
    assert f'<meta property="og:image" content="http://127.0.0.1:8080{image}">' in text
    assert '<meta property="og:image:alt" content="A closed &#34;kiosk&#34;">' in text


async def test_readers_ask_as_nobody_in_particular(portal: Portal) -> None:
    shelved(portal)
    await text_of(portal, f"/en/reports/{REPORT}", "editor")
    asked = [each for each in portal.services.asked if each.url.path.startswith("/reports")]
    assert ["authorization" in each.headers for each in asked] == [False] * 3


@pytest.mark.parametrize(
    ("path", "asked", "kind"),
    [
        (f"/en/reports/{REPORT}/pdf", f"/reports/{REPORT}/editions/2/pdf", "application/pdf"),
        (f"/en/reports/{REPORT}/numbers.csv", f"/reports/{REPORT}/editions/2/indicators.csv", "text/csv"),
        (f"/en/reports/{REPORT}/numbers.json", f"/reports/{REPORT}/editions/2/indicators", "application/json"),
        (
            f"/en/reports/{REPORT}/editions/2/charts/{NUMBERS}",
            f"/reports/{REPORT}/editions/2/charts/{NUMBERS}",
            "image/svg+xml",
        ),
        ("/be/feed.atom", "/feed.atom", "application/atom+xml"),
        ("/be/feed.json?country=BY", "/feed.json", "application/feed+json"),
        ("/sitemap.xml", "/sitemap.xml", "application/xml"),
    ],
    ids=["pdf", "csv", "json", "chart", "atom", "json-feed", "sitemap"],
)
async def test_every_other_form_is_handed_on(portal: Portal, path: str, asked: str, kind: str) -> None:
    shelved(portal, **{f"GET {asked}": httpx2.Response(200, content=b"bytes")})
    async with portal.browser() as browser:
        answer = await browser.get(path)
    assert (answer.content, answer.headers["content-type"].partition(";")[0]) == (b"bytes", kind)


async def test_the_library_is_searched_by_words_and_narrowed_by_what_there_is(portal: Portal) -> None:
    shelved(portal)
    text = await text_of(
        portal, "/en/reports?q=hrodna&theme=media-freedom&year=2008&country=XX&format=nonsense&region=PL-20"
    )
    asked = {each.url.path: dict(each.url.params) for each in portal.services.asked}
    wanted = {"q": "hrodna", "theme": "media-freedom", "region": "PL-20", "year": "2008"}
    assert asked["/library"] == {**wanted, "shown_in": "en", "limit": "20"}
    assert asked["/library/counts"] == wanted
    assert '<option value="media-freedom" selected>Media freedom (1)</option>' in text
    assert '<option value="PL-20" selected>Podlaskie (1)</option>' in text
    assert "1 report" in text


async def test_a_report_says_which_regions_it_is_about(portal: Portal) -> None:
    region = [{"id": "PL-20", "name": "Podlaskie"}]
    shelved(portal, **{f"GET /reports/{REPORT}/editions/2": {**EDITION, "country": "PL", "regions": ["PL-20"]}})
    portal.services.plays["GET /library"] = {"items": [{**ITEM, "region": region}]}
    assert "Poland: Podlaskie · " in await text_of(portal, f"/en/reports/{REPORT}")
    assert "Belarus: <span>Podlaskie</span>" in await text_of(portal, "/en/reports")


async def test_a_practice_says_when_the_newest_book_no_longer_holds_it(portal: Portal) -> None:
    card = {
        "id": PRACTICE,
        "report_id": REPORT,
        "book_title": {"en": "The Book"},
        "edition": 1,
        "in_newest": False,
        "country": "PL",
        "region": "PL-20",
        "published_at": "2008-12-31T12:00:00Z",
        **PRACTICE_FACTS,
    }
    page = {**card, "html": {"en": "<p>Every week.</p>"}}
    shelved(portal, **{"GET /practices": {"items": [card]}, f"GET /practices/{PRACTICE}": page})
    found = await text_of(portal, "/en/practices?kind=project&country=PL&region=PL-20&q=club")
    assert f'href="/en/practices/{PRACTICE}"' in found
    (asked,) = [each for each in portal.services.asked if each.url.path == "/practices"]
    assert {name: asked.url.params[name] for name in ("q", "region", "country")} == {
        "q": "club",
        "region": "PL-20",
        "country": "PL",
    }
    text = await text_of(portal, f"/en/practices/{PRACTICE}")
    assert "The newest edition of the Book no longer holds this practice." in text
    assert ("Every week." in text, "Podlaskie" in text) == (True, True)


async def test_drafts_are_listed_for_editors_alone(portal: Portal) -> None:
    withdrawn = {"id": PRACTICE, **FACTS, "state": "withdrawn"}
    shelved(portal, **{"GET /reports": {"items": [{"id": REPORT, **FACTS}, withdrawn]}})
    text = await text_of(portal, "/en/reports/drafts", "editor")
    assert [f'href="/en/reports/{each}/edit"' in text for each in (REPORT, PRACTICE)] == [True, True]
    assert (text.count("Draft, not published"), text.count("Withdrawn: no reader sees it")) == (1, 1)
    assert portal.services.asked[-1].url.params["state"] == "unpublished"
    async with portal.browser("member") as browser:
        assert (await browser.get("/en/reports/drafts")).status_code == 403


async def test_nothing_published_says_what_comes_next(portal: Portal) -> None:
    shelved(portal, **{"GET /library": {"items": []}, "GET /library/counts": problem(422, "x")})
    async with portal.browser() as browser:
        assert (await browser.get("/en/reports")).status_code == 422
    portal.services.plays["GET /library/counts"] = {"total": 0}
    assert "No report is published yet." in await text_of(portal, "/en/reports")
