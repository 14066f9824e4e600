"""People say by a link how they want to be written to, and it is so: digests once, topics stopped, language chosen."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from services.notifications.contacts.store import CONTACTS
from services.notifications.deliveries.bundles import LETTERS
from services.notifications.letters import DigestItem
from services.notifications.main import create_app
from services.notifications.preferences import digests as preference_digests
from services.notifications.preferences.digests import Elsewhere, join, join_digests
from services.notifications.preferences.domain import TOPICS
from services.notifications.preferences.store import PREFERENCES
from services.notifications.settings import Settings
from shared.events.registry import PersonErased
from shared.ids import new_id, utc_now
from shared.service import Context
from shared.storage import Document
from shared.testing.accepted import AcceptedMail
from shared.testing.sink import Sink
from shared.testing.stack import Stack
from tests.notifications.builders import Office, address_of, cancelled, contact_changed, people_invited, rescheduled


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bureau(stack: Stack) -> AsyncIterator[Office]:
    """A service that sends, with a database of its own."""
    async with Sink() as sink:
        own = {"smtp_url": sink.url, "letters_lease_seconds": 1, "database": f"{stack.prefix}_bureau"}
        async with stack.running(create_app, Settings(**stack.values("notifications", **own))) as running:
            yield Office(running, sink)


def holding(office: Office, person_id: str, *, generation: int = 1, lasts: int = 1) -> httpx2.AsyncClient:
    """Return a client with somebody's link."""
    links, expires_at = office.running.context.links, utc_now() + timedelta(hours=lasts)
    return office.running.bearing(links.sign("preferences", person_id, generation=generation, expires_at=expires_at))


async def choose(office: Office, person_id: str, **wishes: Any) -> dict[str, Any]:
    answer = await holding(office, person_id).put("/preferences", json=wishes)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def make_due(office: Office, person_id: str) -> None:
    """Let time pass until somebody's digest is due."""
    past = {"$set": {"digest_at": utc_now() - timedelta(seconds=1)}}
    await office.running.storage.reader[LETTERS].update_many({"recipient_id": person_id, "state": "collected"}, past)


async def test_what_everybody_gets_is_shown_to_whoever_has_chosen_nothing(bureau: Office) -> None:
    (person_id,) = await bureau.knows(1, language="be", time_zone="Europe/Minsk")
    shown = (await holding(bureau, person_id).get("/preferences")).json()
    assert set(shown["topics"].values()) == {"now"}
    assert (shown["language"], shown["time_zone"], shown["language_chosen"]) == ("be", "Europe/Minsk", False)


async def test_a_letter_comes_in_the_language_that_was_chosen(bureau: Office) -> None:
    (person_id,) = await bureau.knows(1, language="en")
    await choose(bureau, person_id, language="pl", time_zone="Europe/Minsk")
    await bureau.hears(people_invited(new_id(), [person_id]))
    await bureau.settled(1, recipient_id=person_id)
    (mail,) = bureau.sink.to(address_of(person_id))
    assert "Spotkanie realizatorów" in mail.text()


async def test_what_was_stopped_does_not_come_and_what_must_be_known_does(bureau: Office) -> None:
    (person_id,) = await bureau.knows(1)
    answer = await holding(bureau, person_id).post("/preferences/stopping", json={"topic": "meetings"})
    assert answer.status_code == 204
    shown = (await holding(bureau, person_id).get("/preferences")).json()
    assert shown["topics"]["meetings"] == "never"
    meeting_id = new_id()
    await bureau.hears(people_invited(meeting_id, [person_id]))
    await bureau.settled(1, "suppressed", recipient_id=person_id)
    await bureau.hears(cancelled(meeting_id))
    await bureau.settled(1, recipient_id=person_id, kind="meeting-cancelled")


async def test_letters_are_gathered_into_one_and_each_is_told_once(bureau: Office) -> None:
    (person_id,) = await bureau.knows(1)
    await choose(bureau, person_id, topics={"meetings": "daily"})
    for _ in range(3):
        await bureau.hears(people_invited(new_id(), [person_id]))
    await bureau.settled(3, "collected", recipient_id=person_id)
    await make_due(bureau, person_id)
    await asyncio.gather(*(join_digests(bureau.running.context) for _ in range(5)))
    await bureau.settled(1, recipient_id=person_id, kind="digest")
    (mail,) = bureau.sink.to(address_of(person_id))
    assert mail.text().count("/answer/") == 3
    digest = await bureau.letter(recipient_id=person_id, kind="digest")
    joined = await bureau.letters(recipient_id=person_id, state="joined")
    assert {row["joined_in"] for row in joined} == {digest["event_id"]}
    assert len(joined) == 3


