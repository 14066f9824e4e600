"""Organisations write a report together: each its sections, reviewed, signed off or dissented from."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from services.reports.consumers import consumer
from services.reports.publication import store as editions
from services.reports.writing import actions, checks
from services.reports.writing.jobs import remind_of_sections
from shared.events.registry import OrganisationsMerged, PersonErased
from shared.ids import new_id, utc_now
from shared.testing.stack import Running
from tests.reports.builders import create, edition_of, write
from tests.reports.pictures import png
from tests.reports.writers import Writer, accept, plan, section_of, told, workshop

MEDIA, LAW = "media-freedom", "freedom-of-association"


async def test_contributors_see_the_whole_draft_and_write_only_their_sections(reports: Running) -> None:
    report = await create(reports)
    ours, stranger = Writer(reports), Writer(reports)
    await plan(reports, report["id"], ours.contributor(MEDIA))
    address = f"/reports/{report['id']}/sections"
    seen = {"If-Match": '"1"'}
    written = await ours.client.put(f"{address}/{MEDIA}/en", json={"text": "Ours."}, headers=seen)
    other = await ours.client.put(f"{address}/{LAW}/en", json={"text": "Ours."}, headers=seen)
    shown = (await ours.client.get(f"/reports/{report['id']}")).json()
    assert (written.status_code, other.status_code, other.json()["code"]) == (200, 403, "section-of-others")
    assert shown["sections"][MEDIA]["en"]["text"] == "Ours."
    paths = ("", "/workshop", f"/sections/{MEDIA}/en")
    answers = [await stranger.client.get(f"/reports/{report['id']}{path}") for path in paths]
    assert [answer.status_code for answer in answers] == [404] * 3


async def test_a_section_goes_to_its_editors_and_back_and_its_writers_sign_it_off(reports: Running) -> None:
    report = await create(reports)
    ours, editor = await Writer(reports).known(), await Writer(reports, roles=("editor",)).known()
    await plan(reports, report["id"], ours.contributor(MEDIA), editor_ids=[editor.person_id])
    address, steps = f"/reports/{report['id']}/sections/{MEDIA}", f"/reports/{report['id']}/writing/{MEDIA}"
    empty = await ours.client.post(f"{steps}/submission")
    await ours.client.put(f"{address}/en", json={"text": "One."}, headers={"If-Match": '"1"'})
    submitted = await ours.client.post(f"{steps}/submission")
    locked = await ours.client.put(f"{address}/en", json={"text": "Two."}, headers={"If-Match": '"2"'})
    early = await ours.sign(report["id"], MEDIA)
    own = await ours.client.post(f"{steps}/acceptance")
    back = await editor.client.post(f"{steps}/changes", json={"note": "Name the court."})
    note = (await section_of(ours.client, report["id"], MEDIA))["note"]
    again = await ours.client.put(f"{address}/en", json={"text": "Two."}, headers={"If-Match": '"2"'})
    await ours.client.post(f"{steps}/submission")
    await accept(reports, report["id"], MEDIA)
    signed = await ours.sign(report["id"], MEDIA)
    codes = [each.json().get("code", "") for each in (empty, locked, early, own)]
    assert codes == ["nothing-written", "section-under-review", "not-accepted", "editors-only"]
    assert [each.json()["state"] for each in (submitted, back, signed)] == [
        "submitted",
        "changes-requested",
        "accepted",
    ]
    assert (note, again.status_code) == ("Name the court.", 200)
    names = ("section-assigned", "section-submitted", "section-changes-requested", "section-accepted")
    to_whom = [[event.person_ids for event in await told(reports, name, report["id"])] for name in names]
    mine, theirs = [ours.person_id], [editor.person_id]
    assert to_whom == [[mine], [theirs, theirs], [mine], [mine]]
    (asked,) = await told(reports, "section-changes-requested", report["id"])
    assert (asked.sections, asked.notice.text) == ([MEDIA], "Name the court.")


async def test_a_changed_text_asks_for_the_sign_off_again_and_says_in_which_language(reports: Running) -> None:
    report = await create(reports, "en", "be")
    ours = await Writer(reports).known()
    await plan(reports, report["id"], ours.contributor(MEDIA, credit={"en": "House", "be": "Дом"}))
    await write(reports, report, "Text.")
    await accept(reports, report["id"], MEDIA)
    assert (await ours.sign(report["id"], MEDIA)).status_code == 200
    assert await checks.points(reports.storage.reader, report["id"]) == ()
    await write(reports, report, "Another text.", "be")
    (writer,) = (await section_of(ours.client, report["id"], MEDIA))["writers"]
    (point,) = await checks.points(reports.storage.reader, report["id"])
    assert (writer["verdict"], writer["outdated"]) == ("signed-off", ["be"])
    assert (point.code, point.field) == ("sign-off-outdated", f"sections.{MEDIA}.be")
    await accept(reports, report["id"], MEDIA)
    await ours.sign(report["id"], MEDIA)
    assert await checks.points(reports.storage.reader, report["id"]) == ()
    assert len(await told(reports, "section-accepted", report["id"])) == 2


async def test_nobody_signs_a_text_that_they_have_not_seen(reports: Running) -> None:
    report = await create(reports)
    ours = Writer(reports)
    await plan(reports, report["id"], ours.contributor(MEDIA))
    await write(reports, report, "Text.")
    await accept(reports, report["id"], MEDIA)
    address = f"/reports/{report['id']}/writing/{MEDIA}/sign-offs"
    old = await ours.client.post(address, json={"verdict": "signed-off", "seen": {"en": 1}})
    silent = await ours.client.post(address, json={"verdict": "dissent", "seen": {"en": 2}})
    stranger = await Writer(reports, roles=("editor",)).client.post(
        address, json={"verdict": "signed-off", "seen": {"en": 2}}
    )
    assert [each.json()["code"] for each in (old, silent, stranger)] == [
        "changed-meanwhile",
        "dissent-missing",
        "section-of-others",
    ]


async def test_a_pseudonym_hides_an_organisation_from_readers_and_fellow_contributors(reports: Running) -> None:
    report = await create(reports, "en")
    hidden, open_ = Writer(reports), Writer(reports)
    who = (
        hidden.contributor(MEDIA, credit={"en": "A name"}, pseudonymous=True),
        open_.contributor(MEDIA, credit={"en": "Press House"}),
    )
    made = await plan(reports, report["id"], *who)
    letter = made["contributors"][0]["pseudonym"]
    await plan(reports, report["id"], *who, due_on="2030-04-01")
    await write(reports, report, "Text.")
    await accept(reports, report["id"], MEDIA)
    await hidden.sign(report["id"], MEDIA, "dissent", en="The number is too low.")
    theirs = (await open_.client.get(f"/reports/{report['id']}/workshop")).text
    own = await workshop(hidden.client, report["id"])
    credited = (await checks.credits_of(reports.storage.reader, report["id"]))[MEDIA].model_dump()
    name = {"en": f"Organisation {letter}"}
    assert (hidden.organisation_id in theirs, "A name" in theirs, f"Organisation {letter}" in theirs) == (
        *(False, False),
        True,
    )
    assert [each["organisation_id"] for each in own["contributors"] if each["mine"]] == [hidden.organisation_id]
    assert [(each["name"]["en"], each["pseudonym"]) for each in credited["authors"]] == [
        ("Press House", False),
        (name["en"], True),
    ]
    assert [(each["author"]["name"]["en"], each["text"]) for each in credited["dissents"]] == [
        (name["en"], {"en": "The number is too low."})
    ]


async def test_what_hinders_publication_is_named_and_a_dissent_does_not(reports: Running) -> None:
    report = await create(reports)
    ours, others = Writer(reports), Writer(reports)
    await plan(reports, report["id"], ours.contributor(MEDIA, LAW, credit={"en": "We"}), others.contributor(MEDIA))
    await write(reports, report, "Text.")
    await accept(reports, report["id"], MEDIA)
    await ours.sign(report["id"], MEDIA, "dissent", en="No.")
    found = await checks.points(reports.storage.reader, report["id"])
    assert [(each.code, each.field) for each in found] == [
        ("credit-missing", "contributors.1.en"),
        ("sign-off-missing", f"sections.{MEDIA}"),
        ("section-not-accepted", f"sections.{LAW}"),
    ]


async def test_only_the_late_are_reminded_and_only_once_a_week(reports: Running) -> None:
    report = await create(reports)
    late, early = await Writer(reports).known(), await Writer(reports).known()
    days = {"due_on": "2030-03-01", "deadlines": {LAW: "2030-02-01"}}
    await plan(reports, report["id"], late.contributor(LAW), early.contributor(MEDIA), **days)
    first = utc_now().replace(year=2030, month=2, day=2)
    counts = [
        await reports.storage.transact(actions.remind, report["id"], now=first + timedelta(days=day))
        for day in (-1, 0, 0, 6, 7)
    ]
    events = await told(reports, "sections-due", report["id"])
    assert counts == [0, 1, 0, 0, 1]
    assert [(each.sections, each.person_ids, each.reminder) for each in events] == [
        ([LAW], [late.person_id], 1),
        ([LAW], [late.person_id], 2),
    ]


async def test_editors_are_reminded_of_reviews_and_writers_of_the_sign_offs_of_a_correction(reports: Running) -> None:
    report = await create(reports)
    ours, editor = await Writer(reports).known(), await Writer(reports, roles=("editor",)).known()
    await plan(reports, report["id"], ours.contributor(MEDIA, LAW), editor_ids=[editor.person_id])
    await write(reports, report, "Text.")
    for key in (MEDIA, LAW):
        await ours.client.post(f"/reports/{report['id']}/writing/{key}/submission")
    await accept(reports, report["id"], MEDIA)
    await ours.sign(report["id"], MEDIA)
    published = {"$set": {"closed_by": 1}}
    await reports.storage.reader["commissions"].update_one({"report_id": report["id"]}, published)
    await write(reports, report, "What is right.")
    counts = [
        await reports.storage.transact(actions.remind, report["id"], now=utc_now() + timedelta(days=day))
        for day in (7, 8, 8, 15)
    ]
    events = await told(reports, "sections-due", report["id"])
    assert counts == [0, 2, 0, 2]
    assert [(each.sections, each.person_ids, each.reminder) for each in events] == [
        ([MEDIA], [ours.person_id], 1),
        ([LAW], [editor.person_id], 1),
        ([MEDIA], [ours.person_id], 2),
        ([LAW], [editor.person_id], 2),
    ]
    assert [(len(each.notice.sign_offs), len(each.notice.reviews)) for each in events[:2]] == [(1, 0), (0, 1)]
    listed = [each async for each in _desk(reports) if each["report_id"] == report["id"]]
    assert [each["due_on"] for each in listed] == [(utc_now() + timedelta(days=7)).date().isoformat()]


async def test_the_reminders_come_to_reports_that_are_published_too(reports: Running) -> None:
    report = await create(reports)
    ours = await Writer(reports).known()
    await plan(reports, report["id"], ours.contributor(MEDIA))
    await write(reports, report, "Text.")
    await accept(reports, report["id"], MEDIA)
    await reports.storage.reader["commissions"].update_one({"report_id": report["id"]}, {"$set": {"closed_by": 1}})
    long_ago = {"$set": {"updated_at": utc_now() - timedelta(days=9)}}
    await reports.storage.reader["sections"].update_many({"report_id": report["id"]}, long_ago)
    taken = {"$set": {"accepted_at": utc_now() - timedelta(days=9)}}
    await reports.storage.reader["section_work"].update_one({"report_id": report["id"]}, taken)
    await asyncio.gather(remind_of_sections(reports.context), remind_of_sections(reports.context))
    assert [each.sections for each in await told(reports, "sections-due", report["id"])] == [[MEDIA]]


async def test_ones_own_desk_says_what_waits(reports: Running) -> None:
    report = await create(reports)
    ours = Writer(reports)
    await plan(reports, report["id"], ours.contributor(MEDIA, LAW))
    await write(reports, report, "Text.")
    await accept(reports, report["id"], MEDIA)
    (item,) = (await ours.client.get("/writing")).json()["items"]
    assert [(each["key"], each["task"]) for each in item["tasks"]] == [(MEDIA, "sign"), (LAW, "write")]
    await ours.client.post(f"/reports/{report['id']}/writing/{LAW}/submission")
    listed = [each async for each in _desk(reports)]
    assert [(each["key"], each["task"]) for each in listed if each["report_id"] == report["id"]] == [(LAW, "review")]


async def _desk(reports: Running) -> AsyncIterator[dict[str, Any]]:
    """Yield every task of an editor's desk, with its report."""
    client, after = reports.as_("editor"), ""
    while True:
        page = (await client.get("/writing", params={"limit": 100, **({"after": after} if after else {})})).json()
        for item in page["items"]:
            for task in item["tasks"]:
                yield {**task, "report_id": item["report_id"]}
        after = page["next"]
        if not after:
            return


