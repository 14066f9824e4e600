"""Whom to invite, by query; where everybody stands; places, reminders, proposed times; a colleague instead."""

import csv
import json
from datetime import timedelta
from html import unescape
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from httpx2 import Request, Response

from services.portal.invitations.sheets import as_csv, as_xlsx
from shared.ids import new_id, utc_now
from tests.portal.fake import MEETING, TOKEN, Portal, linked, problem

ALENA, JAN, HOUSE = new_id(), new_id(), new_id()
HERE = f"/en/meetings/{MEETING}"


MINSK = {"code": "BY-HM", "names": {"en": "Minsk", "be": "Мінск"}}
HRODNA = {"code": "BY-HR", "names": {"en": "Hrodna Region"}}


def regions(request: Request) -> dict[str, Any]:
    """Return the regions that the registry finds by name, or has in a country."""
    called = {"мінск": [MINSK], "Grodno": [HRODNA]}
    asked = request.url.params
    return {"items": called.get(asked["name"], []) if "name" in asked else [MINSK, HRODNA]}


def meeting() -> dict[str, Any]:
    """Return a meeting as the service shows it."""
    starts_at = utc_now() + timedelta(days=40)
    return {
        "id": MEETING,
        "title": {"en": "Implementers' Meeting"},
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(hours=2)).isoformat(),
        "time_zone": "Europe/Warsaw",
        "languages": ["en"],
    }


def invitation(**values: Any) -> dict[str, Any]:
    """Return an invitation as coordinators see it."""
    return {"id": new_id(), "person_id": ALENA, "answer": "pending", "standing": "pending", **values}


@pytest.fixture
def played(portal: Portal) -> Portal:
    """The portal before a meeting with two people."""
    portal.services.plays |= {
        f"GET /meetings/{MEETING}": meeting(),
        f"GET /meetings/{MEETING}/summary": {"invited": 2, "accepted": 1, "waiting": 1, "capacity": 1},
        f"GET /meetings/{MEETING}/invitations": {
            "items": [
                invitation(answer="accepted", standing="waiting", waiting_number=3, comment="=cmd()"),
                invitation(person_id=JAN, standing="unreachable", unreachable="hard-bounce"),
            ]
        },
        f"GET /meetings/{MEETING}/reminders": {
            "days_before": [7],
            "silent": 4,
            "rounds": [{"days_before": 7, "due_at": utc_now().isoformat(), "done": False, "asked": 2}],
        },
        f"GET /meetings/{MEETING}/replies": {"items": []},
        "POST /people/lookup": {
            "items": [
                {"id": ALENA, "display_name": "Alena K.", "organisation_ids": [HOUSE]},
                {"id": JAN, "display_name": "Jan N."},
            ]
        },
        "POST /organisations/lookup": {"items": []},
        f"GET /organisations/{HOUSE}": {"id": HOUSE, "names": {"en": "Press House"}},
        "GET /organisations": {"items": []},
        "GET /coalitions": {"items": []},
        "GET /places/regions": regions,
    }
    return portal


async def shown(portal: Portal, path: str, *roles: str) -> str:
    """Return a page as it is read."""
    async with portal.browser(*(roles or ("coordinator",))) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


async def sent(portal: Portal, path: str, **form: Any) -> Any:
    """Send a form as a coordinator."""
    async with portal.browser("coordinator") as browser:
        return await browser.post(path, data=form)


async def test_everybody_is_shown_where_they_stand(played: Portal) -> None:
    text = await shown(played, f"{HERE}/answers?standing=waiting")
    for said in ("Alena K.", "Waiting for a place", "number 3 in the queue", "the address does not exist", "1 place."):
        assert said in text
    asked = next(each for each in played.services.asked if each.url.path.endswith("/invitations"))
    assert asked.url.params["standing"] == "waiting"


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_a_cell_is_never_carried_out(cell: str) -> None:
    ((written,),) = csv.reader(StringIO(as_csv([[cell]]).decode("utf-8-sig")))
    assert written == f"'{cell}"
    (row,) = openpyxl.load_workbook(BytesIO(as_xlsx([[cell]]))).worksheets[0].iter_rows()
    assert (row[0].value, row[0].data_type) == (cell, "s")


