"""Reading and writing reports."""

from services.portal.words import THEMES
from shared.ids import new_id
from tests.portal.fake import Portal

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


async def test_a_draft_leads_to_its_sections_and_to_where_it_is_published(portal: Portal) -> None:
    portal.services.plays[f"GET /reports/{REPORT}"] = DRAFT
    async with portal.browser("editor") as browser:
        text = (await browser.get(f"/en/reports/{REPORT}/edit")).text
    assert (text.count(": written<"), text.count(": to be written<")) == (1, 5)
    for page in ("publishing", "workshop", "about", "sections/media-freedom/en"):
        assert f'href="/en/reports/{REPORT}/{page}"' in text


async def test_a_report_begins_with_its_period_in_order(portal: Portal) -> None:
    form = {**FACTS, "title-en": "Report", "period_from_on": "2009-01-01"}
    del form["title"]
    async with portal.browser("editor") as browser:
        answer = await browser.post("/en/reports/new", data=form)
    assert (answer.status_code, portal.services.changes()) == (422, [])
    assert '<a href="#period_to_on">' in answer.text


async def test_a_report_is_about_regions_of_its_country(portal: Portal) -> None:
    regions = {"BY": [("BY-BR", "Brest Region"), ("BY-HR", "Hrodna Region")], "PL": [("PL-20", "Podlaskie")]}
    portal.services.plays |= {
        "GET /places/regions": lambda request: {
            "items": [
                {"code": code, "names": {"en": name}} for code, name in regions.get(request.url.params["country"], [])
            ]
        },
        f"GET /reports/{REPORT}": {**DRAFT, "regions": ["BY-HR"]},
        f"PUT /reports/{REPORT}": DRAFT,
    }
    form = {**FACTS, "title-en": "Report", "revision": "2"}
    del form["title"]
    async with portal.browser("editor") as browser:
        page = (await browser.get(f"/en/reports/{REPORT}/about")).text
        abroad = await browser.post(f"/en/reports/{REPORT}/about", data={**form, "regions": ["BY-BR", "PL-20"]})
        saved = await browser.post(f"/en/reports/{REPORT}/about", data={**form, "regions": ["BY-BR", "BY-HR"]})
        assert "Brest Region" in (await browser.get("/en/reports/new")).text
    assert [f'value="{code}"{ticked}>' in page for code, ticked in (("BY-BR", ""), ("BY-HR", " checked"))] == [True] * 2
    assert (abroad.status_code, '<a href="#regions">' in abroad.text, saved.status_code) == (422, True, 303)
    assert portal.services.body()["regions"] == ["BY-BR", "BY-HR"]


async def test_a_file_of_iati_corrects_locked_periods_for_a_reason(portal: Portal) -> None:
    portal.services.plays["POST /imports/iati"] = {"read": 1, "updated": 1}
    portal.services.plays["GET /imports/sheets"] = {"items": [], "next": None}
    data, file = {"what": "iati", "correction": " The title was wrong. "}, {"file": ("C:\\sida.xml", b"<x/>")}
    async with portal.browser("coordinator") as browser:
        assert 'name="correction"' in (await browser.get("/en/imports")).text
        assert (await browser.post("/en/imports", data=data, files=file)).status_code == 200
    params = dict(portal.services.changes()[0].url.params)
    assert params == {"file_name": "sida.xml", "correction": "The title was wrong."}


async def test_an_import_is_told_row_by_row(portal: Portal) -> None:
    error = {"line": 3, "code": "address-not-valid", "detail": "must be an e-mail address"}
    portal.services.plays["POST /imports/people"] = {"read": 2, "created": 1, "refused": 1, "errors": [error]}
    async with portal.browser("coordinator") as browser:
        answer = await browser.post(
            "/en/imports", data={"what": "people"}, files={"file": ("people.csv", b"display_name,address\n")}
        )
        nothing = await browser.post("/en/imports", data={"what": "people"})
    (request,) = portal.services.changes()
    assert request.content == b"display_name,address\n"
    assert dict(request.url.params) == {"file_name": "people.csv"}
    assert "Line 3" in answer.text
    assert "must be an e-mail address" in answer.text
    assert '<a href="#file-people">Choose a file first.</a>' in nothing.text
