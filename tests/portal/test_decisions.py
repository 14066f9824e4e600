"""The pages of minutes, decisions and briefs: what they ask of the service, and what they show to whom."""

from datetime import timedelta
from typing import Any

import pytest

from shared.ids import new_id, utc_now
from tests.portal.fake import MEETING, Portal, problem

DECISION, ORGANISATION, TASK, SESSION = new_id(), new_id(), new_id(), new_id()
NOW = utc_now()


def meeting(**changes: Any) -> dict[str, Any]:
    return {
        "id": MEETING,
        "revision": 1,
        "title": {"en": "Implementers' meeting"},
        "languages": ["en", "pl"],
        "starts_at": (NOW + timedelta(days=2)).isoformat(),
        "ends_at": (NOW + timedelta(days=2, hours=4)).isoformat(),
        "time_zone": "Europe/Warsaw",
        **changes,
    }


def decision(**changes: Any) -> dict[str, Any]:
    return {
        "id": DECISION,
        "revision": 4,
        "meeting_id": MEETING,
        "number": "2008-10/3",
        "text": {"en": "Monitor the freedom of the media."},
        "meeting_title": {"en": "Implementers' meeting"},
        "owner_id": ORGANISATION,
        "due_on": "2008-12-01",
        "next_due_on": "2008-12-01",
        "state": "open",
        "overdue": True,
        "mine": True,
        "tasks": [{"id": TASK, "text": {"en": "Name an expert"}, "organisation_id": ORGANISATION, "state": "open"}],
        "history": [{"at": NOW.isoformat(), "what": "taken"}],
        **changes,
    }


def minutes(**changes: Any) -> dict[str, Any]:
    return {
        "id": new_id(),
        "revision": 2,
        "item": "general",
        "state": "proposed",
        "version": 1,
        "text": {"en": "We **agreed**."},
        "html": {"en": "<p>We <strong>agreed</strong>.</p>"},
        "changed_at": NOW.isoformat(),
        **changes,
    }


def part(*texts: str) -> dict[str, Any]:
    return {"items": [{"text": {"en": text}} for text in texts], "more": 0}


@pytest.fixture
def played(portal: Portal) -> Portal:
    """The portal with a meeting, its agenda, its minutes and a decision."""
    path = f"/meetings/{MEETING}"
    portal.services.plays |= {
        f"GET {path}": meeting(),
        f"GET {path}/agenda": {"sessions": [{"id": SESSION, "title": {"en": "Opening"}}]},
        f"GET {path}/minutes": {"items": [minutes()]},
        f"GET {path}/minutes/general/versions": {"items": []},
        f"GET {path}/decisions": {"items": [decision()]},
        f"GET {path}/overdue": {"items": []},
        "GET /decisions": {"items": [decision()]},
        "GET /my/decisions": {"items": [decision()]},
        f"GET /decisions/{DECISION}": decision(),
        f"GET /organisations/{ORGANISATION}": {"id": ORGANISATION, "names": {"en": "The Watchers"}},
        "GET /organisations": {"items": [{"id": ORGANISATION, "names": {"en": "The Watchers"}}]},
    }
    return portal


@pytest.mark.parametrize("role", ["coordinator", "member"])
async def test_the_board_says_who_by_when_and_what_is_late(played: Portal, role: str) -> None:
    page = await played.browser(role).get("/en/decisions")
    assert page.status_code == 200
    for words in ("2008-10/3", "The Watchers", "Late", "1 December 2008"):
        assert words in page.text
    asked = {each.url.path for each in played.services.asked}
    assert ("/decisions" in asked, "/my/decisions" in asked) == (role == "coordinator", role == "member")


async def test_a_member_sees_the_buttons_of_what_is_theirs_and_no_forms_of_coordinators(played: Portal) -> None:
    page = (await played.browser("member").get(f"/en/decisions/{DECISION}")).text
    assert 'value="done"' in page
    assert "Commission a report" not in page
    played.services.plays[f"GET /decisions/{DECISION}"] = decision(mine=False)
    assert 'value="done"' not in (await played.browser("member").get(f"/en/decisions/{DECISION}")).text