async def test_the_sheet_holds_what_the_page_shows(played: Portal) -> None:
    async with played.browser("coordinator") as browser:
        answer = await browser.get(f"{HERE}/answers.csv")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Full name", "Alena K.", "Jan N."]
    assert (rows[1][2], rows[1][4], rows[1][5]) == ("Waiting for a place", "'=cmd()", "3")
    async with played.browser("operator") as browser:
        assert (await browser.get(f"{HERE}/answers.csv")).status_code == 403


async def test_the_sheet_holds_language_whose_stead_and_which_time(played: Portal) -> None:
    played.services.plays["POST /people/lookup"] = {
        "items": [{"id": ALENA, "display_name": "Alena K.", "language": "be"}, {"id": JAN, "display_name": "Jan N."}]
    }
    played.services.plays[f"GET /meetings/{MEETING}/invitations"] = {
        "items": [invitation(answer="accepted", standing="accepted", delegated_from=JAN, moved_since=True)]
    }
    async with played.browser("coordinator") as browser:
        answer = await browser.get(f"{HERE}/answers.csv")
    heading, row = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    told = dict(zip(heading, row, strict=True))
    assert told["Language of letters"] == "Беларуская"
    assert (told["In whose stead"], told["Answered for the earlier time"]) == ("Jan N.", "yes")


async def test_who_is_in_the_room_and_who_online_is_in_counts_list_and_sheets(played: Portal) -> None:
    played.services.plays |= {
        f"GET /meetings/{MEETING}": {**meeting(), "held_as": "hybrid"},
        f"GET /meetings/{MEETING}/summary": {"invited": 3, "accepted": 3, "in_room": 1, "online": 1},
        f"GET /meetings/{MEETING}/invitations": {
            "items": [
                invitation(answer="accepted", standing="accepted", joining="online"),
                invitation(person_id=JAN, answer="accepted", standing="accepted"),
            ]
        },
        f"POST /meetings/{MEETING}/attendance/sheet": Response(200, content=b"%PDF-1.7"),
    }
    text = await shown(played, f"{HERE}/answers")
    assert "Of those who come: in the room 1, online 1, not said 1" in text
    assert '<br><span class="small">online</span>' in text
    assert text.count('name="answer" value="online"') == 2
    async with played.browser("coordinator") as browser:
        sheet = (await browser.get(f"{HERE}/answers.csv")).content.decode("utf-8-sig")
        await browser.get(f"{HERE}/sign-in-sheet")
    heading, *rows = csv.reader(StringIO(sheet))
    column = heading.index("In the room or online")
    assert [row[column] for row in rows] == ["online", ""]
    listed = {each["name"]: each["organisation"] for each in played.services.body()["people"]}
    assert listed == {"Alena K.": "Press House (online)", "Jan N.": ""}
    one = played.services.plays[f"GET /meetings/{MEETING}/invitations"]["items"][0]["id"]
    played.services.plays[f"PUT /meetings/{MEETING}/invitations/{one}/answer"] = {}
    for pressed, kept in (("room", {"joining": "room"}), ("accepted", {})):
        await sent(played, f"{HERE}/invitations/{one}/answer", answer=pressed)
        assert played.services.body() == {"answer": "accepted", "comment": "", **kept}
    played.services.plays[f"GET /meetings/{MEETING}"] = meeting()
    text = await shown(played, f"{HERE}/answers")
    assert ('value="online"' in text, "Of those who come" in text) == (False, False)


