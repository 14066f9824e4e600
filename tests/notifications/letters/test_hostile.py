"""Whatever people are called and whatever they write, a letter has the same headers, recipient and properties."""

import string
from dataclasses import replace
from email.utils import parseaddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notifications.letters import MeetingFacts
from services.notifications.letters.encoding import (
    calendar_line,
    link_in_html,
    mailbox,
    many_lines,
    one_line,
    quoted_printable,
    unstructured,
)
from services.notifications.letters.samples import FACTS
from shared.events.meetings import AgendaItem, Notice
from tests.notifications.letters.reading import (
    Page,
    body,
    calendar,
    calendar_source,
    decoded,
    fill,
    prepared,
    read,
    read_old,
)

HOSTILE = [
    "Anna\r\nBcc: spy@example.org",
    "Anna\nBcc: spy@example.org\n\n<html>",
    "Anna\u2028Bcc: spy@example.org",
    "Anna\x85Bcc: spy@example.org\x0b\x0c",
    "=?utf-8?q?=0ABcc:_spy=40example.org?=",
    "=?utf-8?b?QmNjOiBzcHlAZXhhbXBsZS5vcmc=?= x",
    '"Anna" <spy@example.org>, "x',
    "Anna\\",
    'a"; X-EVIL=1:mailto:spy@example.org',
    "a\nATTENDEE:mailto:spy@example.org",
    "a\\nEND:VEVENT\r\nEND:VEVENT\r\n",
    "^nATTENDEE^'",
    "\u202egro.elpmaxe@yps\u202c",
    "\ud800 lone",
    "<script>alert(1)</script>{{ 7*7 }}{% raw %}%(title)s%%",
    "a" * 3000,
    "ł" * 3000,
    "\ufeff\x00",
]

HEADERS = [
    "Date", "From", "Reply-To", "To", "Subject", "Message-ID", "MIME-Version", "Auto-Submitted", "Content-Language",
    "List-Id", "Feedback-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "Content-Type",
]  # fmt: skip

PROPERTIES = [
    "ATTENDEE", "CLASS", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "LOCATION", "ORGANIZER", "SEQUENCE", "STATUS",
    "SUMMARY", "UID",
]  # fmt: skip

ANYTHING = st.text(st.characters(codec=None), max_size=120) | st.text(
    st.sampled_from('\r\n\t "\\<>@,;:=?^()[]\u2028\u202eąб😀utf-8qb_ab'), max_size=120
)

FACT = FACTS["people-invited"]
LETTER = prepared("people-invited")


def names(raw: bytes) -> tuple[str, str]:
    """Return the name on the To line as both parsers read it, the second without its spaces.

    The present parser of Python 3.11 shows a space between two encoded words of a phrase, against RFC 2047 6.2.
    """
    name, address = parseaddr(read_old(raw)["To"])
    assert address == "reader@example.org"
    return decoded(name), "".join(read(raw)["To"].addresses[0].display_name.split())


def check(raw: bytes) -> None:
    """Fail unless both parsers find the usual headers and one recipient, and the calendar its usual properties."""
    assert list(read(raw).keys()) == HEADERS
    assert list(read_old(raw).keys()) == HEADERS
    assert [each.addr_spec for each in read(raw)["To"].addresses] == ["reader@example.org"]
    (event,) = calendar(raw).events
    assert sorted(event.keys()) == PROPERTIES
    assert event["ATTENDEE"] == "mailto:reader@example.org"
    assert b"\n" not in calendar_source(raw).replace(b"\r\n", b"")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_adds_no_header_recipient_or_property(name: str) -> None:
    raw = fill(LETTER, display_name=name)
    check(raw)
    assert names(raw) == (one_line(name), "".join(one_line(name).split()))


@settings(max_examples=100, deadline=None)
@given(ANYTHING)
def test_any_name_comes_back_as_it_was_in_all_parsers(name: str) -> None:
    raw = fill(LETTER, display_name=name)
    check(raw)
    expected = one_line(name)
    assert names(raw) == (expected, "".join(expected.split()))
    (event,) = calendar(raw).events
    assert event["ATTENDEE"].params.get("CN", "") == expected.replace("\\", "/")


@settings(max_examples=50, deadline=None)
@given(ANYTHING)
def test_any_title_and_place_stay_where_they_belong(text: str) -> None:
    assert isinstance(FACT, MeetingFacts)
    item = AgendaItem(starts_at=FACT.starts_at, title={"en": text})
    notice = Notice(title={"en": text}, text={"en": "x" + text}, place="x" + text, link=text, agenda=[item])
    letter = prepared("people-invited", facts=replace(FACT, notice=notice))
    raw = fill(letter)
    check(raw)
    assert read(raw)["Subject"] == letter.subject
    assert decoded(read_old(raw)["Subject"]) == letter.subject
    assert letter.subject == f"Invitation: {one_line(text) or 'Meeting'} – 14 October 2008"
    assert calendar(raw).events[0]["SUMMARY"] == (one_line(text) or "Meeting")


@pytest.mark.parametrize("text", HOSTILE)
def test_a_title_adds_nothing_to_a_page(text: str) -> None:
    assert isinstance(FACT, MeetingFacts)
    tame = Page(body(fill(LETTER), "html"))
    notice = FACT.notice.model_copy(update={"title": {"en": text}, "place": "x" + text, "link": "https://a.example/"})
    raw = fill(prepared("people-invited", facts=replace(FACT, notice=notice)))
    check(raw)
    hostile = Page(body(raw, "html"))
    assert [(name, sorted(attrs)) for name, attrs in hostile.tags] == [
        (name, sorted(attrs)) for name, attrs in tame.tags
    ]


def test_a_link_that_is_no_web_address_is_not_made_one() -> None:
    assert isinstance(FACT, MeetingFacts)
    notice = FACT.notice.model_copy(update={"link": "javascript:alert(1)"})
    assert 'href="javascript' not in body(fill(prepared("people-invited", facts=replace(FACT, notice=notice))), "html")


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=400))
def test_quoted_printable_keeps_its_lines_short_and_comes_back(text: str) -> None:
    from quopri import decodestring

    text = many_lines(text)
    encoded = quoted_printable(text)
    *lines, last = encoded.split(b"\r\n")
    assert all(len(line) <= 76 for line in lines)
    assert len(last) <= 75  # one character is left for a soft line end
    assert decodestring(encoded).replace(b"\r\n", b"\n") == text.encode()


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=400))
def test_a_folded_line_unfolds_to_what_it_was(text: str) -> None:
    folded = calendar_line(text)
    assert all(len(line) <= 75 for line in folded.split(b"\r\n"))
    assert folded.removesuffix(b"\r\n").replace(b"\r\n ", b"").decode() == text


@settings(max_examples=100, deadline=None)
@given(st.text(string.ascii_letters + string.digits + "-._~/?&=%", max_size=400))
def test_any_link_survives_its_lines(path: str) -> None:
    from quopri import decodestring

    link = f"https://zgoda.example/{path}"
    encoded = link_in_html(link)
    assert all(len(line) <= 76 for line in encoded.split(b"\r\n"))
    assert decodestring(encoded).decode().replace("&amp;", "&") == link


@settings(max_examples=100, deadline=None)
@given(ANYTHING)
def test_header_lines_are_short(text: str) -> None:
    for value in (unstructured(one_line(text)), mailbox("reader@example.org", text)):
        assert all(len(line) <= 76 for line in (b"Reply-To: " + value).split(b"\r\n"))
