"""The pages of evidence and indicators: what they ask of the service, and what they never show."""

import html
import json
from typing import Any

import pytest

from services.portal.evidence import words
from services.reports.evidence import thesaurus
from shared.ids import new_id
from tests.portal.fake import Portal, problem

REPORT, INCIDENT, PARTY, OTHER, EXHIBIT, INDICATOR = (new_id() for _ in range(6))
API, PAGE = f"/reports/{REPORT}", f"/en/reports/{REPORT}"
UNKNOWN = "990000000000"


def report(**changes: Any) -> dict[str, Any]:
    return {
        "id": REPORT,
        "title": {"en": "Political persecution"},
        "country": "BY",
        "period_from_on": "2008-10-01",
        "period_to_on": "2009-03-31",
        "languages": ["en", "pl"],
        "edition": 1,
        "revision": 2,
        **changes,
    }


def incident(**changes: Any) -> dict[str, Any]:
    return {
        "id": INCIDENT,
        "revision": 3,
        "theme": "political-persecution",
        "title": {"en": "Arrest before the meeting"},
        "text": {"en": "Taken from home."},
        "when": {"from_on": "2008-10-14", "to_on": None, "precision": "day"},
        "where": {"country": "BY", "region": "BY-HR"},
        "detail": None,
        "acts": [
            {
                "code": "030101000000",
                "victims": [{"party_id": PARTY, "standing": "020200000000"}],
                "unnamed_victims": 2,
                "perpetrators": [
                    {"party_id": None, "kind": "010104000000", "involvement": "010100000000"},
                    {"party_id": OTHER, "kind": "010300000000", "involvement": UNKNOWN},
                ],
            }
        ],
        "sources": [],
        "level": "contributors",
        "levels": {},
        "state": "recorded",
        "reason": "",
        "withheld": [],
        "mine": True,
        **changes,
    }


def party(**changes: Any) -> dict[str, Any]:
    return {"id": PARTY, "revision": 1, "kind": "person", "label": "a student", "level": "protected", **changes}


@pytest.fixture(autouse=True)
def _plays(portal: Portal) -> None:
    page = {"next": None}
    portal.services.plays |= {
        f"GET {API}": report(),
        f"GET {API}/evidence": {"incidents": 3, "parties": 1, "exhibits": 0, "by_level": {"protected": 2}},
        f"GET {API}/incidents": {"items": [incident()], **page},
        f"GET {API}/incidents/{INCIDENT}": incident(),
        f"PUT {API}/incidents/{INCIDENT}": incident(),
        f"GET {API}/parties": {"items": [party(), party(id=OTHER, label="a judge")], **page},
        f"GET {API}/parties/{PARTY}": party(),
        f"GET {API}/exhibits": {"items": [], **page},
        f"GET {API}/claims": [],
        "GET /places/regions": {"items": [{"code": "BY-HR", "names": {"en": "Hrodna"}}], **page},
    }


def test_the_words_are_those_of_the_services_codes() -> None:
    lists = ("ACTS", "STANDINGS", "PERPETRATORS", "INVOLVEMENTS", "CONNECTIONS", "MATERIALS", "RELIABILITY")
    assert [getattr(words, each) for each in lists] == [getattr(thesaurus, each) for each in lists]


@pytest.mark.parametrize("page", ["", "/incidents/new", f"/incidents/{INCIDENT}", "/people", "/files", "/passages"])
async def test_every_page_opens_for_whoever_writes(portal: Portal, page: str) -> None:
    async with portal.browser("member") as browser:
        answer = await browser.get(f"{PAGE}/evidence{page}")
    assert answer.status_code == 200, answer.text


async def test_a_change_keeps_what_the_form_does_not_show(portal: Portal) -> None:
    async with portal.browser("member") as browser:
        page = (await browser.get(f"{PAGE}/evidence/incidents/{INCIDENT}")).text
        kept = html.unescape(page.partition('name="kept" value="')[2].partition('"')[0])
        form = {
            "title-en": "Arrest",
            "from_on": "2008-10-14",
            "region": "BY-HR",
            "act-0": "030101000000",
            "victims-0": PARTY,
            "unnamed-0": "3",
            "kind-0": "010104000000",
            "kept": kept,
            "revision": "3",
        }
        answer = await browser.post(f"{PAGE}/evidence/incidents/{INCIDENT}", data=form)
    assert answer.status_code == 303, answer.text
    (act,) = portal.services.body()["acts"]
    assert (act["victims"], act["unnamed_victims"]) == ([{"party_id": PARTY, "standing": "020200000000"}], 3)
    assert [each["party_id"] for each in act["perpetrators"]] == [None, OTHER]
    assert portal.services.changes()[-1].headers["if-match"] == '"3"'


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_sent(portal: Portal) -> None:
    async with portal.browser("member") as browser:
        answer = await browser.post(
            f"{PAGE}/evidence/incidents/new", data={"from_on": "yesterday", "unnamed-0": "many"}
        )
    assert answer.status_code == 422
    assert [name for name in ("title-en", "from_on", "act-0") if f'href="#{name}"' in answer.text] == [
        "title-en",
        "from_on",
        "act-0",
    ]
    assert portal.services.changes() == []


