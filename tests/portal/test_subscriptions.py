"""Hearing of reports: subscribers choose without signing in, coordinators register systems."""

from typing import Any

import httpx2

from shared.ids import new_id
from shared.model import LANGUAGES
from tests.portal.fake import TOKEN, Portal, problem

WEBHOOK = new_id()
WISH = {
    "themes": ["media-freedom"],
    "language": "uk",
    "languages": ["uk", "ru"],
    "countries": ["BY"],
    "kinds": ["briefing"],
    "frequency": "weekly",
}
OWN = {"state": "confirmed", "revision": 2, **WISH}
OFFERED = {"GET /subscriptions/offered": {"countries": ["BY", "PL"]}}
HOOK = {
    "id": WEBHOOK,
    "label": "Library of Minsk",
    "host": "hooks.example.org",
    "state": "unverified",
    "registered_at": "2026-11-22T08:00:00Z",
}
FORM: dict[str, Any] = {**WISH, "written_in": "uk", "address": "reader@example.org"}
del FORM["language"]


async def test_every_address_gets_the_same_answer_to_a_subscription(portal: Portal) -> None:
    portal.services.plays |= {**OFFERED, "POST /subscriptions": {}}
    async with portal.browser() as browser:
        answer = await browser.post("/en/subscribe", data=FORM)
        wrong = await browser.post("/en/subscribe", data={**FORM, "address": "nobody", "themes": []})
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/subscribe/sent")
    assert portal.services.body() == {"address": "reader@example.org", **WISH}
    assert (wrong.status_code, len(portal.services.changes())) == (422, 1)
    assert ['href="#address"' in wrong.text, 'href="#themes"' in wrong.text, "Belarus" in wrong.text] == [True] * 3


async def test_looking_at_the_links_of_a_subscription_changes_nothing(portal: Portal) -> None:
    portal.services.plays |= {
        **OFFERED,
        "GET /subscription": {**OWN, "state": "requested"},
        "GET /subscription/ending": {"state": "confirmed"},
        "GET /subscription/own": OWN,
    }
    paths = (f"subscription/{TOKEN}", f"unsubscribe/{TOKEN}", f"preferences/{TOKEN}/subscription")
    async with portal.browser() as browser:
        pages = [await browser.get(f"/en/{path}") for path in paths]
    assert ([each.status_code for each in pages], portal.services.changes()) == ([200] * 3, [])
    assert "one letter a week" in pages[0].text
    assert '<option value="weekly" selected>' in pages[2].text


async def test_a_mail_program_ends_the_subscription_in_one_click(portal: Portal) -> None:
    portal.services.plays["POST /subscription/ending"] = {"state": "ended"}
    async with portal.browser() as browser:
        del browser.headers["Origin"]
        answer = await browser.post(f"/en/unsubscribe/{TOKEN}", data={"List-Unsubscribe": "One-Click"})
    assert (answer.status_code, len(portal.services.changes())) == (200, 1)
    assert "set-cookie" not in answer.headers


async def test_the_wish_is_changed_by_the_link_on_top_of_what_was_seen(portal: Portal) -> None:
    page = f"/en/preferences/{TOKEN}/subscription"
    portal.services.plays |= {**OFFERED, "GET /subscription/own": OWN, "PUT /subscription/own": OWN}
    async with portal.browser() as browser:
        saved = await browser.post(page, data={**FORM, "revision": "2"})
        portal.services.plays["PUT /subscription/own"] = problem(412, "changed-meanwhile")
        stale = await browser.post(page, data={**FORM, "revision": "1"})
        portal.services.plays["DELETE /subscription/own"] = {"state": "ended"}
        ended = await browser.post(page, data={"step": "end"})
    assert saved.headers["location"] == f"{page}?done=saved"
    first = portal.services.changes()[0]
    assert (first.headers["if-match"], first.headers["authorization"]) == ('"2"', f"Link {TOKEN}")
    assert portal.services.body(0) == WISH
    assert (stale.status_code, '<input type="hidden" name="revision" value="2">' in stale.text) == (422, True)
    assert (ended.status_code, "We have forgotten your address." in ended.text) == (200, True)


