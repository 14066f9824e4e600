"""What is remembered of the registry, and whom an audience means."""

import random

from services.meetings.directory import store
from services.meetings.directory.domain import Audience
from shared.events.registry import (
    CoalitionChanged,
    OrganisationsMerged,
    OrganisationUpdated,
    PersonRegistered,
    PersonUpdated,
)
from shared.ids import new_id
from shared.storage import Document, Tx
from shared.testing.stack import Running
from tests.meetings.builders import coalition, code, known, many_people, organisation, person


async def remembered(meetings: Running, collection: str, id: str) -> Document | None:
    return await meetings.storage.reader[collection].find_one({"_id": id})


def updated(event: PersonRegistered, revision: int, **changes: object) -> PersonUpdated:
    return PersonUpdated.model_validate({**event.model_dump(), **changes, "revision": revision})


async def test_a_person_is_remembered_without_name_or_address(meetings: Running) -> None:
    event = person(roles=["coordinator"], organisation_ids=[new_id()])
    await known(meetings, event)
    assert await remembered(meetings, "people", event.person_id) == {
        "_id": event.person_id,
        "revision": 1,
        "organisation_ids": event.organisation_ids,
        "language": "pl",
        "time_zone": "Europe/Warsaw",
        "active": True,
        "no_contact": False,
        "roles": ["coordinator"],
        "address_generation": 1,
    }


async def test_only_newer_news_of_a_person_is_kept_in_whatever_order_it_comes(meetings: Running) -> None:
    first = person()
    news = [first, *(updated(first, revision, language=language) for revision, language in ((2, "be"), (3, "uk")))]
    for seed in range(4):
        random.Random(seed).shuffle(news)
        await known(meetings, *news)
        kept = await remembered(meetings, "people", first.person_id)
        assert kept is not None
        assert (kept["revision"], kept["language"]) == (3, "uk")


async def test_an_organisation_and_a_coalition_keep_their_newest_facts(meetings: Running) -> None:
    donor, group = organisation("donor"), coalition()
    change = OrganisationUpdated(organisation_id=donor.organisation_id, revision=2, kinds=["eu-body"], country="BE")
    members = CoalitionChanged(coalition_id=group.coalition_id, revision=2, organisation_ids=[donor.organisation_id])
    await known(meetings, change, donor, members, group)
    kept = await remembered(meetings, "organisations", donor.organisation_id)
    assert kept == {"_id": donor.organisation_id, "revision": 2, "kinds": ["eu-body"], "country": "BE", "region": None}
    kept = await remembered(meetings, "coalitions", group.coalition_id)
    assert kept == {"_id": group.coalition_id, "revision": 2, "organisation_ids": [donor.organisation_id]}


async def test_text_that_looks_like_an_operator_is_kept_as_text(meetings: Running) -> None:
    async def remember(tx: Tx) -> None:
        await store.remember(tx, "organisations", "x", 1, {"kinds": ["$revision"], "country": "$_id"})

    await meetings.storage.transact(remember)
    kept = await remembered(meetings, "organisations", "x")
    assert kept == {"_id": "x", "revision": 1, "kinds": ["$revision"], "country": "$_id"}


async def test_an_audience_is_everybody_named_and_everybody_of_what_is_named_each_once(meetings: Running) -> None:
    donor, implementer, authority = organisation("donor"), organisation("implementer"), organisation("public-authority")
    group = coalition(implementer.organisation_id)
    by_name, by_organisation, by_kind, by_coalition, by_all, nobody = (
        person(),
        person(organisation_ids=[donor.organisation_id]),
        person(organisation_ids=[authority.organisation_id]),
        person(organisation_ids=[implementer.organisation_id]),
        person(organisation_ids=[each.organisation_id for each in (donor, implementer, authority)]),
        person(organisation_ids=[new_id()]),
    )
    everybody = [by_name, by_organisation, by_kind, by_coalition, by_all]
    await known(meetings, donor, implementer, authority, group, *everybody, nobody)
    audience = Audience(
        person_ids=[by_name.person_id, by_all.person_id],
        organisation_ids=[donor.organisation_id],
        coalition_ids=[group.coalition_id],
        organisation_kinds=["public-authority"],
    )
    found = await store.guests(meetings.storage.reader, audience, after="", limit=100)
    assert found == sorted(each.person_id for each in everybody)


