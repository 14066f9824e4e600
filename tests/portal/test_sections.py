"""Writing a section in a browser: saving, previews, three texts, what was not saved, revisions, comments, pictures."""

from typing import Any

import httpx2
import pytest

from shared.ids import new_id
from tests.portal.fake import Portal, problem

REPORT, IMAGE, THREAD = new_id(), new_id(), new_id()
SERVED = f"/reports/{REPORT}/sections/media-freedom/en"
PAGE = f"/en{SERVED}"
SECTION = {"key": "media-freedom", "language": "en", "heading": "Media freedom", "text": "Theirs.", "revision": 4}
DESK = {"section": SECTION, "report_title": {"en": "Monitoring report"}, "guidance": "What changed?", "may_write": True}
FORM = {"title": "", "text": "Ours <b>.\r\n", "revision": "3", "step": "save"}
AUTHOR = {"role": "contributor", "mine": False, "name": {"en": "Organisation C"}}
AT = "2026-11-22T09:31:00Z"


@pytest.fixture
def desk(portal: Portal) -> Portal:
    """The portal, with a section that its visitor may write."""
    portal.services.plays |= {f"GET {SERVED}/desk": DESK}
    return portal


async def test_a_section_is_saved_on_top_of_the_revision_that_was_seen(desk: Portal) -> None:
    desk.services.plays[f"PUT {SERVED}"] = {**SECTION, "revision": 4}
    async with desk.browser("member") as browser:
        shown = await browser.get(PAGE)
        answer = await browser.post(PAGE, data=FORM)
    assert "What changed?" in shown.text
    assert answer.headers["location"] == f"{PAGE}?done=saved"
    assert desk.services.changes()[0].headers["if-match"] == '"3"'
    assert desk.services.body() == {"title": None, "text": "Ours <b>.\n"}


@pytest.mark.parametrize(("joined", "stands"), [("Both.", "Both."), (None, "Ours &lt;b&gt;.")])
async def test_whoever_saves_second_sees_three_texts_and_loses_nothing(
    desk: Portal, joined: str | None, stands: str
) -> None:
    desk.services.plays |= {
        f"PUT {SERVED}": problem(412, "changed-meanwhile"),
        f"POST {SERVED}/comparison": {
            "base": "Once.",
            "theirs": SECTION,
            "their_changes": [{"kind": "removed", "text": "Once."}, {"kind": "added", "text": "Theirs."}],
            "my_changes": [{"kind": "removed", "text": "Once."}, {"kind": "added", "text": "Ours <b>."}],
            "joined": joined,
        },
    }
    async with desk.browser("member") as browser:
        answer = await browser.post(PAGE, data=FORM)
    assert answer.status_code == 412
    assert ("<ins>Theirs.</ins>" in answer.text, "<ins>Ours &lt;b&gt;.</ins>" in answer.text) == (True, True)
    assert f"\n{stands}" in answer.text[answer.text.index("<textarea") :]
    assert '<input type="hidden" name="revision" value="4">' in answer.text


async def test_a_preview_saves_nothing_and_keeps_what_was_typed(desk: Portal) -> None:
    desk.services.plays[f"POST {SERVED}/preview"] = {"html": "<p>As it will be</p>"}
    async with desk.browser("member") as browser:
        answer = await browser.post(PAGE, data={**FORM, "step": "preview"})
    assert [each.method for each in desk.services.changes()] == ["POST"]
    assert ("<p>As it will be</p>" in answer.text, "Ours &lt;b&gt;." in answer.text) == (True, True)
    assert '<input type="hidden" name="revision" value="3">' in answer.text


async def test_what_is_typed_is_kept_while_somebody_types_and_offered_again(desk: Portal) -> None:
    kept = {"title": "", "text": "Half a sent", "seen": 3, "kept_at": AT, "revision": 4}
    desk.services.plays |= {
        f"PUT {SERVED}/unsaved": kept,
        f"GET {SERVED}/desk": {**DESK, "unsaved": kept},
        f"DELETE {SERVED}/unsaved": httpx2.Response(204),
    }
    async with desk.browser("member") as browser:
        answer = (await browser.post(f"{PAGE}/unsaved", data=FORM)).json()
        offered = await browser.get(PAGE)
        taken = await browser.get(f"{PAGE}?take=1")
        dropped = await browser.post(f"{PAGE}/unsaved/drop", data={})
    assert answer["kept"].startswith("Kept for you at ")
    assert answer["newer"].startswith("Somebody else has saved meanwhile.")
    assert f'href="{PAGE}?take=1"' in offered.text
    assert ("Half a sent" in taken.text, 'name="revision" value="3"' in taken.text) == (True, True)
    assert dropped.headers["location"] == f"{PAGE}?done=dropped"


@pytest.mark.parametrize("changes", [{"may_write": False}, {"under_review": True}])
async def test_whoever_may_not_change_a_section_reads_it_and_comments(desk: Portal, changes: dict[str, Any]) -> None:
    desk.services.plays |= {
        f"GET {SERVED}/desk": {**DESK, **changes},
        f"POST {SERVED}/preview": {"html": "<p>Theirs.</p>"},
    }
    async with desk.browser("member") as browser:
        answer = await browser.get(PAGE)
    assert ("<p>Theirs.</p>" in answer.text, "<textarea" in answer.text) == (True, False)
    assert f'href="{PAGE}/comments"' in answer.text


