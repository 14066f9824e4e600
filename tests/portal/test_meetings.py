"""The coordinator's forms: local times, agendas, audiences, the look before sending, and what a service finds wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from shared.ids import new_id, utc_now
from tests.portal.fake import MEETING, Portal, problem

DAY = (datetime.now(UTC) + timedelta(days=40)).date()
FORM: dict[str, Any] = {
    "title-en": "Implementers' Meeting",
    "title-be": "Сустрэча выканаўцаў",
    "text-en": "We meet.",
    "agenda-en": "09:00 Opening\n\n9.30 Media freedom",
    "agenda-be": "09:00 Адкрыццё",
    "place": "Warsaw",
    "time_zone": "Europe/Minsk",  # three hours ahead of UTC in every season
    "starts_at": f"{DAY}T09:00",
    "ends_at": f"{DAY}T17:00",
    "languages": ["en", "be"],
    "kinds": ["donor"],
}
PREVIEW = {"people": 2, "by_language": {"en": 1, "uk": 1}, "without_contact": 1, "person_ids": []}


def meeting(**values: Any) -> dict[str, Any]:
    """Return a meeting as the service shows it."""
    starts_at = utc_now() + timedelta(days=40)
    return {
        "id": MEETING,
        "title": {"en": "Implementers' Meeting"},
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=2)).isoformat(),
        "time_zone": "Europe/Warsaw",
        "languages": ["en"],
        **values,
    }


async def sent(portal: Portal, **values: Any) -> httpx2.Response:
    """Send the form, changed by ``values``."""
    portal.services.plays.setdefault("GET /coalitions", {"items": []})
    portal.services.plays.setdefault("POST /audiences/preview", PREVIEW)
    portal.services.plays.setdefault("POST /audiences/people", {"items": []})
    async with portal.browser("coordinator") as browser:
        return await browser.post("/en/meetings/new", data={**FORM, **values})


async def test_sending_schedules_in_the_meetings_own_time_and_once_per_look(portal: Portal) -> None:
    portal.services.plays["POST /meetings"] = meeting()
    answer = await sent(portal, step="send", key="k1")
    assert answer.headers["location"] == f"/en/meetings/{MEETING}?done=scheduled"
    (request,) = portal.services.changes()
    assert request.headers["idempotency-key"] == "k1"
    assert portal.services.body() == {
        "title": {"en": "Implementers' Meeting", "be": "Сустрэча выканаўцаў"},
        "text": {"en": "We meet."},
        "place": "Warsaw",
        "link": "",
        "time_zone": "Europe/Minsk",
        "starts_at": f"{DAY}T09:00:00+03:00",
        "ends_at": f"{DAY}T17:00:00+03:00",
        "agenda": [
            {"starts_at": f"{DAY}T09:00:00+03:00", "title": {"be": "Адкрыццё", "en": "Opening"}},
            {"starts_at": f"{DAY}T09:30:00+03:00", "title": {"en": "Media freedom"}},
        ],
        "languages": ["en", "be"],
        "series": None,
        "series_id": None,
        "closed": False,
        "capacity": None,
        "audience": {
            "person_ids": [],
            "organisation_ids": [],
            "coalition_ids": [],
            "organisation_kinds": ["donor"],
        },
    }


async def test_before_sending_everybody_is_counted_and_every_language_shown(portal: Portal) -> None:
    answer = await sent(portal, step="preview")
    assert [each.url.path for each in portal.services.changes()] == ["/audiences/preview", "/audiences/people"]
    assert "2 people will get an invitation." in answer.text
    assert "1 more person wants no letters" in answer.text
    assert "Send 2 invitations" in answer.text
    assert "Not written in this language; these people read it in this one:" in answer.text
    assert '<input type="hidden" name="title-be" value="Сустрэча выканаўцаў">' in answer.text


async def test_everybody_is_named_page_by_page_before_sending(portal: Portal) -> None:
    first, second = new_id(), new_id()

    def people(request: httpx2.Request) -> dict[str, Any]:
        after = request.url.params.get("after", "")
        guest = {"person_id": second if after else first, "language": "en", "reasons": [{"part": "kind"}]}
        return {"items": [guest], "next": None if after else "cursor"}

    names = [{"id": first, "display_name": "Alena K."}, {"id": second, "display_name": "Jan N."}]
    portal.services.plays |= {"POST /audiences/people": people, "POST /people/lookup": {"items": names}}
    text = (await sent(portal, step="preview")).text
    assert ("Alena K." in text, "Jan N." in text, 'name="after" value="cursor"' in text) == (True, False, True)
    text = (await sent(portal, step="preview", after="cursor")).text
    assert ("Alena K." in text, "Jan N." in text, 'name="after"' in text) == (False, True, False)


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"title-en": "", "title-be": ""}, "title-en", "Give the meeting a title"),
        ({"languages": []}, "languages", "Say which languages"),
        ({"languages": ["pl"]}, "title-pl", "one of the meeting"),
        ({"starts_at": "soon"}, "starts_at", "Give a day and a time"),
        ({"starts_at": "2008-10-14T09:00"}, "starts_at", "still to come"),
        ({"ends_at": f"{DAY}T08:00"}, "ends_at", "later than the beginning"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone", "from the list"),
        ({"link": "http://example.org"}, "link", "https://"),
        ({"agenda-en": "Opening"}, "agenda-en", "Line 1: begin with the time"),
        ({"agenda-en": "09:00 A\n25:00 B"}, "agenda-en", "Line 2: begin with the time"),
        ({"kinds": []}, "kinds", "Choose somebody to invite"),
        ({"title-en": "x" * 201}, "title-en", "at most 200 characters"),
    ],
)
async def test_an_error_leads_to_its_field(portal: Portal, values: dict[str, Any], field: str, said: str) -> None:
    answer = await sent(portal, step="preview", **values)
    assert (answer.status_code, portal.services.changes()) == (422, [])
    assert f'<a href="#{field}">' in answer.text
    assert f'id="{field}-error"' in answer.text
    assert said in answer.text


async def test_an_hour_that_summer_time_leaves_out_is_refused(portal: Portal) -> None:
    values = {"time_zone": "Europe/Warsaw", "starts_at": "2031-03-30T02:30", "ends_at": "2031-03-30T09:00"}
    answer = await sent(portal, step="preview", **values)
    assert "the clocks go forward" in answer.text


async def test_an_agenda_goes_on_over_midnight(portal: Portal) -> None:
    portal.services.plays["POST /meetings"] = meeting()
    after = DAY + timedelta(days=1)
    agenda = {"agenda-en": "22:00 Dinner\n08:30 Breakfast", "agenda-be": ""}
    await sent(portal, step="send", **agenda, starts_at=f"{DAY}T22:00", ends_at=f"{after}T10:00")
    times = [item["starts_at"] for item in portal.services.body()["agenda"]]
    assert times == [f"{DAY}T22:00:00+03:00", f"{after}T08:30:00+03:00"]


async def test_what_the_service_finds_wrong_leads_to_the_field_too(portal: Portal) -> None:
    error = {"field": "agenda.0.starts_at", "code": "outside-the-meeting", "detail": "In English."}
    portal.services.plays["POST /meetings"] = problem(422, "meeting-not-valid", error)
    answer = await sent(portal, step="send")
    assert answer.status_code == 422
    assert '<a href="#agenda-en">Each item of the agenda begins while the meeting lasts.</a>' in answer.text
    assert "In English." not in answer.text


async def test_people_and_organisations_are_found_and_ticked_without_a_script(portal: Portal) -> None:
    organisation, person = new_id(), new_id()
    portal.services.plays |= {
        "GET /organisations": {"items": [{"id": organisation, "names": {"en": "Common Table"}}]},
        "GET /people": {"items": [{"id": person, "display_name": "Alena K."}]},
    }
    found = await sent(portal, step="find", query="al")
    assert f'name="organisations" value="{organisation} Common Table">' in found.text
    portal.services.plays["POST /meetings"] = meeting()
    await sent(portal, step="send", organisations=[f"{organisation} Common Table"], people=[f"{person} Alena K."])
    audience = portal.services.body()["audience"]
    assert (audience["organisation_ids"], audience["person_ids"]) == ([organisation], [person])


def meeting_plays(portal: Portal, **values: Any) -> None:
    """Play one meeting with its counts and one invitation."""
    person = new_id()
    portal.services.plays |= {
        f"GET /meetings/{MEETING}": meeting(**values),
        f"GET /meetings/{MEETING}/summary": {"invited": 1, "pending": 1},
        f"GET /meetings/{MEETING}/invitations": {
            "items": [{"id": new_id(), "person_id": person, "answer": "declined", "comment": "Away."}]
        },
        "POST /people/lookup": {"items": [{"id": person, "display_name": "Alena K."}]},
        "GET /my/invitations": {"items": []},
    }


async def test_answers_bear_the_names_that_the_registry_gives(portal: Portal) -> None:
    meeting_plays(portal)
    async with portal.browser("coordinator") as browser:
        text = (await browser.get(f"/en/meetings/{MEETING}/answers?answer=declined")).text
    assert "Alena K." in text
    assert "Away." in text
    asked = next(each for each in portal.services.asked if each.url.path.endswith("/invitations"))
    assert asked.url.params["standing"] == "declined"


async def test_operators_see_answers_without_names(portal: Portal) -> None:
    meeting_plays(portal)
    async with portal.browser("operator") as browser:
        text = (await browser.get(f"/en/meetings/{MEETING}/answers")).text
    assert "Alena K." not in text
    assert "A person whose name is not shown here" in text
    assert "Withdraw" not in text


async def test_members_see_the_meeting_and_nobody_else(portal: Portal) -> None:
    meeting_plays(portal)
    async with portal.browser("member") as browser:
        answer = await browser.get(f"/en/meetings/{MEETING}")
    assert answer.status_code == 200
    assert "Who comes" not in answer.text
    assert {each.url.path for each in portal.services.asked} == {
        "/tokens",
        f"/meetings/{MEETING}",
        f"/meetings/{MEETING}/agenda",
        f"/meetings/{MEETING}/attendance",
        f"/meetings/{MEETING}/documents",
        "/my/invitations",
    }


async def test_a_letter_that_failed_can_be_tried_again(portal: Portal) -> None:
    meeting_plays(portal)
    letter = {"id": new_id(), "kind": "people-invited", "state": "failed", "attempts": 2, "error": "no-such-user"}
    portal.services.plays |= {
        "GET /letters/summary": {"states": {"failed": 1}},
        "GET /letters": {"items": [letter]},
        f"POST /letters/{letter['id']}/retry": {},
    }
    async with portal.browser("coordinator") as browser:
        text = (await browser.get(f"/en/meetings/{MEETING}/deliveries")).text
        answer = await browser.post(f"/en/meetings/{MEETING}/letters/{letter['id']}/retry")
    assert "no-such-user" in text
    assert "2 attempts" in text
    assert answer.headers["location"] == f"/en/meetings/{MEETING}/deliveries?done=retried"


async def test_moving_and_calling_off_tell_why(portal: Portal) -> None:
    meeting_plays(portal)
    portal.services.plays |= {
        f"POST /meetings/{MEETING}/rescheduling": meeting(),
        f"POST /meetings/{MEETING}/cancellation": meeting(state="cancelled"),
    }
    move = {key: FORM[key] for key in ("starts_at", "ends_at", "time_zone", "place")}
    async with portal.browser("coordinator") as browser:
        moved = await browser.post(f"/en/meetings/{MEETING}/move", data={**move, "reason-en": "The hall is taken."})
        told = portal.services.body()
        cancelled = await browser.post(f"/en/meetings/{MEETING}/cancel", data={"reason-en": "No quorum."})
    assert (moved.headers["location"], told["reason"]) == (
        f"/en/meetings/{MEETING}?done=moved",
        {"en": "The hall is taken."},
    )
    assert cancelled.headers["location"] == f"/en/meetings/{MEETING}?done=cancelled"
    assert portal.services.body() == {"reason": {"en": "No quorum."}}


async def test_my_past_meetings_say_what_i_answered_and_whether_i_was_there(portal: Portal) -> None:
    over = utc_now() - timedelta(days=3)

    def mine(title: str, **values: Any) -> dict[str, Any]:
        shown = meeting(title={"en": title}, state=values.pop("state", "held"))
        return {"id": new_id(), "meeting": shown, "can_answer": False, "can_answer_until": over.isoformat(), **values}

    rows = [
        mine("Spring", answer="accepted", standing="accepted", attended=True),
        mine("Summer", answer="declined", standing="declined", attended=False),
        mine("Autumn"),
        mine("Winter", state="cancelled"),
    ]
    portal.services.plays["GET /my/invitations"] = {"items": rows, "next": "cursor"}
    async with portal.browser("member") as browser:
        text = (await browser.get("/en/my/meetings?when=past")).text
        portal.services.plays["GET /my/invitations"] = {"items": []}
        empty = (await browser.get("/en/my/meetings?when=past&after=cursor")).text
    assert [text.count(said) for said in ("You were there", "You were not there", "Nobody noted")] == [1, 1, 1]
    assert [said in text for said in ("Your answer: Coming", "Your answer: Not coming", "Called off")] == [True] * 3
    assert "/en/my/meetings?after=cursor&amp;when=past" in text
    assert "You have not been invited to a meeting that is over." in empty
    asked = [each.url.params for each in portal.services.asked if each.url.path == "/my/invitations"]
    assert [(each["when"], each.get("after")) for each in asked] == [("past", None), ("past", "cursor")]
