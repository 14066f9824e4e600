"""The pages of activities: found, shown with who may see what, written, withdrawn, and their places decided."""

from datetime import date
from typing import Any

import httpx2
import pytest

from services.registry.activities import views
from services.registry.activities.checks import check
from services.registry.activities.commands import WriteActivity
from services.registry.activities.views import ActivityView
from services.registry.audiences import ANY_COORDINATOR, ANYBODY, Viewer
from shared.ids import new_id
from tests.portal.fake import Portal, problem
from tests.portal.test_matrix import read
from tests.registry.activity_bodies import a_recorded

ORGANISATION, PLACE = new_id(), new_id()
RECORDED = a_recorded(
    reporting_id=ORGANISATION,
    audience={"budgets": {"level": "members"}, "funding": {"level": "coordinators"}},
    locations=[{"name": {"en": "Hrodna"}, "country": "BY", "region": "BY-HR"}, {"name": {"en": "Nowhere"}}],
)
PATH = f"/en/activities/{RECORDED.id}"
REGIONS = {
    "BY": [{"code": "BY-HR", "names": {"en": "Hrodna Region", "pl": "obwód grodzieński"}}],
    "PL": [{"code": "PL-14", "names": {"en": "Mazowieckie"}}],
}
UNKNOWN = {"id": PLACE, "revision": 1, "names": ["Wioska"], "country": "PL", "state": "open"}


def view(viewer: Viewer) -> dict[str, Any]:
    shown: ActivityView = views.view_of(RECORDED, viewer, writer=viewer)
    return shown.model_dump(mode="json")


def organisation(name: str, id: str = ORGANISATION) -> dict[str, Any]:
    return {"id": id, "names": {"en": name}}


def found(request: httpx2.Request) -> Any:
    name = request.url.params.get("q", "")
    return {"items": [organisation("Association Example")] if name.startswith("Assoc") else [], "next": None}


@pytest.fixture(autouse=True)
def _play(portal: Portal) -> None:
    line = views.line_of(RECORDED, ANYBODY)
    assert line is not None
    portal.services.plays.update(
        {
            "GET /activities": {"items": [line.model_dump(mode="json")], "next": None},
            "GET /activities/counts": {"total": 1, "themes": {"media-freedom": 1}, "regions": {"BY-HR": 1}},
            f"GET /activities/{RECORDED.id}": view(ANY_COORDINATOR),
            f"GET /organisations/{ORGANISATION}": organisation("Association Example"),
            "GET /organisations": found,
            "GET /places/regions": lambda request: {"items": REGIONS.get(request.url.params["country"], [])},
            "GET /places/unmatched": {"items": [UNKNOWN], "next": None},
            f"GET /places/unmatched/{PLACE}": UNKNOWN,
        }
    )


def form(**changes: str) -> dict[str, str]:
    return {
        "title-en": "Free press",
        "reporting": "Association Example",
        "implementing": "Association Example",
        "status": "2",
        "date-planned-start": "2027-01-01",
        "sectors": "15153 60.5\n15160 39,5 %",
        "place-0-name": "Hrodna",
        "place-0-where": "BY-HR",
        "budget-0-from": "2027-01-01",
        "budget-0-to": "2027-12-31",
        "budget-0-amount": "12 000,50",
        "budget-0-currency": "eur",
        "audience-budgets": "members",
        "key": "k1",
        **changes,
    }


async def test_the_list_shows_filters_counts_and_files(portal: Portal) -> None:
    page = await portal.browser().get("/en/activities?theme=media-freedom&country=nowhere&year=12&region=by-hr")
    assert page.status_code == 200
    asked = next(each for each in portal.services.asked if each.url.path == "/activities")
    assert dict(asked.url.params) == {"theme": "media-freedom", "region": "BY-HR", "limit": "30"}
    for words in ("Free press", "1 activity", "Hrodna Region", "Who pays is withheld.", "view=redacted"):
        assert words in page.text
    assert "Record an activity" not in page.text


