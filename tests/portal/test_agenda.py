"""Preparing a meeting and looking back at it, page by page, before the real meetings service."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from icalendar import Calendar

from services.meetings.directory.consumers import consumer
from services.meetings.main import create_app as create_meetings
from services.meetings.settings import Settings as MeetingsSettings
from services.portal.main import create_app
from shared.events.registry import PersonErased, Role
from shared.ids import new_id, utc_now
from shared.testing.stack import Running, Stack
from tests.meetings.builders import in_days, invitations_of, known, link_to, person, schedule
from tests.meetings.test_attendance import under_way
from tests.portal.fake import PERSON, Portal, Services, settings

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
DAY = (datetime.now(UTC) + timedelta(days=40)).date().isoformat()


@dataclass
class Edge(httpx2.AsyncBaseTransport):
    """Leads to the real meetings service; the others are played."""

    meetings: Running
    services: Services
    roles: tuple[Role, ...] = ("coordinator",)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.port == 8002:
            transport = httpx2.ASGITransport(app=self.meetings.app)
            return await transport.handle_async_request(request)
        await request.aread()
        return self.services.answer(request)


@dataclass
class Office:
    """The portal before the meetings service, and whoever looks."""

    portal: Portal
    meetings: Running
    edge: Edge
    stack: Stack

    def browser(self, *roles: Role) -> httpx2.AsyncClient:
        """Return a browser; signed in when there are ``roles``."""
        self.edge.roles = roles
        return self.portal.browser(*roles)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def meetings(stack: Stack) -> AsyncIterator[Running]:
    """The routes of the meetings service."""
    values = stack.values("meetings", portal_url="http://127.0.0.1:8080")
    async with stack.running(create_meetings, MeetingsSettings(**values), background=False) as running:
        await known(running, person(person_id=PERSON))
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def office(stack: Stack, meetings: Running) -> AsyncIterator[Office]:
    """The portal before it."""
    services = Services()
    edge = Edge(meetings, services)

    def tokens(_: httpx2.Request) -> dict[str, Any]:
        access = meetings.keys.token("meetings", *edge.roles, person_id=PERSON)
        expires_at = (utc_now() + timedelta(minutes=10)).isoformat()
        return {"access_token": access, "expires_at": expires_at, "refresh_token": "r"}

    services.plays["POST /tokens"] = tokens
    services.plays["POST /people/lookup"] = {"items": []}
    services.plays["GET /coalitions"] = {"items": []}
    app = create_app(settings(meetings_url="http://127.0.0.1:8002"), httpx2.AsyncClient(transport=edge))
    async with app.router.lifespan_context(app):
        yield Office(Portal(app, services), meetings, edge, stack)


def session(clock: str, **changes: str) -> dict[str, str]:
    return {"day": "1", "clock": clock, "lasts": "60", "title-en": "Talk", **changes}


def page_of(answer: httpx2.Response) -> str:
    """Return the path that a form led to."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0]


async def drafted(browser: httpx2.AsyncClient, **changes: Any) -> str:
    form = {"title-en": "Autumn meeting", "languages": "en", "time_zone": "Europe/Warsaw", "step": "draft", **changes}
    return page_of(await browser.post("/en/meetings/new", data=form))


async def test_a_draft_becomes_a_meeting_at_the_same_address(office: Office) -> None:
    async with office.browser("coordinator") as browser:
        page = await drafted(browser, closed="yes")
        shown = (await browser.get(page)).text
        assert [
            text for text in ("Draft, without a date", "Closed meeting", "Nobody is invited") if text not in shown
        ] == []
        assert page in (await browser.get("/en/meetings")).text
        await browser.post(f"{page}/agenda", data=session("10:00"))
        refused = await browser.post(f"{page}/schedule", data={"starts_at": f"{DAY}T09:00", "ends_at": f"{DAY}T10:30"})
        assert (refused.status_code, "ends_at-error" in refused.text) == (422, True)
        done = await browser.post(f"{page}/schedule", data={"starts_at": f"{DAY}T09:00", "ends_at": f"{DAY}T17:00"})
        assert page_of(done) == page
        shown = (await browser.get(page)).text
        assert [text for text in ("Planned", "Talk", "Chatham House") if text not in shown] == []
        copied = page_of(await browser.post(f"{page}/copy", data={}))
        assert (copied != page, "1 session" in (await browser.get(copied)).text) == (True, True)