async def test_answers_are_found_by_name_organisation_and_language_on_the_page_and_in_the_sheet(played: Portal) -> None:
    house = {"id": HOUSE, "names": {"en": "Press House"}}
    played.services.plays["GET /organisations"] = lambda asked: {
        "items": [house] if asked.url.params["q"] == "press" else []
    }
    people = [
        {"id": ALENA, "display_name": "Алена К.", "organisation_ids": [HOUSE], "language": "be"},
        {"id": JAN, "display_name": "Jan N.", "language": "pl"},
    ]
    played.services.plays["POST /people/lookup"] = {"items": people}
    meant = {"q=alena": "Алена К.", "q=press": "Алена К.", "reads=pl": "Jan N.", "q=j&reads=pl": "Jan N."}
    for query, name in meant.items():
        text = await shown(played, f"{HERE}/answers?{query}")
        assert [each for each in ("Алена К.", "Jan N.") if f"<strong>{each}</strong>" in text] == [name], query
        assert f"answers.csv?{query}" in text
        async with played.browser("coordinator") as browser:
            sheet = (await browser.get(f"{HERE}/answers.csv?{query}")).content.decode("utf-8-sig")
        assert [row[0] for row in csv.reader(StringIO(sheet))][1:] == [name]
    assert "Nobody who is invited" in await shown(played, f"{HERE}/answers?q=alena&reads=pl")