async def test_an_activity_says_of_each_block_who_can_see_it(portal: Portal) -> None:
    portal.services.plays[f"GET /activities/{RECORDED.id}"] = view(ANYBODY)
    page = (await portal.browser().get(PATH)).text
    assert "Withheld: there is something here that is not for you to see." in page
    assert "Sweden" not in page
    assert "Correct it" not in page
    coordinator = view(ANY_COORDINATOR)
    portal.services.plays[f"GET /activities/{RECORDED.id}"] = coordinator
    page = (await portal.browser("coordinator").get(PATH)).text
    assert '15153 <span lang="en">Media and free flow of information</span>: 60.50 %' in page
    for words in ("Government of Sweden", "1,000.50 EUR", "members.", "Correct it", "place not known yet", "SE-0-77"):
        assert (words, words in page) == (words, words != "place not known yet")


async def test_an_activity_is_recorded_as_it_was_written(portal: Portal) -> None:
    portal.services.plays["POST /activities"] = view(ANY_COORDINATOR)
    answer = await portal.browser("member").post("/en/activities/new", data=form())
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?done=recorded")
    body = portal.services.body()
    assert body["title"] == {"en": "Free press"}
    assert body["reporting_id"] == ORGANISATION
    assert body["participations"] == [{"part": "implementing", "organisation_id": ORGANISATION}]
    assert body["sectors"] == [
        {"code": "15153", "vocabulary": "1", "percentage": "60.5"},
        {"code": "15160", "vocabulary": "1", "percentage": "39.5"},
    ]
    assert body["locations"] == [{"name": {"en": "Hrodna"}, "country": "BY", "region": "BY-HR"}]
    assert body["budgets"][0]["money"] == {"amount": "12000.50", "currency": "EUR"}
    assert body["audience"] == {"budgets": {"level": "members"}}


async def test_communes_shares_of_countries_payments_and_related_activities_are_written(portal: Portal) -> None:
    portal.services.plays["POST /activities"] = view(ANY_COORDINATOR)
    data = form(
        countries="by 60\nPL 40 %",
        related="SE-0-77\r\nSE-0-78\n",
        **{
            "place-0-where": "PL-14", "place-0-commune": "1465011",
            "paid-0-type": "3", "paid-0-on": "2008-03-01", "paid-0-amount": "1 500,50", "paid-0-currency": "sek",
            "paid-0-from": "Government of Sweden", "paid-1-currency": "EUR",
        },
    )  # fmt: skip
    answer = await portal.browser("member").post("/en/activities/new", data=data)
    assert answer.status_code == 303
    body = portal.services.body()
    assert body["locations"] == [{"name": {"en": "Hrodna"}, "country": "PL", "region": "PL-14", "commune": "1465011"}]
    assert body["countries"] == [{"code": "BY", "percentage": "60"}, {"code": "PL", "percentage": "40"}]
    assert body["related"] == ["SE-0-77", "SE-0-78"]
    assert body["transactions"] == [
        {
            "type": "3",
            "happened_on": "2008-03-01",
            "money": {"amount": "1500.50", "currency": "SEK", "valued_on": "2008-03-01"},
            "provider": {"name": {"en": "Government of Sweden"}},
            "receiver": None,
        }
    ]
    check(WriteActivity.model_validate(body), today=date(2026, 1, 1))
    wrong = {**data, "place-0-commune": "14", "countries": "Belarus", "paid-0-on": ""}
    answer = await portal.browser("member").post("/en/activities/new", data=wrong)
    assert answer.status_code == 422
    assert all(f'href="#{name}"' in answer.text for name in ("place-0-commune", "countries", "paid-0-amount"))


async def test_payments_that_are_not_offered_stay_as_they_are(portal: Portal) -> None:
    whole = view(ANY_COORDINATOR)
    whole["transactions"] = [{**whole["transactions"][0], "ref": str(number)} for number in range(23)]
    portal.services.plays |= {f"GET /activities/{RECORDED.id}": whole, f"PUT /activities/{RECORDED.id}": whole}
    async with portal.browser("coordinator") as browser:
        page = (await browser.get(f"{PATH}/edit")).text
        assert "13 payments stay as they are." in page
        assert len(page.encode()) < 60_000
        data = {**fields_of(page), "paid-1-on": "", "paid-1-amount": ""}
        assert (await browser.post(f"{PATH}/edit", data=data)).status_code == 303
    assert portal.services.body()["transactions"] == [each for each in whole["transactions"] if each["ref"] != "1"]


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(portal: Portal) -> None:
    data = form(
        sectors="media", funding="Unheard Of", **{"title-en": "", "budget-0-amount": "much", "place-0-where": "?"}
    )
    answer = await portal.browser("member").post("/en/activities/new", data=data)
    assert answer.status_code == 422
    for field in ("title-en", "sectors", "funding", "budget-0-amount", "place-0-where"):
        assert f'href="#{field}"' in answer.text
    assert "Unheard Of" in answer.text
    assert portal.services.changes() == []


