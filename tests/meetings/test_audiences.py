"""Whom a query means: clauses one after the other, people by hand, and each person with every reason."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from services.meetings.directory import invited
from services.meetings.directory.consumers import consumer
from services.meetings.directory.domain import Audience
from services.meetings.places.actions import fill
from shared.events.registry import ActivityRecorded, ActivityWithdrawn, OrganisationRegistered, PersonErased
from shared.ids import new_id
from shared.testing.stack import Running, Stack
from tests.meetings.builders import (
    coalition,
    code,
    invitations_of,
    known,
    link_to,
    many_people,
    organisation,
    person,
    request,
    schedule,
)


def activity(*organisation_ids: str, **changes: Any) -> ActivityRecorded:
    """Return the news of an activity."""
    values: dict[str, Any] = {
        "activity_id": new_id(),
        "revision": 1,
        "organisation_ids": list(organisation_ids),
        "sectors": [],
        "countries": [],
    }
    return ActivityRecorded.model_validate({**values, **changes})


@dataclass
class World:
    """Three organisations with one person each, by their names; activities; a person of no organisation."""

    meetings: Running
    people: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    coalition_id: str = ""
    activities: list[ActivityRecorded] = field(default_factory=list)

    async def means(self, *clauses: dict[str, Any], **changes: Any) -> dict[str, list[str]]:
        """Return who is meant, by name, and why."""
        audience = {"clauses": list(clauses), **changes}
        names = {id: name for name, id in self.people.items()}
        found: dict[str, list[str]] = {}
        page: dict[str, Any] = {"next": ""}
        while page["next"] is not None:
            after = {"after": page["next"]} if page["next"] else {}
            answer = await self.meetings.as_("coordinator").post(
                "/audiences/people", json={"audience": audience}, params={"limit": 2, **after}
            )
            assert answer.status_code == 200, answer.text
            page = answer.json()
            for each in page["items"]:
                why = [f"{reason['part']}{reason['number'] or ''}" for reason in each["reasons"]]
                assert names[each["person_id"]] not in found
                found[names[each["person_id"]]] = why
        return dict(sorted(found.items()))


@pytest.fixture
async def world(meetings: Running) -> World:
    made = World(meetings)
    for name, kind, region in (
        ("press", "implementer", "PL-14"),
        ("fund", "donor", None),
        ("town", "government", None),
    ):
        event = OrganisationRegistered.model_validate(
            {"organisation_id": new_id(), "revision": 1, "kinds": [kind], "country": "PL", "region": region}
        )
        one = person(organisation_ids=[event.organisation_id], roles=["editor" if name == "press" else "member"])
        await known(meetings, event, one)
        made.organisations[name], made.people[name] = event.organisation_id, one.person_id
    loner = person()
    group = coalition(made.organisations["press"], made.organisations["fund"])
    made.activities = [
        activity(made.organisations["press"], themes=["media-freedom"], regions=["BY-HM"]),
        activity(made.organisations["town"], themes=["freedom-of-assembly"], regions=["BY-HM"]),
        activity(made.organisations["press"], themes=["freedom-of-assembly"], regions=["PL-14"]),
    ]
    await known(meetings, loner, group, *made.activities)
    made.people["loner"], made.coalition_id = loner.person_id, group.coalition_id
    await meetings.deliver(
        consumer,
        activity(made.organisations["town"], funder_ids=[made.organisations["fund"]], themes=["media-freedom"]),
    )
    return made


async def test_criteria_of_one_clause_hold_together_and_clauses_follow_each_other(world: World) -> None:
    mine = {"organisation_ids": list(world.organisations.values())}  # others of this database stay out
    donors, media = {"how": "and", "organisation_kinds": ["donor"]}, {"how": "and", "themes": ["media-freedom"]}
    assert await world.means(mine, donors) == {"fund": ["clause1", "clause2"]}
    assert list(await world.means(mine, media)) == ["fund", "press", "town"]
    assert list(await world.means(mine, {**media, "how": "without"})) == []
    both = {"how": "and", "themes": ["freedom-of-assembly"], "regions": ["BY-HM"]}
    assert list(await world.means(mine, both)) == ["town"]  # one activity with both, not one with each
    assert list(await world.means(mine, {"how": "and", "regions": ["PL-14"]})) == ["press"]
    assert list(await world.means(mine, {"how": "without", "roles": ["editor"]})) == ["fund", "town"]
    assert list(await world.means(mine, {"how": "and", "countries": ["DE"]})) == []


async def test_a_coalition_can_be_joined_and_parted_from(world: World) -> None:
    group = {"coalition_ids": [world.coalition_id]}
    assert await world.means(group) == {"fund": ["clause1"], "press": ["clause1"]}
    without = {"how": "without", "organisation_kinds": ["donor"]}
    added = {"how": "or", "organisation_ids": [world.organisations["town"]]}
    assert await world.means(group, without, added) == {"press": ["clause1"], "town": ["clause3"]}


async def test_people_are_added_and_left_out_by_hand_each_once_with_every_reason(world: World) -> None:
    named = [world.people["loner"], world.people["fund"]]
    left_out = [world.people["press"]]
    lists = {"coalition_ids": [world.coalition_id], "organisation_ids": [world.organisations["fund"]]}
    no_donors = {"how": "without", "organisation_kinds": ["donor"]}
    found = await world.means(no_donors, person_ids=named, left_out_ids=left_out, **lists)
    assert found == {"fund": ["person", "organisation", "coalition"], "loner": ["person"]}


async def test_an_activity_that_is_withdrawn_brings_nobody(world: World) -> None:
    only: list[dict[str, Any]] = [
        {"organisation_ids": list(world.organisations.values())},
        {"how": "and", "regions": ["BY-HM"]},
    ]
    assert list(await world.means(*only)) == ["press", "town"]
    gone = ActivityWithdrawn(activity_id=world.activities[0].activity_id, revision=2)
    await world.meetings.deliver(consumer, gone)
    assert list(await world.means(*only)) == ["town"]


async def test_a_query_invites_exactly_those_it_shows(world: World) -> None:
    query = [{"coalition_ids": [world.coalition_id]}, {"how": "without", "organisation_kinds": ["donor"]}]
    meeting = await schedule(world.meetings, {"clauses": query, "person_ids": [world.people["loner"]]})
    invited = {row["person_id"] for row in await invitations_of(world.meetings, meeting["id"])}
    assert invited == {world.people["press"], world.people["loner"]}


async def test_whoever_is_invited_already_is_shown_marked_and_not_counted(world: World) -> None:
    coordinator, people = world.meetings.as_("coordinator"), world.people
    meeting = await schedule(world.meetings, {"person_ids": [people["press"], people["town"]]})
    rows = {row["person_id"]: row["_id"] for row in await invitations_of(world.meetings, meeting["id"])}
    path = f"/meetings/{meeting['id']}/invitations"
    assert (await coordinator.post(f"{path}/{rows[people['town']]}/withdrawal")).status_code == 200
    kinds = {"organisation_kinds": ["implementer", "donor", "government"]}
    audience = {**kinds, "person_ids": [people["loner"]], "left_out_ids": await strangers(world)}
    for named, already in (([], {"press", "town"}), ([people["town"]], {"press"})):  # named: invited anew
        wanted = {**audience, "person_ids": [*audience["person_ids"], *named]}
        body = {"audience": wanted, "meeting_id": meeting["id"]}
        counted = (await coordinator.post("/audiences/preview", json=body)).json()
        assert (counted["people"], counted["invited"]) == (len(people) - len(already), len(already))
        assert sum(counted["by_language"].values()) == counted["people"]
        assert set(counted["person_ids"]) == {id for name, id in people.items() if name not in already}
        shown = (await coordinator.post("/audiences/people", json=body)).json()["items"]
        assert {each["person_id"]: each["invited"] for each in shown} == {
            id: name in already for name, id in people.items()
        }
        before = len(await world.meetings.published("people-invited"))
        await coordinator.post(path, json={"audience": wanted})
        told = (await world.meetings.published("people-invited"))[before:]
        got = {each.person_id for event in told for each in event["event"].invitees}
        assert got == set(counted["person_ids"])
        for row in await invitations_of(world.meetings, meeting["id"]):
            if row["person_id"] not in (people["press"], people["town"]):
                await world.meetings.storage.reader["invitations"].delete_one({"_id": row["_id"]})


async def strangers(world: World) -> list[str]:
    """Return whom other tests left in the directory."""
    found = await world.meetings.storage.reader["people"].find({}, projection={"_id": 1}, limit=10_000)
    return [each["_id"] for each in found if each["_id"] not in world.people.values()]


async def test_those_invited_are_counted_however_many_they_are(
    meetings: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invited, "AT_ONCE", 20)
    here = organisation("donor")
    await known(meetings, here)
    await many_people(meetings, here.organisation_id, 50)
    audience = {"organisation_ids": [here.organisation_id]}
    meeting = await schedule(meetings, audience)
    await many_people(meetings, here.organisation_id, 7)
    body = {"audience": audience, "meeting_id": meeting["id"]}
    counted = (await meetings.as_("coordinator").post("/audiences/preview", json=body)).json()
    assert (counted["people"], counted["invited"], counted["by_language"]) == (7, 50, {"pl": 7})


async def test_an_empty_query_is_nobody_and_an_unknown_coalition_is_refused(world: World) -> None:
    assert await world.means({"how": "and", "organisation_kinds": ["donor"]}) == {}
    assert await world.means({}) == {}
    assert (Audience(clauses=[{}]).is_empty, Audience(clauses=[{"roles": ["member"]}]).is_empty) == (True, False)
    body = {"audience": {"clauses": [{"coalition_ids": [new_id()]}]}}
    answer = await world.meetings.as_("coordinator").post("/audiences/people", json=body)
    assert code(answer) == (422, "audience-not-known")


# Being forgotten


async def test_a_forgotten_persons_place_is_free_and_their_words_are_gone(meetings: Running, stack: Stack) -> None:
    home = organisation("donor")
    one, other, waiting = (person(organisation_ids=[home.organisation_id]) for _ in range(3))
    await known(meetings, home, one, other, waiting)
    meeting = await schedule(meetings, {"person_ids": [one.person_id, waiting.person_id]})
    await meetings.as_("coordinator").put(f"/meetings/{meeting['id']}/capacity", json={"capacity": 1})
    first, second = sorted(
        await invitations_of(meetings, meeting["id"]), key=lambda row: row["person_id"] != one.person_id
    )
    for row in (first, second):
        body = {"answer": "accepted", "comment": "Kosher, please"}
        await meetings.bearing(link_to(stack, row)).put("/answer", json=body)
    await meetings.deliver(consumer, PersonErased(person_id=one.person_id, revision=2))
    rows = {row["_id"]: row for row in await invitations_of(meetings, meeting["id"])}
    gone, promoted = rows[first["_id"]], rows[second["_id"]]
    assert (gone["withdrawn"], gone["comment_cipher"], gone["answer"]) == (True, None, "accepted")
    assert gone["person_id"] != one.person_id
    assert promoted["place"] == "seat"
    for name in ("invitations", "keys", "replies", "unreachable"):
        found = await meetings.storage.reader[name].find({}, limit=10_000)
        assert [row for row in found if one.person_id in str(row)] == []


async def test_a_forgotten_person_keeps_no_seat_at_a_meeting_that_is_postponed(meetings: Running, stack: Stack) -> None:
    one, waiting = person(), person()
    await known(meetings, one, waiting)
    meeting = await schedule(meetings, {"person_ids": [one.person_id, waiting.person_id]})
    path, coordinator = f"/meetings/{meeting['id']}", meetings.as_("coordinator")
    await coordinator.put(f"{path}/capacity", json={"capacity": 1})
    rows = await invitations_of(meetings, meeting["id"])
    for row in sorted(rows, key=lambda row: row["person_id"] != one.person_id):
        await meetings.bearing(link_to(stack, row)).put("/answer", json={"answer": "accepted"})
    await coordinator.post(f"{path}/postponement", json={})
    await meetings.deliver(consumer, PersonErased(person_id=one.person_id, revision=2))
    times = {name: request()[name] for name in ("starts_at", "ends_at", "time_zone")}
    assert (await coordinator.post(f"{path}/rescheduling", json=times)).status_code == 200
    assert await meetings.storage.transact(fill, meeting["id"]) is False  # one place was free, for one who waited
    (left,) = (await coordinator.get(f"{path}/invitations")).json()["items"]
    assert (left["person_id"], left["standing"]) == (waiting.person_id, "accepted")
    assert (await coordinator.get(f"{path}/summary")).json()["invited"] == 1