async def test_a_sign_in_sheet_lists_by_name_whoever_may_come(played: Portal) -> None:
    away = new_id()
    played.services.plays[f"GET /meetings/{MEETING}/invitations"] = {
        "items": [
            invitation(person_id=JAN, standing="pending"),
            invitation(person_id=away, standing="declined"),
            invitation(standing="accepted"),
        ]
    }
    people = {
        ALENA: {"id": ALENA, "display_name": "Алена К.", "organisation_ids": [HOUSE]},
        JAN: {"id": JAN, "display_name": "Jan N."},
        away: {"id": away, "display_name": "Away"},
    }
    played.services.plays["POST /people/lookup"] = lambda asked: {
        "items": [people[each] for each in json.loads(asked.content)["ids"]]
    }
    played.services.plays[f"POST /meetings/{MEETING}/attendance/sheet"] = Response(200, content=b"%PDF-1.7")
    async with played.browser("coordinator") as browser:
        answer = await browser.get(f"{HERE.replace('/en/', '/be/')}/sign-in-sheet")
    assert (answer.content, answer.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    listed = [{"name": "Алена К.", "organisation": "Press House"}, {"name": "Jan N.", "organisation": ""}]
    assert played.services.body() == {"language": "be", "people": listed}
    async with played.browser("operator") as browser:
        assert (await browser.get(f"{HERE}/sign-in-sheet")).status_code == 403


async def test_an_answer_by_telephone_is_noted_from_the_list_and_shown_with_who_noted_it(played: Portal) -> None:
    now = utc_now().isoformat()
    noted = {"at": now, "by": JAN, "what": "accepted"}
    one = invitation(answer="accepted", standing="accepted", answered_at=now, noted=[noted])
    played.services.plays[f"GET /meetings/{MEETING}/invitations"] = {"items": [one]}
    path = f"/meetings/{MEETING}/invitations/{one['id']}"
    text = await shown(played, f"{HERE}/answers?standing=accepted")
    assert f'action="/en{path}/answer"' in text
    assert "noted by Jan N." in text
    played.services.plays[f"PUT {path}/answer"] = {}
    form = {"answer": "declined", "comment": " Ill. ", "standing": "accepted"}
    answer = await sent(played, f"/en{path}/answer", **form)
    assert answer.headers["location"] == f"{HERE}/answers?done=noted&standing=accepted"
    assert played.services.body() == {"answer": "declined", "comment": "Ill."}
    assert (await sent(played, f"/en{path}/answer", answer="pending")).status_code == 422
    later = {**one, "answered_at": (utc_now() + timedelta(hours=1)).isoformat()}
    played.services.plays[f"GET /meetings/{MEETING}/invitations"] = {"items": [later]}
    assert "noted by" not in await shown(played, f"{HERE}/answers")
    async with played.browser("operator") as browser:
        assert (await browser.post(f"/en{path}/answer", data=form)).status_code == 403


async def test_who_comes_instead_is_noted_for_somebody_and_undone(played: Portal) -> None:
    one = invitation()
    path = f"/meetings/{MEETING}/invitations/{one['id']}"
    played.services.plays |= {
        f"GET {path}": one,
        f"GET {path}/colleagues": {"person_ids": [JAN]},
        f"POST {path}/delegation": problem(409, "colleague-invited"),
        f"DELETE {path}/delegation": {},
    }
    text = await shown(played, f"/en{path}/instead")
    assert [each for each in ("in the stead of Alena K.", f'value="{JAN}"') if each not in text] == []
    refused = await sent(played, f"/en{path}/instead", colleague=JAN)
    assert (refused.status_code, "invited already" in refused.text) == (422, True)
    assert (await sent(played, f"/en{path}/instead")).status_code == 422
    played.services.plays[f"POST {path}/delegation"] = {}
    answer = await sent(played, f"/en{path}/instead", colleague=JAN)
    assert answer.headers["location"] == f"{HERE}/answers?done=noted"
    assert played.services.body() == {"colleague_id": JAN, "comment": ""}
    played.services.plays[f"GET {path}"] = {**one, "standing": "delegated", "delegated_to": JAN}
    text = await shown(played, f"/en{path}/instead")
    assert ("Jan N." in text, f'value="{JAN}"' in text) == (True, False)
    assert (await sent(played, f"/en{path}/instead/back")).headers["location"] == f"{HERE}/answers?done=back"


async def test_a_withdrawal_can_be_undone(played: Portal) -> None:
    one = invitation(withdrawing_at=utc_now().isoformat())
    played.services.plays[f"GET /meetings/{MEETING}/invitations"] = {"items": [one]}
    played.services.plays[f"DELETE /meetings/{MEETING}/invitations/{one['id']}/withdrawal"] = {}
    assert "Is withdrawn at" in await shown(played, f"{HERE}/answers")
    answer = await sent(played, f"{HERE}/invitations/{one['id']}/keep")
    assert answer.headers["location"] == f"{HERE}/answers?done=kept"


async def test_places_are_set_and_wrong_ones_refused(played: Portal) -> None:
    played.services.plays[f"PUT /meetings/{MEETING}/capacity"] = {}
    for written, capacity in (("40", 40), ("", None)):
        await sent(played, f"{HERE}/places", capacity=written)
        assert played.services.body() == {"capacity": capacity}
    before = len(played.services.changes())
    for written in ("0", "-1", "many", "²"):
        answer = await sent(played, f"{HERE}/places", capacity=written)
        assert (answer.status_code, "Write a whole number" in answer.text) == (422, True)
    changes = [each for each in played.services.changes() if each.method == "PUT"]
    assert len(changes) == before


async def test_reminders_are_planned_and_sent_at_once(played: Portal) -> None:
    text = await shown(played, f"{HERE}/places")
    for said in ("4 people have not answered", "2 people were asked", "Nobody has proposed another time."):
        assert said in text
    played.services.plays[f"PUT /meetings/{MEETING}/reminders"] = {}
    await sent(played, f"{HERE}/reminders", days=["7", "2", "5"])
    assert played.services.body() == {"days_before": [7, 2], "moved": False}
    played.services.plays[f"POST /meetings/{MEETING}/reminders/now"] = {}
    await sent(played, f"{HERE}/reminders/now", key="k1")
    assert played.services.changes()[-1].headers["idempotency-key"] == "k1"
    assert played.services.body() == {"whom": "silent"}


async def test_those_who_answered_before_a_move_are_listed_apart_and_asked_again(played: Portal) -> None:
    played.services.plays[f"GET /meetings/{MEETING}/summary"] = {"invited": 2, "accepted": 2, "moved_since": 1}
    text = await shown(played, f"{HERE}/answers?standing=moved")
    assert "Answered for the earlier time" in text
    asked = next(each for each in played.services.asked if each.url.path.endswith("/invitations"))
    assert (asked.url.params["moved"], "standing" in asked.url.params) == ("true", False)
    played.services.plays[f"GET /meetings/{MEETING}/reminders"] = {"answered_before_move": 1}
    assert "1 person answered for the earlier time" in await shown(played, f"{HERE}/places")
    played.services.plays[f"POST /meetings/{MEETING}/reminders/now"] = {}
    await sent(played, f"{HERE}/reminders/now", key="k2", whom="moved")
    assert played.services.body() == {"whom": "moved"}
    played.services.plays[f"PUT /meetings/{MEETING}/reminders"] = {}
    await sent(played, f"{HERE}/reminders", days=["7"], moved="yes")
    assert played.services.body() == {"days_before": [7], "moved": True}


async def test_a_proposed_time_is_taken_or_not(played: Portal) -> None:
    reply = {
        "id": new_id(),
        "person_id": JAN,
        "outcome": "counter",
        "received_at": utc_now().isoformat(),
        "proposal": "open",
        "proposed_starts_at": (utc_now() + timedelta(days=41)).isoformat(),
        "comment": "A day later?",
    }
    played.services.plays[f"GET /meetings/{MEETING}/replies"] = {"items": [reply]}
    assert "A day later?" in await shown(played, f"{HERE}/places")
    address = f"/meetings/{MEETING}/replies/{reply['id']}"
    played.services.plays |= {
        f"POST {address}/acceptance": {},
        f"POST {address}/refusal": problem(409, "proposal-settled"),
    }
    taken = await sent(played, f"{HERE}/proposals/{reply['id']}", decision="take")
    assert taken.headers["location"] == f"{HERE}/places?done=moved"
    refused = await sent(played, f"{HERE}/proposals/{reply['id']}", decision="stay")
    assert (refused.status_code, "decided already" in refused.text) == (422, True)


STEP = '{"how":"and","themes":["media-freedom"],"regions":["BY-HM"]}'


async def test_a_query_is_built_step_by_step(played: Portal) -> None:
    form = {"step": "add", "how": "without", "step-organisation_kinds": ["donor"], "step_so_far": [STEP]}
    text = unescape((await sent(played, f"{HERE}/invite", **form)).text)
    assert "keep only those who are also among these" in text
    assert "Media freedom, Minsk" in text
    assert text.count('name="step_so_far"') == 2
    dropped = unescape((await sent(played, f"{HERE}/invite", step="drop-0", step_so_far=[STEP])).text)
    assert dropped.count('name="step_so_far"') == 0


async def test_regions_are_written_by_name_in_any_language_or_by_code(played: Portal) -> None:
    written = "мінск, Grodno; PL-14 BY-BR"
    text = unescape((await sent(played, f"{HERE}/invite", step="add", how="or", **{"step-regions": written})).text)
    assert '"regions":["BY-HM","BY-HR","PL-14","BY-BR"]' in text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"step": "add"}, "Choose something in this step."),
        ({"step": "add", "step-regions": "Atlantis"}, "Write regions by their names or codes"),
        ({"step": "preview"}, "Choose somebody to invite"),
        ({"step": "send", "step_so_far": ['{"how":"or","$where":["x"]}', "[]", "{", '{"how":"x"}']}, "Choose somebody"),
    ],
    ids=["empty step", "region", "nobody", "forged"],
)
async def test_a_query_that_is_none_is_refused(played: Portal, form: dict[str, Any], said: str) -> None:
    answer = await sent(played, f"{HERE}/invite", **form)
    assert (answer.status_code, said in unescape(answer.text)) == (422, True)


