"""What a scheduled meeting says is corrected by coordinators, kept as it was, and told of where that is wanted."""

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from services.meetings.corrections.domain import CorrectMeeting, correct
from services.meetings.directory.consumers import consumer
from services.meetings.meetings import domain
from services.meetings.meetings.calendar import publish
from services.meetings.meetings.domain import CancelMeeting, Meeting, PostponeMeeting
from shared.events.registry import PersonErased
from shared.ids import new_id
from shared.problems import Conflict, Invalid
from shared.testing.stack import Running
from tests.meetings.builders import ENDS, NOW, code, in_days, known, person, schedule, scheduled

LATER = NOW + timedelta(hours=1)


def wanted(**changes: Any) -> CorrectMeeting:
    """Return the meeting's own words with ``changes``."""
    return CorrectMeeting(
        **{"title": {"en": "Implementers' meeting", "be": "Сустрэча"}, "languages": ["en", "be"], **changes}
    )


def refused(meeting: Meeting, command: CorrectMeeting) -> str:
    with pytest.raises((Conflict, Invalid)) as found:
        correct(meeting, command, by=new_id(), now=LATER)
    return found.value.code


def test_a_correction_keeps_the_sequence_and_says_how_it_was_and_who() -> None:
    meeting, by = scheduled(), new_id()
    corrected, row, event = correct(meeting, wanted(text={"en": "Who does what."}, tell=True), by=by, now=LATER)
    assert (corrected.revision, corrected.sequence, corrected.changed_at) == (2, 0, LATER)
    assert row is not None
    assert event is not None
    assert (row.by, row.fields, row.before.title, row.told) == (by, ["title", "text"], meeting.title, True)
    assert event.notice is not None
    assert (event.sequence, event.notice.title["en"]) == (0, "Implementers' meeting")
    assert correct(corrected, wanted(text={"en": "Who does what."}, tell=True), by=by, now=LATER)[1:] == (None, None)


def test_nobody_is_told_unless_it_is_wanted_and_the_feed_shows_it_all_the_same() -> None:
    corrected, row, event = correct(scheduled(), wanted(), by=new_id(), now=LATER)
    assert (row is not None, event) == (True, None)
    shown: Any = Calendar.from_ical(publish([corrected], language="en", organiser="o@e.org").to_ical())
    (entry,) = shown.walk("VEVENT")
    assert (entry["SUMMARY"], entry["SEQUENCE"]) == ("Implementers' meeting", 0)
    assert (entry["DTSTAMP"].dt, entry["LAST-MODIFIED"].dt) == (LATER, LATER)


def test_what_is_over_or_postponed_is_corrected_without_a_letter_and_what_is_called_off_never() -> None:
    over = domain.hold(scheduled(), now=ENDS)
    postponed, _ = domain.postpone(scheduled(), PostponeMeeting(), now=NOW)
    assert [correct(each, wanted(), by=new_id(), now=LATER)[0].title["en"] for each in (over, postponed)] == [
        "Implementers' meeting"
    ] * 2
    assert refused(over, wanted(tell=True)) == "meeting-begun"
    assert refused(postponed, wanted(tell=True)) == "meeting-postponed"
    assert refused(domain.cancel(scheduled(), CancelMeeting(), now=NOW)[0], wanted()) == "meeting-cancelled"
    assert refused(scheduled(), wanted(languages=["pl"])) == "meeting-not-valid"


async def test_coordinators_correct_what_they_have_seen_and_read_what_was_before(meetings: Running) -> None:
    guest, who = person(), new_id()
    await known(meetings, guest)
    meeting = await schedule(meetings, {"person_ids": [guest.person_id]})
    path, client = f"/meetings/{meeting['id']}", meetings.as_("coordinator", person_id=who)
    body = {"title": {"en": "Co-ordination", "pl": "Koordynacja"}, "languages": ["pl", "en"], "tell": True}
    assert code(await client.post(f"{path}/correction", json=body)) == (428, "if-match-needed")
    seen = {"If-Match": '"1"'}
    answer = await client.post(f"{path}/correction", json=body, headers=seen)
    assert (answer.status_code, answer.headers["etag"], answer.json()["sequence"]) == (200, '"2"', 0)
    assert (answer.json()["title"]["en"], answer.json()["text"]) == ("Co-ordination", {})
    again = await client.post(f"{path}/correction", json={**body, "title": {"en": "Other"}}, headers=seen)
    assert code(again) == (412, "changed-meanwhile")
    (row,) = (await client.get(f"{path}/corrections")).json()["items"]
    assert (row["by"], row["fields"], row["told"]) == (who, ["title", "text", "languages"], True)
    assert row["before"]["title"] == meeting["title"]
    told = [each["type"] for each in await meetings.published() if each["subject"] == meeting["id"]]
    assert told == ["meeting-scheduled", "people-invited", "meeting-updated"]
    member = meetings.as_("member", person_id=guest.person_id)
    assert (await member.get(path)).json()["title"]["en"] == "Co-ordination"
    assert (await member.get(f"{path}/corrections")).status_code == 403
    assert (await member.post(f"{path}/correction", json=body, headers=seen)).status_code == 403
    await meetings.deliver(consumer, PersonErased(person_id=who, revision=2))
    other = meetings.as_("coordinator", person_id=new_id())
    assert (await other.get(f"{path}/corrections")).json()["items"][0]["by"] is None


async def test_corrections_are_read_page_by_page_and_a_series_must_exist(meetings: Running) -> None:
    meeting = await schedule(meetings)
    path, client = f"/meetings/{meeting['id']}", meetings.as_("coordinator")
    for number in (1, 2, 3):
        body = {"title": {"en": f"Version {number}"}, "languages": ["en"]}
        seen = {"If-Match": f'"{number}"'}
        assert (await client.post(f"{path}/correction", json=body, headers=seen)).status_code == 200
    first = (await client.get(f"{path}/corrections", params={"limit": 2})).json()
    rest = (await client.get(f"{path}/corrections", params={"limit": 2, "after": first["next"]})).json()
    titles = [each["before"]["title"]["en"] for each in [*first["items"], *rest["items"]]]
    assert (titles, rest["next"]) == (["Version 2", "Version 1", "Coordination"], None)
    body = {"title": {"en": "X"}, "languages": ["en"], "series_id": new_id()}
    wrong = await client.post(f"{path}/correction", json=body, headers={"If-Match": '"4"'})
    assert code(wrong) == (422, "series-not-known")
    moved = {"starts_at": in_days(50), "ends_at": in_days(50.2)}
    assert (await client.post(f"{path}/rescheduling", json=moved)).json()["title"] == {"en": "Version 3"}
