"""What an operator may do: hold and release, cancel, look at a letter and ask where it comes from."""

import asyncio
from typing import Any

import pytest

from services.notifications.deliveries import moving
from services.notifications.deliveries.bundles import LETTERS
from services.notifications.deliveries.domain import KINDS
from services.notifications.preferences import digests
from shared.ids import new_id
from shared.storage.collections import Collection
from tests.notifications.builders import Office, address_of, people_invited, sign_in_requested
from tests.notifications.conftest import Opened


async def act(office: Office, method: str, path: str, body: Any = None, *, role: Any = "operator") -> Any:
    async with office.running.as_(role) as client:
        answer = await client.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json()


async def test_a_kind_that_is_held_waits_and_is_sent_when_it_is_released(office: Office) -> None:
    await act(office, "PUT", "/holds/people-invited")
    event = people_invited(new_id(), await office.knows(3))
    await office.hears(event)
    await office.settled(3, "held", about_id=event.meeting_id)
    waiting = (await act(office, "GET", "/waiting"))["items"]
    assert [(each["kind"], each["code"], each["letters"]) for each in waiting] == [("people-invited", "kind-held", 3)]
    assert [each["what"] for each in (await act(office, "GET", "/holds"))["items"]] == ["people-invited"]
    assert await act(office, "DELETE", "/holds/people-invited") == {"count": 3}
    assert len(await office.sink.arrived(3)) == 3
    assert await act(office, "DELETE", "/holds/people-invited") == {"count": 0}


async def test_a_held_relay_sends_only_what_somebody_waits_for(office: Office) -> None:
    await act(office, "PUT", "/holds/relay")
    people = await office.knows(2)
    await asyncio.sleep(0.1)  # a claim under way ends
    await office.hears(people_invited(new_id(), people[:1]))
    await office.hears(sign_in_requested(people[1]))
    mails = await office.sink.arrived(1)
    assert [mail.recipient for mail in mails] == [address_of(people[1])]
    await act(office, "DELETE", "/holds/relay")
    assert len(await office.sink.arrived(2)) == 2


async def test_what_is_not_yet_sent_can_be_cancelled(quiet: Office) -> None:
    event = people_invited(new_id(), await quiet.knows(3))
    await quiet.hears(event)
    assert await act(quiet, "POST", "/letters/cancellation", {"about_id": event.meeting_id}) == {"count": 3}
    assert await quiet.states(about_id=event.meeting_id) == ["suppressed"] * 3
    async with quiet.running.as_("operator") as client:
        refused = await client.post("/letters/cancellation", json={})
    assert (refused.status_code, refused.json()["code"]) == (422, "nothing-named")


async def test_a_letter_is_shown_as_its_reader_gets_it_with_links_that_lead_nowhere(opened: Opened) -> None:
    async with opened(background=False) as quiet:
        event = people_invited(new_id(), await quiet.knows(1, language="pl"))
        await quiet.hears(event)
        (row,) = await quiet.letters(about_id=event.meeting_id)
        shown = await act(quiet, "GET", f"/letters/{row['_id']}/preview", role="coordinator")
        links = [part for part in shown["text"].split() if "/answer/" in part]
    assert "Spotkanie realizatorów" in shown["subject"]
    assert [link.endswith("/answer/…") for link in links] == [True]
    assert "/answer/…" in shown["html"]


async def test_a_letter_is_shown_as_somebody_else_would_get_it(quiet: Office) -> None:
    (reader,), (other,) = await quiet.knows(1, language="pl"), await quiet.knows(1, language="en")
    event = people_invited(new_id(), [reader])
    await quiet.hears(event)
    (row,) = await quiet.letters(about_id=event.meeting_id)
    shown = await act(quiet, "GET", f"/letters/{row['_id']}/preview?recipient_id={other}", role="coordinator")
    assert (shown["language"], "Implementers' meeting" in shown["subject"]) == ("en", True)
    assert await quiet.states(about_id=event.meeting_id) == ["queued"]


