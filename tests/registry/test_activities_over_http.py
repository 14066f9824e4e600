"""Activities over HTTP: the same question by five roles has five answers, and people write what is theirs to write."""

from typing import Any

import pytest
from lxml import etree

from services.registry.activities.actions import record_activities
from services.registry.activities.commands import RecordActivity
from services.registry.activities.jobs import apply_places, index_outdated
from services.registry.imports.actions import import_iati
from services.registry.imports.iati import load_schema
from shared.events.registry import Role
from shared.ids import new_id
from shared.testing.stack import Running
from tests.registry.activity_bodies import activity_body, activity_fields, an_organisation_on_record
from tests.registry.builders import an_activity, an_iati_file

PLANTED = {
    "title": "Sekretzig",
    "description": "Verborgental",
    "donor": "Withheldonia Fund",
    "budget": "73519",
    "place": "Hiddenham",
    "notes": "Notabene",
}
"""Words that nobody may find who may not see them."""


async def write(registry: Running, *, own: str, funder: str, **fields: Any) -> dict[str, Any]:
    answer = await registry.as_("coordinator").post("/activities", json=activity_body(own, funder, **fields))
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def guarded(registry: Running) -> tuple[dict[str, Any], str]:
    """Return an activity with something for every audience, and the organisation that reports it."""
    own = await an_organisation_on_record(registry, f"Association {new_id()}")
    donor = f"{PLANTED['donor']} {new_id()}"
    funder = await an_organisation_on_record(registry, donor)
    body = {
        "title": {"en": f"{PLANTED['title']} {new_id()}"},
        "description": {"en": f"{PLANTED['description']}, by {donor}"},
        "locations": [{"name": {"en": PLANTED["place"]}, "country": "BY", "region": "BY-BR"}],
        "budgets": [
            {
                "starts_on": "2008-01-01",
                "ends_on": "2008-12-31",
                "money": {"amount": PLANTED["budget"], "currency": "EUR"},
            }
        ],
        "notes": PLANTED["notes"],
        "audience": {
            "title": {"level": "members"},
            "description": {"level": "members"},
            "funding": {"level": "coordinators"},
            "budgets": {"level": "coordinators"},
            "places": {"level": "members"},
        },
    }
    return await write(registry, own=own, funder=funder, **body), own


def seen_in(text: str) -> set[str]:
    return {name for name, word in PLANTED.items() if word in text}


FOR_MEMBERS = {"title", "description", "place"}
FOR_OWN = {"title", "description", "donor", "budget", "place"}


@pytest.mark.parametrize(
    ("audience", "of_part", "found"),
    [
        ({}, None, [True, True]),
        ({"funding": {"level": "members"}}, None, [False, True]),
        ({"activity": {"level": "members"}}, "coordinators", [False, False]),
        ({}, "coordinators", [False, False]),
        ({"funding": {"level": "named", "person_ids": [new_id()]}}, None, [False, False]),
    ],
    ids=["nothing withheld", "its part", "the activity and itself", "itself", "named people"],
)
async def test_a_donor_named_for_the_first_time_is_for_those_who_may_know_of_its_part(
    registry: Running, audience: dict[str, Any], of_part: str | None, found: list[bool]
) -> None:
    own, donor = await an_organisation_on_record(registry), f"Donor {new_id()}"
    funding = {"part": "funding", "name": {"en": donor}, "audience": {"level": of_part} if of_part else None}
    body = activity_body(own, own, audience=audience)
    body["participations"] = [{"part": "implementing", "organisation_id": own}, funding]
    answer = await registry.as_("coordinator").post("/activities", json=body)
    assert answer.status_code == 201, answer.text
    roles: list[tuple[Role, ...]] = [(), ("member",)]
    pages = [(await registry.as_(*each).get("/organisations", params={"q": donor})).json()["items"] for each in roles]
    assert [bool(each) for each in pages] == found
    everybody = (await registry.as_("coordinator").get("/organisations", params={"q": donor})).json()["items"]
    assert len(everybody) == 1


