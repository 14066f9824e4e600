"""Reading and writing reports."""

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
OUTLINE = [{"key": theme, "title": {"en": name}} for theme, name in THEMES.items()]
DRAFT = {
    **{"id": REPORT, **FACTS, "revision": 2, "outline": OUTLINE},
    "sections": {"media-freedom": {"en": SECTION}},
}


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
