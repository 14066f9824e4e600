"""What the organisers write reaches those who stand so, each once, and is told to nobody else."""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from services.meetings.directory.consumers import consumer
from services.meetings.meetings.domain import Meeting
from services.meetings.messages import actions, domain
from services.meetings.messages.domain import MAX_MESSAGES, MAX_TEXT, Message, WriteMessage
from services.meetings.messages.jobs import tell_of_messages
from shared.events import MAX_BODY_BYTES, enclose
from shared.events.meetings import Invitee, MessageWritten
from shared.events.notifications import AddressSuppressed
from shared.events.registry import PersonErased
from shared.ids import new_id
from shared.problems import Conflict, Invalid
from shared.sealing import Sealer
from shared.testing.stack import Running, Stack
from tests.meetings.builders import (
    ENDS,
    NOW,
    code,
    in_days,
    invitations_of,
    known,
    link_to,
    person,
    schedule,
    scheduled,
)

WORDS = {"subject": {"en": "The entrance"}, "text": {"en": "It is in the courtyard."}}
LATER = NOW + timedelta(hours=1)
SEALER = Sealer(["s" * 32], purpose="events")


# The rules


def wanted(**changes: Any) -> WriteMessage:
    """Return a message to those who come, with ``changes``."""
    return WriteMessage(**{"whom": ["accepted"], **WORDS, **changes})


def written(meeting: Meeting, command: WriteMessage, *, before: int = 0, reached: int = 1) -> Message:
    return domain.write(meeting, command, by=new_id(), before=before, reached=reached, now=LATER)


def wrong(command: WriteMessage, *, reached: int = 1) -> list[tuple[str | None, str]]:
    with pytest.raises(Invalid, match="message-not-valid") as found:
        written(scheduled(), command, reached=reached)
    return [(each.field, each.code) for each in found.value.errors]


def test_a_text_has_a_subject_in_each_language_and_somebody_gets_it() -> None:
    message = written(scheduled(), wanted(text={"en": "It is in the courtyard.", "pl": " "}))
    assert message.text == WORDS["text"]
    assert wrong(wanted(text={"en": "Here.", "be": "Тут."})) == [("subject.be", "subject-missing")]
    assert wrong(wanted(subject={"en": "The entrance", "uk": "Вхід"})) == [("text.uk", "text-missing")]
    assert wrong(wanted(), reached=0) == [("whom", "nobody-reached")]
    much = dict.fromkeys(("pl", "en", "be", "uk", "ru"), "я" * MAX_TEXT)
    assert wrong(wanted(subject=dict.fromkeys(much, "x"), text=much)) == [("text", "too-long")]
    much_of_one = {"text": {"en": "x" * (MAX_TEXT + 1)}}
    wrong_fields: list[dict[str, Any]] = [{"whom": []}, {"whom": ["declined"]}, much_of_one, {"subject": {}}]
    for bad in wrong_fields:
        with pytest.raises(ValueError, match=next(iter(bad))):
            wanted(**bad)


def test_nobody_is_written_to_about_a_meeting_that_is_over_or_has_enough() -> None:
    for meeting, before, why in (
        (scheduled().evolve(state="cancelled"), 0, "meeting-cancelled"),
        (scheduled().evolve(state="postponed"), 0, "meeting-postponed"),
        (scheduled().evolve(state="held", held_at=ENDS), 0, "meeting-begun"),
        (scheduled(), MAX_MESSAGES, "too-many-messages"),
    ):
        with pytest.raises(Conflict, match=why):
            written(meeting, wanted(), before=before)


def test_the_news_says_it_under_seal_and_of_a_closed_meeting_nothing() -> None:
    meeting, someone = scheduled(), Invitee(invitation_id=new_id(), person_id=new_id())
    message = written(meeting, wanted())
    open_news = domain.tell(meeting, message, [someone])
    assert open_news.message is not None
    assert open_news.message.text == WORDS["text"]
    sealed = enclose(open_news, sealer=SEALER).model_dump_json()
    assert "courtyard" not in sealed
    closed = domain.tell(meeting.evolve(closed=True), message, [someone])
    assert (closed.message, "courtyard" in str(closed)) == (None, False)


def test_the_longest_message_still_travels() -> None:
    agenda = [{"starts_at": scheduled().starts_at, "title": {"en": "x" * 190}}] * 100
    meeting = scheduled(agenda=agenda, text={"en": "x" * 15_000})
    text = {"en": "x" * MAX_TEXT, "be": "я" * MAX_TEXT, "ru": "я" * MAX_TEXT, "uk": "я" * MAX_TEXT, "pl": "x" * 3_000}
    message = written(meeting, wanted(subject=dict.fromkeys(text, "x" * 200), text=text))
    whom = [Invitee(invitation_id=new_id(), person_id=new_id(), generation=99) for _ in range(actions.TOLD_AT_ONCE)]
    event = domain.tell(meeting, message, whom)
    assert len(enclose(event, sealer=SEALER).model_dump_json().encode()) < MAX_BODY_BYTES