async def test_an_identifier_tells_nobody_of_an_activity_of_which_they_may_not_know(registry: Running) -> None:
    own, other = [await an_organisation_on_record(registry) for _ in range(2)]
    member = registry.as_("member", organisation_ids=[own])
    numbers = [f"XX-{new_id()}" for _ in range(3)]
    hidden: list[dict[str, Any]] = [
        {"activity": {"level": "coordinators"}}, {"identifier": {"level": "coordinators"}}, {},
    ]  # fmt: skip
    for number, audience in zip(numbers, hidden, strict=True):
        await write(registry, own=other, funder=other, iati_identifier=number, audience=audience)
    bodies = [activity_body(own, own, iati_identifier=each) for each in (*numbers, f"XX-{new_id()}")]
    answers = [await member.post("/activities", json=each) for each in bodies]
    assert [each.status_code for each in answers] == [201, 201, 409, 201]
    assert answers[2].json()["code"] == "identifier-taken"
    free = {name for name in answers[3].json() if name != "iati_identifier"}
    for number, answer in zip(numbers[:2], answers, strict=False):
        body = answer.json()
        assert ({name for name in body if name != "iati_identifier"}, body["iati_identifier"]) == (free, number)
        by_file = await registry.storage.transact(record_activities, [a_command(number)])
        assert by_file == ["updated"]  # the one that was there before
        assert (await member.get(f"/activities/{body['id']}")).json()["title"] == body["title"]


def a_command(number: str) -> RecordActivity:
    """Return what a file says of the activity with this identifier."""
    return RecordActivity.model_validate({**activity_fields(title={"en": "Of a file"}), "iati_identifier": number})


async def test_whom_a_newer_file_adds_to_a_hidden_activity_stays_hidden(registry: Running) -> None:
    fields, donor = activity_fields(), f"Donor {new_id()}"
    hidden = RecordActivity.model_validate({**fields, "audience": {"activity": {"level": "members"}}})
    added = [*fields["participations"], {"part": "funding", "name": {"en": donor}}]
    newer = RecordActivity.model_validate({**fields, "participations": added})
    for command in (hidden, newer):
        await registry.storage.transact(record_activities, [command])
    roles: list[tuple[Role, ...]] = [(), ("member",)]
    pages = [(await registry.as_(*each).get("/organisations", params={"q": donor})).json()["items"] for each in roles]
    assert [len(each) for each in pages] == [0, 1]


async def test_the_same_activity_has_a_body_for_each_role(registry: Running) -> None:
    activity, own = await guarded(registry)
    roles: dict[str, tuple[tuple[Role, ...], list[str], set[str]]] = {
        "nobody": ((), [], set()),
        "another member": (("member",), [new_id()], FOR_MEMBERS),
        "an editor": (("member", "editor"), [], FOR_MEMBERS),
        "a member of the organisation": (("member",), [own], FOR_OWN),
        "a coordinator": (("coordinator",), [], set(PLANTED)),
        "an operator": (("operator",), [], set(PLANTED)),
    }
    for who, (granted, organisations, expected) in roles.items():
        client = registry.as_(*granted, organisation_ids=organisations)
        for path in (f"/activities/{activity['id']}", f"/activities/{activity['id']}/iati"):
            answer = await client.get(path)
            hidden = {"notes"} if path.endswith("iati") else set()  # no file has a place for them
            assert (who, path, answer.status_code, seen_in(answer.text)) == (who, path, 200, expected - hidden)
        listed = await client.get("/activities", params={"organisation_id": own})
        assert (who, seen_in(listed.text)) == (who, expected & {"title"})