async def test_whom_a_draft_is_for_is_shown_by_name_and_changed_before_letters_go(office: Office) -> None:
    people = [person(), person()]
    await known(office.meetings, *people)
    first, second = (each.person_id for each in people)
    names = [{"id": first, "display_name": "Alena K."}, {"id": second, "display_name": "Jan N."}]
    office.edge.services.plays["POST /people/lookup"] = {"items": names}
    async with office.browser("coordinator") as browser:
        page = await drafted(browser, people=f"{first} Alena K.", capacity="40")
        shown = (await browser.get(page)).text
        assert [text for text in ("Exactly these people", "Alena K.", "40 places.") if text not in shown] == []
        assert "Jan N." not in shown
        form = (await browser.get(f"{page}/audience")).text
        assert f'name="people" value="{first} Alena K." checked' in form
        chosen = {"people": [f"{first} Alena K.", f"{second} Jan N."]}
        look = (await browser.post(f"{page}/audience", data={**chosen, "step": "preview"})).text
        assert [text for text in ("2 people will get", "Jan N.", "Keep these people") if text not in look] == []
        empty = await browser.post(f"{page}/audience", data={"step": "send"})
        assert empty.status_code == 422
        kept = await browser.post(f"{page}/audience", data={**chosen, "step": "send", "left_out": first})
        assert page_of(kept) == page
        shown = (await browser.get(page)).text
        assert ("Jan N." in shown, "Alena K." in shown, "40 places." in shown) == (True, False, True)
        form = (await browser.get(f"{page}/plan")).text
        assert 'value="40"' in form
        said = {
            "title-en": "Winter",
            "languages": "en",
            "time_zone": "Europe/Minsk",
            "capacity": "2",
            "days": ["7", "2"],
        }
        revision = re.findall(r'name="revision" value="(\d+)"', form)[0]
        wrong = await browser.post(f"{page}/plan", data={**said, "capacity": "many", "revision": revision})
        assert (wrong.status_code, 'href="#capacity"' in wrong.text) == (422, True)
        assert page_of(await browser.post(f"{page}/plan", data={**said, "revision": revision})) == page
        shown = (await browser.get(page)).text
        for text in ("2 places.", "7 days before, 2 days before", "Jan N."):
            assert text in shown
        await browser.post(f"{page}/schedule", data={"starts_at": f"{DAY}T09:00", "ends_at": f"{DAY}T17:00"})
    meeting_id = page.rpartition("/")[2]
    assert [each["person_id"] for each in await invitations_of(office.meetings, meeting_id)] == [second]


async def test_a_draft_is_changed_and_discarded(office: Office) -> None:
    async with office.browser("coordinator") as browser:
        page = await drafted(browser)
        form = (await browser.get(f"{page}/plan")).text
        revision = re.findall(r'name="revision" value="(\d+)"', form)[0]
        changes = {"title-en": "Winter meeting", "languages": "en", "time_zone": "Europe/Minsk", "revision": revision}
        assert page_of(await browser.post(f"{page}/plan", data=changes)) == page
        assert "Winter meeting" in (await browser.get(page)).text
        stale = await browser.post(f"{page}/plan", data=changes)
        assert stale.status_code == 422
        assert page_of(await browser.post(f"{page}/discard")) == "/en/meetings"
        assert (await browser.get(page)).status_code == 404


async def test_a_session_in_the_way_is_refused_beside_its_fields_with_the_next_free_time(office: Office) -> None:
    meeting = await schedule(office.meetings, starts_at=f"{DAY}T08:00:00Z", ends_at=f"{DAY}T16:00:00Z")
    page = f"/en/meetings/{meeting['id']}/agenda"
    async with office.browser("coordinator") as browser:
        first = await browser.post(page, data={"day": "1", "clock": "nine", "lasts": "", "title-en": ""})
        for name in ("clock-error", "lasts-error", "title-en-error"):
            assert name in first.text
        shown = (await browser.get(page)).text
        clock = re.findall(r'name="clock"[^>]*value="([\d:]+)"', shown)[0]
        assert page_of(await browser.post(page, data=session(clock, room="A", speakers="Hanna"))) == page
        refused = await browser.post(page, data=session(clock, track="Law", room="A", speakers="Jan\nHanna"))
        assert refused.status_code == 422
        for name in ("room-error", "speakers-error", "The next free time is"):
            assert name in refused.text