async def test_doing_a_task_asks_the_service_and_goes_back(played: Portal) -> None:
    played.services.plays[f"PUT /decisions/{DECISION}/tasks/{TASK}/state"] = decision()
    answer = await played.browser("member").post(f"/en/decisions/{DECISION}/tasks/{TASK}/state", data={"state": "done"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/en/decisions/{DECISION}?done=saved")
    assert played.services.body() == {"state": "done"}


async def test_a_decision_is_written_down_with_the_organisation_found_by_its_name(played: Portal) -> None:
    played.services.plays[f"POST /meetings/{MEETING}/decisions"] = decision()
    form = {"text-en": "Monitor.", "text-pl": "", "item": SESSION, "owner": "the watchers", "due_on": "2030-01-01"}
    answer = await played.browser("coordinator").post(f"/en/meetings/{MEETING}/decisions", data=form)
    assert answer.status_code == 303, answer.text
    body = {"text": {"en": "Monitor."}, "item": SESSION, "owner_id": ORGANISATION, "due_on": "2030-01-01"}
    assert played.services.body() == body


async def test_of_several_organisations_one_is_chosen(played: Portal) -> None:
    other = {"id": new_id(), "names": {"en": "The Watchers of Minsk"}}
    one = {"id": ORGANISATION, "names": {"en": "The Watchers of Hrodna"}}
    played.services.plays["GET /organisations"] = {"items": [one, other]}
    form = {"text-en": "Monitor.", "owner": "watchers"}
    page = await played.browser("coordinator").post(f"/en/meetings/{MEETING}/decisions", data=form)
    assert page.status_code == 422
    assert f'type="radio" name="owner-id" value="{ORGANISATION}"' in page.text
    played.services.plays[f"POST /meetings/{MEETING}/decisions"] = decision()
    chosen = {**form, "owner-was": "watchers", "owner-id": ORGANISATION}
    assert (
        await played.browser("coordinator").post(f"/en/meetings/{MEETING}/decisions", data=chosen)
    ).status_code == 303
    assert played.services.body()["owner_id"] == ORGANISATION


async def test_nothing_is_sent_while_something_is_missing(played: Portal) -> None:
    form = {"text-en": "", "text-pl": "", "due_on": "tomorrow"}
    page = await played.browser("coordinator").post(f"/en/meetings/{MEETING}/decisions", data=form)
    assert page.status_code == 422
    assert 'href="#text-en"' in page.text
    assert 'href="#due_on"' in page.text
    assert played.services.changes() == []


async def test_a_report_is_commissioned_with_its_writers(played: Portal) -> None:
    played.services.plays[f"POST /decisions/{DECISION}/commission"] = decision()
    form = {
        "title": "Monitoring report",
        "country": "BY",
        "regions": ["BY-BR", "BY-HR"],
        "period_from_on": "2008-01-01",
        "period_to_on": "2008-12-31",
        "languages": "en",
        "contributors": "The Watchers\n",
        "report_due_on": "2009-02-01",
    }
    played.services.plays["GET /places/regions"] = {"items": [{"code": "BY-BR", "names": {"en": "Brest Region"}}]}
    async with played.browser("coordinator") as browser:
        page = (await browser.get(f"/en/decisions/{DECISION}")).text
        path = f"/en/decisions/{DECISION}/commission"
        abroad = await browser.post(path, data={**form, "country": "PL"})
        answer = await browser.post(path, data=form)
    assert ("Brest Region" in page, abroad.status_code, '<a href="#regions">' in abroad.text) == (True, 422, True)
    assert answer.status_code == 303, answer.text
    commission = played.services.body()["commission"]
    assert (commission["title"], commission["contributor_ids"]) == ({"en": "Monitoring report"}, [ORGANISATION])
    assert commission["regions"] == ["BY-BR", "BY-HR"]


async def test_a_refusal_is_told_beside_the_form(played: Portal) -> None:
    played.services.plays[f"POST /decisions/{DECISION}/tasks"] = problem(409, "decision-closed")
    form = {"task": "Write", "doer": "The Watchers"}
    page = await played.browser("coordinator").post(f"/en/decisions/{DECISION}/tasks", data=form)
    assert page.status_code == 422
    assert "open it again to change it" in page.text
    assert ">\nWrite</textarea>" in page.text


async def test_minutes_are_read_as_sanitised_and_approved_by_coordinators(played: Portal) -> None:
    page = (await played.browser("member").get(f"/en/meetings/{MEETING}/minutes")).text
    assert "<strong>agreed</strong>" in page
    assert "Approve" not in page
    page = (await played.browser("coordinator").get(f"/en/meetings/{MEETING}/minutes")).text
    assert 'value="approved"' in page
    assert "Opening" in page


async def test_the_editor_shows_the_text_and_who_wrote_it_before(played: Portal) -> None:
    writer = new_id()
    version = {"version": 1, "text": {"en": "Older words"}, "at": NOW.isoformat(), "by": writer}
    played.services.plays |= {
        f"GET /meetings/{MEETING}/minutes/general/versions": {"items": [version]},
        "POST /people/lookup": {"items": [{"id": writer, "display_name": "Marta"}]},
    }
    page = await played.browser("coordinator").get(f"/en/meetings/{MEETING}/minutes/general")
    assert page.status_code == 200
    for words in ("We **agreed**.</textarea>", "Older words", "Marta"):
        assert words in page.text


async def test_whoever_saves_minutes_second_sees_both_texts(played: Portal) -> None:
    played.services.plays[f"PUT /meetings/{MEETING}/minutes/general"] = problem(412, "changed-meanwhile")
    played.services.plays[f"GET /meetings/{MEETING}/minutes"] = {"items": [minutes(text={"en": "Their text"})]}
    form = {"text-en": "My text", "revision": "1"}
    page = await played.browser("coordinator").post(f"/en/meetings/{MEETING}/minutes/general", data=form)
    assert page.status_code == 422
    assert "Their text</pre>" in page.text
    assert "My text</textarea>" in page.text


async def test_the_brief_is_shown_to_its_reader_and_its_plan_to_coordinators(played: Portal) -> None:
    brief = {
        "meeting_id": MEETING,
        "since_on": "2008-04-21",
        "tasks": {"items": [{"text": {"en": "Name an expert"}, "due_on": "2008-10-01", "late": True, "id": DECISION}]},
        "activities": part("Legal aid"),
        "overlaps": {"items": [{"text": {}, "theme": "media-freedom", "region": "Minsk", "detail": "One, Other"}]},
        "gaps": part(),
        "reports": part(),
    }
    plan = {"revision": 1, "days_before": 3, "wanted": True, "due_at": NOW.isoformat(), "told": 2}
    played.services.plays |= {f"GET /meetings/{MEETING}/brief": brief, f"GET /meetings/{MEETING}/brief-plan": plan}
    page = (await played.browser("member").get(f"/en/meetings/{MEETING}/brief")).text
    for words in ("Name an expert", "Legal aid", "Media freedom", "One, Other", "only you."):
        assert words in page
    assert "Days before the meeting" not in page
    assert "2 people have it" in (await played.browser("coordinator").get(f"/en/meetings/{MEETING}/brief")).text


async def test_the_desk_opens_when_tasks_cannot_be_asked(portal: Portal) -> None:
    portal.services.plays |= {"GET /my/invitations": {"items": []}, "GET /reports": {"items": []}}
    assert (await portal.browser("member").get("/en/desk")).status_code == 200
    portal.services.plays["GET /my/decisions"] = {"items": [decision()]}
    assert "Mine to carry out" in (await portal.browser("member").get("/en/desk")).text


@pytest.mark.parametrize("path", ["decisions", f"decisions/{DECISION}", f"meetings/{MEETING}/minutes"])
async def test_nobody_sees_these_pages_without_signing_in(played: Portal, path: str) -> None:
    answer = await played.browser().get(f"/en/{path}")
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/en/sign-in")