async def test_a_search_finds_only_by_what_one_may_see(registry: Running) -> None:
    activity, own = await guarded(registry)
    unique = activity["title"]["en"].split()[1]
    funder = next(each["organisation_id"] for each in activity["participations"] if each["part"] == "funding")
    for query, needed in (
        ({"q": unique}, "member"),
        ({"region": "BY-BR", "organisation_id": own}, "member"),
        ({"organisation_id": funder}, "coordinator"),
        ({"organisation_id": funder, "part": "funding"}, "coordinator"),
        ({"sector": "15153", "organisation_id": own}, None),
        ({"theme": "media-freedom", "year": "2009", "status": "2", "organisation_id": own}, None),
    ):
        for role, level in (((), 0), (("member",), 1), (("coordinator",), 2)):
            client = registry.as_(*role)
            expected = [activity["id"]] if level >= {None: 0, "member": 1, "coordinator": 2}[needed] else []
            found = (await client.get("/activities", params=query)).json()["items"]
            counted = (await client.get("/activities/counts", params=query)).json()["total"]
            exported = (await client.get("/exports/iati", params=query)).content
            assert [each["id"] for each in found] == expected, (query, role)
            assert (counted, exported.count(b"<iati-activity ")) in {(len(expected), len(expected))}, (query, role)
    member = registry.as_("member", organisation_ids=[own])
    found = (await member.get("/activities", params={"organisation_id": funder})).json()["items"]
    assert [each["id"] for each in found] == [activity["id"]]


async def test_counts_are_of_what_one_may_see(registry: Running) -> None:
    _, own = await guarded(registry)
    nobody = (await registry.as_().get("/activities/counts", params={"organisation_id": own})).json()
    member = (await registry.as_("member").get("/activities/counts", params={"organisation_id": own})).json()
    assert (nobody["total"], nobody["countries"], nobody["regions"]) == (1, {}, {})
    assert (member["total"], member["countries"], member["regions"]) == (1, {"BY": 1}, {"BY-BR": 1})
    assert nobody["themes"] == member["themes"] != {}


async def test_a_redacted_export_is_valid_and_names_nobody(registry: Running) -> None:
    activity, _ = await guarded(registry)
    identifier = f"PL-{new_id()}"
    contact = """<contact-info><person-name><narrative>Jane Doe</narrative></person-name>
<email>jane@example.org</email></contact-info>"""
    link = """<document-link format="text/html" url="http://example.org/secret"><title><narrative>Association Example's
report</narrative></title><category code="A01"/></document-link>"""
    content = an_activity(identifier, more=link).replace("<recipient-country", f"{contact}<recipient-country")
    await import_iati(registry.storage, an_iati_file(content))
    answer = await registry.as_("coordinator").get("/exports/iati", params={"view": "redacted"})
    root = etree.fromstring(answer.content)
    schema = load_schema()
    assert schema.validate(root), schema.error_log
    words = (*PLANTED.values(), "Jane", "Example", "Przykład", "SE-0", "163131", identifier, "secret", activity["id"])
    assert [word for word in words if word in answer.text and word != PLANTED["budget"]] == []
    names = [each.text or "" for each in root.iterfind(".//reporting-org/narrative")]
    assert all(name.startswith(("Organis", "Organiz", "Арган", "Орган")) for name in names)
    regions = {each.get("ref") for each in root.iterfind(".//location")}
    assert "BY-BR" in regions
    assert "activities-redacted.xml" in answer.headers["content-disposition"]


async def test_an_export_may_be_made_for_less_than_one_may_see(registry: Running) -> None:
    activity, _ = await guarded(registry)
    coordinator = registry.as_("coordinator")
    for audience, expected in (("public", set()), ("members", FOR_MEMBERS), ("coordinators", FOR_OWN)):
        answer = await coordinator.get(f"/activities/{activity['id']}/iati", params={"for": audience})
        assert (audience, seen_in(answer.text)) == (audience, expected)
    answer = await registry.as_().get(f"/activities/{activity['id']}/iati", params={"for": "coordinators"})
    assert seen_in(answer.text) == set()


