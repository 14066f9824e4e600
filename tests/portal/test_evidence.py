"""The pages of evidence and indicators: what they ask of the service, and what they never show."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import httpx2
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


class Sent(HTMLParser):
    """What a browser would send of the form of an incident: what is written, ticked and chosen there."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._in = ""
        self.feed(page.partition("novalidate>")[2].partition("</form>")[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag in ("select", "textarea"):
            self._in = name
            self.values[name] = [""]
        elif tag == "option" and "selected" in given:
            self.values[self._in] = [given["value"] or ""]
        elif tag == "input" and (given.get("type") != "checkbox" or "checked" in given):
            self.values.setdefault(name, []).append(given["value"] or "")

    def handle_endtag(self, tag: str) -> None:
        self._in = "" if tag in ("select", "textarea") else self._in

    def handle_data(self, data: str) -> None:
        if self._in.startswith("text-") and data.strip():
            self.values[self._in] = [data.strip()]


async def test_a_form_that_is_saved_as_it_was_opened_changes_nothing_however_much_there_is(portal: Portal) -> None:
    old, judge, file = new_id(), new_id(), new_id()
    act = incident()["acts"][0]
    acts = [
        {
            **act,
            "victims": [{"party_id": old, "standing": "010100000000"}, *act["victims"]],
            "perpetrators": [
                {"party_id": judge, "kind": "010300000000", "involvement": "010200000000"},
                *act["perpetrators"],
            ],
        }
    ]
    source = {
        "party_id": old,
        "exhibit_id": file,
        "material": None,
        "connection": UNKNOWN,
        "reliability": UNKNOWN,
        "on": None,
    }
    held = incident(acts=acts, sources=[source])
    portal.services.plays[f"GET {API}/incidents/{INCIDENT}"] = held

    def listed(request: httpx2.Request) -> Any:
        """The newest are others; those from before are told of when they are asked for by id."""
        wanted = request.url.params.get_list("id")
        items = [party(id=each, label=f"old {each[-4:]}") for each in wanted] if wanted else [party(), party(id=OTHER)]
        return {"items": items, "next": None if wanted else "more"}

    portal.services.plays[f"GET {API}/parties"] = listed
    path = f"{PAGE}/evidence/incidents/{INCIDENT}"
    async with portal.browser("member") as browser:
        page = (await browser.get(path)).text
        looked = await browser.post(path, data={**Sent(page).values, "find": "somebody"})
        answer = await browser.post(path, data=Sent(looked.text).values)
    assert (looked.status_code, answer.status_code) == (200, 303), answer.text
    assert f"old {old[-4:]}" in page
    assert f"old {judge[-4:]}" in page
    searched = [each for each in portal.services.asked if each.url.params.get("q") == "somebody"]
    assert {each.url.path for each in searched} == {f"{API}/parties", f"{API}/exhibits"}
    assert len(portal.services.changes()) == 1, "looking for somebody saves nothing"
    sent = portal.services.body()
    assert (sent["acts"], sent["sources"]) == (acts, [source])
    assert {name: sent[name] for name in ("title", "text", "when", "where", "level")} == {
        name: held[name] for name in ("title", "text", "when", "where", "level")
    }
    assert portal.services.changes()[-1].headers["if-match"] == '"3"'


async def test_what_became_of_a_victim_and_who_else_did_it_can_be_said(portal: Portal) -> None:
    form = {
        "title-en": "Arrest",
        "from_on": "2008-10-14",
        "region": "BY-HR",
        "act-0": "030101000000",
        "victims-0": PARTY,
        f"standing-0-{PARTY}": "030200000000",
        "unnamed-0": "3",
        "kind-0-0": "010104000000",
        "kind-0-1": "010300000000",
        "perpetrator-0-1": OTHER,
        "involvement-0-1": "010200000000",
        "revision": "3",
    }
    async with portal.browser("member") as browser:
        more = await browser.post(f"{PAGE}/evidence/incidents/{INCIDENT}", data={**form, "do": "more"})
        answer = await browser.post(f"{PAGE}/evidence/incidents/{INCIDENT}", data=form)
    assert answer.status_code == 303, answer.text
    assert ("What became of a student" in more.text, 'name="kind-0-2"' in more.text) == (True, True)
    (act,) = portal.services.body()["acts"]
    assert (act["victims"], act["unnamed_victims"]) == ([{"party_id": PARTY, "standing": "030200000000"}], 3)
    assert act["perpetrators"] == [
        {"party_id": None, "kind": "010104000000", "involvement": UNKNOWN},
        {"party_id": OTHER, "kind": "010300000000", "involvement": "010200000000"},
    ]


async def test_a_passage_rests_on_an_incident_that_is_found_by_a_search(portal: Portal) -> None:
    old = new_id()

    def listed(request: httpx2.Request) -> Any:
        known = request.url.params.get("q") == "Hrodna" or old in request.url.params.get_list("id")
        items = [incident(id=old, title={"en": "Long ago in Hrodna"})] if known else [incident()]
        return {"items": items, "next": None if known else "more"}

    portal.services.plays[f"GET {API}/incidents"] = listed
    portal.services.plays[f"POST {API}/claims"] = {}
    form = {"section": "political-persecution en", "quote": "Eleven people were arrested."}
    async with portal.browser("member") as browser:
        found = await browser.post(f"{PAGE}/evidence/passages", data={**form, "find": "Hrodna"})
        wrong = await browser.post(f"{PAGE}/evidence/passages", data={"section": "", "quote": "", "incidents": old})
        linked = await browser.post(f"{PAGE}/evidence/passages", data={**form, "incidents": old})
    assert (found.status_code, wrong.status_code, linked.status_code) == (200, 422, 303)
    assert ("Eleven people were arrested." in found.text, f'value="{old}"' in found.text) == (True, True)
    assert f'value="{old}" checked' in wrong.text, "what is ticked stays on offer"
    assert portal.services.body()["incident_ids"] == [old]


async def test_a_file_that_is_refused_leaves_nothing_behind_and_one_that_never_came_is_sent_again(
    portal: Portal,
) -> None:
    announced = {"id": EXHIBIT, "title": "Account", "level": "contributors", "recorded_at": "2008-10-14T08:00:00Z"}
    portal.services.plays |= {
        f"POST {API}/exhibits": announced,
        f"GET {API}/exhibits/{EXHIBIT}": {**announced, "revision": 2},
        f"PUT {API}/exhibits/{EXHIBIT}": announced,
        f"PUT {API}/exhibits/{EXHIBIT}/content": problem(415, "file-type-not-allowed"),
        f"POST {API}/exhibits/{EXHIBIT}/erasure": {},
    }
    listing, page = f"{PAGE}/evidence/files", f"{PAGE}/evidence/files/{EXHIBIT}"
    sent = {"file": ("account.exe", b"MZ")}
    async with portal.browser("member") as browser:
        refused = await browser.post(listing, data={"title": "Account"}, files=sent)
        asked = [(each.method, each.url.path) for each in portal.services.changes()]
        shown = await browser.get(page)
        portal.services.plays[f"PUT {API}/exhibits/{EXHIBIT}/content"] = announced
        again = await browser.post(f"{page}/content", files=sent)
        relabelled = await browser.post(page, data={"title": "Letter", "level": "editors", "revision": "2"})
        label = portal.services.body()
        erased = await browser.post(f"{page}/erase")
    assert asked[-1] == ("POST", f"{API}/exhibits/{EXHIBIT}/erasure")
    assert (refused.status_code, shown.status_code) == (422, 200)
    assert "It was announced and did not arrive" in shown.text
    assert [each.status_code for each in (again, relabelled, erased)] == [303, 303, 303]
    assert (label["title"], label["level"]) == ("Letter", "editors")
    assert portal.services.changes()[-1].url.path == f"{API}/exhibits/{EXHIBIT}/erasure"


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


async def test_names_alone_can_be_for_everybody_which_is_for_print(portal: Portal) -> None:
    portal.services.plays[f"POST {API}/parties"] = party(level="public")
    form = {"names": "Aleh Z.", "kind": "person", "level": "public"}
    async with portal.browser("editor") as browser:
        pages = [(await browser.get(f"{PAGE}/evidence/{each}")).text for each in ("people", "files", "incidents/new")]
        saved = await browser.post(f"{PAGE}/evidence/people", data=form)
    assert ['<option value="public"' in each for each in pages] == [True, False, False]
    assert ("they may be in print" in pages[0], saved.status_code) == (True, 303)
    assert portal.services.body()["level"] == "public"


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
        {"label": {}, "count": {"measure": "victims", "acts": ["030000000000"], "regions": []}},
    ]
    assert (wrong.status_code, "Write numbers with a space between them" in wrong.text) == (422, True)


async def test_an_indicator_that_is_opened_and_saved_counts_the_same_regions(portal: Portal) -> None:
    count = {"measure": "victims", "acts": ["030000000000"], "regions": ["BY-HR", "PL-14"]}
    table = {
        "id": INDICATOR,
        "revision": 2,
        "title": {"en": "Arrests"},
        "period_from_on": "2008-10-01",
        "period_to_on": "2009-03-31",
        "columns": ["2008-H2", "2009-H1"],
        "names": [{"en": "H2 2008"}, {"en": "H1 2009"}],
        "series": [{"values": ["12", None], "count": count}],
    }
    portal.services.plays |= {
        f"GET {API}/indicators/{INDICATOR}": table,
        f"PUT {API}/indicators/{INDICATOR}": table,
    }
    path = f"{PAGE}/indicators/{INDICATOR}"
    async with portal.browser("editor") as browser:
        page = (await browser.get(path)).text
        ticked = re.findall(r'name="(acts-0|regions-0)" value="([^"]+)" checked', page)
        form = {"title-en": "Arrests", "period_from_on": "2008-10-01", "period_to_on": "2009-03-31", "revision": "2"}
        regions = [code for name, code in ticked if name == "regions-0"]
        saved = await browser.post(
            path, data={**form, "from-0": "victims", "acts-0": "030000000000", "regions-0": regions}
        )
    assert saved.status_code == 303, saved.text
    assert portal.services.body()["series"][0]["count"] == count


async def test_sections_that_are_on_no_theme_are_called_as_they_are_planned(portal: Portal) -> None:
    portal.services.plays[f"GET {API}"] = report(
        outline=[{"key": "how-it-was-made", "title": {"en": "How this Book was made"}}],
        sections={"how-it-was-made": {"en": {"theme": None, "language": "en"}}},
    )
    async with portal.browser("editor") as browser:
        text = (await browser.get(f"{PAGE}/evidence/passages")).text
    assert '<option value="how-it-was-made en">How this Book was made (en)</option>' in text
