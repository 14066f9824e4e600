"""Publishing on pages: what is missing with its place, now or at a time, corrections, withdrawal and what is left."""

from typing import Any

import httpx2

from shared.ids import new_id
from tests.portal.fake import Portal, problem

REPORT, PICTURE = new_id(), new_id()
BASE = f"/reports/{REPORT}"
MARK = "ab" * 32
OTHER = new_id()
NAMED = {
    "code": "protected-name",
    "field": "sections.media-freedom.text.en",
    "line": 3,
    "about": OTHER,
    "detail": "…",
}
POINTS = [
    NAMED,
    {"code": "title-missing", "field": "title.pl", "detail": "…"},
    {"code": "alt-text-missing", "field": f"images.{PICTURE}.alt.en", "detail": "…"},
    {"code": "practice-text-missing", "field": f"practices.{PICTURE}.text.en", "detail": "…"},
    {"code": "something-new", "field": "elsewhere", "detail": "…"},
]
CHECKLIST = {
    "ready": False,
    "whole": [{"code": "sign-off-missing", "field": "sections.media-freedom", "detail": "…"}],
    "languages": [
        {"language": "en", "ready": False, "missing": POINTS},
        {"language": "pl", "ready": True, "missing": []},
    ],
}
RELEASE = {"revision": 0, "state": "none", "translation_of": {"pl": "en"}, "held_because": [], "cleared": []}
EDITION = {"edition": 2, "sha256": MARK, "published_at": "2008-12-31T12:00:00Z", "languages": ["en", "pl"]}
ERRATUM = {"corrects": 1, "text": {"en": "In May."}}
CLEARED = [{"mark": MARK, "place": "title.en", "because": "The minister.", "cleared_at": "2008-12-31T12:00:00Z"}]


def plays(portal: Portal, *, release: dict[str, Any] | None = None, **report: Any) -> None:
    """Play a report whose first language lacks much."""
    outline = [{"key": "media-freedom", "title": {"en": "Media freedom"}}]
    facts = {"title": {"en": "Report"}, "languages": ["en", "pl"], "revision": 7, "edition": 2, "outline": outline}
    portal.services.plays |= {
        f"GET {BASE}": {"id": REPORT, **facts, **report},
        f"GET {BASE}/publication": CHECKLIST,
        f"GET {BASE}/editions": {"items": [{**EDITION, "erratum": ERRATUM}], "next": None},
        f"GET {BASE}/release": {**RELEASE, **(release or {})},
    }


async def test_every_point_is_said_in_words_and_leads_to_its_place(portal: Portal) -> None:
    plays(portal)
    async with portal.browser("editor") as browser:
        text = (await browser.get(f"/en{BASE}/publishing")).text
    for path in (
        "workshop/media-freedom",
        "sections/media-freedom/en",
        "about#title-pl",
        "images",
        f"practices/{PICTURE}",
        "edit",
    ):
        assert f'href="/en{BASE}/{path}"' in text
    assert "Good practices</a>: A good practice is not written yet." in text
    assert f'href="/en/reports/{OTHER}/evidence/people"' in text
    assert "Media freedom, line 3</a>: A protected name stands here." in text
    assert ("somebody else of the same name" in text, "it corrects edition 1" in text) == (False, True)


async def test_the_chosen_languages_are_published_as_they_were_seen_with_what_they_were_translated_from(
    portal: Portal,
) -> None:
    plays(portal)
    portal.services.plays[f"POST {BASE}/publication"] = {}
    form = {"languages": ["en", "pl"], "translation-pl": "en", "revision": "7", "key": "k", "step": "now"}
    async with portal.browser("editor") as browser:
        answer = await browser.post(f"/en{BASE}/publishing", data=form)
    assert answer.headers["location"] == f"/en{BASE}/publishing?done=published"
    assert portal.services.body() == {"languages": ["pl", "en"], "translation_of": {"pl": "en"}}
    assert portal.services.changes()[0].headers["if-match"] == '"7"'


async def test_a_plan_is_in_the_time_of_whoever_plans_and_a_refusal_stands_at_its_field(portal: Portal) -> None:
    plays(portal)
    portal.services.plays[f"PUT {BASE}/release"] = {}
    form = {"languages": ["pl"], "step": "plan", "publish_at": "2030-03-01T09:00", "release": "0"}
    async with portal.browser("editor") as browser:
        planned = await browser.post(f"/en{BASE}/publishing", data=form)
        portal.services.plays[f"PUT {BASE}/release"] = problem(422, "time-is-over")
        over = await browser.post(f"/en{BASE}/publishing", data=form)
        nonsense = await browser.post(f"/en{BASE}/publishing", data={**form, "publish_at": "soon"})
    assert planned.headers["location"] == f"/en{BASE}/publishing?done=saved"
    assert portal.services.body(0)["publish_at"] == "2030-03-01T06:00:00+00:00"  # nine o'clock in Minsk
    assert '<a href="#publish_at">Choose a time to come, or publish now.</a>' in over.text
    assert (nonsense.status_code, '<a href="#publish_at">Give a day and a time' in nonsense.text) == (422, True)


