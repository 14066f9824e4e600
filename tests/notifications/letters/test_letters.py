"""Every kind of letter in every language arrives whole, alone on its To line, with its own links."""

import re
from dataclasses import replace

import pytest

from services.notifications.deliveries.domain import OF_REPORTS
from services.notifications.letters import KINDS, MeetingFacts, ReportFacts, setbacks
from services.notifications.letters.encoding import encoded_words, quoted_printable
from services.notifications.letters.preparation import prepare
from services.notifications.letters.rendering import TEMPLATES
from services.notifications.letters.samples import FACTS, LINKS, REPORT_ID, SENDER
from services.notifications.preferences.domain import TOPIC_OF
from services.portal.publishing import words
from shared.events import CATALOGUE
from shared.model import LANGUAGES, Language
from shared.problems import Conflict, Invalid
from tests.notifications.letters.reading import MESSAGE_ID, Page, body, decoded, fill, prepared, read, read_old

EACH = pytest.mark.parametrize(("kind", "language"), [(kind, language) for kind in KINDS for language in LANGUAGES])

LINKS_OF = {
    "people-invited": {"answer"},
    "meeting-rescheduled": {"answer"},
    "meeting-updated": {"answer"},
    "meeting-postponed": set(),
    "meeting-cancelled": set(),
    "invitation-withdrawn": set(),
    "reply-requested": {"answer"},
    "message-written": {"answer"},
    "place-offered": {"answer"},
    "proposal-declined": {"answer"},
    "sign-in-requested": {"sign-in"},
    "subscription-requested": {"subscription"},
    "report-published": {"page", "unsubscribe"},
    "report-corrected": {"page", "unsubscribe"},
    "report-withdrawn": {"page", "unsubscribe"},
    "reports-digest": {"item-aa", "item-ab", "unsubscribe"},
    "task-assigned": {"page"},
    "task-lapsed": {"page"},
    "section-assigned": {"page"},
    "section-submitted": {"page"},
    "section-changes-requested": {"page"},
    "section-accepted": {"page"},
    "section-signed-off": {"page"},
    "section-commented": {"page"},
    "sections-due": {"page"},
    "release-held-back": {"page"},
    "webhook-disabled": {"page"},
    "brief-prepared": {"page"},
    "reporting-requested": {"page"},
    "reporting-reminded": {"page"},
    "key-expiring": {"preferences"},
    "digest": {"item-aa", "item-ab"},
}
"""The links of each kind's own, beside those by which its reader chooses what to get."""


def test_a_kind_is_an_event_and_has_a_folder_of_its_name() -> None:
    by_the_clock = {"digest", "reports-digest", "key-expiring"}
    assert set(KINDS) - by_the_clock <= set(CATALOGUE)
    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} == set(KINDS)


@EACH
def test_a_letter_has_one_recipient_and_every_header_once(kind: str, language: Language) -> None:
    raw = fill(prepared(kind, language), display_name="Алена Łukasiewicz")
    message = read(raw)
    (to,) = message["To"].addresses
    assert (to.display_name, to.addr_spec) == ("Алена Łukasiewicz", "reader@example.org")
    assert message["From"].addresses[0].addr_spec == SENDER.address
    assert message["Reply-To"].addresses[0].addr_spec == SENDER.reply_to
    assert message["Message-ID"] == MESSAGE_ID
    assert message["Date"].datetime.isoformat() == "2008-10-01T08:00:00+00:00"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"].split(", ")[0] == language
    assert (message["Cc"], message["Bcc"]) == (None, None)
    assert len(message.keys()) == len({name.lower() for name in message.keys()})  # noqa: SIM118 - a list, with repeats


@EACH
def test_a_letter_keeps_to_the_lines_that_every_server_takes(kind: str, language: Language) -> None:
    raw = fill(prepared(kind, language), display_name="Алена " * 30)
    head, _, rest = raw.partition(b"\r\n\r\n")
    assert raw.isascii()
    assert raw.endswith(b"--\r\n")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, rest.split(b"\r\n"))) <= 76
    assert max(len(line) for line in head.split(b"\r\n") if not line.startswith(b" <http")) <= 78


@EACH
def test_nothing_is_left_out_of_a_letter(kind: str, language: Language) -> None:
    letter = prepared(kind, language)
    raw = fill(letter)
    text, html = body(raw, "plain"), body(raw, "html")
    choosing = {"preferences"} if KINDS[kind].roll else set()
    stopping = {"stop"} if kind in TOPIC_OF and not KINDS[kind].unsubscribe else set()
    assert letter.links == LINKS_OF[kind] | choosing | stopping
    assert read(raw)["Subject"] == letter.subject
    for name in letter.links - {"stop"}:  # which is for mail programs, in the header
        assert text.split().count(LINKS[name]) == 1
        assert Page(html).values("a", "href").count(LINKS[name]) == 1
    for part in (letter.subject, text, html):
        assert not re.search(r"\{\{|\}\}|\{%|%\(|None|Undefined|Z[0-9a-f]{32}", part)