async def test_contacts_in_a_file_are_for_coordinators_and_forgotten_with_the_person(registry: Running) -> None:
    identifier, name = f"PL-{new_id()}", f"Jane {new_id()}"
    address = f"p{new_id()}@example.org"
    contact = f"""<contact-info><person-name><narrative>{name}</narrative></person-name>
<email>{address}</email></contact-info>"""
    content = an_activity(identifier).replace("<recipient-country", f"{contact}<recipient-country")
    await import_iati(registry.storage, an_iati_file(content))
    coordinator = registry.as_("coordinator")
    (line,) = (await coordinator.get("/activities", params={"q": identifier})).json()["items"]
    path = f"/activities/{line['id']}/iati"
    assert address in (await coordinator.get(path)).text
    assert address not in (await registry.as_("member").get(path)).text
    rows = await registry.storage.reader["activity_contacts"].find({"_id": line["id"]}, limit=1)
    assert address not in str(rows)
    from services.registry.activities.actions import forget_person

    body = {"display_name": name, "address": address}
    person = (await coordinator.post("/people", json=body)).json()
    await registry.storage.transact(forget_person, person["id"])
    after = await coordinator.get(path)
    assert (after.status_code, address in after.text, name in after.text) == (200, False, False)


async def test_members_write_what_their_organisation_reports(registry: Running) -> None:
    own, other = await an_organisation_on_record(registry), await an_organisation_on_record(registry)
    member = registry.as_("member", organisation_ids=[own])
    made = await member.post("/activities", json=activity_body(own))
    assert (made.status_code, made.json()["may_write"], made.headers["etag"]) == (201, True, '"1"')
    refused = await member.post("/activities", json=activity_body(other))
    assert (refused.status_code, refused.json()["code"]) == (403, "not-your-organisation")
    stranger = registry.as_("member", organisation_ids=[other])
    path = f"/activities/{made.json()['id']}"
    body = activity_body(own, title={"en": "Corrected"})
    answers = [
        await stranger.put(path, json=body, headers={"If-Match": '"1"'}),
        await member.put(path, json=body),
        await member.put(path, json=body, headers={"If-Match": '"2"'}),
        await member.put(path, json=body, headers={"If-Match": '"1"'}),
        await registry.as_("operator").put(path, json=body, headers={"If-Match": '"2"'}),
    ]
    assert [each.status_code for each in answers] == [403, 428, 412, 200, 403]
    assert answers[3].json()["title"] == {"en": "Corrected"}


async def test_what_is_written_is_checked_and_names_the_field(registry: Running) -> None:
    own = await an_organisation_on_record(registry)
    coordinator = registry.as_("coordinator")
    body = activity_body(own, new_id(), sectors=[{"code": "15153", "percentage": "50"}])
    refused = (await coordinator.post("/activities", json=body)).json()
    assert (refused["code"], [each["field"] for each in refused["errors"]]) == ("activity-not-valid", ["sectors"])
    unknown = (await coordinator.post("/activities", json=activity_body(own, new_id()))).json()
    assert [each["field"] for each in unknown["errors"]] == ["participations.0.organisation_id"]


async def test_an_activity_is_withdrawn_and_put_back(registry: Running) -> None:
    own = await an_organisation_on_record(registry)
    made = (await registry.as_("coordinator").post("/activities", json=activity_body(own))).json()
    path, member = f"/activities/{made['id']}", registry.as_("member", organisation_ids=[own])
    gone = await member.post(f"{path}/withdrawal", json={"reason": "Twice"}, headers={"If-Match": '"1"'})
    assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn")
    statuses = [(await registry.as_(*role).get(path)).status_code for role in ((), ("member",), ("coordinator",))]
    assert statuses == [404, 404, 200]
    listed = await registry.as_("coordinator").get("/activities", params={"organisation_id": own})
    assert listed.json()["items"] == []
    back = await member.delete(f"{path}/withdrawal", headers={"If-Match": '"2"'})
    assert (back.status_code, (await registry.as_().get(path)).status_code) == (200, 200)
    told = [each["type"] for each in await registry.published() if each["subject"] == made["id"]]
    assert told == ["activity-recorded", "activity-withdrawn", "activity-recorded"]


