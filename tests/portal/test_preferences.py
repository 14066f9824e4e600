"""The pages on which people choose how they are written to, by the link in their letters."""

import json
from typing import Any

import pytest

from tests.portal.fake import TOKEN, Portal, problem, running

OWN: dict[str, Any] = {
    "revision": 3,
    "topics": {
        "meetings": "now",
        "reminders": "daily",
        "briefs": "weekly",
        "reports": "never",
        "tasks": "now",
        "comments": "daily",
    },
    "language": "be",
    "time_zone": "Europe/Minsk",
    "language_chosen": False,
    "time_zone_chosen": False,
    "digest_hour": 8,
    "digest_weekday": 0,
}
KEY = {"fingerprint": "2F1E 97DD", "names": ["Alena"], "expires_soon": False, "required": True}
AT = f"/en/preferences/{TOKEN}"
WISHES = {
    "topic-meetings": "now", "topic-reminders": "daily", "topic-briefs": "weekly", "topic-reports": "never",
    "topic-tasks": "now", "topic-comments": "daily", "language": "be", "time_zone": "Europe/Minsk",
    "quiet_starts": "22:00", "quiet_ends": "07:00",
    "digest_hour": "9", "digest_weekday": "2", "revision": "3",
}  # fmt: skip


async def test_choosing_sends_what_was_chosen_and_leaves_the_record_alone() -> None:
    async with running() as portal:
        portal.services.plays |= {"GET /preferences": OWN, "PUT /preferences": OWN}
        answer = await portal.browser().post(AT, data=WISHES)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{AT}?done=saved")
        sent = portal.services.changes()[-1]
        assert sent.headers["authorization"] == f"Link {TOKEN}"
        assert sent.headers["if-match"] == '"3"'
        assert portal.services.body() == {
            "topics": OWN["topics"],
            "language": None,
            "time_zone": None,
            "quiet": {"starts": "22:00", "ends": "07:00"},
            "digest_hour": 9,
            "digest_weekday": 2,
        }


async def test_half_of_quiet_hours_is_asked_for_again() -> None:
    async with running() as portal:
        portal.services.plays |= {"GET /preferences": OWN}
        answer = await portal.browser().post(AT, data={**WISHES, "quiet_ends": ""})
        assert (answer.status_code, portal.services.changes()) == (422, [])
        assert 'href="#quiet_ends"' in answer.text


async def test_a_mail_program_stops_a_topic_in_one_press_and_looking_stops_nothing() -> None:
    async with running() as portal:
        portal.services.plays |= {"GET /preferences/stopping": {}, "POST /preferences/stopping": {}}
        page = await portal.browser().get(f"{AT}/stop/meetings")
        assert (page.status_code, portal.services.changes()) == (200, [])
        answer = await portal.browser(Origin="https://mail.example").post(
            f"{AT}/stop/meetings", data={"List-Unsubscribe": "One-Click"}
        )
        assert (answer.status_code, answer.text) == (200, "unsubscribed")
        assert portal.services.body() == {"topic": "meetings"}
        by_hand = await portal.browser().post(f"{AT}/stop/meetings")
        assert (by_hand.status_code, "Saved: we write to you like this" in by_hand.text) == (200, True)
        assert f'href="{AT}"' not in by_hand.text  # which this link does not open


async def test_another_site_changes_nothing_else() -> None:
    async with running() as portal:
        portal.services.plays |= {"GET /preferences": OWN, "PUT /preferences": OWN}
        answer = await portal.browser(Origin="https://other.example").post(AT, data=WISHES)
        assert (answer.status_code, portal.services.changes()) == (403, [])


async def test_where_a_link_was_put_out_of_use_one_goes_on_by_the_new_one() -> None:
    async with running() as portal:
        fresh = {**OWN, "link": "fresh.token"}
        portal.services.plays |= {"PUT /preferences/key": fresh, "PUT /preferences/key/requirement": fresh}
        kept = await portal.browser().post(f"{AT}/key", data={"armored": "KEY", "step": "keep"})
        required = await portal.browser().post(f"{AT}/key", data={"required": "yes", "step": "require"})
        at = [answer.headers["location"].partition("?")[0] for answer in (kept, required)]
        assert at == ["/en/preferences/fresh.token/key"] * 2


