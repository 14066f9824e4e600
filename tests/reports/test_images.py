"""Pictures: freed of what they tell, refused when they are none, shown to those who may, described in words."""

from typing import Any

import pytest

from services.reports.images import actions, domain
from services.reports.images.cleaning import clean
from services.reports.images.domain import Image
from services.reports.images.store import FILES
from services.reports.publication.around import Around
from services.reports.publication.markdown import pictures_in
from shared.ids import new_id, utc_now
from shared.problems import Invalid, TooLarge
from shared.testing.stack import Running
from tests.reports.builders import create
from tests.reports.drafting import begin
from tests.reports.pictures import JPEG, LOSSLESS, SECRET, WEBP, photograph, png, webp


def test_what_a_picture_tells_beside_itself_does_not_come_through() -> None:
    spoken = png(4, 3, (b"tEXt", b"Comment\0" + SECRET), (b"eXIf", SECRET), (b"prVt", SECRET)) + SECRET
    assert (clean(photograph()).data, clean(spoken).data, clean(webp()).data) == (JPEG, png(), WEBP)
    assert (clean(LOSSLESS).data, clean(JPEG).data) == (LOSSLESS, JPEG)


@pytest.mark.parametrize("upright", range(1, 9))
def test_of_what_a_camera_says_only_which_side_is_up_is_kept(upright: int) -> None:
    found = [clean(photograph(upright)), clean(webp(upright))]
    shown = (8, 16) if upright > 4 else (16, 8)
    assert [(each.width, each.height) for each in found] == [shown, shown]
    assert [SECRET in each.data for each in found] == [False, False]
    assert [(b"\x01\x12\0\x03\0\0\0\x01\0" + bytes([upright])) in each.data for each in found] == [upright > 1] * 2
    assert [clean(each.data) for each in found] == found


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "image-type-not-allowed"),
        (b"GIF89a", "image-type-not-allowed"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image-type-not-allowed"),
        (b"%PDF-1.7", "image-type-not-allowed"),
        (png()[:-20], "image-not-valid"),
        (png().replace(b"IDAT", b"IDAX"), "image-not-valid"),
        (png(4, 3)[:20] + png(5, 3)[20:], "image-not-valid"),
        (JPEG[:-2], "image-not-valid"),
        (JPEG[:100], "image-not-valid"),
        (b"\xff\xd8\xff\xd9", "image-not-valid"),
        (WEBP[:-8], "image-not-valid"),
        (b"RIFF\x04\0\0\0WEBP", "image-not-valid"),
        (png(10_001, 1), "image-too-many-pixels"),
        (png(1, 1, (b"acTL", bytes(8))), "image-moves"),
        (b"RIFF" + (16).to_bytes(4, "little") + b"WEBPANIM" + bytes(8), "image-moves"),
    ],
    ids=range(15),
)
def test_what_is_no_picture_or_a_broken_one_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean(data)
    assert refused.value.code == code


def test_pictures_that_are_too_large_together_are_refused() -> None:
    def added(*others: Image) -> Image:
        told: dict[str, Any] = {"file_id": new_id(), "sha256": "0" * 64, "by": new_id(), "now": utc_now()}
        return domain.add(new_id(), clean(png()), others=others, **told)

    first = added()
    room = domain.MAX_TOGETHER - first.size
    assert added(first.evolve(size=room)).size == first.size
    with pytest.raises(TooLarge) as refused:
        added(first.evolve(size=room), first)
    assert refused.value.code == "images-too-large"


def test_a_picture_that_unpacks_to_more_than_it_says_is_refused() -> None:
    bomb = png(1000, 1000)
    header = png(2, 2)[:33]
    with pytest.raises(Invalid):
        clean(header + bomb[33:])


