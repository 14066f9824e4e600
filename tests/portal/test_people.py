"""The pages about people: records for coordinators, one's own for everybody, and the way out of both."""

import re
from typing import Any

import pytest

from shared.ids import new_id
from tests.portal.fake import PERSON, Portal, problem

ORGANISATION, CONSENT = new_id(), new_id()


def record(**fields: Any) -> dict[str, Any]:
    return {
        "id": PERSON,
        "revision": 3,
        "display_name": "Alesia K.",
        "legal_name": "",
        "phone": "",
        "address": "alesia@example.org",
        "notes": "",
        "language": "be",
        "time_zone": "Europe/Minsk",
        "roles": ["member"],
        "organisation_ids": [ORGANISATION],
        "positions": [{"organisation_id": ORGANISATION, "function": "focal-point"}],
        "active": True,
        "no_contact": False,
        "registered_at": "2026-01-05T09:00:00Z",
        **fields,
    }


def consent(**fields: Any) -> dict[str, Any]:
    return {
        "id": CONSENT,
        "purpose": "photographs",
        "text": "You may show me.",
        "language": "en",
        "given_at": "2026-01-05T09:00:00Z",
        "way": "on-paper",
        "withdrawn_at": None,
        **fields,
    }


FORM = {
    "display_name": "Alesia K.",
    "address": "alesia@example.org",
    "language": "be",
    "time_zone": "Europe/Minsk",
    "organisations": ORGANISATION,
    f"positions-{ORGANISATION}": "focal-point",
    "roles": "member",
    "revision": "3",
    "key": "k1",
}


@pytest.fixture
def played(portal: Portal) -> Portal:
    """The portal with one person on record."""
    portal.services.plays |= {
        f"GET /people/{PERSON}": record(),
        "GET /me": record(),
        f"GET /people/{PERSON}/consents": {"items": [consent()]},
        f"GET /organisations/{ORGANISATION}": {"id": ORGANISATION, "names": {"en": "Free Press"}},
    }
    return portal


async def test_a_record_shows_what_coordinators_need(played: Portal) -> None:
    async with played.browser("coordinator") as browser:
        page = (await browser.get(f"/en/people/{PERSON}")).text
    assert [each for each in ("alesia@example.org", "Free Press", "You may show me.") if each not in page] == []


async def test_a_person_is_added_once_with_what_they_do_for_whom(played: Portal) -> None:
    played.services.plays["POST /people"] = record()
    async with played.browser("coordinator") as browser:
        answer = await browser.post("/en/people/new", data=FORM)
    assert answer.headers["location"] == f"/en/people/{PERSON}?done=saved"
    (request,) = played.services.changes()
    assert request.headers["idempotency-key"] == "k1"
    assert played.services.body() == {
        "display_name": "Alesia K.",
        "legal_name": "",
        "phone": "",
        "address": "alesia@example.org",
        "notes": "",
        "language": "be",
        "time_zone": "Europe/Minsk",
        "roles": ["member"],
        "no_contact": False,
        "organisation_ids": [ORGANISATION],
        "positions": [{"organisation_id": ORGANISATION, "function": "focal-point"}],
    }


async def test_looking_for_an_organisation_keeps_what_was_written(played: Portal) -> None:
    other = {"id": new_id(), "names": {"en": "Another One"}}
    played.services.plays["GET /organisations"] = {"items": [other]}
    async with played.browser("coordinator") as browser:
        page = (await browser.post("/en/people/new", data={**FORM, "step": "find", "query": "one"})).text
    assert played.services.changes() == []
    assert [each for each in ("Another One", "Free Press", 'value="Alesia K."') if each not in page] == []


async def test_a_refused_address_is_told_at_its_field(played: Portal) -> None:
    played.services.plays["POST /people"] = problem(409, "address-taken")
    async with played.browser("coordinator") as browser:
        answer = await browser.post("/en/people/new", data=FORM)
    assert answer.status_code == 422
    assert '<p class="error" id="address-error">Somebody on record has this address already' in answer.text


async def test_whoever_saves_second_is_told(played: Portal) -> None:
    played.services.plays[f"PUT /people/{PERSON}"] = problem(412, "changed-meanwhile")
    async with played.browser("coordinator") as browser:
        answer = await browser.post(f"/en/people/{PERSON}/correct", data=FORM)
    assert (answer.status_code, "Somebody else has changed this in the meantime" in answer.text) == (422, True)


async def test_a_consent_without_words_is_not_sent(played: Portal) -> None:
    async with played.browser("coordinator") as browser:
        answer = await browser.post(f"/en/people/{PERSON}/consents", data={"purpose": "photographs"})
    assert (answer.status_code, played.services.changes()) == (422, [])


async def test_one_s_own_record_is_corrected_by_oneself(played: Portal) -> None:
    played.services.plays["PUT /me"] = record(display_name="K.")
    form = {"display_name": "K.", "language": "uk", "time_zone": "Europe/Kyiv", "revision": "3"}
    async with played.browser("member") as browser:
        answer = await browser.post("/en/me", data=form)
    assert answer.headers["location"] == "/en/me?done=saved"
    (request,) = played.services.changes()
    assert request.headers["if-match"] == '"3"'


