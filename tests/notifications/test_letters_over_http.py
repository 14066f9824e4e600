"""The secretariat sees what became of every letter, and nobody else does."""

import pytest

from services.notifications.deliveries.bundles import LETTERS
from shared.events.registry import Role
from shared.ids import new_id
from tests.notifications.builders import Office, people_invited


async def owed(office: Office, count: int) -> str:
    """Owe so many letters; return what they are about."""
    event = people_invited(new_id(), await office.knows(count, language="be"))
    await office.hears(event)
    return event.meeting_id


async def test_letters_are_listed_by_what_they_are_about_the_newest_first(quiet: Office) -> None:
    meeting_id, _ = await owed(quiet, 3), await owed(quiet, 2)
    async with quiet.running.as_("coordinator") as client:
        first = (await client.get("/letters", params={"about": meeting_id, "limit": 2})).json()
        rest = (await client.get("/letters", params={"about": meeting_id, "after": first["next"]})).json()
    rows = await quiet.letters(about_id=meeting_id)
    assert [item["id"] for item in first["items"] + rest["items"]] == [row["_id"] for row in reversed(rows)]
    assert "next" not in rest
    assert {(item["kind"], item["state"], item["language"]) for item in first["items"]} == {
        ("people-invited", "queued", "be")
    }


async def test_letters_are_listed_by_state_and_kind(quiet: Office) -> None:
    meeting_id = await owed(quiet, 3)
    rows = await quiet.letters(about_id=meeting_id)
    failed = {"$set": {"state": "failed", "error": {"code": "550 5.1.1", "text": "no such mailbox"}}}
    await quiet.running.storage.reader[LETTERS].update_one({"_id": rows[0]["_id"]}, failed)
    async with quiet.running.as_("coordinator") as client:
        listed = (await client.get("/letters", params={"about": meeting_id, "state": "failed"})).json()["items"]
        other = (await client.get("/letters", params={"about": meeting_id, "kind": "meeting-cancelled"})).json()[
            "items"
        ]
    assert [(item["id"], item["error"]) for item in listed] == [(rows[0]["_id"], "550 5.1.1: no such mailbox")]
    assert other == []


async def test_letters_are_counted_by_state(quiet: Office) -> None:
    meeting_id = await owed(quiet, 3)
    async with quiet.running.as_("coordinator") as client:
        summary = (await client.get("/letters/summary", params={"about": meeting_id})).json()
    assert (summary["letters"], summary["states"]["queued"], summary["states"]["sent"]) == (3, 3, 0)


async def test_a_letter_names_the_event_that_caused_it_and_no_address(quiet: Office) -> None:
    meeting_id = await owed(quiet, 1)
    row = await quiet.letter(about_id=meeting_id)
    async with quiet.running.as_("coordinator") as client:
        answer = await client.get(f"/letters/{row['_id']}")
    assert (answer.json()["event_id"], "@" in answer.text) == (row["event_id"], False)


async def test_a_failed_letter_is_sent_again_when_asked(quiet: Office) -> None:
    meeting_id = await owed(quiet, 1)
    row = await quiet.letter(about_id=meeting_id)
    failed = {"$set": {"state": "failed", "error": {"code": "550", "text": ""}}, "$unset": {"due_at": ""}}
    await quiet.running.storage.reader[LETTERS].update_one({"_id": row["_id"]}, failed)
    async with quiet.running.as_("coordinator") as client:
        answer = await client.post(f"/letters/{row['_id']}/retry")
        again = await client.post(f"/letters/{row['_id']}/retry")
    assert (answer.status_code, answer.json()["state"]) == (200, "queued")
    assert (again.status_code, again.json()["code"]) == (409, "letter-on-its-way")
    assert "due_at" in await quiet.letter(about_id=meeting_id)


async def test_a_letter_that_does_not_exist_is_not_found(quiet: Office) -> None:
    async with quiet.running.as_("coordinator") as client:
        answer = await client.get(f"/letters/{new_id()}")
    assert (answer.status_code, answer.json()["code"]) == (404, "letter-not-found")


@pytest.mark.parametrize(("roles", "status"), [((), 401), (("member",), 403), (("editor",), 403), (("operator",), 200)])
async def test_letters_are_shown_to_the_secretariat_and_operators_only(
    quiet: Office, roles: tuple[Role, ...], status: int
) -> None:
    async with quiet.running.as_(*roles) as client:
        assert (await client.get("/letters")).status_code == status
        assert (await client.get("/letters/summary")).status_code == status


async def test_an_operator_cannot_have_a_letter_sent_again(quiet: Office) -> None:
    async with quiet.running.as_("operator") as client:
        assert (await client.post(f"/letters/{new_id()}/retry")).status_code == 403