async def test_whoever_speaks_is_picked_and_nothing_of_them_stays_when_they_are_forgotten(office: Office) -> None:
    speaker, guest = person(), person()
    await known(office.meetings, speaker, guest)
    people = [
        {"id": speaker.person_id, "display_name": "Zenobia Unforgotten"},
        {"id": guest.person_id, "display_name": "Hanna Guest"},
    ]

    def search(asked: httpx2.Request) -> dict[str, Any]:
        first = asked.url.params["q"].casefold().split()[0]
        return {"items": [each for each in people if each["display_name"].casefold().startswith(first)]}

    office.edge.services.plays |= {"GET /people": search, "POST /people/lookup": {"items": people}}
    meeting = await schedule(office.meetings, {"person_ids": [guest.person_id]})
    page = f"/en/meetings/{meeting['id']}/agenda"

    async def speakers() -> list[dict[str, str | None]]:
        agenda = await office.meetings.as_("coordinator").get(f"/meetings/{meeting['id']}/agenda")
        return list(agenda.json()["sessions"][0]["speakers"])

    async with office.browser("coordinator") as browser:
        shown = (await browser.get(page)).text
        assert '<option value="Hanna Guest">' in shown
        clock = re.findall(r'name="clock"[^>]*value="([\d:]+)"', shown)[0]
        found = await browser.post(page, data=session(clock, speaker_name="zenobia", step="find"))
        assert (found.status_code, 'value="Talk"' in found.text) == (200, True)
        assert re.findall(r'name="speaker" value="([^"]+)"', found.text) == [speaker.person_id]
        await browser.post(page, data=session(clock, speaker=speaker.person_id, speakers="Jan Stranger\nhanna  guest"))
        one = re.findall(rf'href="({page}/[0-9a-f-]+)"', (await browser.get(page)).text)[0]
        assert await speakers() == [
            {"person_id": speaker.person_id, "name": "Zenobia Unforgotten"},
            {"person_id": None, "name": "Jan Stranger"},
            {"person_id": guest.person_id, "name": "hanna guest"},
        ]
        shown = (await browser.get(one)).text
        ticks = re.findall(r'name="speaker" value="([^"]+)" checked', shown)
        assert (ticks, "Jan Stranger</textarea>" in shown) == ([speaker.person_id, guest.person_id], True)
        again = {"title-en": "Lecture", "source": "en", "speakers": "Jan Stranger"}
        await browser.post(one, data=session(clock, **again) | {"speaker": ticks})
        assert [each["name"] for each in await speakers()] == ["Zenobia Unforgotten", "Jan Stranger", "hanna guest"]
    await office.meetings.deliver(consumer, PersonErased(person_id=speaker.person_id, revision=2))
    assert [each["name"] for each in await speakers()] == ["Jan Stranger", "hanna guest"]
    reader = office.meetings.storage.reader
    for name in await reader.collection_names():
        rows = [str(row) async for row in reader[name].stream({})]
        assert [row for row in rows if "Unforgotten" in row] == [], name


async def test_a_session_is_changed_taken_out_and_had_back(office: Office) -> None:
    meeting = await schedule(office.meetings)
    page = f"/en/meetings/{meeting['id']}/agenda"
    async with office.browser("coordinator") as browser:
        clock = re.findall(r'name="clock"[^>]*value="([\d:]+)"', (await browser.get(page)).text)[0]
        await browser.post(page, data=session(clock, **{"title-pl": "Wykład"}))
        one = re.findall(rf'href="({page}/[0-9a-f-]+)"', (await browser.get(page)).text)[0]
        await browser.post(one, data=session(clock, **{"title-en": "Lecture", "title-pl": "Wykład", "source": "en"}))
        assert "Translations that may be outdated" in (await browser.get(one)).text
        await browser.post(f"{one}/confirm", data={"in": "pl"})
        assert "Translations that may be outdated" not in (await browser.get(one)).text
        out = await browser.post(f"{one}/remove")
        undo = out.headers["location"].rpartition("undo=")[2]
        assert "The session is taken out" in (await browser.get(out.headers["location"])).text
        await browser.post(f"{page}/undo", data={"change": undo})
        shown = (await browser.get(page)).text
        assert [text for text in ("Lecture", "Taken back", "Removed", "Translated") if text not in shown] == []