async def test_a_subscriber_keeps_what_the_page_of_preferences_does_not_ask(portal: Portal) -> None:
    preferences = {
        "revision": 1, "topics": {"reports": "weekly"}, "language": "uk", "time_zone": "Europe/Warsaw",
        "digest_hour": 8, "digest_weekday": 0, "subscriber": True,
    }  # fmt: skip
    portal.services.plays |= {"GET /preferences": preferences, "PUT /preferences": preferences}
    async with portal.browser() as browser:
        text = (await browser.get(f"/en/preferences/{TOKEN}")).text
        await browser.post(f"/en/preferences/{TOKEN}", data={"digest_hour": "9", "revision": "1"})
    assert (f"/preferences/{TOKEN}/subscription" in text, "topic-meetings" in text) == (True, False)
    sent = portal.services.body()
    assert (sent["topics"]["reports"], sent["digest_hour"], sent["language"]) == ("weekly", 9, None)


async def test_a_system_is_registered_and_its_secret_shown_once(portal: Portal) -> None:
    portal.services.plays |= {
        **OFFERED,
        "GET /webhooks": {"items": [], "next": None},
        "POST /webhooks": {**HOOK, "secret": "whsec_c2VjcmV0"},
        f"GET /webhooks/{WEBHOOK}": HOOK,
        f"GET /webhooks/{WEBHOOK}/messages": {"items": []},
    }
    form: dict[str, Any] = {
        "label": "Library",
        "url": "https://hooks.example.org/x",
        "themes": ["media-freedom"],
        "key": "k",
    }
    form["languages"] = list(LANGUAGES)  # all of them: those of later days too
    async with portal.browser("coordinator") as browser:
        empty = await browser.get("/en/webhooks")
        made = await browser.post("/en/webhooks", data=form)
        later = await browser.get(f"/en/webhooks/{WEBHOOK}")
    assert "No system is told of reports yet." in empty.text
    assert ("whsec_c2VjcmV0" in made.text, "whsec_" in later.text) == (True, False)
    assert portal.services.body() == {
        "label": "Library", "url": "https://hooks.example.org/x", "themes": ["media-freedom"], "languages": [],
        "countries": [], "kinds": [],
    }  # fmt: skip
    assert portal.services.changes()[0].headers["idempotency-key"] == "k"


async def test_a_refused_system_says_why_and_others_may_not_register_any(portal: Portal) -> None:
    refusal = problem(422, "url-not-allowed")
    portal.services.plays |= {**OFFERED, "GET /webhooks": {"items": []}, "POST /webhooks": refusal}
    async with portal.browser("coordinator") as browser:
        refused = await browser.post("/en/webhooks", data={"label": "Library", "url": "http://10.0.0.1/"})
    async with portal.browser("operator") as browser:
        looked, forbidden = await browser.get("/en/webhooks"), await browser.post("/en/webhooks", data={})
    assert (refused.status_code, '<a href="#url">' in refused.text) == (422, True)
    assert (looked.status_code, 'name="url"' in looked.text, forbidden.status_code) == (200, False, 403)


async def test_what_a_system_was_sent_is_told_in_words(portal: Portal) -> None:
    moment = "2026-11-22T08:00:00Z"
    message = {"id": new_id(), "attempts": 2, "created_at": moment, "tried_at": moment}
    messages = [
        {**message, "type": "report-published", "state": "waiting", "code": "503", "due_at": moment},
        {**message, "type": "webhook-verification", "state": "taken"},
    ]
    failing = {**HOOK, "state": "active", "failing_since": moment, "trouble": "address-not-allowed"}
    portal.services.plays |= {
        f"GET /webhooks/{WEBHOOK}": failing,
        f"GET /webhooks/{WEBHOOK}/messages": {"items": messages},
        f"POST /webhooks/{WEBHOOK}/verification": HOOK,
        f"DELETE /webhooks/{WEBHOOK}": httpx2.Response(204),
    }
    async with portal.browser("coordinator") as browser:
        text = (await browser.get(f"/en/webhooks/{WEBHOOK}")).text
        asked = await browser.post(f"/en/webhooks/{WEBHOOK}", data={"step": "verify"})
        removed = await browser.post(f"/en/webhooks/{WEBHOOK}", data={"step": "remove"})
    assert ["It answered with 503." in text, "private network" in text, "Taken" in text] == [True] * 3
    assert asked.headers["location"] == f"/en/webhooks/{WEBHOOK}?done=asked"
    assert removed.headers["location"] == "/en/webhooks?done=removed"