async def test_what_comes_after_the_button_of_one_s_own_record_keeps_its_distance(played: Portal) -> None:
    async with played.browser("member") as browser:
        text = (await browser.get("/en/me")).text
    after = re.search(r"<button>Save</button></div>\s*</form>\s*<(\w+)", text)
    assert after is not None
    assert after[1] == "h2"  # which has a margin; a list of facts has none


FORGED = ["", " ", "Nowhere/City", "../../etc/passwd", "a\x00b", "x" * 5_000, "\u0663"]


@pytest.mark.parametrize("zone", FORGED)
async def test_a_time_zone_that_is_none_is_told_at_its_field(played: Portal, zone: str) -> None:
    wrong = problem(422, "invalid", {"field": "body.time_zone", "code": "invalid"})
    played.services.plays |= {"PUT /me": wrong, f"PUT /people/{PERSON}": wrong, "POST /people": wrong}
    form = {"display_name": "K.", "address": "k@example.org", "time_zone": zone, "revision": "3"}
    async with played.browser("coordinator") as browser:
        answers = [
            await browser.post(path, data=form) for path in ("/en/me", f"/en/people/{PERSON}/correct", "/en/people/new")
        ]
    assert [each.status_code for each in answers] == [422, 422, 422]


@pytest.mark.parametrize("revision", [*FORGED[1:], "-1", "9" * 5_000])
async def test_a_revision_that_no_page_wrote_is_none_that_is(played: Portal, revision: str) -> None:
    played.services.plays |= {"PUT /me": problem(412, "changed"), f"PUT /people/{PERSON}": problem(412, "changed")}
    form = {"display_name": "K.", "address": "k@example.org", "time_zone": "Europe/Kyiv", "revision": revision}
    async with played.browser("coordinator") as browser:
        answers = [await browser.post(path, data=form) for path in ("/en/me", f"/en/people/{PERSON}/correct")]
    assert [each.status_code for each in answers] == [422, 422]
    assert {each.headers["if-match"] for each in played.services.changes()} == {'"0"'}


async def test_whoever_erases_themselves_is_signed_out(played: Portal) -> None:
    played.services.plays["POST /me/erasure"] = {}
    async with played.browser("member") as browser:
        answer = await browser.post("/en/me/erasure", data={"erase": "Alesia K."})
    assert "You are forgotten" in answer.text
    assert "Max-Age=0" in answer.headers["set-cookie"]


async def test_another_name_erases_nobody(played: Portal) -> None:
    played.services.plays["POST /me/erasure"] = problem(422, "name-differs")
    async with played.browser("member") as browser:
        answer = await browser.post("/en/me/erasure", data={"erase": "Somebody"})
    assert (answer.status_code, "Write the name exactly as it is shown." in answer.text) == (422, True)


async def test_the_people_of_one_organisation_stay_so_over_pages_and_searches(played: Portal) -> None:
    played.services.plays["GET /people"] = {"items": [record()], "next": "cursor"}
    async with played.browser("coordinator") as browser:
        page = (await browser.get(f"/en/people?organisation_id={ORGANISATION}&q=Al")).text
    assert f'href="/en/people?after=cursor&amp;q=Al&amp;organisation_id={ORGANISATION}"' in page
    assert f'<input type="hidden" name="organisation_id" value="{ORGANISATION}">' in page
    assert "Only people of Free Press." in page


async def test_my_data_is_one_file_of_every_part(played: Portal) -> None:
    decision = {"id": new_id(), "number": "2", "meeting_id": new_id(), "text": {"en": "Write."}, "state": "open"}
    kept = {"address": "alesia@example.org", "preferences": {}, "letters": [{"subject": "Invitation"}]}
    played.services.plays |= {
        "GET /me/data": {"record": record()},
        "GET /my/invitations": {"items": []},
        "GET /my/decisions": {"items": [decision]},
        "POST /me/preferences-link": {"token": "t"},
        "GET /preferences/export": kept,
    }
    async with played.browser("member") as browser:
        answer = await browser.get("/en/me/data")
        played.services.plays["POST /me/preferences-link"] = problem(404, "contact-not-found")
        unwritten = await browser.get("/en/me/data")
    (export,) = [each for each in played.services.asked if each.url.path == "/preferences/export"]
    assert export.headers["authorization"] == "Link t"
    assert (answer.json()["letters"], unwritten.json()["letters"]) == (kept, None)
    assert [each["id"] for each in answer.json()["decisions"]] == [decision["id"]]
    assert answer.headers["content-disposition"] == 'attachment; filename="zgoda-my-data.json"'
    assert (answer.json()["registry"], answer.json()["invitations"]) == ({"record": record()}, [])


async def test_what_comes_through_a_proxy_does_not_get_the_figures(portal: Portal) -> None:
    async with portal.browser() as browser:
        inside = await browser.get("/metrics")
        outside = await browser.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"})
    assert (inside.status_code, outside.status_code) == (200, 404)
