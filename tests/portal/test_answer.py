"""The page behind an invitation's link."""

import re

import pytest

from tests.portal.fake import TOKEN, Portal, linked, problem

PAGE = f"/en/answer/{TOKEN}"


async def test_looking_changes_nothing(portal: Portal) -> None:
    portal.services.plays["GET /answer"] = linked()
    async with portal.browser() as browser:
        answer = await browser.get(PAGE)
    assert answer.status_code == 200
    assert portal.services.changes() == []
    assert [each.headers["authorization"] for each in portal.services.asked] == [f"Link {TOKEN}"] * 2


async def test_my_time_stands_beside_the_meetings_own(portal: Portal) -> None:
    times = {"starts_at": "2030-01-15T08:00:00Z", "ends_at": "2030-01-15T10:00:00Z"}
    portal.services.plays["GET /answer"] = linked(**times, can_answer_until=times["starts_at"])
    async with portal.browser() as browser:
        text = (await browser.get(PAGE)).text
    assert "Tuesday, 15 January 2030, 11:00–13:00" in text
    assert "Minsk (UTC+3)" in text
    assert "Tuesday, 15 January 2030, 09:00–11:00, Warsaw (UTC+1)" in text


async def test_an_answer_is_sent_with_its_comment_and_shown(portal: Portal) -> None:
    portal.services.plays |= {"GET /answer": linked(), "PUT /answer": {}}
    async with portal.browser() as browser:
        answer = await browser.post(PAGE, data={"answer": "tentative", "comment": " I come late.\r\n"})
        shown = await browser.get(answer.headers["location"])
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?done=answered")
    assert portal.services.body() == {"answer": "tentative", "comment": "I come late."}
    assert "Thank you: your answer is recorded." in shown.text


async def test_for_a_hybrid_meeting_alone_one_says_where_one_will_be(portal: Portal) -> None:
    said = linked(held_as="hybrid", joining="online", answer="accepted")
    portal.services.plays |= {"GET /answer": said, "PUT /answer": {}}
    async with portal.browser() as browser:
        text = (await browser.get(PAGE)).text
        await browser.post(PAGE, data={"answer": "accepted", "joining": "room"})
        portal.services.plays["GET /answer"] = linked()
        other = (await browser.get(PAGE)).text
    assert "<strong>I will come, online</strong>" in text
    assert ('value="online" checked' in text, 'value="room" checked' in text) == (True, False)
    assert portal.services.body() == {"answer": "accepted", "comment": "", "joining": "room"}
    assert 'name="joining"' not in other


@pytest.mark.parametrize("given", ["", "pending", "<script>"])
async def test_an_answer_is_one_of_three(portal: Portal, given: str) -> None:
    portal.services.plays["GET /answer"] = linked()
    async with portal.browser() as browser:
        answer = await browser.post(PAGE, data={"answer": given, "comment": "<b>kept</b>"})
    assert (answer.status_code, portal.services.changes()) == (422, [])
    assert '<a href="#answer">Choose one of the three answers.</a>' in answer.text
    assert "&lt;b&gt;kept&lt;/b&gt;" in answer.text


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (401, "link-expired", "Термін дії цього посилання закінчився."),
        (401, "link-not-valid", "Це посилання недійсне."),
        (404, "invitation-not-found", "Тут нічого немає"),
        (409, "invitation-withdrawn", "Це запрошення відкликано."),
        (429, "too-many-requests", "Забагато спроб."),
    ],
)
async def test_a_link_that_is_not_good_is_said_in_the_language_of_the_page(
    portal: Portal, status: int, code: str, said: str
) -> None:
    portal.services.plays["GET /answer"] = problem(status, code)
    async with portal.browser() as browser:
        answer = await browser.get(f"/uk/answer/{TOKEN}")
    assert answer.status_code == status
    assert said in answer.text
    assert "In English, for programs." not in answer.text


async def test_answering_a_meeting_that_was_called_off_is_refused(portal: Portal) -> None:
    portal.services.plays |= {"GET /answer": linked(), "PUT /answer": problem(409, "meeting-cancelled")}
    async with portal.browser() as browser:
        answer = await browser.post(PAGE, data={"answer": "accepted"})
    assert answer.status_code == 409
    assert "This meeting was called off." in answer.text


async def test_after_the_beginning_nothing_can_be_pressed(portal: Portal) -> None:
    portal.services.plays["GET /answer"] = linked(can_answer=False, answer="accepted")
    async with portal.browser() as browser:
        text = (await browser.get(PAGE)).text
    assert 'name="answer"' not in text
    assert "The meeting has begun, so the answer can no longer be changed." in text


async def test_the_calendar_file_is_handed_on(portal: Portal) -> None:
    import httpx2

    portal.services.plays["GET /answer/calendar"] = httpx2.Response(200, content=b"BEGIN:VCALENDAR\r\n")
    async with portal.browser() as browser:
        answer = await browser.get(f"{PAGE}/calendar")
    assert answer.content == b"BEGIN:VCALENDAR\r\n"
    assert answer.headers["content-disposition"] == 'attachment; filename="meeting.ics"'
    assert answer.headers["cache-control"] == "no-store"


async def test_the_language_switch_keeps_the_page(portal: Portal) -> None:
    portal.services.plays["GET /answer"] = linked()
    async with portal.browser() as browser:
        text = (await browser.get(f"{PAGE}?done=answered")).text
    found = set(re.findall(r'hreflang="(..)"', text))
    assert found == {"pl", "en", "be", "uk", "ru"}
    assert f'href="/be/answer/{TOKEN}?done=answered"' in text


async def test_a_title_cannot_become_markup(portal: Portal) -> None:
    portal.services.plays["GET /answer"] = linked(title={"en": "<script>alert(1)</script>"})
    async with portal.browser() as browser:
        assert "<script" not in (await browser.get(PAGE)).text
