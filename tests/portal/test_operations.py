"""The operators' pages: what waits and why, what is held, single letters and where they come from, dead letters."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from services.portal import words
from shared.ids import new_id, utc_now
from tests.portal.fake import PERSON, Portal, problem

LETTER, EVENT, CAUSE, MEETING, OTHER = (new_id() for _ in range(5))
NOW = utc_now().isoformat()


def a_letter(**values: Any) -> dict[str, Any]:
    """Return a letter as notifications shows it."""
    moment = {"at": NOW, "state": "failed", "code": "550 5.1.1"}
    return {
        "id": LETTER,
        "kind": "people-invited",
        "recipient_id": OTHER,
        "about_id": MEETING,
        "event_id": EVENT,
        "language": "pl",
        "state": "failed",
        "attempts": 2,
        "doubts": 0,
        "error": "550 5.1.1 no such user",
        "created_at": NOW,
        "history": [moment],
        **values,
    }


def told(event_id: str, name: str, **values: Any) -> dict[str, Any]:
    return {"id": event_id, "name": name, "subject_id": MEETING, "told_at": NOW, **values}


def plays(portal: Portal, **more: Any) -> None:
    waiting = {"kind": "people-invited", "state": "held", "code": "kind-held", "letters": 12, "oldest_at": NOW}
    relay = {"name": "gov", "domains": ["gov.example"], "connections": 1, "per_minute": 60, "waiting": 4}
    dead = {"event_id": EVENT, "event_name": "decision-taken", "error_type": "Invalid", "error": "<b>bad</b>"}
    portal.services.plays |= {
        "GET /waiting": {"items": [waiting]},
        "GET /holds": {"items": [{"what": "people-invited", "held_at": NOW, "held_by": PERSON}]},
        "GET /relays": {"items": [{"name": "", "connections": 6}, relay]},
        "GET /dead-letters": {"items": [dead]},
        "GET /letters": {"items": [a_letter()], "next": None},
        f"GET /letters/{LETTER}": a_letter(),
        "POST /people/lookup": {"items": [{"id": OTHER, "display_name": "Ada Reader"}]},
        **more,
    }


async def test_coordinators_see_what_waits_and_why_and_change_nothing(portal: Portal) -> None:
    plays(portal)
    async with portal.browser("coordinator") as browser:
        page = (await browser.get("/en/operations")).text
        refused = await browser.post("/en/operations/holds", data={"what": "relay"})
    assert "this kind is held" in page
    assert "12" in page
    assert "Hold something" not in page
    assert refused.status_code == 403
    assert portal.services.changes() == []


async def test_operators_hold_and_release_a_kind_or_everything(portal: Portal) -> None:
    plays(portal)
    portal.services.plays |= {
        "PUT /holds/relay": {},
        "PUT /holds/relay-gov": {},
        "DELETE /holds/people-invited": {"count": 12},
    }
    async with portal.browser("operator") as browser:
        held = await browser.post("/en/operations/holds", data={"what": "relay"})
        strange = await browser.post("/en/operations/holds", data={"what": "../letters"})
        one = await browser.post("/en/operations/holds", data={"what": "relay-gov"})
        released = await browser.post("/en/operations/holds/people-invited/release")
    assert (held.headers["location"], strange.status_code) == ("/en/operations?done=held", 422)
    assert released.headers["location"] == "/en/operations?done=released&count=12"
    assert one.headers["location"] == "/en/operations?done=held"
    assert "gov.example" in strange.text


async def test_a_relay_that_is_held_for_what_it_says_is_shown_with_its_words(portal: Portal) -> None:
    braked = {"what": "relay-default", "held_at": NOW, "because": "550 5.7.1 <b>denied</b>"}
    plays(portal, **{"GET /holds": {"items": [braked]}, "DELETE /holds/relay-default": {"count": 0}})
    async with portal.browser("operator") as browser:
        page = (await browser.get("/en/operations")).text
        released = await browser.post("/en/operations/holds/relay-default/release")
    assert "the usual relay" in page
    assert "550 5.7.1 &lt;b&gt;denied&lt;/b&gt;" in page
    assert '<option value="relay-default">' not in page  # it is held
    assert '<option value="relay">' in page
    assert '<option value="relay-gov">' in page
    assert released.status_code == 303


async def test_many_letters_are_sent_again_or_stopped_by_what_they_are_about(portal: Portal) -> None:
    plays(portal)
    portal.services.plays |= {
        "POST /letters/sending-again": {"count": 3},
        "POST /letters/cancellation": {"count": 2},
    }
    form = {"kind": "", "about_id": f"https://zgoda.example/en/meetings/{MEETING}", "state": "failed", "key": "k"}
    async with portal.browser("operator") as browser:
        again = await browser.post("/en/operations/sending-again", data=form)
        first = portal.services.body()
        stopped = await browser.post("/en/operations/cancellation", data=form)
        nothing = await browser.post("/en/operations/cancellation", data={"key": "k"})
    assert parse_qs(urlsplit(again.headers["location"]).query) == {"done": ["again"], "count": ["3"]}
    assert parse_qs(urlsplit(stopped.headers["location"]).query) == {"done": ["stopped"], "count": ["2"]}
    assert first == {"about_id": MEETING, "state": "failed"}
    assert (portal.services.body(), nothing.status_code) == ({"about_id": MEETING}, 422)


async def test_a_letter_leads_back_to_its_event_its_cause_and_who_asked(portal: Portal) -> None:
    plays(
        portal,
        **{
            f"GET /told/{EVENT}": told(EVENT, "people-invited", cause_id=CAUSE),
            f"GET /told/{CAUSE}": told(CAUSE, "meeting-scheduled", actor_id=OTHER),
        },
    )
    async with portal.browser("coordinator") as browser:
        page = (await browser.get(f"/en/letters/{LETTER}")).text
        found = await browser.get(f"/en/letters?find=<{LETTER}@zgoda.example>")
    assert page.index("people-invited") < page.index("meeting-scheduled") < page.index("Asked for by:")
    assert page.count("Ada Reader") == 2
    assert f"/en/meetings/{MEETING}" in page
    assert found.headers["location"] == f"/en/letters/{LETTER}"


async def test_operators_see_letters_without_names_and_cannot_read_them(portal: Portal) -> None:
    plays(portal)
    async with portal.browser("operator") as browser:
        listed = (await browser.get("/en/letters")).text
        preview = await browser.get(f"/en/letters/{LETTER}/preview")
    assert ("Ada Reader" in listed, OTHER in listed, preview.status_code) == (False, True, 403)


async def test_a_letter_is_shown_in_a_frame_in_which_nothing_can_act(portal: Portal) -> None:
    shown = {"subject": "Hello", "language": "pl", "text": "Witaj", "html": "<html><body>Witaj</body></html>"}
    plays(portal, **{f"GET /letters/{LETTER}/preview": shown})
    async with portal.browser("coordinator") as browser:
        page = await browser.get(f"/en/letters/{LETTER}/preview?person=/en/people/{OTHER}")
        html = await browser.get(f"/en/letters/{LETTER}/preview/html?person={OTHER}")
    asked = [parse_qs(each.url.query.decode()) for each in portal.services.asked if each.url.path.endswith("/preview")]
    assert asked == [{"recipient_id": [OTHER]}] * 2
    assert f'src="/en/letters/{LETTER}/preview/html?person={OTHER}"' in page.text
    assert page.headers["content-security-policy"].endswith("frame-src 'self'")
    assert "sandbox" in html.headers["content-security-policy"]
    assert "script-src" not in html.headers["content-security-policy"]


async def test_every_kind_of_letter_has_a_page_in_every_language(portal: Portal) -> None:
    shown = {"subject": "Hello", "language": "pl", "text": "Witaj", "html": "<html></html>"}
    portal.services.plays["GET /samples/digest/pl"] = shown
    async with portal.browser("operator") as browser:
        kinds = (await browser.get("/en/letters/kinds")).text
        one = await browser.get("/en/letters/kinds/digest/pl")
        strange = await browser.get("/en/letters/kinds/nothing/pl")
    assert all(f"/en/letters/kinds/{kind}/be" in kinds for kind in words.LETTER_KINDS)
    assert (one.status_code, strange.status_code) == (200, 404)


async def test_dead_letters_are_shown_escaped_sent_again_and_dropped(portal: Portal) -> None:
    one = {"event_id": EVENT, "event_name": "decision-taken", "error_type": "Invalid", "error": "<b>bad</b>"}
    plays(portal, **{f"GET /dead-letters/{EVENT}": {**one, "body": {"data": {"a": "<i>"}}}})
    portal.services.plays |= {f"POST /dead-letters/{EVENT}/retry": {}, f"DELETE /dead-letters/{EVENT}": {}}
    at = "/en/operations/events/reports"
    async with portal.browser("operator") as browser:
        page = (await browser.get(f"{at}/{EVENT}")).text
        again = await browser.post(f"{at}/{EVENT}/retry")
        gone = await browser.post(f"{at}/{EVENT}/drop")
        strange = await browser.get("/en/operations/events/portal")
    assert ("<b>bad" in page, "<i>" in page) == (False, False)
    assert again.headers["location"] == f"{at}?done=event-retried"
    assert gone.headers["location"] == f"{at}?done=event-dropped"
    assert strange.status_code == 404


async def test_an_address_is_given_up_and_taken_up_again_by_an_operator(portal: Portal) -> None:
    row = {"person_id": OTHER, "reason": "hard-bounce", "code": "5.1.1", "since": NOW}
    plays(portal, **given_up(row))
    portal.services.plays |= {
        "POST /suppressions": problem(409, "suppression-exists"),
        f"POST /suppressions/{OTHER}/lifting": {},
    }
    async with portal.browser("coordinator", "operator") as browser:
        page = (await browser.get("/en/operations/addresses")).text
        again = await browser.post("/en/operations/addresses", data={"person_id": f"/en/people/{OTHER}", "key": "k"})
        lifted = await browser.post(f"/en/operations/addresses/{OTHER}/lifting")
    assert ("Ada Reader" in page, "the address does not exist" in page) == (True, True)
    assert (again.status_code, "Nothing is sent to this person already." in again.text) == (422, True)
    assert lifted.headers["location"] == "/en/operations/addresses?done=lifted"


def given_up(*rows: dict[str, Any], **summary: int) -> dict[str, Any]:
    counted = {"suppressions": len(rows), "liftable": len(rows), **summary}
    return {"GET /suppressions": {"items": list(rows), "next": None}, "GET /suppressions/summary": counted}


async def test_all_addresses_that_fit_are_taken_up_again_at_once(portal: Portal) -> None:
    row = {"person_id": OTHER, "reason": "hard-bounce", "code": "5.1.1", "since": NOW}
    plays(portal, **given_up(row, suppressions=310, liftable=300))
    portal.services.plays["POST /suppressions/lifting"] = {"count": 300}
    path, wanted = "/en/operations/addresses", {"code": "5.1.1", "since": "2026-10-14T14:00", "reason": "", "until": ""}
    async with portal.browser("coordinator", "operator") as browser:
        everybody = (await browser.get(path)).text
        page = (await browser.get(path, params=wanted)).text
        lifted = await browser.post(f"{path}/lifting", data={**wanted, "key": "k"})
        told = (await browser.get(lifted.headers["location"])).text
    async with portal.browser("coordinator") as browser:
        looked_at = (await browser.get(path, params=wanted)).text
    offer = "Send to all of these 300 addresses again"
    assert [offer in each for each in (everybody, page, looked_at)] == [False, True, False]
    assert "Whoever complained, or was given up by hand" in page
    assert ("Letters go to these people again." in told, "300 addresses." in told) == (True, True)
    since = {"code": "5.1.1", "since": "2026-10-14T11:00:00+00:00"}
    (asked,) = [each for each in portal.services.changes() if each.url.path == "/suppressions/lifting"]
    assert (json.loads(asked.content), asked.headers["idempotency-key"]) == (since, "k")
    listed = [each for each in portal.services.asked if each.url.path.startswith("/suppressions") and each.url.query]
    assert {tuple(parse_qs(each.url.query.decode())) for each in listed} == {("code", "since")}


async def test_no_address_is_taken_up_again_where_nothing_or_nonsense_is_named(portal: Portal) -> None:
    plays(portal, **given_up())
    path = "/en/operations/addresses"
    async with portal.browser("operator") as browser:
        nothing = await browser.post(f"{path}/lifting", data={"reason": "anything", "key": "k"})
        nonsense = await browser.post(f"{path}/lifting", data={"code": "5.1.1", "since": "yesterday", "key": "k"})
        shown = await browser.get(path, params={"until": "<b>"})
        none = (await browser.get(path, params={"code": "5.1.1"})).text
    assert [each.status_code for each in (nothing, nonsense, shown)] == [422] * 3
    assert ("Name the reason" in nothing.text, "Give a day and a time" in nonsense.text) == (True, True)
    assert ("No address that is given up fits." in none, "<b>" in shown.text) == (True, False)
    assert portal.services.changes() == []


async def test_mails_that_came_back_and_people_forgotten_are_listed(portal: Portal) -> None:
    mail = {
        "id": EVENT,
        "recipient_id": OTHER,
        "letter_id": LETTER,
        "sort": "bounce",
        "fault": "mailbox-full",
        "permanent": False,
        "status": "4.2.2",
        "outcome": "waits",
        "size": 1,
        "received_at": NOW,
    }
    portal.services.plays |= {
        "GET /received": {"items": [mail], "next": None},
        "GET /erasures": {"items": [{"id": OTHER, "erased_at": NOW, "revision": 3}], "next": None},
    }
    async with portal.browser("operator") as browser:
        received = (await browser.get("/en/operations/received")).text
        forgotten = (await browser.get("/en/operations/erasures")).text
    assert ("the mailbox is full" in received, f"/en/letters/{LETTER}" in received) == (True, True)
    assert OTHER in forgotten