async def test_what_failed_is_sent_again_when_an_operator_says_so(opened: Opened) -> None:
    async with opened(background=False) as quiet:
        event = people_invited(new_id(), await quiet.knows(2))
        await quiet.hears(event)
        first, _ = await quiet.letters(about_id=event.meeting_id)
        failed = {"state": "failed", "error": {"code": "550", "text": ""}, "untold": True, "attempts": 9}
        letters = quiet.running.storage.reader[LETTERS]
        await letters.update_one({"_id": first["_id"]}, {"$set": failed, "$unset": {"bundle": "", "due_at": ""}})
        assert await act(quiet, "POST", "/letters/sending-again", {"about_id": event.meeting_id}) == {"count": 1}
        again, _ = await quiet.letters(about_id=event.meeting_id)
        assert (again["state"], again["attempts"], "untold" in again) == ("queued", 0, False)
        assert [each["code"] for each in again["history"]] == ["sent-again-by-hand"]
        async with quiet.running.as_("operator") as client:
            refused = await client.post("/letters/sending-again", json={"state": "failed"})
        assert (refused.status_code, refused.json()["code"]) == (422, "nothing-named")
    async with opened() as office:
        await office.settled(2, about_id=event.meeting_id)


async def test_every_kind_can_be_looked_at_in_every_language(quiet: Office) -> None:
    async with quiet.running.as_("operator") as client:
        for kind in KINDS:
            shown = (await client.get(f"/samples/{kind}/pl")).json()
            assert (shown["kind"], shown["language"][:2], bool(shown["subject"])) == (kind, "pl", True)
            assert "<html" in shown["html"]


async def test_operators_do_not_read_the_letters_of_others(quiet: Office) -> None:
    async with quiet.running.as_("operator") as client:
        assert (await client.get(f"/letters/{new_id()}/preview")).status_code == 403


async def test_a_letter_knows_the_event_it_comes_from(quiet: Office) -> None:
    event = people_invited(new_id(), await quiet.knows(1))
    event_id = await quiet.hears(event)
    (row,) = await quiet.running.storage.reader[LETTERS].find({"about_id": event.meeting_id}, limit=2)
    origin = await act(quiet, "GET", f"/letters/{row['_id']}/origin", role="coordinator")
    assert (origin["event_id"], origin["event_name"], origin["subject_id"]) == (
        event_id,
        "people-invited",
        event.meeting_id,
    )


async def test_a_letter_that_no_event_led_to_comes_from_itself(quiet: Office) -> None:
    (person_id,) = await quiet.knows(1)
    await quiet.running.storage.transact(digests.join, person_id, [], [])
    row = await quiet.letter(recipient_id=person_id, kind="digest")
    origin = await act(quiet, "GET", f"/letters/{row['_id']}/origin", role="coordinator")
    assert (origin["event_name"], origin["subject_id"]) == ("digest", row["about_id"])


async def test_what_waits_and_how_much_there_is_are_read_from_an_index(
    quiet: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    aggregate = Collection.aggregate

    async def noted(collection: Collection, pipeline: Any, **options: Any) -> Any:
        asked.append(pipeline)
        return await aggregate(collection, pipeline, **options)

    monkeypatch.setattr(Collection, "aggregate", noted)
    await act(quiet, "GET", "/waiting")
    await act(quiet, "GET", "/letters/summary", role="coordinator")
    assert await moving.lost(quiet.running.storage.reader, limit=9) == []
    assert len(asked) == 3
    for pipeline in asked:
        command = {"aggregate": LETTERS, "pipeline": pipeline, "cursor": {}}
        plan = await quiet.running.storage.database.command({"explain": command, "verbosity": "queryPlanner"})
        assert ("IXSCAN" in str(plan), "COLLSCAN" in str(plan)) == (True, False)
