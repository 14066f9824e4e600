"""Reading and writing reports."""

from typing import Any

import httpx2
import pytest

from services.portal.words import THEMES
from shared.ids import new_id
from tests.portal.fake import Portal, problem

REPORT = new_id()
FACTS = {
    "title": {"en": "Monitoring report"},
    "country": "BY",
    "period_from_on": "2008-10-01",
    "period_to_on": "2008-12-31",
    "languages": ["en"],
}
SECTION = {"theme": "media-freedom", "language": "en", "text": "Theirs.", "revision": 4, "written": True}
DRAFT = {"id": REPORT, **FACTS, "revision": 2, "sections": {"media-freedom": {"en": SECTION}}}
FACE = {"id": REPORT, "state": "published", "edition": 2, "published_at": "2008-12-31T12:00:00Z", **FACTS}
EDITION = {
    "report_id": REPORT,
    "edition": 2,
    "sha256": "ab" * 32,
    "published_at": "2008-12-31T12:00:00Z",
    **FACTS,
    "summary_html": {"en": "<p>Six themes.</p>"},
    "sections": [{"theme": theme, "title": {"en": name}, "html": {"en": "<p>…</p>"}} for theme, name in THEMES.items()],
}


async def test_a_report_is_read_with_summary_contents_and_fingerprint(portal: Portal) -> None:
    portal.services.plays |= {f"GET /reports/{REPORT}": FACE, f"GET /reports/{REPORT}/editions/2": EDITION}
    async with portal.browser() as browser:
        text = (await browser.get(f"/pl/reports/{REPORT}")).text
    assert text.index("Six themes.") < text.index('id="media-freedom"')
    assert [f'href="#{theme}"' in text for theme in THEMES] == [True] * 6
    assert "ab" * 32 in text
    assert "Ten raport nie jest napisany w języku tej strony." in text


async def test_an_older_edition_says_that_there_is_a_newer_one(portal: Portal) -> None:
    portal.services.plays |= {
        f"GET /reports/{REPORT}": FACE,
        f"GET /reports/{REPORT}/editions/1": {**EDITION, "edition": 1},
    }
    async with portal.browser() as browser:
        text = (await browser.get(f"/en/reports/{REPORT}?edition=1")).text
        missing = await browser.get(f"/en/reports/{REPORT}?edition=3")
    assert "There is a newer edition of this report." in text
    assert missing.status_code == 404


async def test_readers_ask_as_nobody_in_particular(portal: Portal) -> None:
    portal.services.plays |= {f"GET /reports/{REPORT}": FACE, f"GET /reports/{REPORT}/editions/2": EDITION}
    async with portal.browser() as browser:
        await browser.get(f"/en/reports/{REPORT}")
    assert ["authorization" in each.headers for each in portal.services.asked] == [False, False]


