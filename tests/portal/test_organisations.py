"""The pages of organisations: searched by everybody, written, reviewed and merged by coordinators."""

import re
from typing import Any

import httpx2
import pytest

from shared.ids import new_id, utc_now
from tests.portal.fake import PERSON, Portal, problem
from tests.portal.test_matrix import read

ONE, OTHER, PROPOSAL, MERGING = (new_id() for _ in range(4))
FIELDS = {"names-en": "Free Press", "kinds": ["implementer"], "audience": "public"}


def record(id: str = ONE, **fields: Any) -> dict[str, Any]:
    return {"id": id, "revision": 3, "names": {"en": "Free Press", "pl": "Wolna Prasa"}, "kinds": ["donor"], **fields}


def candidate(score: float = 0.9) -> dict[str, Any]:
    reasons = [{"code": "same-words", "words": "Has a name of the same words."}]
    return {"organisation_id": OTHER, "score": score, "reasons": reasons, "organisation": record(OTHER)}


def page(*items: Any, after: str | None = None) -> dict[str, Any]:
    return {"items": items, "next": after}


def played(portal: Portal, **plays: Any) -> None:
    at = f"/organisations/{ONE}"
    portal.services.plays |= {
        "GET /organisations": page(record()),
        "GET /organisations/counts": {"total": 1, "more": False, "by_kind": {"donor": 1}, "by_country": {}},
        "GET /organisations/proposals/count": {"open": 4},
        "GET /organisations/duplicates/count": {"open": 2},
        f"GET {at}": record(),
        "GET /activities": page(),
        f"GET {at}/history": page(),
        f"GET {at}/mergings": page(),
        "POST /organisations/matching": [],
        **plays,
    }


def asked(portal: Portal, path: str) -> dict[str, str]:
    (request,) = [each for each in portal.services.asked if each.url.path == path and each.method == "GET"]
    return dict(request.url.params)


async def test_a_search_passes_its_filters_on_and_shows_counts(portal: Portal) -> None:
    played(portal)
    query = {"q": "press", "kind": "public-authority", "level": "regional", "country": "PL", "region": "PL-14"}
    async with portal.browser() as browser:
        shown = await browser.get("/en/organisations", params=query)
    assert shown.status_code == 200
    assert asked(portal, "/organisations") == {**query, "limit": "50"}
    assert asked(portal, "/organisations/counts") == query
    assert "1 organisation." in shown.text
    assert "Mazowieckie" in shown.text
    assert "names to review" not in shown.text


async def test_what_is_no_filter_is_left_out(portal: Portal) -> None:
    played(portal)
    async with portal.browser() as browser:
        await browser.get("/en/organisations", params={"kind": "x", "country": "xx", "region": "PL-14", "level": "$ne"})
    assert asked(portal, "/organisations") == {"limit": "50"}


async def test_coordinators_see_what_waits_for_them(portal: Portal) -> None:
    played(portal)
    async with portal.browser("coordinator") as browser:
        shown = (await browser.get("/pl/organisations")).text
    assert re.search(r"<b>4</b>nazwy do sprawdzenia", shown)
    assert re.search(r"<b>2</b>możliwe powtórzenia", shown)


async def test_a_record_says_all_its_names_and_who_can_see_it(portal: Portal) -> None:
    known = record(
        aliases=["The Free Press"],
        identifiers=[{"scheme": "PL-KRS", "value": "0000163131"}],
        audience="members",
        region="PL-14",
        country="PL",
        asked_id=OTHER,
    )
    played(portal, **{f"GET /organisations/{ONE}": known})
    async with portal.browser() as browser:
        shown = (await browser.get(f"/en/organisations/{ONE}")).text
    for text in ("Wolna Prasa", "The Free Press", "0000163131", "Mazowieckie", "members and coordinators."):
        assert text in shown
    assert "The record you asked for was merged into this one" in shown
    assert "What became of the record" not in shown


