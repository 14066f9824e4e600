"""Threads: who takes part may comment, on a passage or a section, and whoever it concerns settles them."""

import asyncio
from datetime import timedelta
from typing import Any

from services.reports.comments.jobs import tell_of_comments
from services.reports.consumers import consumer
from shared.events.registry import PersonErased, PersonRegistered
from shared.ids import new_id, utc_now
from shared.testing.stack import Running
from tests.reports.drafting import Drafting, begin
from tests.reports.writers import told


async def test_a_fellow_contributor_comments_on_a_passage_and_its_writer_settles_it(reports: Running) -> None:
    draft = await begin(reports)
    await draft.save("open", "Ten people were held.", seen=1)
    async with draft.as_("hidden") as fellow, draft.as_("open") as writer, draft.as_("editor") as editor:
        opened = await fellow.post(
            f"{draft.section()}/comments", json={"quote": "Ten people", "text": "Twelve, by our count."}
        )
        thread = opened.json()
        path = opened.headers["location"]
        replied = await writer.post(f"{path}/remarks", json={"text": "Thank you."})
        await draft.save("open", "Twelve people were held.", seen=2)
        settled = await writer.put(f"{path}/state", json={"state": "resolved"})
        counts = (await editor.get(f"/reports/{draft.report_id}/comments/counts")).json()
        again = await fellow.post(f"{path}/remarks", json={"text": "Thirteen, in fact."})
        recounted = (await editor.get(f"/reports/{draft.report_id}/comments/counts")).json()
        for_editor = (await editor.get(path)).json()
    assert (opened.status_code, thread["still_there"], thread["may_settle"]) == (201, True, True)
    author = replied.json()["remarks"][0]["author"]
    assert (author["person_id"], author["organisation_id"], author["name"]["en"][:13]) == (None, None, "Organisation ")
    assert (settled.json()["state"], settled.json()["still_there"], counts) == ("resolved", False, [])
    assert (again.json()["state"], again.json()["settled_by"]) == ("open", None)
    assert recounted == [{"key": "media-freedom", "language": "en", "open": 1}]
    assert [each["author"]["organisation_id"] for each in for_editor["remarks"]] == [
        draft.hidden_id,
        draft.open_id,
        draft.hidden_id,
    ]


async def test_a_thread_is_settled_by_those_whom_it_concerns_and_is_nothing_to_strangers(reports: Running) -> None:
    draft = await begin(reports)
    async with draft.as_("editor") as editor, draft.as_("hidden") as fellow, draft.as_("stranger") as stranger:
        path = (await editor.post(f"{draft.section()}/comments", json={"text": "Say where."})).headers["location"]
        refused = await fellow.put(f"{path}/state", json={"state": "resolved"})
        empty = await fellow.post(f"{path}/remarks", json={"text": "  "})
        unknown = [
            await stranger.get(path),
            await stranger.get(f"/reports/{draft.report_id}/comments"),
            await stranger.post(f"{path}/remarks", json={"text": "x"}),
            await stranger.post(f"{draft.section()}/comments", json={"text": "x"}),
        ]
        nowhere = await editor.post(f"/reports/{draft.report_id}/sections/nothing/en/comments", json={"text": "x"})
    assert (refused.status_code, refused.json()["code"], empty.status_code) == (403, "thread-of-others", 422)
    assert ([each.status_code for each in unknown], nowhere.status_code) == ([404] * 4, 404)


async def test_whoever_acts_for_an_open_and_a_hidden_organisation_is_known_by_the_one_whose_section_it_is(
    reports: Running,
) -> None:
    draft = await begin(reports)
    assert draft.open_id < draft.hidden_id, "the open one comes first by its id"
    key = "freedom-of-assembly"
    both = reports.as_("member", person_id=new_id(), organisation_ids=[draft.open_id, draft.hidden_id])
    saved = await both.put(draft.section(key), json={"text": "Nine marches."}, headers={"If-Match": '"1"'})
    opened = await both.post(f"{draft.section(key)}/comments", json={"text": "Ten, perhaps."})
    own = await both.post(f"{draft.section()}/comments", json={"text": "Nine newspapers."})
    assert [each.status_code for each in (saved, opened, own)] == [200, 201, 201]
    async with draft.as_("open") as fellow:
        thread = (await fellow.get(opened.headers["location"])).json()
        revisions = (await fellow.get(f"{draft.section(key)}/revisions")).json()["items"]
        theirs = (await fellow.get(own.headers["location"])).json()
    authors = [thread["remarks"][0]["author"], revisions[0]["saved_by"]]
    assert [(each["organisation_id"], each["name"]["en"][:13]) for each in authors] == [(None, "Organisation ")] * 2
    assert theirs["remarks"][0]["author"]["organisation_id"] == draft.open_id