async def test_a_correction_and_a_withdrawal_are_told_in_each_language_that_was_filled_in(portal: Portal) -> None:
    plays(portal)
    portal.services.plays |= {f"POST {BASE}/correction": {}, f"POST {BASE}/withdrawal": {}}
    form = {"text-en": "In May.", "text-pl": " ", "revision": "7", "key": "k"}
    async with portal.browser("editor") as browser:
        corrected = await browser.post(f"/en{BASE}/correction", data=form)
        withdrawn = await browser.post(f"/en{BASE}/withdrawal", data=form)
        empty = await browser.post(f"/en{BASE}/withdrawal", data={})
    assert corrected.headers["location"] == f"/en{BASE}/publishing?done=corrected"
    assert withdrawn.headers["location"] == f"/en{BASE}/publishing?done=taken-back-report"
    assert [portal.services.body(0), portal.services.body(1)] == [
        {"erratum": {"en": "In May."}},
        {"reason": {"en": "In May."}},
    ]
    assert (empty.status_code, len(portal.services.changes())) == (422, 2)


async def test_a_notice_that_names_somebody_protected_comes_back_with_line_and_word(portal: Portal) -> None:
    plays(portal)
    found = {"code": "protected-name", "line": 2, "word": 3, "detail": "…"}
    portal.services.plays[f"POST {BASE}/withdrawal"] = problem(422, "protected-name", {**found, "field": "reason.en"})
    portal.services.plays[f"POST {BASE}/correction"] = problem(
        422, "protected-name", {**found, "field": "erratum.text.en"}
    )
    async with portal.browser("editor") as browser:
        for page in ("withdrawal", "correction"):
            answer = await browser.post(f"/en{BASE}/{page}", data={"text-en": "A\nb c d", "revision": "7"})
            assert answer.status_code == 422
            assert '<a href="#text-en">A protected name stands in line 2, word 3. Say it without.</a>' in answer.text


async def test_a_coordinator_clears_a_line_with_a_reason_and_takes_it_back(portal: Portal) -> None:
    plays(portal, release={"cleared": CLEARED})
    portal.services.plays |= {f"POST {BASE}/release/cleared": {}, f"DELETE {BASE}/release/cleared/{MARK}": {}}
    clearing = {"place": NAMED["field"], "line": "3", "because": "The minister bears the same name."}
    async with portal.browser("coordinator") as browser:
        shown = await browser.get(f"/en{BASE}/publishing")
        await browser.post(f"/en{BASE}/publishing/cleared", data=clearing)
        await browser.post(f"/en{BASE}/publishing/cleared", data={"mark": MARK})
        without = await browser.post(f"/en{BASE}/publishing/cleared", data={**clearing, "because": ""})
    assert "It means somebody else of the same name" in shown.text
    assert "The minister." in shown.text
    assert portal.services.body(0) == {**clearing, "line": 3}
    assert [each.method for each in portal.services.changes()] == ["POST", "DELETE"]
    assert without.status_code == 422


async def test_readers_of_a_withdrawn_report_are_told_so_and_why(portal: Portal) -> None:
    body = {
        "status": 410,
        "code": "report-withdrawn",
        "title": {"en": "Report <2008>"},
        "reason": {"en": "A source is in danger."},
        "withdrawn_at": "2009-01-02T10:00:00+00:00",
    }
    portal.services.plays |= {f"GET {each}": httpx2.Response(410, json=body) for each in (BASE, f"/practices/{OTHER}")}
    async with portal.browser() as browser:
        answer = await browser.get(f"/en{BASE}")
    async with portal.browser("editor") as browser:
        practice = await browser.get(f"/en/practices/{OTHER}")
    assert (practice.status_code, "A source is in danger." in practice.text) == (410, True)
    assert "/publishing" not in practice.text  # a practice is published with its Book
    assert answer.status_code == 410
    assert "Report &lt;2008&gt;" in answer.text
    assert "A source is in danger." in answer.text
    assert "2 January 2009" in answer.text


async def test_what_did_not_come_out_is_on_the_desk_of_those_who_can_mend_it_and_of_nobody_else(portal: Portal) -> None:
    held = [
        {"report_id": REPORT, "title": {"en": "Report"}, "held_because": ["changed-since-planned"]},
        {"report_id": PICTURE, "title": {"en": "Another"}, "held_because": ["report-not-complete", "sign-off-missing"]},
    ]
    portal.services.plays |= {
        "GET /releases/held": {"items": held},
        "GET /writing": {"items": []},
        "GET /my/invitations": {"items": []},
        "GET /reports": {"items": []},
    }
    for language in ("en", "pl", "be", "uk", "ru"):
        async with portal.browser("editor") as browser:
            desk, writing = [(await browser.get(f"/{language}/{page}")).text for page in ("desk", "writing")]
        for text in (desk, writing):
            assert all(f'href="/{language}/reports/{each}/publishing"' in text for each in (REPORT, PICTURE))
        if language == "en":
            assert ("changed after it was planned" in desk, "its page of publication says what" in desk) == (True, True)
    async with portal.browser("member") as browser:
        assert "/publishing" not in (await browser.get("/en/writing")).text


async def test_the_pages_are_there_in_every_language(portal: Portal) -> None:
    plays(portal, release={"state": "held", "held_because": ["changed-since-planned"], "cleared": CLEARED})
    async with portal.browser("coordinator") as browser:
        for language in ("en", "pl", "be", "uk", "ru"):
            for page in ("publishing", "correction", "withdrawal"):
                answer = await browser.get(f"/{language}{BASE}/{page}")
                assert (answer.status_code, answer.text.count("<h1")) == (200, 1), (language, page)