async def test_who_left_or_wants_no_contact_is_never_a_guest(meetings: Running) -> None:
    here = organisation("implementer")
    reachable = person(organisation_ids=[here.organisation_id])
    left = person(organisation_ids=[here.organisation_id], active=False)
    silent = person(organisation_ids=[here.organisation_id], no_contact=True)
    await known(meetings, here, reachable, left, silent)
    audience = Audience(
        organisation_ids=[here.organisation_id], person_ids=[left.person_id, silent.person_id, reachable.person_id]
    )
    found = await store.guests(meetings.storage.reader, audience, after="", limit=100)
    assert found == [reachable.person_id]


async def test_an_empty_audience_is_nobody(meetings: Running) -> None:
    await known(meetings, person())
    assert await store.guests(meetings.storage.reader, Audience(), after="", limit=10) == []


async def test_guests_come_in_pages_that_miss_nobody(meetings: Running) -> None:
    here = organisation("donor")
    await known(meetings, here)
    ids = await many_people(meetings, here.organisation_id, 25)
    audience, found, after = Audience(organisation_ids=[here.organisation_id]), list[str](), ""
    while page := await store.guests(meetings.storage.reader, audience, after=after, limit=10):
        found += page
        after = page[-1]
    assert found == ids


async def test_a_preview_counts_people_and_languages_and_those_without_contact(meetings: Running) -> None:
    here = organisation("expert-body")
    of_it = {"organisation_ids": [here.organisation_id]}
    people = [person(**of_it), person(**of_it), person(**of_it, language="be")]
    others = [person(**of_it, no_contact=True), person(**of_it, active=False)]
    await known(meetings, here, *people, *others)
    body = {"audience": {"organisation_ids": [here.organisation_id]}}
    answer = await meetings.as_("coordinator").post("/audiences/preview", json=body)
    assert answer.json() == {
        "people": 3,
        "invited": 0,
        "by_language": {"be": 1, "pl": 2},
        "without_contact": 1,
        "person_ids": sorted(each.person_id for each in people),
    }


async def test_a_preview_names_the_first_fifty(meetings: Running) -> None:
    here = organisation("donor")
    await known(meetings, here)
    ids = await many_people(meetings, here.organisation_id, 60)
    body = {"audience": {"organisation_ids": [here.organisation_id]}}
    answer = await meetings.as_("coordinator").post("/audiences/preview", json=body)
    assert (answer.json()["people"], answer.json()["person_ids"]) == (60, ids[:50])


async def test_an_audience_that_is_not_known_is_refused_by_field(meetings: Running) -> None:
    somebody = person()
    await known(meetings, somebody)
    body = {"audience": {"person_ids": [somebody.person_id, new_id()], "coalition_ids": [new_id()]}}
    answer = await meetings.as_("coordinator").post("/audiences/preview", json=body)
    assert code(answer) == (422, "audience-not-known")
    assert [each["field"] for each in answer.json()["errors"]] == ["audience.person_ids", "audience.coalition_ids"]


async def test_an_audience_has_bounds_and_ids_are_ids(meetings: Running) -> None:
    for audience in (
        {"person_ids": [new_id()] * 5_001},
        {"person_ids": [{"$ne": ""}]},
        {"organisation_kinds": [{"$gt": ""}]},
        {"$where": "1"},
    ):
        answer = await meetings.as_("coordinator").post("/audiences/preview", json={"audience": audience})
        assert code(answer) == (422, "input-not-valid")


async def organisations_of(meetings: Running, collection: str, id: str) -> list[str]:
    row = await remembered(meetings, collection, id)
    assert row is not None
    return list(row["organisation_ids"])


async def test_of_a_merge_everybody_follows_and_old_audiences_still_mean_them(meetings: Running) -> None:
    kept, gone = organisation("implementer"), organisation("implementer")
    guest, group = person(organisation_ids=[gone.organisation_id]), coalition(gone.organisation_id)
    await known(meetings, kept, gone, guest, group)
    merged = {"organisation_id": kept.organisation_id, "merged_ids": [gone.organisation_id]}
    await known(meetings, OrganisationsMerged(**merged, revision=2, kinds=["donor"]))
    assert await organisations_of(meetings, "people", guest.person_id) == [kept.organisation_id]
    assert await organisations_of(meetings, "coalitions", group.coalition_id) == [kept.organisation_id]
    for audience in (
        Audience(organisation_ids=[gone.organisation_id]),
        Audience(organisation_ids=[kept.organisation_id]),
        Audience(coalition_ids=[group.coalition_id]),
    ):
        found = await store.guests(meetings.storage.reader, audience, after="", limit=10)
        assert found == [guest.person_id]
    await known(meetings, OrganisationsMerged(**merged, revision=3, undone=True))
    assert await organisations_of(meetings, "people", guest.person_id) == [gone.organisation_id]