async def add(reports: Running, report_id: str, data: bytes) -> dict[str, Any]:
    async with reports.as_("editor") as editor:
        answer = await editor.post(f"/reports/{report_id}/images", content=data)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_a_picture_is_kept_clean_and_given_as_what_it_is(reports: Running) -> None:
    report = await create(reports)
    image = await add(reports, report["id"], photograph(6))
    again = await add(reports, report["id"], photograph(6))
    async with reports.as_("editor") as editor:
        answer = await editor.get(f"/reports/{report['id']}/images/{image['id']}")
        unchanged = await editor.get(answer.url.path, headers={"If-None-Match": answer.headers["etag"]})
    assert again == image
    assert (image["content_type"], image["width"], image["height"]) == ("image/jpeg", 8, 16)
    assert (answer.content, unchanged.status_code) == (clean(photograph(6)).data, 304)
    assert answer.headers["content-type"] == "image/jpeg"
    assert "sandbox" in answer.headers["content-security-policy"]


async def test_what_is_too_large_or_no_picture_leaves_nothing_behind(reports: Running) -> None:
    report = await create(reports)
    async with reports.as_("editor") as editor:
        none = await editor.post(f"/reports/{report['id']}/images", content=b"<svg/>")
        large = await editor.post(f"/reports/{report['id']}/images", content=bytes(8_000_001))
        listed = (await editor.get(f"/reports/{report['id']}/images")).json()
    assert (none.status_code, none.json()["code"], large.status_code, listed) == (
        422,
        "image-type-not-allowed",
        413,
        [],
    )


async def test_a_picture_of_a_draft_is_for_those_who_write_it_and_a_published_one_for_all(reports: Running) -> None:
    report = await create(reports)
    image = await add(reports, report["id"], png(shade=7))
    path = f"/reports/{report['id']}/images/{image['id']}"
    async with reports.as_() as stranger, reports.as_("member") as member:
        before = [(await each.get(path)).status_code for each in (stranger, member)]
        listed = (await member.get(f"/reports/{report['id']}/images")).status_code
        known = await actions.known_to(reports.storage.reader, report["id"])
        await reports.storage.transact(actions.shown_in, report["id"], 1, known.values())
        after = [(await each.get(path)).status_code for each in (stranger, member)]
        await reports.storage.transact(actions.withdraw, report["id"])
        withdrawn = [(await each.get(path)).status_code for each in (stranger, member)]
    assert (before, listed, after, withdrawn) == ([404, 404], 404, [200, 200], [404, 404])


async def test_a_report_waits_until_every_picture_is_there_and_described_in_the_language_of_its_text(
    reports: Running,
) -> None:
    report = await create(reports, "en", "pl")
    image = await add(reports, report["id"], png(shade=9))
    gone = new_id()
    texts = {
        ("media-freedom", "en"): f"![](image:{image['id']})\n\n![a map](image:{image['id']})",
        ("media-freedom", "pl"): f"![](image:{image['id']})",
        ("freedom-of-assembly", "en"): f"![there](image:{gone})",
    }
    description = f"/reports/{report['id']}/images/{image['id']}/description"
    async with reports.as_("editor") as editor:
        for (key, language), text in texts.items():
            answer = await editor.put(
                f"/reports/{report['id']}/sections/{key}/{language}", json={"text": text}, headers={"If-Match": "1"}
            )
            assert answer.status_code == 200, answer.text
        before = await actions.points(reports.storage.reader, report["id"])
        unseen = await editor.put(description, json={"alt": {"pl": "Mapa"}})
        said = await editor.put(description, json={"alt": {"en": "A map", "pl": "Mapa"}}, headers={"If-Match": "1"})
        stale = await editor.put(description, json={"alt": {}}, headers={"If-Match": "1"})
    after = await actions.points(reports.storage.reader, report["id"])
    assert [(point.code, point.field) for point in before] == [
        ("alt-text-missing", "sections.media-freedom.en"),
        ("image-missing", "sections.freedom-of-assembly.en"),
        ("alt-text-missing", "sections.media-freedom.pl"),
    ]
    assert [each.status_code for each in (unseen, said, stale)] == [428, 200, 412]
    assert [(point.code, point.field) for point in after] == [("image-missing", "sections.freedom-of-assembly.en")]


