"""People over HTTP and in the database: who sees what, one address one person, nothing readable at rest."""

from typing import Any

import pytest

from services.registry.people.actions import ensure_coordinator
from shared.ids import new_id
from shared.problems import Invalid
from shared.testing.stack import Running
from tests.registry.builders import an_address, person_body


async def register(registry: Running, **fields: Any) -> dict[str, Any]:
    answer = await registry.as_("coordinator").post("/people", json=person_body(**fields))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def told(registry: Running, person_id: str) -> list[str]:
    return [each["type"] for each in await registry.published() if each["subject"] == person_id]


def changed(person: dict[str, Any], **changes: Any) -> dict[str, Any]:
    left_out = ("id", "revision", "registered_at", "unreachable")
    return {name: value for name, value in person.items() if name not in left_out} | changes


async def put(registry: Running, person: dict[str, Any], *, by: str | None = None, **changes: Any) -> Any:
    client = registry.as_("coordinator", person_id=by or new_id())
    headers = {"If-Match": f'"{person["revision"]}"'}
    return await client.put(f"/people/{person['id']}", json=changed(person, **changes), headers=headers)


async def test_a_person_is_registered_and_told_with_the_address_sealed(registry: Running) -> None:
    person = await register(registry, display_name="Zofia Unheard-Of", language="be")
    assert await told(registry, person["id"]) == ["person-registered", "contact-changed"]
    (contact,) = [each for each in await registry.published("contact-changed") if each["subject"] == person["id"]]
    assert contact["event"].contact.address == person["address"]
    rows = await registry.storage.reader["outbox"].find({"aggregate": person["id"]}, limit=10)
    assert all(person["address"].encode() not in row["body"] for row in rows)
    assert all(b"Unheard" not in row["body"] for row in rows)


async def test_nothing_that_identifies_a_person_is_readable_in_the_database(registry: Running) -> None:
    person = await register(registry, display_name="Zenobia Hidden", notes="Lives in danger.")
    document = await registry.storage.reader["people"].find_one({"_id": person["id"]})
    assert document is not None
    text = str(document).casefold()
    assert [word for word in (person["address"], "zenobia", "hidden", "danger") if word in text] == []


async def test_a_person_whose_key_is_deleted_is_gone(registry: Running) -> None:
    person = await register(registry)
    await registry.storage.reader["keys"].delete_one({"_id": person["id"]})
    answer = await registry.as_("coordinator").get(f"/people/{person['id']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "person-not-found")


async def test_an_address_is_one_active_person_s_however_it_is_written(registry: Running) -> None:
    person = await register(registry)
    local, domain = person["address"].split("@")
    again = person_body(address=f"{local.upper()}@{domain.upper()}")
    refused = await registry.as_("coordinator").post("/people", json=again)
    assert (refused.status_code, refused.json()["code"]) == (409, "address-taken")
    assert refused.json()["person_id"] == person["id"]
    await put(registry, person, active=False)
    assert (await registry.as_("coordinator").post("/people", json=again)).status_code == 201


async def test_an_address_cannot_be_taken_by_a_change(registry: Running) -> None:
    one, other = await register(registry), await register(registry)
    assert (await put(registry, other, address=one["address"])).status_code == 409


async def test_an_inactive_person_cannot_come_back_beside_another_with_the_address(registry: Running) -> None:
    gone = await register(registry)
    gone = (await put(registry, gone, active=False)).json()
    await register(registry, address=gone["address"])
    assert (await put(registry, gone, active=True)).status_code == 409


async def test_lists_never_show_an_address(registry: Running) -> None:
    person = await register(registry, display_name="Wanda Listed")
    answer = await registry.as_("coordinator").get("/people", params={"q": person["address"]})
    (listed,) = answer.json()["items"]
    assert sorted(listed) == [
        "active", "display_name", "id", "language", "no_contact", "organisation_ids", "positions", "revision", "roles",
        "time_zone", "unreachable",
    ]  # fmt: skip


async def test_people_are_found_by_the_beginnings_of_their_names_in_any_script(registry: Running) -> None:
    person = await register(registry, display_name="Святлана Wójcik-Кулешова")
    for question in ("swia", "svi", "Свят", "wojc", "KULE", "святлана wójcik"):
        answer = await registry.as_("coordinator").get("/people", params={"q": question})
        assert (question, [each["id"] for each in answer.json()["items"]]) in [
            (question, [person["id"]]),
            ("swia", []),  # Polish would spell it so, and we do not know
        ]


async def test_people_are_listed_by_organisation(registry: Running) -> None:
    coordinator = registry.as_("coordinator")
    organisation = (await coordinator.post("/organisations", json={"names": {"en": "Theirs"}})).json()
    members = [await register(registry, organisation_ids=[organisation["id"]]) for _ in range(3)]
    page = (await coordinator.get("/people", params={"organisation_id": organisation["id"], "limit": "2"})).json()
    rest = (
        await coordinator.get("/people", params={"organisation_id": organisation["id"], "after": page["next"]})
    ).json()
    assert [each["id"] for each in page["items"] + rest["items"]] == [each["id"] for each in members]
    assert rest["next"] is None


async def test_a_person_belongs_to_organisations_that_exist(registry: Running) -> None:
    unknown = new_id()
    answer = await registry.as_("coordinator").post("/people", json=person_body(organisation_ids=[unknown]))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "organisation_ids.0")
    assert unknown not in answer.text