async def test_a_digest_that_broke_off_joins_nothing(bureau: Office) -> None:
    (person_id,) = await bureau.knows(1)
    await choose(bureau, person_id, topics={"meetings": "weekly"})
    await bureau.hears(people_invited(new_id(), [person_id]))
    await bureau.settled(1, "collected", recipient_id=person_id)
    row = await bureau.letter(recipient_id=person_id)
    with pytest.raises(Elsewhere):
        await bureau.running.storage.transact(join, person_id, [row["_id"], new_id()], [])
    assert await bureau.states(recipient_id=person_id) == ["collected"]


async def test_an_invitation_to_what_was_called_off_is_in_no_digest(bureau: Office) -> None:
    (person_id,) = await bureau.knows(1)
    await choose(bureau, person_id, topics={"meetings": "daily"})
    meeting_id = new_id()
    await bureau.hears(people_invited(meeting_id, [person_id]))
    await bureau.settled(1, "collected", recipient_id=person_id)
    await bureau.hears(cancelled(meeting_id))
    await bureau.settled(1, recipient_id=person_id, kind="meeting-cancelled")
    await make_due(bureau, person_id)
    await join_digests(bureau.running.context)
    assert await bureau.states(recipient_id=person_id) == ["sent", "suppressed"]


async def test_what_waits_goes_out_when_the_wish_changes(bureau: Office) -> None:
    (person_id,) = await bureau.knows(1)
    await choose(bureau, person_id, topics={"meetings": "weekly"})
    await bureau.hears(people_invited(new_id(), [person_id]))
    await bureau.settled(1, "collected", recipient_id=person_id)
    await choose(bureau, person_id, topics={})
    await bureau.settled(1, recipient_id=person_id)


async def test_quiet_hours_hold_a_letter_and_not_a_move(bureau: Office) -> None:
    (person_id,) = await bureau.knows(1, time_zone="UTC")
    now = utc_now()
    quiet = {"starts": f"{(now.hour - 1) % 24:02}:00", "ends": f"{(now.hour + 2) % 24:02}:00"}
    await choose(bureau, person_id, quiet=quiet)
    meeting_id = new_id()
    await bureau.hears(people_invited(meeting_id, [person_id]))
    await bureau.settled(1, "deferred", recipient_id=person_id)
    row = await bureau.letter(recipient_id=person_id)
    assert (row["error"]["code"], row["due_at"].hour) == ("quiet-hours", (now.hour + 2) % 24)
    await bureau.hears(rescheduled(meeting_id))
    await bureau.settled(1, recipient_id=person_id, kind="meeting-rescheduled")


async def test_one_sees_and_takes_along_all_that_was_sent(bureau: Office) -> None:
    (person_id, other) = await bureau.knows(2)
    await bureau.hears(people_invited(new_id(), [person_id]))
    await bureau.hears(people_invited(new_id(), [other]))
    await bureau.settled(1, recipient_id=person_id)
    async with holding(bureau, person_id) as client:
        listed = (await client.get("/preferences/letters")).json()["items"]
        export = (await client.get("/preferences/export")).json()
    assert [(each["kind"], each["state"]) for each in listed] == [("people-invited", "sent")]
    assert listed[0]["subject"].startswith("Invitation")
    assert [each["id"] for each in export["letters"]] == [listed[0]["id"]]


async def test_what_is_taken_along_by_a_link_says_neither_address_nor_name(bureau: Office) -> None:
    (person_id,) = await bureau.knows(1, name="Alena Planted")
    export = await holding(bureau, person_id).get("/preferences/export")
    assert export.status_code == 200
    assert not [each for each in (address_of(person_id), "Planted", "Alena") if each in export.text]


def links_in(mail: AcceptedMail) -> tuple[str, str, str]:
    """Return the tokens of a mail: to choose, to answer, and that by which a mail program stops a topic."""
    text = mail.text()
    found = [re.search(rf"/{name}/([\w.\-]+)\s", text) for name in ("preferences", "answer")]
    stop = re.search(r"/preferences/([\w.\-]+)/stop/meetings>", str(mail.message["List-Unsubscribe"]))
    chosen, answer = (each[1] for each in found if each is not None)
    assert stop is not None
    return chosen, answer, stop[1]


