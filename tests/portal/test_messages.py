"""Writing to those invited: chosen, looked at, sent once; and read again by those to whom it went."""

import json
from typing import Any

import httpx2
import pytest

from shared.ids import new_id, utc_now
from tests.portal.fake import MEETING, PERSON, TOKEN, Portal, linked, problem
from tests.portal.test_meetings import meeting

HERE = f"/en/meetings/{MEETING}/messages"
ALENA, JAN, HOUSE = new_id(), new_id(), new_id()
TEXT = "In the courtyard.\n\nBring <i>a card</i>."
FORM = {"whom": ["accepted", "waiting"], "subject-en": "The entrance", "text-en": TEXT}
SENT = {"whom": ["accepted", "waiting"], "subject": {"en": "The entrance"}, "text": {"en": TEXT}}
KEPT = {
    "id": new_id(),
    "whom": ["all"],
    "subject": {"en": "Lunch", "pl": "Obiad"},
    "text": {"en": "At <b>one</b>.", "pl": "O trzynastej."},
    "written_by": PERSON,
    "written_at": utc_now().isoformat(),
    "people": 2,
    "done": True,
}


@pytest.fixture
def played(portal: Portal) -> Portal:
    """The portal before a meeting with two people to write to."""
    portal.services.plays |= {
        f"GET /meetings/{MEETING}": meeting(),
        f"GET /meetings/{MEETING}/messages": {"items": [KEPT]},
        f"POST /meetings/{MEETING}/messages": httpx2.Response(201, json=KEPT),
        f"POST /meetings/{MEETING}/messages/preview": {"people": 2, "by_language": {"en": 1, "be": 1}, "left_out": 1},
        f"POST /meetings/{MEETING}/messages/people": people,
        "POST /people/lookup": {
            "items": [
                {"id": ALENA, "display_name": "Alena K.", "organisation_ids": [HOUSE]},
                {"id": JAN, "display_name": "Jan N."},
                {"id": PERSON, "display_name": "Hanna Z."},
            ]
        },
        "POST /organisations/lookup": {"items": []},
        f"GET /organisations/{HOUSE}": {"id": HOUSE, "names": {"en": "Press House"}},
    }
    return portal


def people(request: httpx2.Request) -> dict[str, Any]:
    """Return one person on each of two pages."""
    if request.url.params.get("after"):
        return {"items": [{"person_id": JAN, "language": "be"}]}
    return {"items": [{"person_id": ALENA, "organisation_ids": [HOUSE], "language": "en"}], "next": "cursor"}


def written(portal: Portal) -> list[httpx2.Request]:
    """Return the requests that write a message."""
    return [each for each in portal.services.changes() if each.url.path.endswith("/messages")]


async def sent(portal: Portal, **form: Any) -> httpx2.Response:
    """Send the form as a coordinator."""
    async with portal.browser("coordinator") as browser:
        return await browser.post(HERE, data={**FORM, **form})


async def test_what_was_written_is_listed_with_how_many_got_it(played: Portal) -> None:
    async with played.browser("coordinator") as browser:
        text = (await browser.get(HERE)).text
        played.services.plays[f"GET /meetings/{MEETING}/messages"] = {"items": []}
        empty = (await browser.get(HERE)).text
    for said in ("Lunch", "At &lt;b&gt;one&lt;/b&gt;.", "Hanna Z.", "Everybody still invited", "went to 2 people"):
        assert said in text
    assert f"/en/letters?about={MEETING}&amp;kind=message-written" in text
    assert "Nothing yet." in empty


async def test_exactly_who_and_what_they_read_is_shown_before_sending(played: Portal) -> None:
    answer = await sent(played, step="preview")
    assert answer.status_code == 200
    for said in (
        "2 people will get this letter.",
        "1 more person wants no letters",
        "<strong>Alena K.</strong>, Press House",
        "Not written in this language; these people read it in this one:",
        "Bring &lt;i&gt;a card&lt;/i&gt;.",
        '<input type="hidden" name="whom" value="waiting">',
    ):
        assert said in answer.text
    assert "closed meeting" not in answer.text
    assert "<strong>Jan N.</strong>" in (await sent(played, step="preview", after="cursor")).text
    assert written(played) == []
    played.services.plays[f"GET /meetings/{MEETING}"] = meeting(closed=True)
    assert "the letter only says that you wrote" in (await sent(played, step="preview")).text