async def test_pictures_of_practices_are_described_too_and_letters_that_nobody_sees_describe_nothing(
    reports: Running,
) -> None:
    report = await create(reports, kind="book-of-good-practices")
    image = await add(reports, report["id"], png(shade=13))
    unseen = f"![\u200b\u2060](image:{image['id']})"
    practice: dict[str, Any] = {
        "kind": "project",
        "title": {"en": "A club"},
        "text": {"en": f"{unseen}\n\n![x](image:{new_id()})"},
    }
    async with reports.as_("editor") as editor:
        made = await editor.post(f"/reports/{report['id']}/practices", json=practice)
        assert made.status_code == 201, made.text
        before = await actions.points(reports.storage.reader, report["id"])
        description = f"/reports/{report['id']}/images/{image['id']}/description"
        said = await editor.put(description, json={"alt": {"en": "A map"}}, headers={"If-Match": "1"})
        assert said.status_code == 200, said.text
    place = f"practices.{made.json()['id']}.text.en"
    after = await actions.points(reports.storage.reader, report["id"])
    assert [(each.code, each.field) for each in before] == [("alt-text-missing", place), ("image-missing", place)]
    assert [each.code for each in after] == ["image-missing"]
    known = await actions.known_to(reports.storage.reader, report["id"])
    (shown, _) = pictures_in(practice["text"]["en"])
    assert Around(pictures=known).alt(shown) == "A map"


async def test_a_removed_picture_comes_back_and_one_that_an_edition_shows_is_never_forgotten(reports: Running) -> None:
    report = await create(reports)
    kept, lost = [await add(reports, report["id"], png(shade=shade)) for shade in (11, 12)]
    reader, storage = reports.storage.reader, reports.storage
    pictures = await actions.known_to(reader, report["id"])
    await storage.transact(actions.shown_in, report["id"], 1, [pictures[kept["id"]]])
    async with reports.as_("editor") as editor:
        for image in (kept, lost):
            assert (await editor.post(f"/reports/{report['id']}/images/{image['id']}/removal")).status_code == 200
        back = await editor.post(f"/reports/{report['id']}/images/{lost['id']}/restoration")
        assert (back.status_code, back.json()["removed_at"]) == (200, None)
        await editor.post(f"/reports/{report['id']}/images/{lost['id']}/removal")
    for image in (kept, lost):
        known = await actions.one(reader, report["id"], image["id"], removed=True)
        await storage.transact(actions.forget_image, known)
    await FILES.sweep(storage, now=utc_now())
    async with reports.as_() as stranger:
        statuses = [
            (await stranger.get(f"/reports/{report['id']}/images/{image['id']}")).status_code for image in (kept, lost)
        ]
    assert statuses == [200, 404]
    assert await reader["images.files"].count({"metadata.sha256": lost["sha256"]}) == 0


async def test_only_whoever_sent_or_shows_a_picture_and_editors_say_what_it_shows_or_take_it_away(
    reports: Running,
) -> None:
    draft = await begin(reports)
    base = f"/reports/{draft.report_id}"
    async with draft.as_("open") as writer, draft.as_("hidden") as fellow, draft.as_("editor") as editor:
        image = (await writer.post(f"{base}/images", content=png())).json()
        path = f"{base}/images/{image['id']}"
        colleague = reports.as_("member", person_id=new_id(), organisation_ids=[draft.open_id])

        async def describe(client: Any, text: str) -> tuple[int, str]:
            seen = (await editor.get(f"{path}/description")).headers["etag"]
            answer = await client.put(f"{path}/description", json={"alt": {"en": text}}, headers={"If-Match": seen})
            return answer.status_code, answer.json().get("code", "")

        refused = [await describe(fellow, "Something else")]
        for step in ("removal", "restoration"):
            answer = await fellow.post(f"{path}/{step}")
            refused.append((answer.status_code, answer.json()["code"]))
        assert refused == [(403, "image-of-others")] * 3
        assert [await describe(each, f"By {place}") for place, each in enumerate((writer, colleague, editor))] == [
            (200, "")
        ] * 3
        key = "freedom-of-assembly"
        await draft.save("hidden", f"See ![](image:{image['id']}).", seen=1, key=key)
        assert await describe(fellow, "As our section shows it") == (200, "")
        await fellow.post(f"{base}/writing/{key}/submission")
        assert await describe(fellow, "Afterwards") == (409, "section-under-review")
        assert await describe(writer, "Afterwards") == (409, "section-under-review")
        assert await describe(editor, "By the editor") == (200, "")