async def test_whoever_is_forgotten_leaves_no_trace_and_what_was_signed_stays(reports: Running) -> None:
    report = await create(reports)
    ours = await Writer(reports).known()
    await plan(reports, report["id"], ours.contributor(MEDIA))
    await write(reports, report, "Text.")
    await ours.client.post(f"/reports/{report['id']}/writing/{MEDIA}/submission")
    await accept(reports, report["id"], MEDIA)
    await ours.sign(report["id"], MEDIA)
    await reports.deliver(consumer, PersonErased(person_id=ours.person_id, revision=2))
    row = await reports.storage.reader["section_work"].find_one({"report_id": report["id"], "key": MEDIA})
    person = await reports.storage.reader["people"].find_one({"_id": ours.person_id})
    assert row is not None
    assert person is not None
    assert (ours.person_id in str(row), row["signatures"][0]["organisation_id"]) == (False, ours.organisation_id)
    assert (person["organisation_ids"], person["active"]) == ([], False)


async def test_a_merged_organisation_keeps_its_sections_and_what_it_signed(reports: Running) -> None:
    report = await create(reports)
    ours, into = Writer(reports), new_id()
    await plan(reports, report["id"], ours.contributor(MEDIA))
    await write(reports, report, "Text.")
    await accept(reports, report["id"], MEDIA)
    await ours.sign(report["id"], MEDIA)
    merged = OrganisationsMerged(organisation_id=into, revision=2, merged_ids=[ours.organisation_id], kinds=[])
    await reports.deliver(consumer, merged)
    (writer,) = (await section_of(ours.client, report["id"], MEDIA))["writers"]
    assert (writer["organisation_id"], writer["mine"], writer["verdict"]) == (into, True, "signed-off")


