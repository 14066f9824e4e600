"""Every save is kept and can be brought back; nobody overwrites anybody; what is typed is not lost."""

from services.reports.consumers import consumer
from shared.events.registry import PersonErased
from shared.testing.stack import Running
from tests.reports.drafting import begin


async def test_every_save_is_kept_with_what_it_changed_and_can_be_brought_back(reports: Running) -> None:
    draft = await begin(reports)
    for seen, text in enumerate(("Ten were held.", "Twelve were held.", "Twelve were held."), start=1):
        await draft.save("open", text, seen=seen)
    async with draft.as_("open") as writer:
        listed = (await writer.get(f"{draft.section()}/revisions")).json()["items"]
        second = (await writer.get(f"{draft.section()}/revisions/3")).json()
        unseen = await writer.post(f"{draft.section()}/revisions/2/restoration")
        back = await writer.post(f"{draft.section()}/revisions/2/restoration", headers={"If-Match": '"3"'})
        latest = (await writer.get(f"{draft.section()}/revisions")).json()["items"][0]
        since = (await writer.get(f"{draft.section()}/revisions/4", params={"since": 2})).json()
    assert [each["number"] for each in listed] == [3, 2]
    assert second["text"] == "Twelve were held."
    assert [(each["kind"], each["text"]) for each in second["changes"]] == [
        ("removed", "Ten"),
        ("added", "Twelve"),
        ("same", " were held."),
    ]
    assert (unseen.status_code, back.status_code, back.json()["text"]) == (428, 200, "Ten were held.")
    assert (latest["number"], latest["restored_from"]) == (4, 2)
    assert [each["kind"] for each in since["changes"]] == ["same"]


async def test_a_text_that_was_there_before_revisions_were_kept_is_kept_with_the_next_save(reports: Running) -> None:
    draft = await begin(reports)
    where = {"report_id": draft.report_id, "theme": "media-freedom", "language": "en"}
    await reports.storage.reader["sections"].update_one(where, {"$set": {"text": "Of before.", "revision": 7}})
    assert (await draft.save("editor", "Of now.", seen=7)).status_code == 200
    async with draft.as_("editor") as editor:
        listed = (await editor.get(f"{draft.section()}/revisions")).json()["items"]
        older = (await editor.get(f"{draft.section()}/revisions/7")).json()["text"]
    assert ([each["number"] for each in listed], older) == ([8, 7], "Of before.")


async def test_whoever_saves_second_is_refused_and_sees_three_texts_joined_where_that_can_be(reports: Running) -> None:
    draft = await begin(reports)
    await draft.save("editor", "One.\n\nTwo.\n", seen=1)
    assert (await draft.save("editor", "One, edited.\n\nTwo.\n", seen=2)).status_code == 200
    refused = await draft.save("open", "One.\n\nTwo.\n\nThree.\n", seen=2)
    async with draft.as_("open") as writer:
        apart = await writer.post(f"{draft.section()}/comparison", json={"text": "One.\n\nTwo.\n\nThree.\n", "seen": 2})
        close = await writer.post(f"{draft.section()}/comparison", json={"text": "One!\n\nTwo.\n", "seen": 2})
    assert refused.status_code == 412
    found = apart.json()
    assert (found["base"], found["theirs"]["text"], found["theirs"]["revision"]) == (
        "One.\n\nTwo.\n",
        "One, edited.\n\nTwo.\n",
        3,
    )
    assert found["joined"] == "One, edited.\n\nTwo.\n\nThree.\n"
    assert [each["text"] for each in found["their_changes"] if each["kind"] == "added"] == [", edited"]
    assert close.json()["joined"] is None


async def test_what_is_typed_is_kept_for_its_writer_alone_until_it_is_saved(reports: Running) -> None:
    draft = await begin(reports)
    path = f"{draft.section()}/unsaved"
    async with draft.as_("open") as writer, draft.as_("editor") as editor, draft.as_("hidden") as fellow:
        nothing = await writer.get(path)
        kept = await writer.put(path, json={"text": "Half a sent", "seen": 1})
        found = (await writer.get(path)).json()
        others = [(await each.get(path)).status_code for each in (editor, fellow)]
        forbidden = await fellow.put(path, json={"text": "x", "seen": 1})
        section = (await writer.get(draft.section())).json()
        await draft.save("open", "Half a sentence.", seen=1)
        await writer.put(path, json={"text": "Half a sentence.", "seen": 1})  # of a script that was slower
        after = await writer.get(path)
    assert (nothing.status_code, kept.status_code, found["text"], found["revision"]) == (404, 200, "Half a sent", 1)
    assert (others, forbidden.status_code, section["text"], after.status_code) == ([404, 404], 403, "", 404)


async def test_strangers_know_of_no_revision_and_fellows_see_who_saved_only_as_they_may(reports: Running) -> None:
    draft = await begin(reports)
    await draft.save("hidden", "Five were fined.", seen=1, key="freedom-of-assembly")
    path = f"{draft.section('freedom-of-assembly')}/revisions"
    async with draft.as_("stranger") as stranger:
        answers = [
            await stranger.get(path),
            await stranger.get(f"{path}/2"),
            await stranger.post(f"{draft.section()}/preview", json={"text": "x"}),
            await stranger.post(f"{draft.section()}/comparison", json={"text": "x", "seen": 1}),
            await stranger.put(f"{draft.section()}/unsaved", json={"text": "x", "seen": 1}),
        ]
    seen = {}
    for who in ("editor", "open", "hidden"):
        async with draft.as_(who) as client:
            seen[who] = (await client.get(path)).json()["items"][0]["saved_by"]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert (seen["editor"]["person_id"], seen["editor"]["organisation_id"]) == (draft.people["hidden"], draft.hidden_id)
    assert (seen["open"]["person_id"], seen["open"]["organisation_id"], seen["open"]["mine"]) == (None, None, False)
    assert seen["open"]["name"]["en"].startswith("Organisation ")
    assert (seen["hidden"]["mine"], seen["hidden"]["organisation_id"]) == (True, draft.hidden_id)


async def test_a_preview_is_the_page_that_would_be_published(reports: Running) -> None:
    draft = await begin(reports)
    async with draft.as_("open") as writer:
        answer = await writer.post(f"{draft.section()}/preview", json={"text": "# A\n\n<script>[^1]\n\n[^1]: Note."})
    assert answer.json()["html"].startswith("<h3>A</h3>\n<p>&lt;script&gt;<sup>")


async def test_whoever_is_erased_leaves_texts_and_no_name(reports: Running) -> None:
    draft = await begin(reports)
    await draft.save("open", "Kept.", seen=1)
    async with draft.as_("open") as writer:
        await writer.put(f"{draft.section()}/unsaved", json={"text": "Mine alone", "seen": 2})
        await writer.post(f"{draft.section()}/comments", json={"text": "I doubt it."})
    person_id = draft.people["open"]
    await reports.deliver(consumer, PersonErased(person_id=person_id, revision=9, erased_at="2026-01-01T00:00:00Z"))
    async with draft.as_("editor") as editor:
        saved = (await editor.get(f"{draft.section()}/revisions")).json()["items"][0]["saved_by"]
        (thread,) = (await editor.get(f"/reports/{draft.report_id}/comments")).json()["items"]
    assert (saved["person_id"], saved["organisation_id"]) == (None, draft.open_id)
    assert (thread["remarks"][0]["text"], thread["remarks"][0]["author"]["person_id"]) == ("", None)
    assert await reports.storage.reader["unsaved"].count({"person_id": person_id}) == 0