async def test_protected_evidence_is_opened_for_a_reason_alone(portal: Portal) -> None:
    hidden = dict.fromkeys(("title", "text", "when", "where", "acts", "sources"))
    withheld = ["title", "text", "when", "where", "detail", "acts", "sources"]
    portal.services.plays[f"GET {API}/incidents/{INCIDENT}"] = incident(**hidden, withheld=withheld, level="protected")
    portal.services.plays[f"POST {API}/incidents/{INCIDENT}/opening"] = incident(level="protected")
    path = f"{PAGE}/evidence/incidents/{INCIDENT}"
    async with portal.browser("editor") as browser:
        closed = await browser.get(path)
        without = await browser.post(f"{path}/open", data={"reason": ""})
        opened = await browser.post(f"{path}/open", data={"reason": "To ask for consent"})
    assert ("Arrest before" in closed.text, "Part of this is protected" in closed.text) == (False, True)
    assert (without.status_code, opened.status_code) == (422, 200)
    assert [json.loads(each.content) for each in portal.services.changes()] == [{"reason": "To ask for consent"}]
    assert "Arrest before the meeting" in opened.text


async def test_names_that_are_protected_stand_on_no_page_of_the_list(portal: Portal) -> None:
    portal.services.plays[f"POST {API}/parties/{PARTY}/opening"] = party(names=["Alena N."])
    portal.services.plays[f"POST {API}/parties/{PARTY}/erasure"] = problem(409, "party-named")
    async with portal.browser("editor") as browser:
        listed = await browser.get(f"{PAGE}/evidence/people")
        opened = await browser.post(f"{PAGE}/evidence/people/{PARTY}/open", data={"reason": "To correct it"})
        refused = await browser.post(f"{PAGE}/evidence/people/{PARTY}/erase")
    assert ("a student" in listed.text, "Alena" in listed.text, "Alena N." in opened.text) == (True, False, True)
    assert "Count them there among those without a name first" in refused.text


async def test_the_log_says_what_verifying_found(portal: Portal) -> None:
    row = {"seq": 2, "at": "2008-10-14T08:00:00Z", "what": "opened", "kind": "party", "subject_id": PARTY, "hash": "00"}
    fault = {"code": "file-altered", "seq": 2, "exhibit_id": EXHIBIT, "detail": ""}
    portal.services.plays[f"GET {API}/custody"] = {"items": [row], "next": None}
    portal.services.plays[f"GET {API}/custody/verification"] = {"rows": 2, "files": 1, "head": "ab", "faults": [fault]}
    async with portal.browser("editor") as browser:
        page = (await browser.get(f"{PAGE}/evidence/log?verify=true")).text
    assert "The file is not the one that was taken in." in page
    assert f"Row 2: The file is not the one that was taken in. (File {EXHIBIT[-6:]})" in " ".join(page.split())


async def test_an_indicator_has_its_picture_its_table_and_what_changed(portal: Portal) -> None:
    table = {
        "id": INDICATOR,
        "revision": 2,
        "title": {"en": "Arrests"},
        "period_from_on": "2008-10-01",
        "period_to_on": "2009-03-31",
        "columns": ["2008-H2", "2009-H1"],
        "names": [{"en": "H2 2008"}, {"en": "H1 2009"}],
        "series": [{"values": ["12", None], "count": {"measure": "victims"}, "undated": 1}],
    }
    change = {"series": {}, "column": {"en": "H2 2008"}, "before": "11", "now": "12"}
    portal.services.plays[f"GET {API}/indicators"] = [table]
    portal.services.plays[f"GET {API}/indicators/comparison"] = [
        {"indicator_id": INDICATOR, "title": {"en": "Arrests"}, "changes": [change]}
    ]
    portal.services.plays[f"POST {API}/indicators"] = table
    async with portal.browser("editor") as browser:
        page = " ".join((await browser.get(f"{PAGE}/indicators?edition=1")).text.split())
        form = {
            "title-en": "Newspapers",
            "period_from_on": "2008-10-01",
            "period_to_on": "2009-03-31",
            "step": "half-year",
            "from-0": "entered",
            "values-0": "12; 7,5 –",
            "from-1": "victims",
            "acts-1": "030000000000",
        }
        made = await browser.post(f"{PAGE}/indicators/new", data=form)
        wrong = await browser.post(f"{PAGE}/indicators/new", data={**form, "values-0": "twelve"})
    assert f"{PAGE}/indicators/{INDICATOR}/chart.svg" in page
    assert "<td>12</td><td>–</td>" in page
    assert "H2 2008: 11 → 12" in page
    assert "1 more is not known exactly enough" in page
    assert made.status_code == 303, made.text
    assert portal.services.body()["series"] == [
        {"label": {}, "values": ["12", "7.5", None]},
        {"label": {}, "count": {"measure": "victims", "acts": ["030000000000"]}},
    ]
    assert (wrong.status_code, "Write numbers with a space between them" in wrong.text) == (422, True)