async def test_a_letter_to_an_earlier_address_opens_nothing_and_still_stops_a_topic(bureau: Office) -> None:
    (person_id,) = await bureau.knows(1)
    await bureau.hears(people_invited(new_id(), [person_id]))
    await bureau.settled(1, recipient_id=person_id)
    old, _, stop = links_in(bureau.sink.to(address_of(person_id))[0])
    assert (await bureau.running.bearing(old).get("/preferences/export")).status_code == 200
    other = address_of(new_id())
    await bureau.hears(contact_changed(person_id, revision=2, address=other, address_generation=2))
    for path in ("", "/letters", "/export"):
        refused = await bureau.running.bearing(old).get(f"/preferences{path}")
        assert (refused.status_code, refused.json()["code"]) == (401, "link-withdrawn")
    await bureau.hears(people_invited(new_id(), [person_id]))
    await bureau.settled(2, recipient_id=person_id)
    new, answer, _ = links_in(bureau.sink.to(other)[0])
    assert (await bureau.running.bearing(new).get("/preferences")).status_code == 200
    assert bureau.running.context.links.read("answer", answer, now=utc_now()).address_generation == 2
    for token, topic in ((stop, "reports"), (old, "tasks")):  # letters of before named the wider one to mail programs
        assert (await bureau.running.bearing(token).post("/preferences/stopping", json={"topic": topic})).is_success
    topics = (await bureau.running.bearing(new).get("/preferences")).json()["topics"]
    assert (topics["reports"], topics["tasks"], topics["meetings"]) == ("never", "never", "now")


async def test_the_same_address_written_anew_leaves_the_links_good(bureau: Office) -> None:
    (person_id,) = await bureau.knows(1)
    await bureau.hears(contact_changed(person_id, revision=2, name="Ada Other"))
    assert (await holding(bureau, person_id).get("/preferences")).status_code == 200


async def test_the_link_for_mail_programs_stops_topics_and_opens_nothing_else(bureau: Office) -> None:
    (person_id,) = await bureau.knows(1)
    links, expires_at = bureau.running.context.links, utc_now() + timedelta(hours=1)
    async with bureau.running.bearing(links.sign("stop", person_id, expires_at=expires_at)) as client:
        assert (await client.get("/preferences/stopping")).json() == [*TOPICS]
        for path in ("", "/letters", "/export"):
            assert (await client.get(f"/preferences{path}")).json()["code"] == "link-not-valid"
        assert (await client.delete("/preferences/key")).json()["code"] == "link-not-valid"


async def test_a_withdrawn_or_foreign_link_opens_nothing(bureau: Office) -> None:
    (person_id,) = await bureau.knows(1)
    links, expires_at = bureau.running.context.links, utc_now() + timedelta(hours=1)
    answers = [
        await holding(bureau, person_id, generation=2).get("/preferences"),
        await holding(bureau, new_id()).get("/preferences"),
        await holding(bureau, person_id, lasts=-1).get("/preferences"),
        await bureau.running.bearing(links.sign("answer", person_id, expires_at=expires_at)).get("/preferences"),
    ]
    assert [(each.status_code, each.json()["code"]) for each in answers] == [
        (401, "link-withdrawn"), (401, "link-withdrawn"), (401, "link-expired"), (401, "link-not-valid"),
    ]  # fmt: skip


async def test_whoever_has_signed_in_is_given_a_link_to_their_own(bureau: Office) -> None:
    (person_id,) = await bureau.knows(1, language="uk")
    async with bureau.running.as_("member", person_id=person_id) as client:
        token = (await client.post("/me/preferences-link")).json()["token"]
    assert (await bureau.running.bearing(token).get("/preferences")).json()["language"] == "uk"


async def test_of_a_forgotten_person_nothing_is_wished_any_more(bureau: Office) -> None:
    (person_id,) = await bureau.knows(1)
    await choose(bureau, person_id, language="ru", quiet={"starts": "22:00", "ends": "07:00"})
    await bureau.hears(PersonErased(person_id=person_id, revision=9))
    reader = bureau.running.storage.reader
    assert await PREFERENCES.find(reader, person_id) is None
    assert "wishes" not in (await reader[CONTACTS].find_one({"_id": person_id}) or {})
    assert (await holding(bureau, person_id).get("/preferences")).status_code == 401


async def test_a_digest_that_cannot_be_written_stops_no_other(bureau: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    people = await bureau.knows(3)
    for person_id in people:
        await choose(bureau, person_id, topics={"meetings": "daily"})
    await bureau.hears(people_invited(new_id(), people))
    await bureau.settled(3, "collected", recipient_id={"$in": people})
    read = preference_digests._items

    async def items(context: Context, recipient_id: str, rows: list[Document]) -> list[DigestItem]:
        if recipient_id == people[0]:
            raise LookupError("what one of them tells is gone")
        return await read(context, recipient_id, rows)

    monkeypatch.setattr(preference_digests, "_items", items)
    for person_id in people:
        await make_due(bureau, person_id)
    await join_digests(bureau.running.context)
    digests = await bureau.letters(kind="digest", recipient_id={"$in": people})
    assert {row["recipient_id"] for row in digests} == set(people[1:])