async def test_members_see_their_own_record_without_the_coordinators_notes(registry: Running) -> None:
    person = await register(registry, notes="At risk.")
    own = registry.as_("member", person_id=person["id"])
    by_id, me = await own.get(f"/people/{person['id']}"), await own.get("/me")
    assert by_id.json() == me.json()
    assert (me.json()["address"], "notes" in me.json()) == (person["address"], False)


async def test_members_do_not_learn_that_others_exist(registry: Running) -> None:
    person = await register(registry)
    member = registry.as_("member")
    answers = [await member.get(f"/people/{person['id']}"), await member.get(f"/people/{new_id()}")]
    assert [each.status_code for each in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()
    assert (await member.get("/people")).status_code == 403


async def test_operators_run_the_machines_and_know_nobody(registry: Running) -> None:
    person = await register(registry)
    operator = registry.as_("operator")
    assert (await operator.get(f"/people/{person['id']}")).status_code == 404
    assert (await operator.get("/people")).status_code == 403
    assert (await operator.post("/people", json=person_body())).status_code == 403


async def test_a_change_is_written_once_told_and_versioned(registry: Running) -> None:
    person = await register(registry)
    answer = await put(registry, person, language="uk", notes="Prefers letters.")
    assert (answer.status_code, answer.headers["etag"], answer.json()["language"]) == (200, '"2"', "uk")
    assert await told(registry, person["id"]) == [
        "person-registered", "contact-changed", "person-updated", "contact-changed",
    ]  # fmt: skip
    assert (await put(registry, person, language="pl")).status_code == 412
    same = await put(registry, answer.json())
    assert (same.status_code, same.json()["revision"]) == (200, 2)


async def test_a_token_is_out_at_the_next_request_after_rights_changed(registry: Running) -> None:
    person = await register(registry, roles=["member"])
    member = registry.as_("member", person_id=person["id"])
    assert (await member.get("/me")).status_code == 200
    await put(registry, person, active=False)
    refused = await member.get("/me")
    assert (refused.status_code, refused.json()["code"]) == (401, "token-outdated")


async def test_coordinators_give_no_operators_rights_and_keep_their_own(registry: Running) -> None:
    person = await register(registry, roles=["coordinator"])
    raised = await put(registry, person, roles=["coordinator", "operator"])
    assert (raised.status_code, raised.json()["code"]) == (403, "role-not-yours-to-give")
    out = await put(registry, person, by=person["id"], active=False)
    assert (out.status_code, out.json()["code"]) == (409, "own-standing")


async def test_a_lookup_answers_in_the_order_asked_and_leaves_out_who_is_not_there(registry: Running) -> None:
    one, other = await register(registry, display_name="One"), await register(registry, display_name="Other")
    ids = [other["id"], new_id(), one["id"], other["id"]]
    answer = await registry.as_("coordinator").post("/people/lookup", json={"ids": ids})
    assert answer.json()["items"] == [
        {"id": other["id"], "display_name": "Other", "organisation_ids": [], "language": "en"},
        {"id": one["id"], "display_name": "One", "organisation_ids": [], "language": "en"},
    ]
    many = await registry.as_("coordinator").post("/people/lookup", json={"ids": [new_id()] * 501})
    assert many.status_code == 422


async def test_the_operator_s_machine_makes_a_coordinator_once(registry: Running) -> None:
    address = an_address()
    first = await registry.storage.transact(ensure_coordinator, address, "Ewa Coordinator", language="pl")
    again = await registry.storage.transact(ensure_coordinator, address.upper(), "Other Name")
    assert first == again
    assert first.roles == ["coordinator"]


async def test_the_operator_is_told_what_is_wrong_with_an_address(registry: Running) -> None:
    with pytest.raises(Invalid) as refused:
        await registry.storage.transact(ensure_coordinator, "hanna", "Ewa")
    assert refused.value.detail == "That is not possible: address must be an e-mail address, as in name@example.org."


async def test_a_member_becomes_a_coordinator_and_keeps_name_and_roles(registry: Running) -> None:
    person = await register(registry, roles=["editor"], display_name="Ewa Editor")
    raised = await registry.storage.transact(
        ensure_coordinator, person["address"], "Other", roles=("coordinator", "operator")
    )
    assert (raised.id, raised.display_name, raised.roles) == (
        person["id"],
        "Ewa Editor",
        ["editor", "coordinator", "operator"],
    )


async def test_the_same_post_is_carried_out_once(registry: Running) -> None:
    body, headers = person_body(), {"Idempotency-Key": new_id()}
    client = registry.as_("coordinator", person_id=new_id())
    first = await client.post("/people", json=body, headers=headers)
    second = await client.post("/people", json=body, headers=headers)
    assert (first.status_code, second.status_code, second.json()) == (201, 201, first.json())