async def test_documents_are_handed_in_and_kept_by_those_they_are_for(office: Office) -> None:
    meeting = await schedule(office.meetings, {"person_ids": [PERSON]}, closed=True)
    page = f"/en/meetings/{meeting['id']}"
    async with office.browser("coordinator") as browser:
        bad = await browser.post(f"{page}/documents", data={"title-en": "Slides"}, files={"file": ("a.pdf", b"<html>")})
        assert (bad.status_code, "file-error" in bad.text) == (422, True)
        form = {"title-en": "Slides", "written": "en", "audience": "invited"}
        await browser.post(f"{page}/documents", data=form, files={"file": ("x.exe", PDF)})
        shown = (await browser.get(f"{page}/documents")).text
        assert [text for text in ("Slides", "PDF", "the people who are invited") if text not in shown] == []
        one = re.findall(rf'href="({page}/documents/[0-9a-f-]+)"', shown)[0]
        kept = await browser.get(one)
        assert (kept.content, kept.headers["content-disposition"]) == (PDF, 'attachment; filename="Slides.pdf"')
    async with office.browser("member") as browser:
        assert "by the link in your letter only" in (await browser.get(page)).text
        assert (await browser.get(one)).status_code == 404
    (invitation,) = await invitations_of(office.meetings, meeting["id"])
    token = link_to(office.stack, invitation)
    async with office.browser() as browser:
        shown = (await browser.get(f"/en/answer/{token}/agenda")).text
        by_link = re.findall(r'href="(/en/answer/[^"]+/documents/[^"]+)"', shown)[0]
        assert (await browser.get(by_link)).content == PDF


async def test_what_a_meeting_says_is_corrected_once_by_whoever_has_seen_it(office: Office) -> None:
    meeting = await schedule(office.meetings, series="BIIM")
    page = f"/en/meetings/{meeting['id']}"
    form = {"title-en": "Co-ordination", "languages": ["en"], "series": "BIIM", "tell": "yes", "revision": "1"}
    async with office.browser("coordinator") as browser:
        shown = (await browser.get(f"{page}/wording")).text
        for text in ('value="Coordination"', "Who does what next year.", 'name="revision" value="1"', 'name="tell"'):
            assert text in shown
        wrong = await browser.post(f"{page}/wording", data={**form, "title-en": ""})
        assert (wrong.status_code, 'href="#title-en"' in wrong.text) == (422, True)
        sent = await browser.post(f"{page}/wording", data=form)
        assert sent.headers["location"] == f"{page}?done=corrected-told"
        assert "everybody invited is being told" in (await browser.get(sent.headers["location"])).text
        log = (await browser.get(f"{page}/wording")).text
        for text in ("What it said before", "Coordination", "Koordynacja", "everybody invited was told"):
            assert text in log
        late = await browser.post(f"{page}/wording", data={**form, "title-en": "Other"})
        assert late.status_code == 422
        assert "Other" in late.text
        assert "Co-ordination" in (await browser.get(page)).text
    async with office.browser("member") as browser:
        assert (await browser.get(f"{page}/wording")).status_code == 403


async def test_a_postponed_meeting_says_so_and_can_be_given_a_date(office: Office) -> None:
    meeting = await schedule(office.meetings)
    page = f"/en/meetings/{meeting['id']}"
    async with office.browser("coordinator") as browser:
        await browser.post(f"{page}/postpone", data={"reason-en": "The hall burned down."})
        shown = (await browser.get(page)).text
        for text in (
            "This meeting is postponed",
            "The hall burned down.",
            "Not known yet",
            "Postponed, without a date",
        ):
            assert text in shown
        form = {"starts_at": f"{DAY}T09:00", "ends_at": f"{DAY}T17:00", "time_zone": "Europe/Warsaw"}
        await browser.post(f"{page}/move", data=form)
        assert "moved; it was to be on" in (await browser.get(page)).text


