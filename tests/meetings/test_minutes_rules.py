"""Minutes: written in versions, proposed, approved, corrected with a reason; and HTML that can do no harm."""

import pytest

from services.meetings.meetings.domain import Meeting
from services.meetings.minutes import domain
from services.meetings.minutes.domain import Minutes, MoveMinutes, State, WriteMinutes
from services.meetings.minutes.markdown import to_html
from shared.ids import new_id
from shared.problems import Conflict, Invalid
from tests.meetings.builders import NOW, scheduled

BY = new_id()
MEETING = scheduled()


def text(words: str, reason: str = "") -> WriteMinutes:
    return WriteMinutes(text={"en": words}, reason=reason)


def begun(meeting: Meeting = MEETING, words: str = "We agreed.") -> Minutes:
    return domain.begin(meeting, "general", text(words), by=BY, now=NOW)[0]


def moved(minutes: Minutes, *states: State) -> Minutes:
    for state in states:
        minutes, _ = domain.move(minutes, MoveMinutes(state=state), now=NOW)
    return minutes


def test_every_text_is_a_version() -> None:
    minutes, version = domain.write(begun(), MEETING, text("We did not."), by=BY, now=NOW)
    assert (minutes.version, minutes.revision) == (2, 2)
    assert version is not None
    assert (version.version, version.text, version.by) == (2, {"en": "We did not."}, BY)


def test_the_same_text_is_no_version() -> None:
    minutes = begun()
    assert domain.write(minutes, MEETING, text("We agreed."), by=BY, now=NOW) == (minutes, None)


def test_minutes_are_proposed_before_they_are_approved() -> None:
    with pytest.raises(Conflict, match="minutes-not-proposed"):
        moved(begun(), "approved")
    minutes, event = domain.move(moved(begun(), "proposed"), MoveMinutes(state="approved"), now=NOW)
    assert (minutes.state, minutes.approved_version) == ("approved", 1)
    assert event is not None
    assert (event.version, event.languages, event.revision) == (1, ["en"], minutes.revision)


def test_approving_twice_is_told_once() -> None:
    approved = moved(begun(), "proposed", "approved")
    assert domain.move(approved, MoveMinutes(state="approved"), now=NOW) == (approved, None)


def test_a_proposal_can_be_taken_back_and_an_approval_cannot() -> None:
    assert moved(begun(), "proposed", "draft").state == "draft"
    with pytest.raises(Conflict, match="minutes-approved"):
        moved(begun(), "proposed", "approved", "draft")


def test_a_correction_after_the_approval_says_why_and_is_approved_anew() -> None:
    approved = moved(begun(), "proposed", "approved")
    with pytest.raises(Invalid, match="reason-missing"):
        domain.write(approved, MEETING, text("Corrected."), by=BY, now=NOW)
    corrected, version = domain.write(approved, MEETING, text("Corrected.", "A wrong date"), by=BY, now=NOW)
    assert (corrected.state, corrected.version, corrected.approved_version) == ("draft", 2, 1)
    assert version is not None
    assert version.reason == "A wrong date"


def test_minutes_are_in_the_languages_of_the_meeting() -> None:
    with pytest.raises(Invalid, match="language-not-of-the-meeting"):
        domain.begin(MEETING, "general", WriteMinutes(text={"uk": "Ні"}), by=BY, now=NOW)


def test_minutes_of_a_closed_meeting_attribute_nothing() -> None:
    closed = scheduled().model_copy(update={"closed": True})
    named = WriteMinutes(text={"en": "Somebody said."}, speaker_ids=[new_id()])
    with pytest.raises(Invalid, match="closed-meeting-names-nobody"):
        domain.begin(closed, "general", named, by=BY, now=NOW)
    assert domain.begin(MEETING, "general", named, by=BY, now=NOW)[0].speaker_ids == named.speaker_ids


def test_whoever_is_forgotten_is_in_no_field() -> None:
    person = new_id()
    named = WriteMinutes(text={"en": "Said."}, speaker_ids=[person])
    minutes = domain.begin(MEETING, "general", named, by=person, now=NOW)[0]
    assert person not in domain.forget(minutes, person).model_dump_json()


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("# Title", "<h3>Title</h3>\n"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        ("**yes**", "<p><strong>yes</strong></p>\n"),
    ],
    ids=["heading", "script", "link", "strong"],
)
def test_markdown_becomes_html_that_can_do_no_harm(words: str, html: str) -> None:
    assert to_html(words).replace("<p>&lt;", "&lt;").replace("&gt;</p>", "&gt;") == html


def test_no_picture_is_loaded_from_elsewhere() -> None:
    assert "<img" not in to_html("![pixel](https://tracker.example/p.gif)")
