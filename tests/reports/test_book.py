"""A Book of Good Practices: practices in chapters, each published at an address that stays."""

from datetime import date
from typing import Any

import httpx2
import pytest

from services.reports.book.domain import Practice, WritePractice, add, chapters, key_of, points
from shared.ids import new_id
from shared.testing.stack import Running
from tests.reports.builders import NOW, TITLES, publish_over_http

BOOK = new_id()
PRACTICE = {
    "kind": "project",
    "region": "PL-20",
    "title": {"en": "A club of two languages", "be": "Клуб дзвюх моў"},
    "place": {"en": "Bielsk Podlaski"},
    "carried_out_by": {"en": "The town and the school"},
    "text": {"en": "Every **week**.", "be": "Кожны тыдзень."},
}


def practice(**changes: Any) -> Practice:
    return add(BOOK, WritePractice.model_validate({**PRACTICE, **changes}), taken=(), now=NOW)


def test_a_practice_is_called_by_its_title_in_latin_letters_and_no_two_alike() -> None:
    first = add(BOOK, WritePractice.model_validate(PRACTICE), taken=(), now=NOW)
    second = add(BOOK, WritePractice.model_validate(PRACTICE), taken={first.key}, now=NOW)
    assert (first.key, second.key) == ("a-club-of-two-languages", "a-club-of-two-languages-2")
    assert (key_of({"be": "Клуб у Гродне"}), key_of({"en": "!"})) == ("klub-u-grodne", "practice")


def test_chapters_go_by_region_kind_and_name() -> None:
    found = chapters(
        [
            practice(title={"en": "Z"}),
            practice(kind="grant"),
            practice(region="PL-06"),
            practice(region=None),
            practice(title={"en": "B"}),
        ]
    )
    assert [(each.region, each.kind, each.title["en"]) for each in found] == [
        (None, "project", "A club of two languages"),
        ("PL-06", "project", "A club of two languages"),
        ("PL-20", "project", "B"),
        ("PL-20", "project", "Z"),
        ("PL-20", "grant", "A club of two languages"),
    ]


def test_what_a_practice_lacks_in_a_language_is_named() -> None:
    one = practice()
    found = points([one], ("en", "pl"))
    assert [each.field for each in found] == [f"practices.{one.id}.title.pl", f"practices.{one.id}.text.pl"]
    assert found[0].detail == "The practice “A club of two languages” has no title in Polish."


async def book(reports: Running) -> str:
    """Begin a Book over HTTP and write what frames its practices; return its id."""
    about = {
        "kind": "book-of-good-practices",
        "title": {"en": TITLES["en"]},
        "summary": {"en": "What is worth doing elsewhere."},
        "country": "PL",
        "period_from_on": date(2008, 1, 1).isoformat(),
        "period_to_on": date(2008, 12, 31).isoformat(),
        "languages": ["en"],
    }
    async with reports.as_("editor") as editor:
        answer = await editor.post("/reports", json=about)
        assert answer.status_code == 201, answer.text
        report = answer.json()
        for key in report["sections"]:
            path = f"/reports/{report['id']}/sections/{key}/en"
            written = await editor.put(path, json={"text": "Framed."}, headers={"If-Match": '"1"'})
            assert written.status_code == 200, written.text
    return str(report["id"])


async def ask(reports: Running, method: str, path: str, *roles: Any, **parts: Any) -> httpx2.Response:
    async with reports.as_(*roles) as caller:
        return await caller.request(method, path, **parts)


async def test_a_practice_is_found_at_one_address_over_the_editions_and_gone_with_the_book(reports: Running) -> None:
    book_id = await book(reports)
    written = await ask(reports, "POST", f"/reports/{book_id}/practices", "editor", json=PRACTICE)
    address = f"/practices/{written.json()['id']}"
    assert (await ask(reports, "GET", address)).status_code == 404
    assert (await publish_over_http(reports, book_id)).status_code == 201
    found = (await ask(reports, "GET", address)).json()
    assert (found["edition"], found["region_name"]["pl"], found["html"]["en"]) == (
        1,
        "Podlaskie",
        "<p>Every <strong>week</strong>.</p>\n",
    )
    own = written.headers["location"]
    changed = {**PRACTICE, "text": {"en": "Every month."}}
    saved = await ask(reports, "PUT", own, "editor", json=changed, headers={"If-Match": '"1"'})
    stale = await ask(reports, "PUT", own, "editor", json=PRACTICE, headers={"If-Match": '"1"'})
    assert (saved.status_code, stale.status_code) == (200, 412)
    assert (await publish_over_http(reports, book_id)).status_code == 201
    assert (await ask(reports, "GET", address)).json()["html"]["en"] == "<p>Every month.</p>\n"
    listed = (await ask(reports, "GET", "/practices", params={"book": book_id, "kind": "project"})).json()["items"]
    assert [each["title"]["en"] for each in listed] == ["A club of two languages"]
    assert (await ask(reports, "POST", f"{own}/removal", "editor")).json()["removed"]
    added = await ask(reports, "POST", f"/reports/{book_id}/practices", "editor", json={**PRACTICE, "region": None})
    assert added.status_code == 201
    assert (await publish_over_http(reports, book_id)).status_code == 201
    found = (await ask(reports, "GET", address)).json()
    assert (found["edition"], found["in_newest"]) == (2, False)
    reason = {"reason": {"en": "Somebody asked us to."}}
    withdrawn = await ask(reports, "POST", f"/reports/{book_id}/withdrawal", "editor", json=reason)
    assert withdrawn.status_code == 200, withdrawn.text
    newer = f"/practices/{added.json()['id']}"
    gone = [await ask(reports, "GET", each) for each in (address, newer)]
    assert [(each.status_code, each.json()["reason"]) for each in gone] == [(410, reason["reason"])] * 2
    assert (await ask(reports, "GET", "/practices", params={"book": book_id})).json()["items"] == []
    assert (await publish_over_http(reports, book_id)).status_code == 201
    assert [(await ask(reports, "GET", each)).status_code for each in (address, newer)] == [410, 200]


async def test_practices_are_found_by_words_and_region_and_are_on_the_map_of_the_site(reports: Running) -> None:
    book_id = await book(reports)
    others = {"title": {"en": "A choir"}, "region": "PL-06", "text": {"en": "In Lublin."}}
    made = [
        (await ask(reports, "POST", f"/reports/{book_id}/practices", "editor", json={**PRACTICE, **changes})).json()
        for changes in ({}, others)
    ]
    assert (await publish_over_http(reports, book_id)).status_code == 201

    async def found(**wanted: str) -> list[str]:
        answer = await ask(reports, "GET", "/practices", params={"book": book_id, **wanted})
        return [each["title"]["en"] for each in answer.json()["items"]]

    assert [await found(**each) for each in ({"q": "lubl"}, {"q": "two LANG"}, {"region": "PL-06"}, {"q": "$ne"})] == [
        ["A choir"],
        ["A club of two languages"],
        ["A choir"],
        [],
    ]
    site = (await ask(reports, "GET", "/sitemap.xml")).text
    assert [site.count(f"/practices/{each['id']}</loc>") for each in made] == [
        1,
        1,
    ]  # in the language of the Book alone


@pytest.mark.parametrize(("roles", "status"), [((), 401), (("member",), 404)])
async def test_only_those_who_edit_the_book_write_practices(reports: Running, roles: Any, status: int) -> None:
    book_id = await book(reports)
    assert (await ask(reports, "POST", f"/reports/{book_id}/practices", *roles, json=PRACTICE)).status_code == status