async def test_revisions_say_what_changed_and_can_be_brought_back(desk: Portal) -> None:
    row = {"number": 3, "saved_at": AT, "saved_by": AUTHOR}
    pieces = [{"kind": "same", "text": "Held: "}, {"kind": "added", "text": "<twelve>"}]
    desk.services.plays |= {
        f"GET {SERVED}/revisions": {"items": [row], "next": None},
        f"GET {SERVED}/revisions/3": {**row, "text": "Held: <twelve>", "changes": pieces, "compared_with": 2},
        f"POST {SERVED}/revisions/3/restoration": SECTION,
    }
    async with desk.browser("member") as browser:
        listed = await browser.get(f"{PAGE}/revisions")
        one = await browser.get(f"{PAGE}/revisions/3")
        back = await browser.post(f"{PAGE}/revisions/3/restore", data={"revision": "4"})
    assert "Organisation C" in listed.text
    assert "Held: <ins>&lt;twelve&gt;</ins>" in one.text
    assert back.headers["location"] == f"{PAGE}?done=restored"
    assert desk.services.changes()[-1].headers["if-match"] == '"4"'


async def test_comments_are_begun_answered_and_settled(desk: Portal) -> None:
    remark = {"author": {**AUTHOR, "mine": True}, "text": "Say <where>.", "said_at": AT}
    thread = {"id": THREAD, "quote": "Theirs.", "still_there": False, "may_settle": True, "remarks": [remark]}
    desk.services.plays |= {
        f"GET /reports/{REPORT}/comments": {"items": [thread], "next": None},
        f"POST {SERVED}/comments": {},
        f"POST /reports/{REPORT}/comments/{THREAD}/remarks": {},
        f"PUT /reports/{REPORT}/comments/{THREAD}/state": {},
    }
    async with desk.browser("member") as browser:
        listed = await browser.get(f"{PAGE}/comments")
        begun = await browser.post(f"{PAGE}/comments", data={"quote": "Theirs.", "text": "Say where.", "key": "k"})
        empty = await browser.post(f"{PAGE}/comments", data={"quote": "", "text": " "})
        replied = await browser.post(f"{PAGE}/comments/{THREAD}", data={"step": "reply", "text": "In Hrodna."})
        settled = await browser.post(f"{PAGE}/comments/{THREAD}", data={"step": "resolved", "text": ""})
    assert "Say &lt;where&gt;." in listed.text
    assert "no longer stands there" in listed.text
    assert [each.headers.get("location") for each in (begun, replied, settled)] == [
        f"{PAGE}/comments?done=commented",
        f"{PAGE}/comments?done=commented",
        f"{PAGE}/comments?done=settled",
    ]
    assert (empty.status_code, '<a href="#text">' in empty.text) == (422, True)
    assert desk.services.body() == {"state": "resolved"}


async def test_a_picture_is_sent_with_its_words_and_shown(desk: Portal) -> None:
    image = {"id": IMAGE, "revision": 1, "width": 40, "height": 30, "markdown": f"![](image:{IMAGE})"}
    report = {"id": REPORT, "title": {"en": "R"}, "period_from_on": "2008-10-01", "period_to_on": "2008-12-31"}
    images = f"/reports/{REPORT}/images"
    desk.services.plays |= {
        f"GET /reports/{REPORT}": {**report, "languages": ["en", "pl"]},
        f"GET {images}": [image],
        f"POST {images}": image,
        f"PUT {images}/{IMAGE}/description": image,
        f"GET {images}/{IMAGE}": httpx2.Response(
            200, content=b"\x89PNG", headers={"Content-Type": "image/png", "Cache-Control": "private, no-cache"}
        ),
    }
    words = {"alt-new-en": "A closed  newsroom", "caption-new-en": "Minsk"}
    async with desk.browser("member") as browser:
        listed = await browser.get(f"/en{images}")
        added = await browser.post(f"/en{images}", data=words, files={"file": ("a.png", b"\x89PNG", "image/png")})
        said = desk.services.body()
        none = await browser.post(f"/en{images}", data=words)
        shown = await browser.get(f"/en{images}/{IMAGE}")
        desk.services.plays[f"POST {images}"] = problem(422, "image-moves")
        moving = await browser.post(f"/en{images}", data=words, files={"file": ("a.png", b"\x89PNG", "image/png")})
    assert f"![](image:{IMAGE})" in listed.text
    assert "Not described in every language" in listed.text
    assert added.headers["location"] == f"/en{images}?done=described"
    assert said == {"alt": {"en": "A closed newsroom"}, "caption": {"en": "Minsk"}}
    assert (none.status_code, '<a href="#file">' in none.text) == (422, True)
    assert (shown.content, shown.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert (moving.status_code, "does not move" in moving.text) == (422, True)