async def test_events_say_only_what_members_may_know(registry: Running) -> None:
    activity, own = await guarded(registry)
    (told,) = [each["event"] for each in await registry.published() if each["subject"] == activity["id"]]
    assert seen_in(told.model_dump_json(context={"sealer": registry.storage.sealer})) == set()
    assert told.organisation_ids == [own]
    assert (told.funder_ids, told.regions, told.notice.funder) == ([], ["BY-BR"], {})


async def test_an_unknown_place_is_reviewed_and_then_known(registry: Running) -> None:
    own, name = await an_organisation_on_record(registry), f"Wioska {new_id()}"
    body = activity_body(own, countries=[{"code": "PL"}], locations=[{"name": {"pl": name}}])
    made = (await registry.as_("coordinator").post("/activities", json=body)).json()
    assert (made["locations"][0]["unplaced"], made["region_codes"]) == (True, [])
    coordinator = registry.as_("coordinator")
    listed = (await coordinator.get("/places/unmatched", params={"limit": "200"})).json()["items"]
    (entry,) = [each for each in listed if each["names"] == [name]]
    assert (entry["country"], entry["state"]) == ("PL", "open")
    path = f"/places/unmatched/{entry['id']}"
    for role, status in ((("member",), 403), ((), 401)):
        assert (await registry.as_(*role).get("/places/unmatched")).status_code == status
    decided = await coordinator.put(f"{path}/decision", json={"region": "PL-14"}, headers={"If-Match": '"1"'})
    assert (decided.status_code, decided.json()["place"]["region"]) == (200, "PL-14")
    await apply_places(registry.context)
    after = (await coordinator.get(f"/activities/{made['id']}")).json()
    assert (after["region_codes"], after["locations"][0]["unplaced"], after["revision"]) == (["PL-14"], False, 2)
    assert (await coordinator.get(path)).json()["applied"] is True
    again = (await coordinator.post("/activities", json=body)).json()
    assert again["region_codes"] == ["PL-14"]


async def test_what_is_no_place_is_asked_once(registry: Running) -> None:
    own, name = await an_organisation_on_record(registry), f"Nowhere {new_id()}"
    body = activity_body(own, countries=[], locations=[{"name": {"en": name}}])
    coordinator = registry.as_("coordinator")
    await coordinator.post("/activities", json=body)
    listed = (await coordinator.get("/places/unmatched", params={"limit": "200"})).json()["items"]
    (entry,) = [each for each in listed if each["names"] == [name]]
    await coordinator.put(f"/places/unmatched/{entry['id']}/decision", json={}, headers={"If-Match": '"1"'})
    again = (await coordinator.post("/activities", json=body)).json()
    assert again["locations"][0]["unplaced"] is False
    listed = (await coordinator.get("/places/unmatched", params={"limit": "200"})).json()["items"]
    assert [each for each in listed if each["names"] == [name]] == []


async def test_activities_recorded_before_there_were_audiences_are_found(registry: Running) -> None:
    own = await an_organisation_on_record(registry)
    made = (await registry.as_("coordinator").post("/activities", json=activity_body(own))).json()
    fresh = ("facets", "open_to", "named_ids", "index_version", "audience", "notes", "state", "written")
    await registry.storage.reader["activities"].update_one({"_id": made["id"]}, {"$unset": dict.fromkeys(fresh, "")})
    shown = await registry.as_().get(f"/activities/{made['id']}")
    assert shown.status_code == 200
    await index_outdated(registry.context)
    found = (await registry.as_().get("/activities", params={"organisation_id": own})).json()["items"]
    assert [each["id"] for each in found] == [made["id"]]


@pytest.mark.parametrize("query", ["country=pl", "region=XX-99", "theme=unknown", "year=12"])
async def test_a_filter_that_is_none_is_refused(registry: Running, query: str) -> None:
    assert (await registry.as_().get(f"/activities?{query}")).status_code == 422