async def test_what_a_merged_organisation_saved_and_said_is_said_by_the_one_that_stands_for_it(
    reports: Running,
) -> None:
    report = await create(reports)
    ours, into = Writer(reports), new_id()
    await plan(reports, report["id"], ours.contributor(MEDIA))
    section = f"/reports/{report['id']}/sections/{MEDIA}/en"
    async with ours.client as client:
        saved = await client.put(section, json={"text": "Ours."}, headers={"If-Match": '"1"'})
        said = await client.post(f"{section}/comments", json={"text": "Twelve, by our count."})
        settled = await client.put(f"{said.headers['location']}/state", json={"state": "resolved"})
    assert [each.status_code for each in (saved, said, settled)] == [200, 201, 200]

    async def named() -> set[str]:
        where = {"report_id": report["id"]}
        threads = await reports.storage.reader["threads"].find(where, limit=9)
        revisions = await reports.storage.reader["revisions"].find(where, limit=9)
        authors = [thread["settled_by"] for thread in threads] + [each["saved_by"] for each in revisions]
        authors += [remark["author"] for thread in threads for remark in thread["remarks"]]
        assert len(authors) == 3
        return {each["organisation_id"] for each in authors}

    facts = {"organisation_id": into, "merged_ids": [ours.organisation_id], "kinds": []}
    await reports.deliver(consumer, OrganisationsMerged(**facts, revision=2))
    assert await named() == {into}
    await reports.deliver(consumer, OrganisationsMerged(**facts, revision=3, undone=True))
    assert await named() == {ours.organisation_id}