@EACH
def test_the_html_needs_nothing_from_elsewhere_and_says_its_language(kind: str, language: Language) -> None:
    source = body(fill(prepared(kind, language)), "html")
    page = Page(source)
    names = [name for name, _ in page.tags]
    assert page.values("html", "lang") == [language]
    assert names.count("h1") == 1
    assert {"img", "script", "link", "iframe", "form"}.isdisjoint(names)
    assert "url(" not in source
    assert "@import" not in source
    assert "prefers-color-scheme: dark" in source
    assert source.endswith("</html>\n")


@EACH
def test_a_letter_is_written_in_the_language_of_its_reader(kind: str, language: Language) -> None:
    letters = {each: body(fill(prepared(kind, each)), "plain") for each in LANGUAGES}
    assert [each for each in LANGUAGES if letters[each] == letters[language]] == [language]
    assert len({prepared(kind, each).subject for each in LANGUAGES}) == len(LANGUAGES)


@EACH
def test_text_is_wrapped_and_links_stay_whole(kind: str, language: Language) -> None:
    lines = body(fill(prepared(kind, language)), "plain").split("\n")
    assert [line for line in lines if len(line) > 72 and "https://" not in line] == []
    assert "\n\n\n" not in "\n".join(lines)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("time_zone", "mine"), [("Europe/Warsaw", "13:00–15:30"), ("America/New_York", "07:00–09:30")])
def test_an_invitation_shows_the_readers_time_and_the_meetings(language: Language, time_zone: str, mine: str) -> None:
    raw = fill(prepared("people-invited", language, time_zone))
    for part in (body(raw, "plain"), body(raw, "html")):
        assert re.findall(r"\d\d:\d\d–\d\d:\d\d", part) == [mine, "14:00–16:30"]
    assert re.findall(
        r"\d\d:\d\d–\d\d:\d\d", body(fill(prepared("people-invited", language, "Europe/Minsk")), "plain")
    ) == ["14:00–16:30"]


def test_a_text_in_another_language_is_marked_as_such() -> None:
    raw = fill(prepared("people-invited", "uk"))
    languages = [attrs["lang"] for name, attrs in Page(body(raw, "html")).tags if "lang" in attrs]
    assert languages == ["uk", "uk", "en", "en", "en", "en"]  # page twice, text, three items of the agenda
    assert read(raw)["Content-Language"] == "uk, en"


def test_a_moved_meeting_tells_the_new_time_before_the_old() -> None:
    text = body(fill(prepared("meeting-rescheduled")), "plain")
    assert re.findall(r"\d+ October 2008, \d\d:\d\d", text)[:4] == [
        "15 October 2008, 10:00", "16 October 2008, 15:30", "15 October 2008, 11:00", "16 October 2008, 16:30",
    ]  # fmt: skip
    assert "Until now planned for\n  Tuesday, 14 October 2008, 13:00–15:30 (Warsaw time, UTC+2)\n" in text
    assert "The conference room will be free only then." in text


def test_a_meeting_moved_from_an_unknown_time_says_no_old_one() -> None:
    facts = FACTS["meeting-rescheduled"]
    assert isinstance(facts, MeetingFacts)
    raw = fill(prepared("meeting-rescheduled", facts=replace(facts, earlier=None)))
    assert "Until now" not in body(raw, "plain") + body(raw, "html")


def test_a_first_edition_is_a_new_report() -> None:
    facts = FACTS["report-published"]
    assert isinstance(facts, ReportFacts)
    assert prepared("report-published").subject == "New edition: Monitoring report: autumn 2008"
    first = prepared("report-published", facts=replace(facts, edition=1))
    assert first.subject == "New report: Monitoring report: autumn 2008"
    assert "Edition" not in body(fill(first), "plain")


@pytest.mark.parametrize("kind", ["report-published", "report-corrected", "report-withdrawn", "reports-digest"])
def test_news_of_reports_can_be_left_in_one_press(kind: str) -> None:
    message = read_old(fill(prepared(kind)))
    assert message["List-Unsubscribe"].strip() == f"<{LINKS['unsubscribe']}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<reports.lists.zgoda.example>"
    assert message["Feedback-ID"].strip() == f"{REPORT_ID}:{kind}:zgoda"


@pytest.mark.parametrize("kind", sorted(set(TOPIC_OF) - OF_REPORTS))
def test_what_a_reader_may_choose_can_be_stopped_in_one_press(kind: str) -> None:
    message = read_old(fill(prepared(kind)))
    assert message["List-Unsubscribe"].strip() == f"<{LINKS['stop']}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize("kind", ["meeting-rescheduled", "meeting-cancelled", "invitation-withdrawn"])
def test_what_everybody_must_know_says_why_it_ignores_preferences(kind: str) -> None:
    raw = fill(prepared(kind))
    assert read(raw)["List-Unsubscribe"] is None
    for subtype in ("plain", "html"):
        assert "whatever they have chosen" in " ".join(body(raw, subtype).split())