async def test_the_pdf_and_the_feed_are_handed_on(portal: Portal) -> None:
    portal.services.plays |= {
        f"GET /reports/{REPORT}": FACE,
        f"GET /reports/{REPORT}/editions/2/pdf": httpx2.Response(200, content=b"%PDF-1.7"),
        "GET /feed.atom": httpx2.Response(200, content=b"<feed/>"),
    }
    async with portal.browser() as browser:
        pdf = await browser.get(f"/en/reports/{REPORT}/pdf")
        feed = await browser.get("/be/feed.atom")
    assert (pdf.content, pdf.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    assert (feed.content, feed.headers["content-type"]) == (b"<feed/>", "application/atom+xml")
    assert portal.services.asked[-1].url.params["language"] == "be"


def writing(portal: Portal, answer: Any) -> str:
    """Play the saving of one section, and return the page's address."""
    section = f"/reports/{REPORT}/sections/media-freedom/en"
    portal.services.plays |= {
        f"GET /reports/{REPORT}": DRAFT,
        f"GET {section}": SECTION,
        f"PUT {section}": answer,
    }
    return f"/en{section}"


async def test_a_section_is_saved_on_top_of_the_revision_that_was_seen(portal: Portal) -> None:
    page = writing(portal, {**SECTION, "revision": 5})
    async with portal.browser("editor") as browser:
        answer = await browser.post(page, data={"title": "", "text": "Ours.\r\n", "revision": "4"})
    assert answer.headers["location"] == f"/en/reports/{REPORT}/edit?done=saved"
    assert portal.services.changes()[0].headers["if-match"] == '"4"'
    assert portal.services.body() == {"title": None, "text": "Ours.\n"}


async def test_whoever_saves_second_sees_both_texts_and_loses_nothing(portal: Portal) -> None:
    page = writing(portal, problem(412, "changed-meanwhile"))
    async with portal.browser("editor") as browser:
        answer = await browser.post(page, data={"title": "", "text": "Ours.", "revision": "3"})
    assert answer.status_code == 412
    assert ("Theirs." in answer.text, answer.text.count("Ours.")) == (True, 2)
    assert '<input type="hidden" name="revision" value="4">' in answer.text


async def test_what_is_missing_is_listed_before_publishing(portal: Portal) -> None:
    portal.services.plays[f"GET /reports/{REPORT}"] = DRAFT
    async with portal.browser("editor") as browser:
        text = (await browser.get(f"/en/reports/{REPORT}/edit")).text
    assert "6 things are missing" in text  # the summary and five sections
    assert f'href="/en/reports/{REPORT}/about#summary-en"' in text


async def test_publishing_names_the_languages(portal: Portal) -> None:
    portal.services.plays |= {f"GET /reports/{REPORT}": DRAFT, f"POST /reports/{REPORT}/publication": {}}
    async with portal.browser("editor") as browser:
        answer = await browser.post(f"/en/reports/{REPORT}/publish", data={"languages": ["en"], "key": "k"})
        none = await browser.post(f"/en/reports/{REPORT}/publish", data={})
    assert answer.headers["location"] == f"/en/reports/{REPORT}/edit?done=published"
    assert portal.services.body() == {"languages": ["en"]}
    assert none.status_code == 422


@pytest.mark.parametrize(("code", "said"), [("nothing-changed", "says the same already"), ("x", "still missing")])
async def test_a_refused_publication_says_why(portal: Portal, code: str, said: str) -> None:
    portal.services.plays |= {
        f"GET /reports/{REPORT}": DRAFT,
        f"POST /reports/{REPORT}/publication": problem(409, code),
    }
    async with portal.browser("editor") as browser:
        answer = await browser.post(f"/en/reports/{REPORT}/publish", data={"languages": ["en"]})
    assert answer.status_code == 422
    assert said in answer.text


async def test_a_report_begins_with_its_period_in_order(portal: Portal) -> None:
    form = {**FACTS, "title-en": "Report", "period_from_on": "2009-01-01"}
    del form["title"]
    async with portal.browser("editor") as browser:
        answer = await browser.post("/en/reports/new", data=form)
    assert (answer.status_code, portal.services.changes()) == (422, [])
    assert '<a href="#period_to_on">' in answer.text


async def test_an_import_is_told_row_by_row(portal: Portal) -> None:
    error = {"line": 3, "code": "address-not-valid", "detail": "must be an e-mail address"}
    portal.services.plays["POST /imports/people"] = {"read": 2, "created": 1, "refused": 1, "errors": [error]}
    async with portal.browser("coordinator") as browser:
        answer = await browser.post(
            "/en/imports", data={"what": "people"}, files={"file": ("people.csv", b"display_name,address\n")}
        )
        nothing = await browser.post("/en/imports", data={"what": "people"})
    assert portal.services.changes()[0].content == b"display_name,address\n"
    assert "Line 3" in answer.text
    assert "must be an e-mail address" in answer.text
    assert '<a href="#file-people">Choose a file first.</a>' in nothing.text