async def test_what_the_registry_refuses_is_said_at_its_field(portal: Portal) -> None:
    errors = (
        {"field": "sectors", "code": "percentages-not-whole"},
        {"field": "dates.actual-end", "code": "in-the-future"},
    )
    portal.services.plays["POST /activities"] = problem(422, "activity-not-valid", *errors)
    answer = await portal.browser("coordinator").post("/en/activities/new", data=form())
    assert answer.status_code == 422
    assert "The percentages of one list must add up to 100." in answer.text
    assert 'href="#date-actual-end"' in answer.text


async def test_a_correction_that_changes_nothing_sends_what_is_on_record(portal: Portal) -> None:
    browser = portal.browser("coordinator")
    page = await browser.get(f"{PATH}/edit")
    assert page.status_code == 200
    portal.services.plays[f"PUT /activities/{RECORDED.id}"] = view(ANY_COORDINATOR)
    whole = view(ANY_COORDINATOR)
    answer = await browser.post(f"{PATH}/edit", data=fields_of(page.text))
    assert answer.headers["location"] == f"{PATH}?done=corrected"
    request = portal.services.changes()[-1]
    assert request.headers["if-match"] == '"1"'
    sent = portal.services.body()
    same = ("title", "description", "sectors", "locations", "transactions", "dates", "related", "countries")
    assert {name: sent[name] for name in same} == {name: whole[name] for name in same}
    assert sent["audience"] == {
        "budgets": {"level": "members"},
        "funding": {"level": "coordinators"},
    }
    parts = sorted((each["part"], each.get("ref", "")) for each in sent["participations"])
    assert parts == [("funding", "SE-0"), ("implementing", "PL-KRS-0000163131")]


async def test_a_locked_period_asks_why_at_its_field_and_the_reason_is_sent(portal: Portal) -> None:
    browser, path = portal.browser("coordinator"), f"/activities/{RECORDED.id}"
    data = fields_of((await browser.get(f"{PATH}/edit")).text)
    assert data["correction"] == ""
    portal.services.plays[f"PUT {path}"] = problem(409, "period-locked")
    answer = await browser.post(f"{PATH}/edit", data=data)
    text = "The period that it belongs to is locked. Say why you correct it."
    assert (answer.status_code, f'<a href="#correction">{text}</a>' in answer.text) == (409, True)
    assert "correction" not in portal.services.body()
    portal.services.plays[f"PUT {path}"] = view(ANY_COORDINATOR)
    answer = await browser.post(f"{PATH}/edit", data={**data, "correction": " The amount was wrong. "})
    assert (answer.status_code, portal.services.body()["correction"]) == (303, "The amount was wrong.")
    portal.services.plays[f"POST {path}/withdrawal"] = problem(409, "period-locked")
    answer = await browser.post(f"{PATH}/withdrawal", data={"revision": "1", "step": "withdraw"})
    assert (answer.status_code, f'<a href="#reason">{text}</a>' in answer.text) == (409, True)
    assert "Somebody else" not in answer.text


def fields_of(html: str) -> dict[str, str]:
    """Return what a browser would send of the form on a page."""
    from lxml import etree

    root = etree.fromstring(html.encode(), etree.HTMLParser())
    sent: dict[str, str] = {}
    for each in root.iterfind(".//main//form//*[@name]"):
        name = str(each.get("name"))
        if each.tag == "input":
            sent[name] = each.get("value", "")
        elif each.tag == "textarea":
            sent[name] = (each.text or "").removeprefix("\n")
        elif each.tag == "select":
            chosen = [
                option.get("value", "") for option in each.iterfind("option") if option.get("selected") is not None
            ]
            sent[name] = chosen[0] if chosen else each.find("option").get("value", "")  # type: ignore[union-attr]
    return sent