async def test_who_is_there_says_so_with_the_code_and_gets_a_certificate(office: Office) -> None:
    meeting_id = await under_way(office.meetings, PERSON)
    page = f"/en/meetings/{meeting_id}"
    async with office.browser("coordinator") as browser:
        await browser.post(f"{page}/attendance/code")
        code = re.findall(r'class="code-of-day">(\w+)<', (await browser.get(f"{page}/attendance")).text)[0]
    async with office.browser("member") as browser:
        assert (await browser.get(f"{page}/attendance")).status_code == 403
        assert "The code shown at the venue" in (await browser.get(page)).text
        wrong = await browser.post(f"{page}/here", data={"code": "AAAAAA"})
        assert "This is not the code of this meeting" in wrong.text
        await browser.post(f"{page}/here", data={"code": code})
        assert "1 person was there." in (await browser.get(page)).text
    async with office.browser("coordinator") as browser:
        marked = re.findall(r'name="present" value="([^"]+)" checked', (await browser.get(f"{page}/attendance")).text)
        assert marked == [PERSON]
        await browser.post(f"{page}/held")
    async with office.browser("member") as browser:
        assert (await browser.post(f"{page}/certificate", data={"name": ""})).status_code == 422
        await browser.post(f"{page}/certificate", data={"name": "Alena Example"})
        printed = re.findall(r'<dd class="code">([^<]+)<', (await browser.get(f"{page}/certificate")).text)[0]
        assert (await browser.get(f"{page}/certificate/pdf")).content.startswith(b"%PDF-")
    async with office.browser() as browser:
        good = await browser.post("/en/certificates", data={"code": printed})
        bad = await browser.post("/en/certificates", data={"code": "ABCDE"})
        assert ("Alena Example" in good.text, bad.status_code, "Alena" in bad.text) == (True, 422, False)


def ticked(page: str) -> list[str]:
    """Return whom the attendance page shows as there, in the order of the page."""
    return re.findall(r'name="present" value="([^"]+)" checked', page)


async def test_saving_the_attendance_says_only_what_was_changed(office: Office) -> None:
    by_code, elsewhere, here = person(), person(), person()
    await known(office.meetings, by_code, elsewhere, here)
    meeting_id = await under_way(office.meetings, *(each.person_id for each in (by_code, elsewhere, here)))
    page = f"/en/meetings/{meeting_id}/attendance"
    async with office.browser("coordinator") as browser:
        await browser.post(page, data={"present": by_code.person_id})
        await browser.post(page, data={"present": elsewhere.person_id})  # by a page that shows nobody as there
        await browser.post(page, data={"present": here.person_id})
        assert set(ticked((await browser.get(page)).text)) == {each.person_id for each in (by_code, elsewhere, here)}
        shown = (await browser.get(page)).text
        was = re.findall(r'name="was" value="([^"]+)"', shown)
        assert was == ticked(shown)
        await browser.post(page, data={"was": was, "present": [by_code.person_id, elsewhere.person_id]})
        assert set(ticked((await browser.get(page)).text)) == {by_code.person_id, elsewhere.person_id}


HALL = ("Żaneta Last", "Алена Прыклад", "Bazyl Example")


async def hall(office: Office) -> tuple[str, list[str]]:
    """Return a meeting under way, and who is invited to it: `HALL`, the second of an organisation of their own."""
    ids, viasna = [new_id() for _ in HALL], new_id()
    await known(office.meetings, *(person(person_id=each) for each in ids))
    people = [
        {"id": id, "display_name": name, "organisation_ids": [viasna] if name == HALL[1] else []}
        for id, name in zip(ids, HALL, strict=True)
    ]
    office.edge.services.plays |= {
        "POST /people/lookup": {"items": people},
        "GET /organisations": lambda asked: {
            "items": [{"id": viasna, "names": {"en": "Viasna"}}] if asked.url.params["q"] == "viasna" else []
        },
        f"GET /organisations/{viasna}": {"id": viasna, "names": {"en": "Viasna"}},
        "GET /people": {"items": []},
    }
    return await under_way(office.meetings, *ids), ids