async def test_what_an_organisation_does_leads_to_the_activities(portal: Portal) -> None:
    open_one, withheld = new_id(), new_id()
    rows = ({"id": open_one, "title": {"en": "School"}}, {"id": withheld})
    played(portal, **{"GET /activities": page(*rows)})
    async with portal.browser() as browser:
        shown = (await browser.get(f"/en/organisations/{ONE}")).text
    assert f'<a href="/en/activities/{open_one}"><span>School</span></a>' in shown
    assert f'<a href="/en/activities/{withheld}">Title withheld</a>' in shown


async def test_coordinators_see_history_and_merges_and_take_them_back(portal: Portal) -> None:
    now = utc_now().isoformat()
    entry = {"id": new_id(), "organisation_id": ONE, "change": "updated", "fields": ["names"], "by": PERSON}
    merging = {"id": MERGING, "merged_ids": [OTHER], "people": 2, "merged_at": now, "undo_until": now}
    played(
        portal,
        **{
            f"GET /organisations/{ONE}/history": page({**entry, "happened_at": now}),
            f"GET /organisations/{ONE}/mergings": page(merging),
            "POST /people/lookup": page({"id": PERSON, "display_name": "Alena"}),
            f"POST /organisations/{ONE}/merging/undo": merging,
        },
    )
    async with portal.browser("coordinator") as browser:
        shown = (await browser.get(f"/en/organisations/{ONE}?done=merged&merging={MERGING}")).text
        undone = await browser.post(f"/en/organisations/{ONE}/merge/undo", data={"merging": MERGING})
    assert "Record corrected" in shown
    assert "Alena" in shown
    assert shown.count("Take it back") == 2
    assert undone.headers["location"] == f"/en/organisations/{ONE}?done=merge-undone"
    assert portal.services.body() == {"merging_id": MERGING}


async def test_a_new_record_is_looked_for_among_the_known_before_it_is_begun(portal: Portal) -> None:
    played(portal, **{"POST /organisations/matching": [candidate()], "POST /organisations": record()})
    async with portal.browser("coordinator") as browser:
        asked_first = await browser.post("/en/organisations/new", data={**FIELDS, "key": "k" * 24})
        begun = await browser.post("/en/organisations/new", data={**FIELDS, "key": "k" * 24, "sure": "yes"})
    assert (asked_first.status_code, "This may be on record already" in asked_first.text) == (409, True)
    assert begun.headers["location"] == f"/en/organisations/{ONE}?done=registered"


async def test_a_form_becomes_a_record(portal: Portal) -> None:
    played(
        portal, **{f"PUT /organisations/{ONE}": record(), f"GET /organisations/{ONE}": record(other_names={"fr": "P"})}
    )
    data = {
        **FIELDS,
        "names-pl": " Wolna Prasa ",
        "aliases": "One\r\n\r\n Two ",
        "identifiers": "PL-KRS 0000163131\r\nXM-DAC-7",
        "country": "PL",
        "region": "pl-14",
        "revision": "3",
    }
    async with portal.browser("coordinator") as browser:
        saved = await browser.post(f"/en/organisations/{ONE}/edit", data=data)
    assert saved.headers["location"] == f"/en/organisations/{ONE}?done=corrected"
    (change,) = portal.services.changes()
    assert change.headers["if-match"] == '"3"'
    assert portal.services.body() == {
        "names": {"en": "Free Press", "pl": "Wolna Prasa"},
        "other_names": {"fr": "P"},
        "acronym": None,
        "acronyms": [],
        "aliases": ["One", "Two"],
        "identifiers": [{"scheme": "PL-KRS", "value": "0000163131"}, {"scheme": "iati", "value": "XM-DAC-7"}],
        "kinds": ["implementer"],
        "type": None,
        "level": None,
        "represents": {},
        "country": "PL",
        "region": "PL-14",
        "teryt": None,
        "audience": "public",
    }


