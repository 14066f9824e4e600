"""A name that the evidence protects stops publication wherever it was written, until it is gone everywhere."""

from typing import Any

from services.reports.publication import protected
from shared.testing.stack import Running
from tests.reports.builders import create, publish_over_http, published, write
from tests.reports.evidence import post
from tests.reports.pdf_text import text_of
from tests.reports.pictures import png
from tests.reports.writers import Writer, accept, plan

NAME = "Alena Zacharevič"
FORMS = ("zacharev", "Захарэвіч", "Захаревич")
INDICATOR: dict[str, Any] = {
    "title": {"en": "Closed newspapers"},
    "note": {"en": "As Zacharevič said."},
    "source": {"en": "Own count"},
    "step": "year",
    "period_from_on": "2008-01-01",
    "period_to_on": "2008-12-31",
    "series": [{"label": {"en": "Closed"}, "values": ["3"]}],
}


async def planted(reports: Running) -> tuple[dict[str, Any], str, dict[str, Any]]:
    """Return a report with a protected name in a text, in the words for a picture, and in the note of an indicator.

    The picture's file names her, too, which is cut out as it comes in.
    """
    report = await create(reports)
    await post(reports, f"/reports/{report['id']}/parties", {"names": [NAME, "Алена Захарэвіч"]})
    async with reports.as_("editor") as editor:
        sent = await editor.post(
            f"/reports/{report['id']}/images",
            content=png(4, 3, (b"tEXt", f"Author\0{NAME}".encode())),
            headers={"Content-Type": "image/png"},
        )
        assert sent.status_code == 201, sent.text
        image = sent.json()
        etag = sent.headers["etag"]
        described = await editor.put(
            f"/reports/{report['id']}/images/{image['id']}/description",
            json={"alt": {"en": "А. Захарэвіч у судзе"}},
            headers={"If-Match": etag},
        )
        assert described.status_code == 200, described.text
    await write(reports, report, f"![](image:{image['id']})\n\nПры **Захар**эвіч гэтага не было.")
    indicator = await post(reports, f"/reports/{report['id']}/indicators", INDICATOR)
    return report, image["id"], indicator


async def test_a_protected_name_is_found_in_text_alt_text_and_note_and_nothing_of_it_is_ever_in_print(
    reports: Running, caplog: Any
) -> None:
    report, image_id, indicator = await planted(reports)
    refused = await publish_over_http(reports, report["id"])
    places = {(each["field"], each["line"]) for each in refused.json()["errors"]}
    assert (refused.status_code, refused.json()["code"]) == (422, "protected-name")
    assert places == {
        (f"images.{image_id}.alt.en", 1),
        (f"indicators.{indicator['id']}.note.en", 1),
        *((f"sections.{key}.text.en", 3) for key in report["sections"]),
    }
    assert_nothing(refused.text)

    async with reports.as_("editor") as editor:
        path = f"/reports/{report['id']}/images/{image_id}/description"
        etag = (await editor.get(path)).headers["etag"]
        await editor.put(path, json={"alt": {"en": "A woman in court"}}, headers={"If-Match": etag})
        path = f"/reports/{report['id']}/indicators/{indicator['id']}"
        tag = (await editor.get(path)).headers["etag"]
        changed = await editor.put(path, json={**INDICATOR, "note": {}}, headers={"If-Match": tag})
        assert changed.status_code == 200, changed.text
    await write(reports, report, f"![](image:{image_id})\n\nA woman was not let in.")
    answer = await publish_over_http(reports, report["id"])
    assert answer.status_code == 201, answer.text

    base = f"/reports/{report['id']}"
    async with reports.as_() as reader:
        read = [
            await reader.get(path)
            for path in (base, f"{base}/editions/1", f"{base}/editions/1/content", "/feed.atom", "/library")
        ]
        pdf = await reader.get(f"{base}/editions/1/pdf")
        picture = await reader.get(f"{base}/images/{image_id}")
    assert [each.status_code for each in (*read, pdf, picture)] == [200] * 7
    for each in read:
        assert_nothing(each.text)
    assert_nothing(text_of(pdf.content), pdf.content.decode("latin-1"), picture.content.decode("latin-1"))
    assert_nothing(*(str(each) for each in await reports.published()), caplog.text)


def assert_nothing(*texts: str) -> None:
    """Fail when a form of the name stands in one of ``texts``."""
    assert [form for text in texts for form in FORMS if form.casefold() in text.casefold()] == []


async def test_a_line_about_somebody_else_of_the_name_is_cleared_by_a_coordinator_with_a_reason(
    reports: Running,
) -> None:
    report = await create(reports)
    await post(reports, f"/reports/{report['id']}/parties", {"names": [NAME]})
    await write(reports, report, "Quiet.")
    async with reports.as_("editor") as editor:
        path = f"/reports/{report['id']}/sections/media-freedom/en"
        etag = (await editor.get(path)).headers["etag"]
        await editor.put(path, json={"text": "Said minister Zacharevič."}, headers={"If-Match": etag})
    base = f"/reports/{report['id']}/release"
    command = {"place": "sections.media-freedom.text.en", "line": 1, "because": "The minister bears the same name."}
    async with reports.as_("coordinator") as coordinator:
        nowhere = await coordinator.post(f"{base}/cleared", json={**command, "line": 7})
        cleared = await coordinator.post(f"{base}/cleared", json=command)
        mark = cleared.json()["cleared"][0]["mark"]
        assert (nowhere.status_code, cleared.status_code) == (404, 201)
        await coordinator.delete(f"{base}/cleared/{mark}")
        assert (await publish_over_http(reports, report["id"])).status_code == 422
        await coordinator.post(f"{base}/cleared", json=command)
    assert (await publish_over_http(reports, report["id"])).status_code == 201