async def test_an_activity_is_withdrawn_and_put_back_without_a_question(portal: Portal) -> None:
    browser, path = portal.browser("coordinator"), f"/activities/{RECORDED.id}/withdrawal"
    portal.services.plays[f"POST {path}"] = view(ANY_COORDINATOR)
    portal.services.plays[f"DELETE {path}"] = view(ANY_COORDINATOR)
    answer = await browser.post(f"/en{path}", data={"revision": "1", "step": "withdraw", "reason": "Twice"})
    assert answer.headers["location"] == f"{PATH}?done=withdrawn"
    assert portal.services.body() == {"reason": "Twice"}
    assert "Put it back" in (await browser.get(f"{PATH}?done=withdrawn")).text
    answer = await browser.post(f"/en{path}", data={"revision": "2", "step": "restore"})
    assert answer.headers["location"] == f"{PATH}?done=restored"


async def test_a_file_is_taken_as_it_is(portal: Portal) -> None:
    portal.services.plays["GET /exports/iati"] = httpx2.Response(200, content=b"<iati-activities/>")
    answer = await portal.browser().get("/en/activities/file?view=redacted&country=BY")
    assert (answer.content, answer.headers["content-type"]) == (b"<iati-activities/>", "application/xml")
    assert 'filename="activities-redacted.xml"' in answer.headers["content-disposition"]
    assert dict(portal.services.asked[-1].url.params) == {"country": "BY", "view": "redacted"}


async def test_the_list_is_saved_as_it_is_for_whoever_asks(portal: Portal) -> None:
    line = {
        "id": RECORDED.id,
        "title": {"en": "+School"},
        "status": "2",
        "starts_on": "2008-01-01",
        "themes": ["media-freedom"],
        "country_codes": ["BY"],
        "region_codes": ["BY-HR"],
        "funder_ids": [ORGANISATION],
        "withheld": ["budgets"],
    }
    portal.services.plays["GET /activities"] = {"items": [line], "next": None}
    async with portal.browser() as browser:
        answer = await browser.get("/en/activities.csv?theme=media-freedom")
        listed = (await browser.get("/en/activities?theme=media-freedom")).text
    assert dict(portal.services.asked[0].url.params) == {"theme": "media-freedom", "limit": "200"}
    headings, row = read("csv", answer.content)
    assert headings[-2:] == ["Who pays", "What is withheld"]
    assert row == [
        "'+School", "", "Under way", "2008-01-01", "", "Media freedom", "Belarus", "Hrodna Region",
        "Association Example", "Budgets",
    ]  # fmt: skip
    assert 'href="/en/activities.xlsx?theme=media-freedom"' in listed


async def test_an_unknown_place_is_decided_once(portal: Portal) -> None:
    browser, path = portal.browser("coordinator"), f"/places/unmatched/{PLACE}/decision"
    assert "Wioska" in (await browser.get("/en/places")).text
    assert "Poland: Mazowieckie" in (await browser.get(f"/en/places/{PLACE}")).text
    empty = await browser.post(f"/en/places/{PLACE}", data={"revision": "1"})
    assert (empty.status_code, 'href="#region"' in empty.text) == (422, True)
    portal.services.plays[f"PUT {path}"] = {**UNKNOWN, "state": "decided"}
    for data, sent in (
        ({"region": "PL-14"}, {"region": "PL-14"}),
        ({"step": "nowhere", "region": "PL-14"}, {}),
    ):
        answer = await browser.post(f"/en/places/{PLACE}", data={"revision": "1", **data})
        assert answer.headers["location"] == "/en/places?done=decided"
        assert portal.services.body() == sent
    portal.services.plays[f"PUT {path}"] = problem(
        422, "commune-not-found", {"field": "commune", "code": "commune-not-found"}
    )
    wrong = await browser.post(f"/en/places/{PLACE}", data={"revision": "1", "commune": "9999999"})
    assert (wrong.status_code, "There is no such commune in the register." in wrong.text) == (422, True)


@pytest.mark.parametrize("path", ["/en/places", f"/en/places/{PLACE}"], ids=["list", "one"])
async def test_places_are_not_for_members(portal: Portal, path: str) -> None:
    assert (await portal.browser("member").get(path)).status_code == 403


@pytest.mark.parametrize("language", ["pl", "be", "uk", "ru"])
async def test_every_page_is_in_every_language(portal: Portal, language: str) -> None:
    browser = portal.browser("coordinator")
    for path in ("/activities", f"/activities/{RECORDED.id}", "/activities/new", "/places", f"/places/{PLACE}"):
        answer = await browser.get(f"/{language}{path}")
        assert (path, answer.status_code, f'<html lang="{language}">' in answer.text) == (path, 200, True)
        assert "Who can see this" not in answer.text
        assert len(answer.content) < 60_000