@pytest.mark.parametrize(
    ("field", "place"),
    [("body.identifiers.0", "identifiers"), ("body.names", "names-en"), ("body.region", "region")],
)
async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(portal: Portal, field: str, place: str) -> None:
    wrong = {"field": field, "code": "value-error", "detail": "In English."}
    played(portal, **{f"PUT /organisations/{ONE}": problem(422, "input-not-valid", wrong)})
    async with portal.browser("coordinator") as browser:
        shown = await browser.post(f"/en/organisations/{ONE}/edit", data={**FIELDS, "aliases": "Kept", "revision": "3"})
    assert shown.status_code == 422
    assert f'href="#{place}"' in shown.text
    assert f'id="{place}-error"' in shown.text
    assert "Kept" in shown.text


async def test_who_was_slower_is_told(portal: Portal) -> None:
    played(portal, **{f"PUT /organisations/{ONE}": problem(412, "changed-meanwhile")})
    async with portal.browser("coordinator") as browser:
        shown = await browser.post(f"/en/organisations/{ONE}/edit", data={**FIELDS, "revision": "2"})
    assert (shown.status_code, 'id="problems"' in shown.text) == (412, True)


def proposal(**fields: Any) -> dict[str, Any]:
    return {
        "id": PROPOSAL,
        "name": "Free Pres",
        "command": {"country": "PL"},
        "shown": [candidate()],
        "source": "members.csv",
        "proposed_at": utc_now().isoformat(),
        **fields,
    }


@pytest.mark.parametrize(
    ("choice", "path", "done"),
    [
        (OTHER, f"/organisations/proposals/{PROPOSAL}/confirmation", "confirmed"),
        ("own", f"/organisations/proposals/{PROPOSAL}/rejection", "rejected"),
        ("reopen", f"/organisations/proposals/{PROPOSAL}/reopening", "reopened"),
    ],
)
async def test_a_name_is_decided_and_the_decision_can_be_taken_back(
    portal: Portal, choice: str, path: str, done: str
) -> None:
    played(portal, **{"GET /organisations/proposals": page(proposal()), f"POST {path}": proposal()})
    async with portal.browser("coordinator") as browser:
        shown = (await browser.get("/en/organisations/review")).text
        decided = await browser.post(f"/en/organisations/review/{PROPOSAL}", data={"choice": choice})
    for text in ("Free Pres", "members.csv", "90% alike", "in another order", "It is Free Press"):
        assert text in shown
    assert f"done={done}" in decided.headers["location"]
    assert ("undo=" in decided.headers["location"]) == (choice != "reopen")


async def test_a_pair_is_merged_told_apart_or_asked_again(portal: Portal) -> None:
    pair = {"score": 0.9, "reasons": candidate()["reasons"], "organisations": [record(), record(OTHER)]}
    played(
        portal,
        **{
            "GET /organisations/duplicates": page(pair),
            f"POST /organisations/{ONE}/merging": {
                "id": MERGING,
                "merged_ids": [OTHER],
                "merged_at": utc_now().isoformat(),
                "undo_until": utc_now().isoformat(),
            },
            "POST /organisations/duplicates/distinction": lambda _: httpx2.Response(204),
            "POST /organisations/duplicates/reopening": lambda _: httpx2.Response(204),
        },
    )
    path, ids = "/en/organisations/duplicates", [ONE, OTHER]
    async with portal.browser("coordinator") as browser:
        shown = (await browser.get(path)).text
        merged = await browser.post(path, data={"ids": ids, "choice": ONE})
        apart = await browser.post(path, data={"ids": ids, "choice": "distinct"})
        again = await browser.post(path, data={"ids": ids, "choice": "reopen"})
    assert shown.count("Merge, and keep this one") == 2
    assert merged.headers["location"] == f"/en/organisations/{ONE}?done=merged&merging={MERGING}"
    assert "done=distinct&undo=" in apart.headers["location"]
    assert again.headers["location"].endswith("?done=reopened")
    assert portal.services.body(0) == {"organisation_ids": [OTHER]}
    assert portal.services.body(1) == portal.services.body(2) == {"organisation_ids": ids}


