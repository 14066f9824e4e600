"""Evidence is for whom it says: protected names are counted and never shown, opened for a reason, and out of print."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.reports.consumers import consumer
from services.reports.evidence.actions import points, protected_names
from services.reports.evidence.claims.domain import stands_in
from services.reports.evidence.incidents import domain
from services.reports.evidence.incidents.domain import RecordIncident
from services.reports.evidence.incidents.views import view
from services.reports.evidence.thesaurus import covers
from shared.events.registry import PersonErased
from shared.ids import new_id
from shared.testing.stack import Running
from tests.reports.builders import NOW, create, write
from tests.reports.evidence import ARREST, exhibit, incident, post, recorded

NAME = "Aleś Bialacki-Niezwykły"
ORGANISATION = new_id()


async def _contributor_to(reports: Running, report_id: str) -> None:
    """Let an organisation contribute to a report, as a decision would have it."""
    commissions = reports.storage.reader["commissions"]
    await commissions.insert_one(
        {
            "_id": new_id(),
            "revision": 1,
            "decision_id": new_id(),
            "meeting_id": new_id(),
            "number": "2008-10/3",
            "report_id": report_id,
            "country": "BY",
            "period_from_on": "2008-10-01",
            "period_to_on": "2009-03-31",
            "languages": ["en"],
            "contributors": [{"organisation_id": ORGANISATION, "themes": ["political-persecution"]}],
            "due_on": "2009-04-30",
            "commissioned_at": NOW,
            "changed_at": NOW,
        }
    )


def test_each_field_is_for_those_whom_it_names() -> None:
    command = recorded(level="editors", levels={"title": "contributors", "detail": "protected"})
    made = domain.record(new_id(), command, others=0, by=new_id(), now=NOW)
    contributor, editor = (view(made, sight, by=new_id()) for sight in ("contributor", "editor"))
    assert contributor.withheld == ["text", "when", "where", "detail", "acts", "sources"]
    assert (contributor.title, contributor.text, contributor.where) == ({"en": "Arrest before the meeting"}, None, None)
    assert (editor.withheld, editor.detail) == (["detail"], None)


@pytest.mark.parametrize(
    "change",
    [
        {"when": {"from_on": "2008-10-14", "to_on": "2008-10-13"}},
        {"where": {"country": "BY", "region": "BY-ZZ"}},
        {"where": {"country": "BY", "region": "PL-14"}},
        {"acts": [{"code": "123456789012"}]},
        {"acts": []},
        {"sources": [{"reliability": "010000000000"}]},
    ],
    ids=["ends before it begins", "no such region", "region elsewhere", "no such act", "no act", "source of nothing"],
)
def test_what_makes_no_sense_is_not_recorded(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RecordIncident.model_validate(incident(**change))


def test_a_general_code_covers_what_is_below_it() -> None:
    assert covers("030000000000", ARREST)
    assert covers(ARREST, ARREST)
    assert not covers(ARREST, "030102000000")
    assert not covers("020000000000", ARREST)


def test_a_passage_is_found_whatever_its_emphasis_and_line_breaks() -> None:
    assert stands_in("eleven people were arrested", "In October **eleven\npeople** were _arrested_.")
    assert not stands_in("twelve people", "In October eleven people were arrested.")


async def test_protected_names_are_counted_never_shown_and_opened_for_a_reason(reports: Running) -> None:
    report_id = (await create(reports))["id"]
    base, editor_id = f"/reports/{report_id}", new_id()
    party = await post(reports, f"{base}/parties", {"names": [NAME, "Ales B."], "label": "a defender"})
    act = {"code": ARREST, "victims": [{"party_id": party["id"], "standing": "020200000000"}]}
    made = await post(reports, f"{base}/incidents", incident(acts=[act], level="protected"))
    async with reports.as_("editor", person_id=editor_id) as editor:
        listed = (await editor.get(f"{base}/parties")).json()["items"][0]
        shown = (await editor.get(f"{base}/incidents/{made['id']}")).json()
        counts = (await editor.get(f"{base}/evidence")).json()
        refused = await editor.post(f"{base}/parties/{party['id']}/opening", json={})
        opened = await editor.post(f"{base}/parties/{party['id']}/opening", json={"reason": "To ask for consent"})
        rows = (await editor.get(f"{base}/custody")).json()["items"]
    assert (listed["names"], listed["notes"], listed["label"]) == (None, None, "a defender")
    assert (shown["acts"], shown["title"], len(shown["withheld"])) == (None, None, 7)
    assert (counts["incidents"], counts["by_level"], counts["by_act"]) == (1, {"protected": 1}, {ARREST: 1})
    assert (refused.status_code, opened.json()["names"]) == (422, [NAME, "Ales B."])
    assert [(row["what"], row["note"]) for row in rows] == [
        ("opened", "To ask for consent"),
        ("recorded", ""),
        ("recorded", ""),
    ]
    assert rows[0]["by"] == editor_id
    assert await protected_names(reports.storage.reader, report_id) == {NAME, "Ales B."}
    stored = [str(row) async for row in reports.storage.reader["parties"].stream({})]
    assert not [row for row in stored if "Bialacki" in row]


@pytest.mark.parametrize("change", [{"level": "public"}, {"levels": {"where": "public"}}], ids=str)
async def test_no_incident_or_file_is_for_everybody(reports: Running, change: dict[str, Any]) -> None:
    base = f"/reports/{(await create(reports))['id']}"
    async with reports.as_("editor") as editor:
        refused = [await editor.post(f"{base}/incidents", json=incident(**change))]
        refused += [await editor.post(f"{base}/exhibits", json={"title": "Verdict", "level": "public"})]
    assert [each.status_code for each in refused] == [422, 422]


async def test_what_was_kept_for_everybody_is_for_those_who_write_as_it_was_shown(reports: Running) -> None:
    base = f"/reports/{(await create(reports))['id']}"
    held = await post(reports, f"{base}/incidents", incident(level="protected", levels={"where": "contributors"}))
    file = await post(reports, f"{base}/exhibits", {"title": "Verdict"})
    rows = reports.storage.reader
    await rows["incidents"].update_one({"_id": held["id"]}, {"$set": {"level": "public", "levels.where": "public"}})
    await rows["exhibits"].update_one({"_id": file["id"]}, {"$set": {"level": "public"}})
    async with reports.as_("editor") as editor:
        shown = (await editor.get(f"{base}/incidents/{held['id']}")).json()
        (listed,) = (await editor.get(f"{base}/exhibits")).json()["items"]
        counts = (await editor.get(f"{base}/evidence")).json()["by_level"]
    assert (shown["level"], shown["levels"], shown["withheld"]) == ("contributors", {"where": "contributors"}, [])
    assert (listed["level"], listed["title"], counts) == ("contributors", "Verdict", {"contributors": 1})


async def test_strangers_learn_nothing_and_contributors_only_what_is_for_them(reports: Running) -> None:
    report_id = (await create(reports))["id"]
    await _contributor_to(reports, report_id)
    made = await post(reports, f"/reports/{report_id}/incidents", incident(levels={"text": "editors"}))
    path = f"/reports/{report_id}/incidents/{made['id']}"
    async with reports.as_("member") as stranger:
        assert (await stranger.get(path)).status_code == 404
        assert (await stranger.get(f"/reports/{report_id}/evidence")).status_code == 404
    async with reports.as_("member", organisation_ids=[ORGANISATION]) as contributor:
        shown = (await contributor.get(path)).json()
        opened = await contributor.post(f"{path}/opening", json={"reason": "Curious"})
        own = await contributor.post(f"/reports/{report_id}/incidents", json=incident(level="editors"))
        again = await contributor.post(f"{own.headers['location']}/opening", json={"reason": "To check it"})
        log = await contributor.get(f"/reports/{report_id}/custody")
    assert (shown["withheld"], shown["mine"], shown["text"]) == (["text"], False, None)
    assert (opened.status_code, opened.json()["code"]) == (403, "recorded-by-others")
    assert (own.status_code, again.status_code, log.status_code) == (201, 200, 403)


async def test_a_file_is_taken_in_once_and_handed_out_by_name(reports: Running) -> None:
    report_id = (await create(reports))["id"]
    made = await exhibit(reports, report_id, b"What the witness said.", file_name="anna.txt")
    path = f"/reports/{report_id}/exhibits/{made['id']}"
    assert (made["title"], made["file_name"], made["size"]) == (None, None, 22)
    async with reports.as_("editor") as editor:
        other = await editor.put(f"{path}/content", content=b"Something else.")
        program = await editor.put(f"{path}/content", content=b"MZ\x00\x01")
        without = await editor.post(f"{path}/handing-out", json={})
        given = await editor.post(f"{path}/handing-out", json={"reason": "Court asked for it"})
        row = (await editor.get(f"/reports/{report_id}/custody?limit=1")).json()["items"][0]
    assert (other.json()["code"], program.json()["code"]) == ("file-taken-in", "file-type-not-allowed")
    assert (without.json()["code"], given.content) == ("reason-needed", b"What the witness said.")
    assert "anna" not in given.headers["content-disposition"]
    assert (row["what"], row["sha256"], row["note"]) == ("handed-out", made["sha256"], "Court asked for it")


async def test_a_claim_needs_its_passage_and_a_source(reports: Running) -> None:
    report = await create(reports)
    base, reader = f"/reports/{report['id']}", reports.storage.reader
    await write(reports, report, "In October *two people* were arrested.")
    made = await post(reports, f"{base}/incidents", incident(sources=[]))
    link = {
        "section": "political-persecution",
        "language": "en",
        "quote": "two people were arrested",
        "incident_ids": [made["id"]],
    }
    async with reports.as_("editor") as editor:
        wrong = await editor.post(f"{base}/claims", json={**link, "quote": "three people"})
    assert wrong.json()["code"] == "passage-not-found"
    claim = await post(reports, f"{base}/claims", link)
    assert (claim["incident_ids"], claim["protected"]) == ([made["id"]], 0)
    assert [each.code for each in await points(reader, report["id"])] == ["claim-without-source"]
    async with reports.as_("editor") as editor:
        path = f"{base}/incidents/{made['id']}"
        answer = await editor.put(path, json=incident(level="protected"), headers={"If-Match": '"1"'})
        assert answer.status_code == 200, answer.text
        (shown,) = (await editor.get(f"{base}/claims")).json()
    assert (shown["incident_ids"], shown["protected"]) == ([], 1)
    assert await points(reader, report["id"]) == ()
    await write(reports, report, "Nobody was arrested.")
    (point,) = await points(reader, report["id"])
    assert (point.code, point.field) == ("claim-passage-gone", "sections.political-persecution.en")


async def test_who_is_erased_is_forgotten_and_the_log_still_holds(reports: Running) -> None:
    report_id, person_id = (await create(reports))["id"], new_id()
    base = f"/reports/{report_id}"
    party = await post(reports, f"{base}/parties", {"names": [NAME]}, person_id=person_id)
    await post(reports, f"{base}/incidents", incident(), person_id=person_id)
    await post(reports, f"{base}/parties/{party['id']}/opening", {"reason": "My own cousin"}, person_id=person_id)
    async with reports.as_("editor") as editor:
        assert (await editor.post(f"{base}/parties/{party['id']}/erasure")).status_code == 204
    await reports.deliver(consumer, PersonErased(person_id=person_id, revision=2))
    reader = reports.storage.reader
    held = [str(row) for name in ("incidents", "parties", "custody") async for row in reader[name].stream({})]
    assert not [row for row in held if person_id in row or "cousin" in row]
    assert await reader["evidence_keys"].find_one({"_id": party["id"]}) is None
    async with reports.as_("editor") as editor:
        found = (await editor.get(f"{base}/custody/verification")).json()
    assert (found["rows"], found["forgotten"], found["faults"]) == (4, 3, [])


async def test_older_pieces_are_found_by_their_words_as_far_as_these_are_for_the_reader(reports: Running) -> None:
    report_id = (await create(reports))["id"]
    base = f"/reports/{report_id}"
    hidden = await post(reports, f"{base}/parties", {"names": [NAME], "label": "a defender"})
    named = await post(reports, f"{base}/parties", {"names": ["Alena Bialacka"], "level": "editors"})
    arrest = await post(reports, f"{base}/incidents", incident())
    file = await exhibit(reports, report_id, b"What was seen.", level="editors")
    for _ in range(3):
        await post(reports, f"{base}/parties", {"names": ["Somebody else"], "level": "editors"})
    async with reports.as_("editor") as editor:

        async def ids(path: str, **query: Any) -> list[str]:
            answer = await editor.get(f"{base}/{path}", params=query)
            assert answer.status_code == 200, answer.text
            return [each["id"] for each in answer.json()["items"]]

        assert await ids("parties", q="bialack", limit=1) == [named["id"]], "a protected name is found by nobody"
        assert await ids("parties", q="DEFENDER") == [hidden["id"]]
        assert await ids("parties", q=hidden["id"][-6:]) == [hidden["id"]]
        assert await ids("parties", id=[named["id"], new_id()], limit=1) == [named["id"]]
        assert await ids("incidents", q="before the meeting") == [arrest["id"]]
        assert await ids("exhibits", q="testimony") == [file["id"]]
        first = (await editor.get(f"{base}/parties", params={"q": "somebody", "limit": 2})).json()
        rest = (await editor.get(f"{base}/parties", params={"q": "somebody", "after": first["next"]})).json()
    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)


async def test_a_file_that_never_came_counts_for_nothing_and_nothing_rests_on_it(reports: Running) -> None:
    report = await create(reports)
    base, member = f"/reports/{report['id']}", new_id()
    await _contributor_to(reports, report["id"])
    await write(reports, report, "In October two people were arrested.")
    claim = {"section": "political-persecution", "language": "en", "quote": "two people were arrested"}
    async with reports.as_("member", person_id=member, organisation_ids=[ORGANISATION]) as contributor:
        announced = (await contributor.post(f"{base}/exhibits", json={"title": "Account"})).json()
        path = f"{base}/exhibits/{announced['id']}"
        linked = await contributor.post(f"{base}/claims", json={**claim, "exhibit_ids": [announced["id"]]})
        counts = (await contributor.get(f"{base}/evidence")).json()
        opened = await contributor.post(f"{path}/opening", json={"reason": "To relabel it"})
        erased = await contributor.post(f"{path}/erasure")
        kept = (await contributor.post(f"{base}/exhibits", json={"title": "Account"})).json()
        await contributor.put(f"{base}/exhibits/{kept['id']}/content", content=b"What was seen.")
        refused = await contributor.post(f"{base}/exhibits/{kept['id']}/erasure")
    assert (linked.status_code, linked.json()["code"], counts["exhibits"]) == (422, "exhibit-without-file", 0)
    assert (announced["title"], opened.json()["title"], erased.status_code) == (None, "Account", 204)
    assert (refused.status_code, refused.json()["code"]) == (403, "editors-only")
    sourced = incident(sources=[{"exhibit_id": (await post(reports, f"{base}/exhibits", {"title": "Gone"}))["id"]}])
    made = await post(reports, f"{base}/incidents", sourced)
    await post(reports, f"{base}/claims", {**claim, "incident_ids": [made["id"]]})
    assert [each.code for each in await points(reports.storage.reader, report["id"])] == ["claim-without-source"]