async def test_who_is_expected_is_sorted_by_name_and_found_by_name_or_organisation(office: Office) -> None:
    meeting_id, (zaneta, alena, bazyl) = await hall(office)
    page = f"/en/meetings/{meeting_id}/attendance"

    async def shown(**query: str) -> list[str]:
        return re.findall(r'name="present" value="([^"]+)"', (await browser.get(page, params=query)).text)

    async with office.browser("coordinator") as browser:
        assert await shown() == [alena, bazyl, zaneta]
        found = {each: await shown(q=each) for each in ("zan", "alena pry", "viasna", "exampel")}
    assert found == {"zan": [zaneta], "alena pry": [alena], "viasna": [alena], "exampel": []}


async def test_somebody_who_was_not_invited_is_added_at_the_desk_and_taken_away_again(office: Office) -> None:
    meeting_id, (zaneta, _, _) = await hall(office)
    page, guest = f"/en/meetings/{meeting_id}/attendance", person()
    offered = [{"id": each, "display_name": "Zanna New"} for each in (guest.person_id, zaneta)]
    office.edge.services.plays["GET /people"] = {"items": offered}
    async with office.browser("coordinator") as browser:
        found = (await browser.get(page, params={"q": "zan"})).text
        assert re.findall(r'name="person" value="([^"]+)"', found) == [guest.person_id]
        early = await browser.post(f"{page}/walk-ins", data={"person": guest.person_id, "q": "zan"})
        assert (early.status_code, "do not know this person yet" in early.text) == (422, True)
        await known(office.meetings, guest)
        assert page_of(await browser.post(f"{page}/walk-ins", data={"person": guest.person_id})) == page
        shown = (await browser.get(page)).text
        assert (ticked(shown), "Came without an invitation" in shown) == ([guest.person_id], True)
        await browser.post(page, data={"was": guest.person_id})
        assert ticked((await browser.get(page)).text) == []


async def test_a_calendar_program_subscribes_without_signing_in_and_the_address_is_not_logged(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    meeting = await schedule(office.meetings, {"person_ids": [PERSON]}, starts_at=in_days(50), ends_at=in_days(50.2))
    async with office.browser("member") as browser:
        await browser.post("/en/calendar", data={"what": "open"})
        address = re.findall(r'value="http://127.0.0.1:8080(/feeds/[^"]+)"', (await browser.get("/en/calendar")).text)[
            0
        ]
    async with office.browser() as program:
        answer = await program.get(address)
        uids = [str(each["UID"]) for each in Calendar.from_ical(answer.content).walk("VEVENT")]
        assert f"{meeting['id']}@zgoda" in uids
        same = await program.get(address, headers={"If-None-Match": answer.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")
        assert answer.headers["content-type"].startswith("text/calendar")
        assert (await program.get("/feeds/forged.ics")).status_code == 404
    async with office.browser("member") as browser:
        await browser.post("/en/calendar", data={"what": "close"})
    async with office.browser() as program:
        assert (await program.get(address)).status_code == 404
    said = capsys.readouterr()
    assert address.removeprefix("/feeds/").removesuffix(".ics") not in said.out + said.err


async def test_a_series_is_begun_and_lists_its_meetings(office: Office) -> None:
    async with office.browser("coordinator") as browser:
        assert (await browser.post("/en/series", data={"title-en": ""})).status_code == 422
        page = page_of(await browser.post("/en/series", data={"title-en": "BIIM"}))
        series_id = page.rpartition("/")[2]
        await schedule(office.meetings, series_id=series_id, title={"en": "Autumn in Warsaw"})
        await browser.post(f"{page}/calendar", data={"what": "open"})
        shown = (await browser.get(page)).text
        assert [text for text in ("BIIM", "Autumn in Warsaw", "/feeds/") if text not in shown] == []
        assert "BIIM" in (await browser.get("/en/meetings/new")).text


async def test_what_is_for_coordinators_is_not_for_members(office: Office) -> None:
    meeting = await schedule(office.meetings, {"person_ids": [PERSON]})
    async with office.browser("member") as browser:
        for part in ("documents", "attendance", "plan", f"agenda/{new_id()}", "agenda"):
            assert (await browser.get(f"/en/meetings/{meeting['id']}/{part}")).status_code == 403, part
        for path in ("/en/series", f"/en/series/{new_id()}"):
            assert (await browser.get(path)).status_code == 403