def test_a_correction_says_what_was_wrong_and_a_withdrawal_why() -> None:
    corrected, withdrawn = fill(prepared("report-corrected", "pl")), fill(prepared("report-withdrawn", "pl"))
    for subtype in ("plain", "html"):
        assert "Gazetę zamknięto w maju, nie w marcu." in body(corrected, subtype)
        assert "Osobie, którą raport wymienia, grozi niebezpieczeństwo." in body(withdrawn, subtype)


def test_letters_asked_for_just_now_belong_to_no_list() -> None:
    for kind in ("sign-in-requested", "subscription-requested"):
        message = read(fill(prepared(kind)))
        assert (message["List-Id"], message["List-Unsubscribe"]) == (None, None)


def test_a_title_that_nobody_gave_is_replaced_by_what_it_is() -> None:
    facts = FACTS["people-invited"]
    assert isinstance(facts, MeetingFacts)
    nameless = replace(facts, notice=facts.notice.model_copy(update={"title": {}}))
    assert prepared("people-invited", "pl", facts=nameless).subject == "Zaproszenie: Spotkanie – 14 października 2008"


def test_two_readers_letters_differ_only_in_what_is_their_own() -> None:
    letter, readers = prepared("people-invited", "be"), []
    for name in ("Anna", "Уладзімір"):
        own = {"address": f"{len(name)}@example.org", "message_id": f"<{len(name)}@zgoda.example>"}
        link = f"https://zgoda.example/en/answer/{name.encode().hex() * 9}"
        raw = fill(letter, display_name=name, links={**LINKS, "answer": link}, **own)
        assert raw == fill(letter, display_name=name, links={**LINKS, "answer": link}, **own)
        flat = raw.replace(b"=\r\n", b"").replace(b"\r\n ", b"")
        spellings = [name.encode(), quoted_printable(name), encoded_words(name)]
        for part in (link.encode(), own["message_id"].encode(), own["address"].encode(), *spellings):
            flat = flat.replace(part, b"?")
        readers.append(flat)
    assert readers[0] == readers[1]


def test_a_letter_is_the_same_in_both_parsers() -> None:
    raw = fill(prepared("people-invited", "be"), display_name="Алена Łukasiewicz")
    old, new = read_old(raw), read(raw)
    for name in ("To", "From", "Reply-To", "Subject"):
        assert decoded(old[name]) == str(new[name])
    assert [part.get_content_type() for part in old.walk()] == [
        "multipart/alternative", "text/plain", "text/html", "text/calendar",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address",
    ["", "nobody", "a b@example.org", "a@example.org\r\nBcc: b@example.org", "a@example.org,b@example.org", "<a@b.org>",
     "a@b.org>", '"a"@example.org', "ą@example.org", "a@exąmple.org", "a@-example.org",
     "a" * 255 + "@b.org", "a@b@c.org"],
)  # fmt: skip
def test_an_address_that_could_mean_another_is_refused(address: str) -> None:
    with pytest.raises(Invalid, match="address-not-mailable"):
        fill(prepared("sign-in-requested"), address=address)


@pytest.mark.parametrize(
    "link",
    ["", "javascript:alert(1)", "https://a.example/ b", 'https://a.example/"x', "https://a.example/\r\nBcc: x",
     "https://a.example/<x>", "https://ą.example/", "https://a.example/" + "x" * 900],
)  # fmt: skip
def test_a_malformed_link_is_a_fault(link: str) -> None:
    with pytest.raises(ValueError, match="absolute http or https"):
        fill(prepared("report-published"), links={**LINKS, "unsubscribe": link})


def test_a_link_keeps_its_query() -> None:
    link = "https://zgoda.example/x?a=1&b=2&c==" + "y=&" * 60
    raw = fill(prepared("sign-in-requested"), links={"sign-in": link})
    assert link in body(raw, "plain").split()
    assert Page(body(raw, "html")).values("a", "href") == [link]


def test_a_missing_link_is_a_fault() -> None:
    with pytest.raises(KeyError, match="sign-in"):
        fill(prepared("sign-in-requested"), links={})


def test_nobody_is_invited_to_a_meeting_that_was_called_off() -> None:
    with pytest.raises(Conflict, match="meeting-cancelled"):
        prepare("people-invited", FACTS["meeting-cancelled"], "en", "Europe/Warsaw", SENDER)


def test_facts_of_another_kind_are_a_fault() -> None:
    with pytest.raises(TypeError, match="sign-in-requested needs LinkFacts"):
        prepare("sign-in-requested", FACTS["people-invited"], "en", "Europe/Warsaw", SENDER)


def test_a_letter_gives_every_reason_that_the_page_of_publication_gives() -> None:
    assert {**words.POINTS, **words.HELD}.keys() - setbacks.REASONS.keys() == set()