async def test_exactly_who_is_shown_with_the_reasons_before_sending(played: Portal) -> None:
    guest = {"person_id": ALENA, "organisation_ids": [HOUSE], "language": "be"}
    why = [{"part": "clause", "number": 1}, {"part": "kind"}]
    played.services.plays |= {
        "POST /audiences/preview": {"people": 1, "by_language": {"be": 1}, "person_ids": [ALENA]},
        "POST /audiences/people": {"items": [{**guest, "reasons": why}], "next": None},
    }
    form = {"step": "preview", "step_so_far": [STEP], "kinds": ["donor"], "left_out": [JAN]}
    text = " ".join(unescape((await sent(played, f"{HERE}/invite", **form)).text).split())
    assert "Alena K." in text
    assert "(step 1, by a kind of organisation; Беларуская)" in text
    assert "Jan N." in text  # who was left out, to be invited after all
    played.services.plays[f"POST /meetings/{MEETING}/invitations"] = {}
    answer = await sent(played, f"{HERE}/invite", **{**form, "step": "send", "key": "k"})
    assert answer.headers["location"] == f"{HERE}/answers?done=invited"
    audience = played.services.body()["audience"]
    assert audience["clauses"] == [{"how": "and", "themes": ["media-freedom"], "regions": ["BY-HM"]}]
    assert (audience["organisation_kinds"], audience["left_out_ids"]) == (["donor"], [JAN])