async def test_no_report_text_or_edition_names_whoever_is_forgotten(reports: Running) -> None:
    report = await create(reports)
    gone, editor = await Writer(reports, roles=("editor",)).known(), reports.as_("editor")
    section = f"/reports/{report['id']}/sections/{MEDIA}/en"
    answer = await gone.client.put(section, json={"text": "Before revisions."}, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    reader, where = reports.storage.reader, {"report_id": report["id"]}
    await reader["revisions"].delete_many(where)  # as it was before every save was kept
    await reader["reports"].update_one({"_id": report["id"]}, {"$set": {"updated_by": gone.person_id}})
    edition = edition_of("en").model_copy(update={"report_id": report["id"], "published_by": gone.person_id})
    await reports.storage.transact(editions.add, edition)
    await reports.deliver(consumer, PersonErased(person_id=gone.person_id, revision=2))
    answer = await editor.put(section, json={"text": "After."}, headers={"If-Match": '"2"'})
    assert answer.status_code == 200, answer.text
    rows = [each for name in ("sections", "revisions", "editions") for each in await reader[name].find(where, limit=99)]
    rows.append(await reader["reports"].find_one({"_id": report["id"]}) or {})
    assert len([each for each in rows if each.get("number")]) == 2, "the text of before was kept too"
    assert [each for each in rows if gone.person_id in str(each)] == []
    assert (await editor.get(f"/reports/{report['id']}")).status_code == 200


async def test_the_desk_begins_with_what_is_in_writing_newest_first(reports: Running) -> None:
    ours, ids = Writer(reports), []
    for _ in range(5):
        ids.append((await create(reports))["id"])
        await plan(reports, ids[-1], ours.contributor(MEDIA))
    for done in (ids[3], ids[0]):
        await reports.storage.reader["commissions"].update_one({"report_id": done}, {"$set": {"closed_by": 1}})
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        page = (await ours.client.get("/writing", params={"limit": 2, **({"after": after} if after else {})})).json()
        found += [each["report_id"] for each in page["items"]]
        after = page["next"]
    assert found == [ids[4], ids[2], ids[1], ids[3], ids[0]]


async def _numbers(reports: Running, report_id: str, *values: str) -> dict[str, Any]:
    """Enter an indicator on the media; return it."""
    command = {
        "theme": MEDIA,
        "title": {"en": "Newspapers closed"},
        "source": {"en": "Press House"},
        "period_from_on": "2008-07-01",
        "period_to_on": "2009-06-30",
        "series": [{"values": list(values)}],
    }
    answer = await reports.as_("editor").post(f"/reports/{report_id}/indicators", json=command)
    assert answer.status_code == 201, answer.text
    return {**command, **answer.json()}


async def test_numbers_and_words_of_pictures_are_read_and_signed_with_the_text(reports: Running) -> None:
    report = await create(reports)
    ours, editor = await Writer(reports).known(), reports.as_("editor")
    base = f"/reports/{report['id']}"
    await plan(reports, report["id"], ours.contributor(MEDIA))
    image = (await ours.client.post(f"{base}/images", content=png())).json()
    words = {"alt": {"en": "An empty kiosk"}, "caption": {"en": "Minsk, 2008"}}
    await ours.client.put(f"{base}/images/{image['id']}/description", json=words, headers={"If-Match": '"1"'})
    await write(reports, report, f"Nine newspapers.\n\n![](image:{image['id']})")
    table = await _numbers(reports, report["id"], "9", "12")
    await accept(reports, report["id"], MEDIA)
    read = (await ours.client.get(f"{base}/readings/{MEDIA}")).json()
    assert read["pictures"]["en"] == [{"image_id": image["id"], "alt": "An empty kiosk", "caption": "Minsk, 2008"}]
    (numbers,) = read["indicators"]["en"]
    assert (numbers["title"], numbers["source"], numbers["series"][0]["values"], numbers["drawn"]) == (
        "Newspapers closed",
        "Press House",
        ["9", "12"],
        True,
    )

    async def outdated() -> list[str]:
        (writer,) = (await section_of(ours.client, report["id"], MEDIA))["writers"]
        assert writer["verdict"] == "signed-off"
        return list(writer["outdated"])

    sign = {"verdict": "signed-off", "seen": read["seen"], "digests": read["digests"]}
    address = f"{base}/writing/{MEDIA}/sign-offs"
    assert (await ours.client.post(address, json=sign)).status_code == 200
    assert await outdated() == []
    other = {**words, "alt": {"en": "A full kiosk"}}
    await editor.put(f"{base}/images/{image['id']}/description", json=other, headers={"If-Match": '"2"'})
    assert await outdated() == ["en"], "the words of its picture are others"
    late = await ours.client.post(address, json=sign)
    assert (late.status_code, late.json()["code"]) == (412, "changed-meanwhile")
    await ours.sign(report["id"], MEDIA)
    assert await outdated() == []
    names = ("theme", "title", "source", "period_from_on", "period_to_on")
    command = {**{name: table[name] for name in names}, "series": [{"values": ["10", "12"]}]}
    path = f"{base}/indicators/{table['id']}"
    changed = await editor.put(path, json=command, headers={"If-Match": f'"{table["revision"]}"'})
    assert changed.status_code == 200, changed.text
    assert await outdated() == ["en"], "a number below it is another"
    (point,) = [each for each in await checks.points(reports.storage.reader, report["id"]) if MEDIA in str(each.field)][
        :1
    ]
    assert (point.code, point.field) == ("sign-off-outdated", f"sections.{MEDIA}.en")


async def test_a_signature_of_before_numbers_were_signed_is_of_title_and_text(reports: Running) -> None:
    report, ours = await create(reports), await Writer(reports).known()
    await plan(reports, report["id"], ours.contributor(MEDIA))
    await write(reports, report, "Nine newspapers.")
    await accept(reports, report["id"], MEDIA)
    await ours.sign(report["id"], MEDIA)
    before = {"texts": {"en": hashlib.sha256(b"\n\nNine newspapers.").hexdigest()}}
    where = {"report_id": report["id"], "key": MEDIA}
    row = await reports.storage.reader["section_work"].find_one(where)
    assert row is not None
    held = {name: value for name, value in {**row["signatures"][0], **before}.items() if name != "version"}
    await reports.storage.reader["section_work"].update_one(where, {"$set": {"signatures": [held]}})
    await _numbers(reports, report["id"], "9", "12")
    (writer,) = (await section_of(ours.client, report["id"], MEDIA))["writers"]
    assert (writer["verdict"], writer["outdated"]) == ("signed-off", [])
    await write(reports, report, "Ten newspapers.")
    (writer,) = (await section_of(ours.client, report["id"], MEDIA))["writers"]
    assert writer["outdated"] == ["en"]