async def test_a_key_is_read_back_and_a_bad_one_explained() -> None:
    async with running() as portal:
        portal.services.plays |= {"GET /preferences": {**OWN, "key": KEY}, "PUT /preferences/key": OWN}
        assert "2F1E 97DD" in (await portal.browser().get(f"{AT}/key")).text
        answer = await portal.browser().post(f"{AT}/key", data={"armored": "KEY", "required": "yes", "step": "keep"})
        assert answer.headers["location"] == f"{AT}/key?done=key-kept"
        assert portal.services.body() == {"armored": "KEY", "required": True}
        portal.services.plays["PUT /preferences/key"] = problem(409, "key-expired")
        answer = await portal.browser().post(f"{AT}/key", data={"armored": "OLD", "step": "keep"})
        assert answer.status_code == 422
        assert "This key has expired." in answer.text


@pytest.mark.parametrize(
    ("trouble", "required", "said"),
    [("key-expired", True, "are held until"), ("key-revoked", False, "sent in clear until")],
    ids=["required", "wanted"],
)
async def test_a_key_that_is_no_longer_good_says_what_becomes_of_letters(
    trouble: str, required: bool, said: str
) -> None:
    async with running() as portal:
        portal.services.plays["GET /preferences"] = {**OWN, "key": {**KEY, "trouble": trouble, "required": required}}
        assert said in (await portal.browser().get(f"{AT}/key")).text


async def test_all_letters_are_listed_and_can_be_taken_along() -> None:
    letter = {"id": "x", "kind": "people-invited", "subject": "Invitation: <b>", "state": "joined"}
    moment = {"created_at": "2026-01-02T03:04:05Z"}
    async with running() as portal:
        portal.services.plays |= {
            "GET /preferences": OWN,
            "GET /preferences/letters": {"items": [letter | moment], "next": None},
            "GET /preferences/export": {"address": "a@example.org"},
        }
        page = await portal.browser().get(f"{AT}/letters")
        assert "Invitation: &lt;b&gt;" in page.text
        assert "Sent, gathered with others" in page.text
        file = await portal.browser().get(f"{AT}/export")
        assert json.loads(file.content) == {"address": "a@example.org"}
        assert "attachment" in file.headers["content-disposition"]


async def test_whoever_has_signed_in_is_led_to_their_own() -> None:
    async with running() as portal:
        portal.services.plays["POST /me/preferences-link"] = {"token": "fresh.token"}
        answer = await portal.browser("member").get("/be/preferences")
        assert (answer.status_code, answer.headers["location"]) == (303, "/be/preferences/fresh.token")


async def pages(portal: Portal) -> list[str]:
    return [(await portal.browser().get(f"{AT}{path}")).headers["referrer-policy"] for path in ("", "/key", "/letters")]


async def test_the_link_is_told_to_no_other_site() -> None:
    async with running() as portal:
        portal.services.plays |= {"GET /preferences": OWN, "GET /preferences/letters": {"items": []}}
        assert set(await pages(portal)) == {"no-referrer"}


async def test_a_webhooks_secret_is_shown_once_and_a_bad_address_explained() -> None:
    async with running() as portal:
        kept = {"channel": "webhook", "secret": "whsec_shown"}
        portal.services.plays |= {"GET /preferences": OWN, "PUT /preferences/second-path": kept}
        written = {"channel": "webhook", "url": "https://hooks.example.org/", "room": "", "secret": ""}
        answer = await portal.browser().post(f"{AT}/path", data={**written, "step": "keep"})
        assert ("whsec_shown" in answer.text, portal.services.body()) == (True, written)
        assert "whsec_shown" not in (await portal.browser().get(f"{AT}/path")).text
        portal.services.plays["PUT /preferences/second-path"] = problem(422, "url-not-allowed")
        answer = await portal.browser().post(f"{AT}/path", data={**written, "url": "http://x", "step": "keep"})
        assert (answer.status_code, 'href="#url"' in answer.text) == (422, True)


async def test_a_second_path_can_be_taken_no_more() -> None:
    async with running() as portal:
        portal.services.plays |= {"GET /preferences": OWN, "DELETE /preferences/second-path": OWN}
        answer = await portal.browser().post(f"{AT}/path", data={"step": "forget"})
        assert answer.headers["location"] == f"{AT}/path?done=path-gone"