async def known(reports: Running, draft: Drafting, **people: list[str]) -> None:
    """Let the service hear of people, by what they are in the draft, with their organisations."""
    for who, organisation_ids in people.items():
        draft.as_(who)
        role: Any = "editor" if who == "editor" else "member"
        person = PersonRegistered(
            person_id=draft.people[who], revision=1, organisation_ids=organisation_ids, roles=[role]
        )
        await reports.deliver(consumer, person)


async def pass_time(reports: Running, minutes: int) -> None:
    """Let some minutes pass, and have what is due told by two replicas at once."""
    rows = reports.storage.reader["untold_remarks"]
    for row in await rows.find({}, limit=100):
        earlier = row["said_at"] - timedelta(minutes=minutes)
        await rows.update_one({"_id": row["_id"]}, {"$set": {"said_at": earlier}})
    await asyncio.gather(tell_of_comments(reports.context), tell_of_comments(reports.context))


async def begun(reports: Running) -> Drafting:
    """Return a draft whose people are known, edited by one of them."""
    draft = await begin(reports)
    await known(reports, draft, editor=[], open=[draft.open_id], hidden=[draft.hidden_id], stranger=[])
    named = {"$set": {"editor_ids": [draft.people["editor"]]}}
    await reports.storage.reader["commissions"].update_one({"report_id": draft.report_id}, named)
    return draft


async def test_comments_within_a_while_are_one_letter_to_each_and_nobody_hears_of_their_own(reports: Running) -> None:
    draft = await begun(reports)
    who = draft.people
    async with draft.as_("hidden") as fellow, draft.as_("open") as writer:
        for text in ("Secret words.", "More of them."):
            path = (await fellow.post(f"{draft.section()}/comments", json={"text": text})).headers["location"]
        await pass_time(reports, 9)
        assert await told(reports, "section-commented", draft.report_id) == []
        await writer.post(f"{path}/remarks", json={"text": "An answer."})
        await pass_time(reports, 2)
    await pass_time(reports, 60)
    events = await told(reports, "section-commented", draft.report_id)
    assert [(each.sections, each.language) for each in events] == [(["media-freedom"], "en")]
    assert sorted(events[0].person_ids) == sorted([who["open"], who["editor"], who["hidden"]])
    said = repr([(each, each.notice) for each in events])
    assert [each in said for each in ("Secret", "answer", draft.hidden_id, "Organisation")] == [False] * 4


async def test_a_comment_is_told_to_writers_and_editors_and_those_who_still_take_part(reports: Running) -> None:
    draft = await begun(reports)
    who = draft.people
    async with draft.as_("hidden") as fellow, draft.as_("editor") as editor:
        path = (await fellow.post(f"{draft.section()}/comments", json={"text": "Say where."})).headers["location"]
        await pass_time(reports, 11)
        without = {"$pull": {"contributors": {"organisation_id": draft.hidden_id}}}
        await reports.storage.reader["commissions"].update_one({"report_id": draft.report_id}, without)
        await editor.post(f"{path}/remarks", json={"text": "In Minsk."})
        await pass_time(reports, 11)
    first, second = await told(reports, "section-commented", draft.report_id)
    assert sorted(first.person_ids) == sorted([who["open"], who["editor"]])
    assert second.person_ids == [who["open"]]


async def test_what_somebody_said_who_is_forgotten_is_told_to_nobody(reports: Running) -> None:
    draft = await begun(reports)
    async with draft.as_("hidden") as fellow:
        await fellow.post(f"{draft.section()}/comments", json={"text": "Say where."})
    await reports.deliver(consumer, PersonErased(person_id=draft.people["hidden"], revision=2))
    await pass_time(reports, 11)
    assert await told(reports, "section-commented", draft.report_id) == []
    left = await reports.storage.reader["untold_remarks"].count({"said_at": {"$lte": utc_now()}})
    assert left == 0
