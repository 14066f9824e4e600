"""Threads: who takes part may comment, on a passage or a section, and whoever it concerns settles them."""

from shared.ids import new_id
from shared.testing.stack import Running
from tests.reports.drafting import begin


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