async def test_another_record_is_found_and_merged(portal: Portal) -> None:
    played(portal, **{"GET /organisations": page(record(), record(OTHER))})
    async with portal.browser("coordinator") as browser:
        shown = (await browser.get(f"/en/organisations/{ONE}/merge")).text
    assert shown.count('name="other"') == 1
    assert OTHER in shown


async def test_operators_look_and_decide_nothing(portal: Portal) -> None:
    played(portal, **{"GET /organisations/proposals": page(proposal())})
    async with portal.browser("operator") as browser:
        shown = await browser.get("/en/organisations/review")
        refused = await browser.post(f"/en/organisations/review/{PROPOSAL}", data={"choice": "own"})
    assert (shown.status_code, "It is Free Press" in shown.text, refused.status_code) == (200, False, 403)


@pytest.mark.parametrize("language", ["en", "pl", "be", "uk", "ru"])
async def test_the_pages_are_there_in_every_language(portal: Portal, language: str) -> None:
    played(portal, **{"GET /organisations/proposals": page(), "GET /organisations/duplicates": page()})
    async with portal.browser("coordinator") as browser:
        for path in ("", "/new", "/review", "/duplicates", f"/{ONE}", f"/{ONE}/edit", f"/{ONE}/merge"):
            shown = await browser.get(f"/{language}/organisations{path}")
            assert (shown.status_code, shown.text.count("<h1")) == (200, 1), path
            assert len(shown.content) < 60_000


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_the_list_is_saved_to_its_last_page_and_holds_no_formula(portal: Portal, kind: str) -> None:
    one = record(names={"en": "=1+1", "pl": "Jeden"}, kinds=["donor"], country="PL", region="PL-14", acronym="FP")
    two = record(OTHER, audience="members", identifiers=[{"scheme": "PL-KRS", "value": "0000163131"}])

    def listed(request: httpx2.Request) -> Any:
        return page(two) if request.url.params.get("after") else page(one, after="cursor")

    played(portal, **{"GET /organisations": listed})
    async with portal.browser() as browser:
        answer = await browser.get(f"/en/organisations.{kind}?country=PL&kind=nothing")
        assert (await browser.get("/en/organisations.pdf")).status_code == 404
    assert answer.headers["content-disposition"] == f'attachment; filename="zgoda-organisations.{kind}"'
    assert asked_all(portal, "/organisations") == [
        {"country": "PL", "limit": "200"},
        {"country": "PL", "after": "cursor", "limit": "200"},
    ]
    rows = read(kind, answer.content)
    first = "'=1+1" if kind == "csv" else "=1+1"
    assert rows[0][:4] == ["Name", "Short name", "Also called", "Kind"]
    assert rows[1] == [first, "FP", "Jeden", "donor", "", "Poland", "Mazowieckie", "", "everybody"]
    assert rows[2][0] == "Free Press"
    assert rows[2][-2:] == ["PL-KRS 0000163131", "members and coordinators"]


def asked_all(portal: Portal, path: str) -> list[dict[str, str]]:
    return [dict(each.url.params) for each in portal.services.asked if each.url.path == path]


async def test_a_file_that_cannot_be_read_to_its_end_breaks_off(portal: Portal) -> None:
    def listed(request: httpx2.Request) -> Any:
        if request.url.params.get("after"):
            raise httpx2.ConnectError("gone")
        return page(record(), after="cursor")

    played(portal, **{"GET /organisations": listed})
    async with portal.browser() as browser:
        with pytest.raises(AssertionError):  # the answer never ends, and a server then closes the connection
            await browser.get("/en/organisations.csv")
        assert (await browser.get("/en/organisations.xlsx")).status_code == 503