async def test_those_invited_already_are_marked_and_cannot_be_left_out(played: Portal) -> None:
    facts = {"language": "be", "reasons": [{"part": "kind"}]}
    guests = [{"person_id": each, "invited": each == JAN, **facts} for each in (ALENA, JAN)]
    played.services.plays |= {
        "POST /audiences/preview": {"people": 1, "invited": 1, "by_language": {"be": 1}, "person_ids": [ALENA]},
        "POST /audiences/people": {"items": guests, "next": None},
    }
    text = unescape((await sent(played, f"{HERE}/invite", step="preview", kinds=["donor"])).text)
    assert "1 person is invited already and gets no second letter." in text
    offered = [f'value="{each}"' in text for each in (ALENA, JAN)]
    assert (text.count("invited already</span>"), offered) == (1, [True, False])
    asked = [each for each in played.services.changes() if each.url.path.startswith("/audiences/")]
    assert [json.loads(each.content)["meeting_id"] for each in asked] == [MEETING, MEETING]


async def test_the_link_page_says_that_one_waits_or_that_a_colleague_comes(portal: Portal) -> None:
    for values, said in (
        ({"answer": "accepted", "standing": "waiting"}, "You are on the waiting list"),
        ({"answer": "declined", "standing": "delegated", "delegated": True}, "A colleague comes in your stead"),
        ({"stands_in": True}, "A colleague named you to come instead"),
        ({}, "Somebody else from my organisation comes"),
    ):
        portal.services.plays["GET /answer"] = linked(**values)
        async with portal.browser() as browser:
            assert said in (await browser.get(f"/en/answer/{TOKEN}")).text


async def test_by_link_the_organisers_are_asked_and_nobody_is_named(portal: Portal) -> None:
    portal.services.plays |= {"GET /answer": linked(), "POST /answer/delegation": linked()}
    async with portal.browser() as browser:
        empty = await browser.post(f"/en/answer/{TOKEN}/instead", data={"colleague": " "})
        asked = await browser.post(f"/en/answer/{TOKEN}/instead", data={"colleague": "Our new colleague"})
    assert (empty.status_code, asked.headers["location"]) == (422, f"/en/answer/{TOKEN}?done=asked")
    assert portal.services.body() == {"colleague_id": None, "comment": "Our new colleague"}


async def test_signed_in_a_colleague_is_chosen_by_name(portal: Portal) -> None:
    mine = {"id": new_id(), "meeting": meeting(), "can_answer_until": utc_now().isoformat()}
    portal.services.plays |= {
        "GET /my/invitations": {"items": [mine]},
        f"GET /my/invitations/{mine['id']}/colleagues": {"person_ids": [JAN]},
        "POST /me/colleagues": {"items": [{"id": JAN, "display_name": "Jan N."}]},
        f"POST /my/invitations/{mine['id']}/delegation": {},
    }
    assert "Jan N." in await shown(portal, f"{HERE}/instead", "member")
    async with portal.browser("member") as browser:
        answer = await browser.post(f"{HERE}/instead", data={"colleague": JAN})
    assert answer.headers["location"] == f"{HERE}/instead?done=delegated"
    assert portal.services.body() == {"colleague_id": JAN, "comment": ""}


async def test_the_meetings_own_page_leads_there_and_says_where_i_stand(portal: Portal) -> None:
    own = {"id": new_id(), "meeting": meeting(), "can_answer_until": utc_now().isoformat()}
    for values, said in (
        ({}, "Somebody else from my organisation comes"),
        ({"standing": "waiting", "answer": "accepted"}, "You are on the waiting list"),
        ({"standing": "delegated", "answer": "declined", "delegated_to": JAN}, "A colleague comes in your stead"),
    ):
        portal.services.plays |= {
            f"GET /meetings/{MEETING}": meeting(),
            "GET /my/invitations": {"items": [{**own, **values}]},
        }
        assert said in await shown(portal, HERE, "member")