# What comes of them


class Party:
    """A meeting with a guest for every standing, by what they stand for."""

    def __init__(self, meetings: Running, stack: Stack, meeting_id: str, rows: list[dict[str, Any]]) -> None:
        self.meetings, self.stack, self.id, self.rows = meetings, stack, meeting_id, rows
        self.who = new_id()
        self.coordinator = meetings.as_("coordinator", person_id=self.who)

    async def answer(self, row: dict[str, Any], answer: str) -> None:
        """Answer an invitation."""
        given = await self.meetings.bearing(link_to(self.stack, row)).put("/answer", json={"answer": answer})
        assert given.status_code == 200, given.text

    async def write(self, *whom: str, **headers: str) -> dict[str, Any]:
        """Write to those who stand so, and tell of it."""
        body = {"whom": list(whom), **WORDS}
        answer = await self.coordinator.post(f"/meetings/{self.id}/messages", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        await tell_of_messages(self.meetings.context)
        return dict(answer.json())

    async def told(self) -> Counter[str]:
        """Return how often each person was told of a message."""
        found = [each["event"] for each in await self.meetings.published(MessageWritten.name)]
        return Counter(i.person_id for event in found if event.meeting_id == self.id for i in event.invitees)

    async def reach(self, *whom: str) -> tuple[int, int, list[str]]:
        """Return how many a message would go to, how many not, and exactly who."""
        path, body = f"/meetings/{self.id}/messages", {"whom": list(whom)}
        counts = (await self.coordinator.post(f"{path}/preview", json=body)).json()
        people = (await self.coordinator.post(f"{path}/people", json=body)).json()["items"]
        assert sum(counts["by_language"].values()) == counts["people"]
        return counts["people"], counts["left_out"], [each["person_id"] for each in people]


async def party(meetings: Running, stack: Stack, *, guests: int = 4, **changes: Any) -> Party:
    people = [person() for _ in range(guests)]
    await known(meetings, *people)
    audience = {"person_ids": [each.person_id for each in people]}
    meeting = await schedule(meetings, audience, starts_at=in_days(9), ends_at=in_days(9.1), **changes)
    return Party(meetings, stack, meeting["id"], await invitations_of(meetings, meeting["id"]))


async def test_each_standing_is_written_to_and_nobody_else(meetings: Running, stack: Stack) -> None:
    found = await party(meetings, stack, guests=7, capacity=1)
    who = [row["person_id"] for row in found.rows]
    for row, answer in zip(found.rows, ("accepted", "accepted", "tentative", "declined"), strict=False):
        await found.answer(row, answer)
    await meetings.bearing(link_to(stack, found.rows[6])).post("/answer/delegation", json={})
    assert await found.reach("accepted") == (1, 0, [who[0]])
    assert await found.reach("waiting") == (1, 0, [who[1]])
    assert await found.reach("tentative", "pending") == (3, 0, [who[2], who[4], who[5]])
    assert await found.reach("all") == (6, 0, who[:6])
    await found.write("waiting", "pending")
    assert await found.told() == dict.fromkeys([who[1], who[4], who[5]], 1)


async def test_who_wants_no_letters_is_withdrawn_or_gets_none_is_left_out(meetings: Running, stack: Stack) -> None:
    found = await party(meetings, stack, guests=5)
    who, path = [row["person_id"] for row in found.rows], f"/meetings/{found.id}/invitations"
    await meetings.storage.reader["people"].update_one({"_id": who[0]}, {"$set": {"no_contact": True}})
    await meetings.deliver(consumer, AddressSuppressed(person_id=who[1], revision=1, reason="hard-bounce"))
    await found.coordinator.post(f"{path}/{found.rows[2]['_id']}/withdrawal")
    await found.coordinator.put(f"{path}/{found.rows[3]['_id']}/withdrawal")
    for whom in ("pending", "all"):
        assert await found.reach(whom) == (1, 3, [who[4]])
    await found.write("all")
    assert await found.told() == {who[4]: 1}
    refused = await found.coordinator.post(f"/meetings/{found.id}/messages", json={"whom": ["accepted"], **WORDS})
    assert code(refused) == (422, "message-not-valid")
    assert [each["field"] for each in refused.json()["errors"]] == ["whom"]


async def test_pressed_twice_it_is_sent_once(meetings: Running, stack: Stack) -> None:
    found = await party(meetings, stack)
    key = {"Idempotency-Key": new_id()}
    first, second = await found.write("all", **key), await found.write("all", **key)
    assert first["id"] == second["id"]
    for _ in range(2):
        await tell_of_messages(meetings.context)
    assert await found.told() == {row["person_id"]: 1 for row in found.rows}
    (kept,) = (await found.coordinator.get(f"/meetings/{found.id}/messages")).json()["items"]
    assert (kept["people"], kept["done"], kept["written_by"], kept["whom"]) == (4, True, found.who, ["all"])


async def test_processes_and_changes_at_the_same_time_tell_everybody_once(
    meetings: Running, stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "TOLD_AT_ONCE", 3)
    found = await party(meetings, stack, guests=20)
    body = {"whom": ["all"], **WORDS}
    message = (await found.coordinator.post(f"/meetings/{found.id}/messages", json=body)).json()

    async def tell() -> None:
        while await meetings.storage.transact(actions.tell, message["id"]):
            pass

    answers = [found.answer(row, "accepted") for row in found.rows[:6]]
    await asyncio.gather(tell(), tell(), *answers)
    assert await found.told() == {row["person_id"]: 1 for row in found.rows}
    assert (await found.coordinator.get(f"/meetings/{found.id}/messages")).json()["items"][0]["people"] == 20


async def test_who_is_invited_afterwards_and_a_meeting_called_off_hear_nothing(meetings: Running, stack: Stack) -> None:
    found, late = await party(meetings, stack, guests=2), person()
    await known(meetings, late)
    body = {"whom": ["all"], **WORDS}
    await found.coordinator.post(f"/meetings/{found.id}/messages", json=body)
    invite = {"audience": {"person_ids": [late.person_id]}}
    assert (await found.coordinator.post(f"/meetings/{found.id}/invitations", json=invite)).status_code == 200
    await tell_of_messages(meetings.context)
    assert await found.told() == {row["person_id"]: 1 for row in found.rows}
    await found.coordinator.post(f"/meetings/{found.id}/messages", json=body)
    await found.coordinator.post(f"/meetings/{found.id}/cancellation", json={})
    await tell_of_messages(meetings.context)
    assert set((await found.told()).values()) == {1}
    newest = (await found.coordinator.get(f"/meetings/{found.id}/messages")).json()["items"][0]
    assert (newest["people"], newest["done"]) == (0, True)


async def test_it_is_read_again_by_those_it_went_to_alone_and_forgets_who_wrote_it(
    meetings: Running, stack: Stack
) -> None:
    found = await party(meetings, stack, guests=2, closed=True)
    await found.answer(found.rows[0], "accepted")
    await found.write("accepted")
    mine, other = (meetings.bearing(link_to(stack, row)) for row in found.rows)
    (shown,) = (await mine.get("/answer/messages")).json()["items"]
    assert ({name: shown[name] for name in WORDS}, "written_by" in shown) == (WORDS, False)
    assert (await other.get("/answer/messages")).json()["items"] == []
    path = f"/my/invitations/{found.rows[0]['_id']}/messages"
    owner = meetings.as_("member", person_id=found.rows[0]["person_id"])
    assert [each["id"] for each in (await owner.get(path)).json()["items"]] == [shown["id"]]
    assert code(await meetings.as_("member").get(path)) == (404, "invitation-not-found")
    assert code(await owner.get(f"/meetings/{found.id}/messages")) == (403, "role-needed")
    await meetings.deliver(consumer, PersonErased(person_id=found.who, revision=2))
    listed = (await meetings.as_("coordinator").get(f"/meetings/{found.id}/messages")).json()["items"]
    assert [each["written_by"] for each in listed] == [None]


async def test_messages_and_addressees_are_read_page_by_page(meetings: Running, stack: Stack) -> None:
    found = await party(meetings, stack, guests=3)
    ids = [(await found.write("all"))["id"] for _ in range(3)]
    path, two = f"/meetings/{found.id}/messages", {"limit": 2}
    first = (await found.coordinator.get(path, params=two)).json()
    rest = (await found.coordinator.get(path, params={**two, "after": first["next"]})).json()
    assert ([each["id"] for each in first["items"] + rest["items"]], rest["next"]) == (ids[::-1], None)
    body = {"whom": ["all"]}
    first = (await found.coordinator.post(f"{path}/people", json=body, params=two)).json()
    rest = (await found.coordinator.post(f"{path}/people", json=body, params={**two, "after": first["next"]})).json()
    named = [each["person_id"] for each in first["items"] + rest["items"]]
    assert (named, rest["next"]) == ([row["person_id"] for row in found.rows], None)
