"""Writing, publishing and reading reports, as each role may."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from services.reports.reports.domain import MARKDOWN_BYTES
from services.reports.themes import THEMES
from shared.testing.stack import Running
from shared.typesetting import MakeDocument, Typesetter
from tests.reports.builders import TITLES, about, create, publish_over_http, published, updated, write

UNKNOWN = "01928f6c-3c1e-7d70-9a43-0d1b2c3d4e5f"


def path_of(report: dict[str, Any], theme: str = "media-freedom", language: str = "en") -> str:
    return f"/reports/{report['id']}/sections/{theme}/{language}"


async def test_an_editor_begins_a_report_and_finds_its_sections_empty(reports: Running) -> None:
    report = await create(reports, "en", "be")
    assert (report["state"], report["revision"], list(report["sections"])) == ("draft", 1, list(THEMES))
    assert {each["text"] for by_language in report["sections"].values() for each in by_language.values()} == {""}


@pytest.mark.parametrize(("roles", "status"), [((), 401), (("member",), 403), (("operator",), 403)])
async def test_only_editors_and_coordinators_begin_and_publish(reports: Running, roles: Any, status: int) -> None:
    report = await create(reports)
    async with reports.as_(*roles) as caller:
        answers = [
            await caller.post("/reports", json=about().model_dump(mode="json")),
            await caller.put(f"/reports/{report['id']}", json={}),
            await caller.get(f"/reports/{report['id']}/publication"),
            await caller.post(f"/reports/{report['id']}/publication"),
        ]
    assert [answer.status_code for answer in answers] == [status] * 4


@pytest.mark.parametrize(("roles", "status"), [((), 401), (("member",), 404), (("operator",), 404)])
async def test_the_sections_of_a_draft_do_not_exist_for_strangers(reports: Running, roles: Any, status: int) -> None:
    report = await create(reports)
    async with reports.as_(*roles) as caller:
        answers = [
            await caller.get(path_of(report)),
            await caller.put(path_of(report), json={"text": ""}, headers={"If-Match": '"1"'}),
        ]
    assert [answer.status_code for answer in answers] == [status] * 2


async def test_a_draft_does_not_exist_for_others(reports: Running) -> None:
    report = await create(reports)
    async with reports.as_("member") as reader:
        paths = ("", "/editions", "/editions/1", "/editions/1/content", "/editions/1/pdf")
        answers = [await reader.get(f"/reports/{report['id']}{path}") for path in paths]
        listed = (await reader.get("/reports", params={"state": "draft"})).json()["items"]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert [each for each in listed if each["id"] == report["id"]] == []


async def test_a_save_needs_the_revision_that_was_seen(reports: Running) -> None:
    report = await create(reports)
    async with reports.as_("editor") as editor:
        unseen = await editor.put(path_of(report), json={"text": "One"})
        first = await editor.put(path_of(report), json={"text": "One"}, headers={"If-Match": '"1"'})
        twice = await editor.put(path_of(report), json={"text": "One"}, headers={"If-Match": '"1"'})
        late = await editor.put(path_of(report), json={"text": "Two"}, headers={"If-Match": '"1"'})
    assert [each.status_code for each in (unseen, first, twice, late)] == [428, 200, 200, 412]
    assert (first.headers["etag"], twice.headers["etag"], late.json()["revision"]) == ('"2"', '"2"', 2)


async def test_of_two_saves_at_once_over_the_same_text_one_is_refused(reports: Running) -> None:
    report = await create(reports)

    async def save(text: str) -> int:
        async with reports.as_("editor") as editor:
            answer = await editor.put(path_of(report), json={"text": text}, headers={"If-Match": '"1"'})
            return answer.status_code

    assert sorted(await asyncio.gather(*(save(f"Text {number}") for number in range(4)))) == [200, 412, 412, 412]


async def test_writers_of_different_sections_never_stand_in_each_others_way(reports: Running) -> None:
    report = await create(reports, "en", "pl")

    async def save(theme: str, language: str) -> int:
        async with reports.as_("editor") as editor:
            answer = await editor.put(path_of(report, theme, language), json={"text": "T"}, headers={"If-Match": '"1"'})
            return answer.status_code

    found = await asyncio.gather(*(save(theme, language) for theme in THEMES for language in ("en", "pl")))
    assert found == [200] * 12


async def test_a_section_of_a_hundred_kilobytes_fits_and_more_does_not(reports: Running) -> None:
    report = await create(reports)
    async with reports.as_("editor") as editor:
        fits = await editor.put(path_of(report), json={"text": "ў" * (MARKDOWN_BYTES // 2)}, headers={"If-Match": "1"})
        over = await editor.put(path_of(report), json={"text": "x" * (MARKDOWN_BYTES + 1)}, headers={"If-Match": "2"})
    assert (fits.status_code, over.status_code, "x" * 20 in over.text) == (200, 422, False)


async def test_the_checklist_and_the_refusal_name_what_is_missing(reports: Running) -> None:
    report = await create(reports, "en", "be")
    await write(reports, report, "Text", "en")
    async with reports.as_("editor") as editor:
        checklist = (await editor.get(f"/reports/{report['id']}/publication")).json()["languages"]
    refusal = await publish_over_http(reports, report["id"])
    assert [(each["language"], each["ready"], len(each["missing"])) for each in checklist] == [
        ("en", True, 0),
        ("be", False, 6),
    ]
    body = refusal.json()
    assert (refusal.status_code, body["code"], body["ready"]) == (422, "report-not-complete", ["en"])
    assert [error["field"] for error in body["errors"]] == [f"sections.{theme}.be" for theme in THEMES]


async def test_publishing_tells_the_subscribers_once_with_a_sealed_notice(reports: Running) -> None:
    report = await published(reports, "en", "be")
    told = [each for each in await reports.published("report-published") if each["subject"] == report["id"]]
    (event,) = (each["event"] for each in told)
    assert (event.edition, event.languages, event.themes, event.country) == (1, ["en", "be"], list(THEMES), "BY")
    assert event.notice.title == {"en": TITLES["en"], "be": TITLES["be"]}
    assert isinstance(told[0]["data"]["notice"], str)
    assert TITLES["en"] not in told[0]["data"]["notice"]


async def test_publishing_many_times_at_once_publishes_once(reports: Running) -> None:
    report = await create(reports)
    await write(reports, report, "Text")
    answers = await asyncio.gather(*(publish_over_http(reports, report["id"]) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"nothing-changed"}
    told = [each for each in await reports.published("report-published") if each["subject"] == report["id"]]
    assert len(told) == 1
    assert await reports.storage.reader["editions"].count({"report_id": report["id"]}) == 1


async def test_an_edition_stays_while_the_report_changes(reports: Running) -> None:
    report = await published(reports, text="First")
    await write(reports, report, "Second")
    async with reports.as_("editor") as editor:
        draft = (await editor.get(f"/reports/{report['id']}")).json()
    async with reports.as_() as reader:
        before = (await reader.get(f"/reports/{report['id']}/editions/1")).json()
        face = (await reader.get(f"/reports/{report['id']}")).json()
        assert (await publish_over_http(reports, report["id"])).status_code == 201
        after = (await reader.get(f"/reports/{report['id']}/editions/1")).json()
        second = (await reader.get(f"/reports/{report['id']}/editions/2")).json()
        listed = (await reader.get(f"/reports/{report['id']}/editions")).json()["items"]
    assert (draft["unpublished_changes"], "revision" in face, "sections" in face) == (True, False, False)
    assert (before, before["sections"][0]["html"]) == (after, {"en": "<p>First</p>\n"})
    assert second["sections"][0]["html"] == {"en": "<p>Second</p>\n"}
    assert [each["edition"] for each in listed] == [2, 1]


async def test_a_changed_draft_title_is_not_public(reports: Running) -> None:
    report = await published(reports)
    secret = updated(title={"en": "Embargoed"}).model_dump(mode="json")
    async with reports.as_("editor") as editor:
        revision = {"If-Match": str(report["revision"])}
        assert (await editor.put(f"/reports/{report['id']}", json=secret, headers=revision)).status_code == 200
    async with reports.as_() as reader:
        for path in (f"/reports/{report['id']}", "/reports", "/feed.atom", f"/reports/{report['id']}/editions/1"):
            assert "Embargoed" not in (await reader.get(path)).text


async def test_anybody_can_check_the_hash_of_an_edition(reports: Running) -> None:
    report = await published(reports, "en", "be", text="Text «ў»")
    async with reports.as_() as reader:
        content = await reader.get(f"/reports/{report['id']}/editions/1/content")
    assert hashlib.sha256(content.content).hexdigest() == report["sha256"]
    kept = "public, max-age=60"  # and no longer: what is withdrawn must be gone soon
    assert (content.headers["etag"], content.headers["cache-control"]) == (f'"{report["sha256"]}"', kept)


async def test_an_edition_in_one_language_holds_that_language_alone(reports: Running) -> None:
    report = await published(reports, "en", "be")
    async with reports.as_() as reader:
        found = (await reader.get(f"/reports/{report['id']}/editions/1", params={"language": "be"})).json()
        other = await reader.get(f"/reports/{report['id']}/editions/1", params={"language": "pl"})
    assert (found["languages"], found["title"], list(found["sections"][0]["html"])) == (
        ["en", "be"],
        {"be": TITLES["be"]},
        ["be"],
    )
    assert (other.status_code, other.json()["code"]) == (404, "language-not-published")


@pytest.mark.parametrize("form", ["editions/1", "editions/1/content", "editions/1/pdf"])
async def test_what_a_reader_holds_is_not_sent_again(reports: Running, form: str) -> None:
    report = await published(reports)
    async with reports.as_() as reader:
        path = f"/reports/{report['id']}/{form}"
        first = await reader.get(path)
        by_tag = await reader.get(path, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
        by_date = await reader.get(path, headers={"If-Modified-Since": first.headers["last-modified"]})
        other = await reader.get(path, headers={"If-None-Match": '"other"'})
    assert [each.status_code for each in (first, by_tag, by_date, other)] == [200, 304, 304, 200]
    assert (by_tag.content, by_tag.headers["etag"]) == (b"", first.headers["etag"])
    assert report["sha256"] in first.headers["etag"]


async def test_the_pdf_is_made_once_for_all_who_ask_at_once(reports: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    report = await published(reports, "en", "uk")
    made: list[str] = []
    typeset = Typesetter.typeset

    async def counted(self: Typesetter, make: MakeDocument) -> bytes:
        async def noted(folder: Path) -> dict[str, Any]:
            document = await make(folder)
            made.append(document["language"])
            return document

        return await typeset(self, noted)

    monkeypatch.setattr(Typesetter, "typeset", counted)
    async with reports.as_() as reader:
        path = f"/reports/{report['id']}/editions/1/pdf?language=uk"
        answers = await asyncio.gather(*(reader.get(path) for _ in range(5)))
        again = await reader.get(path)
    assert made == ["uk"]
    assert {answer.content for answer in (*answers, again)} == {again.content}
    assert (again.headers["content-type"], again.content[:5]) == ("application/pdf", b"%PDF-")
    assert again.headers["content-disposition"].isascii()


async def test_lists_can_be_narrowed_and_paged(reports: Running) -> None:
    polish = await published(reports, "pl", country="PL")
    english = await published(reports, "en", country="PL")
    async with reports.as_() as reader:

        async def ids(**wanted: Any) -> list[str]:
            found = await reader.get("/reports", params={"country": "PL", **wanted})
            return [each["id"] for each in found.json()["items"]]

        assert await ids() == [polish["id"], english["id"]]
        assert await ids(language="pl") == [polish["id"]]
        assert await ids(theme="media-freedom", language="en") == [english["id"]]
        first = (await reader.get("/reports", params={"country": "PL", "limit": 1})).json()
        assert await ids(after=first["next"]) == [english["id"]]
        assert (await reader.get("/reports", params={"theme": '{"$ne":""}'})).status_code == 422


async def test_the_feed_follows_publications_and_says_when_nothing_is_new(reports: Running) -> None:
    report = await published(reports, "be")
    async with reports.as_() as reader:
        first = await reader.get("/feed.atom", params={"language": "be", "theme": "media-freedom"})
        kept = {"If-None-Match": first.headers["etag"]}
        same = await reader.get("/feed.atom", params={"language": "be", "theme": "media-freedom"}, headers=kept)
        by_date = {"If-Modified-Since": first.headers["last-modified"]}
        dated = await reader.get("/feed.atom", params={"language": "be", "theme": "media-freedom"}, headers=by_date)
        newer = await published(reports, "be")
        changed = await reader.get("/feed.atom", params={"language": "be", "theme": "media-freedom"}, headers=kept)
    ids = [each.text for each in etree.fromstring(changed.content).iter("{http://www.w3.org/2005/Atom}id")]
    assert [each.status_code for each in (first, same, dated, changed)] == [200, 304, 304, 200]
    assert ids[1:3] == [f"urn:uuid:{newer['id']}", f"urn:uuid:{report['id']}"]
    assert first.headers["content-type"] == "application/atom+xml; charset=utf-8"


@pytest.mark.parametrize("path", ["nonsense", UNKNOWN, f"{UNKNOWN}/editions/1", f"{UNKNOWN}/editions/0"])
async def test_what_does_not_exist_is_refused_alike(reports: Running, path: str) -> None:
    async with reports.as_() as reader:
        answer = await reader.get(f"/reports/{path}")
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_editors_find_a_withdrawn_report_among_those_that_nobody_reads(reports: Running) -> None:
    draft, there, gone = await create(reports, country="MT"), *[await published(reports, country="MT") for _ in "ab"]
    async with reports.as_("editor") as editor:
        reason = {"reason": {"en": "A danger."}}
        assert (await editor.post(f"/reports/{gone['id']}/withdrawal", json=reason)).status_code == 200

        async def listed(state: str) -> dict[str, str]:
            answer = await editor.get("/reports", params={"state": state, "country": "MT"})
            return {each["id"]: each["state"] for each in answer.json()["items"]}

        assert await listed("unpublished") == {draft["id"]: "draft", gone["id"]: "withdrawn"}
        assert [await listed(each) for each in ("draft", "published", "withdrawn")] == [
            {draft["id"]: "draft"},
            {there["id"]: "published"},
            {gone["id"]: "withdrawn"},
        ]


async def test_a_report_names_regions_of_its_country_and_keeps_them_until_others_are_named(reports: Running) -> None:
    report = await create(reports, "en", regions=["BY-HR", "BY-BR", "BY-HR"])
    path = f"/reports/{report['id']}"
    body = updated("en").model_dump(mode="json", exclude={"regions"})
    abroad = {**about("en").model_dump(mode="json"), "regions": ["PL-20"]}
    named: list[Any] = [report["regions"]]
    async with reports.as_("editor") as editor:
        refused = [await editor.post("/reports", json={**abroad, **each}) for each in ({}, {"regions": ["BY-XX"]})]
        changes: list[dict[str, Any]] = [{"summary": {}}, {"regions": ["BY-MI"]}, {"country": "PL"}]
        for change in changes:
            etag = (await editor.get(path)).headers["etag"]
            answer = await editor.put(path, json={**body, **change}, headers={"If-Match": etag})
            named.append(answer.json()["regions"])
    assert [each.status_code for each in refused] == [422, 422]
    assert named == [["BY-BR", "BY-HR"], ["BY-BR", "BY-HR"], ["BY-MI"], []]


async def test_an_edition_has_its_regions_and_one_of_a_whole_country_is_written_as_ever(reports: Running) -> None:
    some, whole = await published(reports, "en", regions=["BY-BR"]), await published(reports, "en")
    async with reports.as_() as reader:
        pages = [(await reader.get(f"/reports/{each['id']}/editions/1")).json() for each in (some, whole)]
        texts = [(await reader.get(f"/reports/{each['id']}/editions/1/content")).text for each in (some, whole)]
        faces = [(await reader.get(f"/reports/{each['id']}")).json()["regions"] for each in (some, whole)]
    assert ([each["regions"] for each in pages], faces) == ([["BY-BR"], []], [["BY-BR"], []])
    assert ['"regions":["BY-BR"]' in texts[0], "regions" in texts[1]] == [True, False]