async def test_no_notice_to_readers_names_somebody_who_is_protected_and_the_word_is_shown(reports: Running) -> None:
    report = await published(reports)
    await post(reports, f"/reports/{report['id']}/parties", {"names": [NAME]})
    await write(reports, report, "Somebody was held.")
    async with reports.as_("editor") as editor:
        base = f"/reports/{report['id']}"
        said = {"en": "It put\nAlena Zacharevič in danger."}
        corrected = await editor.post(f"{base}/correction", json={"erratum": said})
        withdrawn = await editor.post(f"{base}/withdrawal", json={"reason": said})
        there = await editor.get(f"{base}/editions")
        again = await editor.post(f"{base}/withdrawal", json={"reason": {"en": "It put somebody in danger."}})
    assert [(each.status_code, each.json()["code"]) for each in (corrected, withdrawn)] == [(422, "protected-name")] * 2
    (erratum,), (reason,) = corrected.json()["errors"], withdrawn.json()["errors"]
    assert (erratum["field"], reason["field"]) == ("erratum.text.en", "reason.en")
    assert [(each["line"], each["word"]) for each in (erratum, reason)] == [(2, 2)] * 2
    assert (len(there.json()["items"]), again.status_code) == (1, 200)
    assert_nothing(corrected.text, withdrawn.text, *(str(each) for each in await reports.published()))


async def test_whatever_an_organisation_under_a_pseudonym_is_called_is_searched_for_and_must_be_known(
    reports: Running,
) -> None:
    report, hidden = await create(reports, "en", "be"), Writer(reports)
    who: dict[str, Any] = {"credit": {"en": "Legal Initiative"}, "pseudonymous": True}
    await plan(reports, report["id"], hidden.contributor("media-freedom", **who))
    await write(reports, report, "Quiet.")
    await accept(reports, report["id"], "media-freedom")
    await hidden.sign(report["id"], "media-freedom")
    unknown = await publish_over_http(reports, report["id"])
    found = [(each["code"], each["field"]) for each in unknown.json()["errors"]]
    assert found == [("hidden-name-missing", "contributors.0.be")]
    who |= {"credit": {"en": "Legal Initiative", "be": "Прававая ініцыятыва"}, "names": ["LIB", "Брестская інiцыятыва"]}
    await plan(reports, report["id"], hidden.contributor("media-freedom", **who))
    about = {"en": "As LIB says.", "be": "Кажа Прававая ініцыятыва."}
    async with reports.as_("editor") as editor:
        for language, text in about.items():
            path = f"/reports/{report['id']}/sections/freedom-of-assembly/{language}"
            etag = (await editor.get(path)).headers["etag"]
            await editor.put(path, json={"text": text}, headers={"If-Match": etag})
    refused = await publish_over_http(reports, report["id"])
    places = {(each["code"], each["field"]) for each in refused.json()["errors"]}
    assert places == {("protected-name", f"sections.freedom-of-assembly.text.{each}") for each in about}
    await write(reports, report, "Quiet.")
    assert (await publish_over_http(reports, report["id"])).status_code == 201
    async with reports.as_() as reader:
        read = (await reader.get(f"/reports/{report['id']}/editions/1/content")).text
    assert [each for each in ("LIB", "Legal", "Прававая", "Брест") if each in read] == []


async def test_a_name_that_the_evidence_of_another_report_protects_is_found_too_until_it_is_erased(
    reports: Running, monkeypatch: Any
) -> None:
    earlier, report = await create(reports), await create(reports)
    path = f"/reports/{earlier['id']}/parties"
    party = await post(reports, path, {"names": ["Rahneda Żyznieŭskaja"]})
    open_ = await post(reports, path, {"names": ["Hienadź Pałačanin"], "level": "public"})
    await write(reports, report, "Quiet. Pałačanin spoke.\n\nРагнеда Жизневская was there.")
    refused = await publish_over_http(reports, report["id"])
    assert {(each["code"], each["line"], each["about"]) for each in refused.json()["errors"]} == {
        ("protected-name", 3, earlier["id"])
    }
    async with reports.as_("editor") as editor:
        monkeypatch.setattr(protected, "MAX_SEARCHED", 0)
        checklist = (await editor.get(f"/reports/{report['id']}/publication")).json()
        assert [each["code"] for each in checklist["whole"]] == ["names-not-searched"]  # and nothing is published
        monkeypatch.undo()
        tag = (await editor.get(f"{path}/{open_['id']}")).headers["etag"]
        body = {"names": ["Hienadź Pałačanin"], "level": "protected"}
        assert (await editor.put(f"{path}/{open_['id']}", json=body, headers={"If-Match": tag})).status_code == 200
        refused = await publish_over_http(reports, report["id"])
        assert {each["line"] for each in refused.json()["errors"]} == {1, 3}
        for each in (party, open_):
            assert (await editor.post(f"{path}/{each['id']}/erasure")).status_code == 204
    assert (await publish_over_http(reports, report["id"])).status_code == 201