async def test_it_is_sent_with_the_key_of_the_look_before(played: Portal) -> None:
    answer = await sent(played, step="send", key="k1")
    assert answer.headers["location"] == f"{HERE}?done=written"
    (request,) = written(played)
    assert (request.headers["idempotency-key"], json.loads(request.content)) == ("k1", SENT)
    async with played.browser("coordinator") as browser:
        assert "The letter is on its way" in (await browser.get(answer.headers["location"])).text
    changed = await sent(played, step="edit")
    assert ("Bring &lt;i&gt;a card&lt;/i&gt;." in changed.text, len(written(played))) == (True, 1)


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({"whom": []}, "whom", "Choose to whom you write."),
        ({"whom": ["declined"]}, "whom", "Choose to whom you write."),
        ({"subject-en": "", "text-en": " "}, "subject-en", "Write a subject and a text in at least one language."),
        ({"subject-be": "Уваход"}, "text-be", "Say under this subject what there is to know."),
        ({"text-uk": "Вхід із двору."}, "subject-uk", "Give this text a subject."),
        ({"subject-en": "x" * 201}, "subject-en", "Write at most 200 characters."),
        ({"text-en": "x" * 4001}, "text-en", "Write at most 4000 characters."),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(played: Portal, form: dict[str, Any], field: str, said: str) -> None:
    for step in ("preview", "send"):
        answer = await sent(played, step=step, **form)
        assert (answer.status_code, written(played)) == (422, [])
        assert f'<a href="#{field}">{said}</a>' in answer.text


async def test_what_the_service_finds_wrong_comes_to_its_field(played: Portal) -> None:
    path = f"POST /meetings/{MEETING}/messages"
    nobody = {"field": "whom", "code": "nobody-reached", "detail": "x"}
    played.services.plays[path] = problem(422, "message-not-valid", nobody)
    assert '<a href="#whom">Nobody who can be written to stands so.</a>' in (await sent(played, step="send")).text
    played.services.plays[path] = problem(409, "meeting-begun")
    answer = await sent(played, step="send")
    assert (answer.status_code, "This meeting has begun" in answer.text) == (422, True)
    assert "In the courtyard." in answer.text


@pytest.mark.parametrize("state", ["cancelled", "postponed", "held"])
async def test_about_a_meeting_that_is_not_to_come_nothing_is_offered(played: Portal, state: str) -> None:
    played.services.plays[f"GET /meetings/{MEETING}"] = meeting(state=state)
    async with played.browser("coordinator") as browser:
        text = (await browser.get(HERE)).text
    assert ('name="whom"' in text, "Nobody is written to about a meeting" in text) == (False, True)


async def test_those_to_whom_it_went_read_it_again(portal: Portal) -> None:
    received = {name: KEPT[name] for name in ("id", "subject", "text", "written_at")}
    portal.services.plays |= {"GET /answer": linked(), "GET /answer/messages": {"items": [received]}}
    async with portal.browser() as browser:
        text = (await browser.get(f"/pl/answer/{TOKEN}")).text
    assert ("Od organizatorów" in text, "O trzynastej." in text) == (True, True)
    mine = {"id": new_id(), "meeting": meeting(), "can_answer_until": utc_now().isoformat()}
    portal.services.plays |= {
        f"GET /meetings/{MEETING}": meeting(),
        "GET /my/invitations": {"items": [mine]},
        f"GET /my/invitations/{mine['id']}/messages": {"items": [received]},
    }
    async with portal.browser("member") as browser:
        assert "At &lt;b&gt;one&lt;/b&gt;." in (await browser.get(f"/en/meetings/{MEETING}")).text
        del portal.services.plays[f"GET /my/invitations/{mine['id']}/messages"]
        assert (await browser.get(f"/en/meetings/{MEETING}")).status_code == 200
