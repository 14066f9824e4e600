"""What a mail that came back is taken for: real bounces of many systems, and what must never count as one."""

from email.message import EmailMessage

import pytest

from services.notifications.deliveries.domain import Trouble
from services.notifications.intake.domain import Finding
from services.notifications.intake.reading import classify, parse
from services.notifications.suppressions.refusing import finding_of
from tests.notifications.bounce_table import SAMPLES, findings

needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the folder of real bounces is not here")

VERDICTS = {
    "suppress": {
        "bsd_arf-17", "bsd_arf-25", "bsd_lhost-amazonses-11", "bsd_lhost-courier-02", "bsd_lhost-exchange2003-03",
        "bsd_lhost-mailru-07", "bsd_lhost-mcafee-05", "bsd_lhost-messagingserver-08", "bsd_lhost-office365-07",
        "bsd_lhost-postfix-04", "bsd_lhost-postfix-31", "bsd_lhost-sendmail-25", "bsd_lhost-sendmail-41",
        "bsd_lhost-sendmail-49", "bsd_lhost-v5sendmail-07", "bsd_lhost-x2-02", "bsd_lhost-x3-03",
        "bsd_lhost-yahoo-10", "bsd_lhost-zoho-01", "bsd_rfc3464-58", "bsd_rhost-apple-04", "bsd_rhost-gsuite-14",
        "bsd_rhost-nttdocomo-01",
    },
    "count": {
        "bsd_lhost-amazonses-02", "bsd_lhost-dragonfly-11", "bsd_lhost-gmail-16", "bsd_lhost-mailfoundry-02",
        "bsd_lhost-mfilter-04", "bsd_lhost-opensmtpd-02", "bsd_lhost-outlook-04", "bsd_lhost-postfix-13",
        "bsd_lhost-postfix-47", "bsd_lhost-postfix-63", "bsd_lhost-postfix-79", "bsd_lhost-qmail-04",
        "bsd_lhost-qmail-12", "bsd_lhost-sendmail-16", "bsd_lhost-yahoo-02", "bsd_rfc3464-66", "bsd_rhost-aol-02",
        "bsd_rhost-franceptt-03",
    },
    "ignore": {
        "bsd_lhost-amazonses-19", "bsd_lhost-dragonfly-03", "bsd_lhost-dragonfly-19", "bsd_lhost-dragonfly-27",
        "bsd_lhost-exim-34", "bsd_lhost-exim-42", "bsd_lhost-exim-50", "bsd_lhost-exim-58", "bsd_lhost-gmail-05",
        "bsd_lhost-notes-02", "bsd_lhost-postfix-39", "bsd_lhost-postfix-55", "bsd_lhost-postfix-71",
        "bsd_lhost-qmail-20", "bsd_lhost-sendmail-33", "bsd_lhost-sendmail-57", "bsd_rhost-franceptt-12",
        "bsd_rhost-google-06", "bsd_rhost-microsoft-01",
    },
}  # fmt: skip
"""What each bounce does to its address, judged by reading them; every other one waits."""


@needs_samples
def test_every_real_bounce_is_judged_as_a_reader_judges_it() -> None:
    expected = {name: verdict for verdict, names in VERDICTS.items() for name in names}
    found = {name.removesuffix(".eml"): each.verdict for name, each in findings().items()}
    assert found == {name: expected.get(name, "wait") for name in found}


@needs_samples
def test_what_is_no_bounce_gives_nobody_up() -> None:
    found = {name: each.verdict for name, each in findings().items() if name.startswith("not_")}
    assert found
    assert set(found.values()) <= {"wait", "ignore"}


def mail(subject: str = "", body: str = "", **headers: str) -> Finding:
    """Return what is found in a mail with this subject, body and headers."""
    message = EmailMessage()
    message["Subject"] = subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    return classify(parse(message.as_bytes()))


@pytest.mark.parametrize(
    ("headers", "subject"),
    [
        ({"Auto_Submitted": "auto-replied"}, "Re: Meeting"),
        ({"Precedence": "auto_reply"}, "Re: Meeting"),
        ({"X_Autoreply": "yes"}, "Re: Meeting"),
        ({}, "Out of office: Meeting"),
        ({}, "Automatyczna odpowiedź: nieobecność"),
        ({}, "Автоответ: Встреча"),
        ({}, "Автовідповідь: Зустріч"),
    ],
    ids=["rfc3834", "precedence", "x-autoreply", "english", "polish", "russian", "ukrainian"],
)
def test_an_answer_that_nobody_wrote_is_ignored(headers: dict[str, str], subject: str) -> None:
    found = mail(subject, "I am away until Monday. User unknown 550 5.1.1", **headers)
    assert (found.sort, found.verdict) == ("auto-reply", "ignore")


def test_a_person_who_speaks_of_bounces_is_no_bounce() -> None:
    found = mail("Undeliverable?", "They said: 550 5.1.1 user unknown.", From="Ada <ada@example.org>")
    assert (found.sort, found.verdict) == ("other", "ignore")


def test_a_report_that_somebody_got_the_letter_is_no_bounce() -> None:
    fields = b"Final-Recipient: rfc822; a@example.org\r\nAction: delivered\r\nStatus: 2.0.0\r\n"
    assert report(fields).verdict == "ignore"


def test_a_letter_that_is_still_being_tried_waits() -> None:
    fields = b"Final-Recipient: rfc822; a@example.org\r\nAction: delayed\r\nStatus: 4.4.1\r\n"
    found = report(fields)
    assert (found.fault, found.permanent, found.verdict) == ("delayed", False, "wait")


def test_the_diagnosis_counts_more_than_the_summary() -> None:
    fields = b"Action: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.7.1 blocked by policy\r\n"
    found = report(fields)
    assert (found.fault, found.verdict) == ("policy", "ignore")


def test_of_several_readers_the_mildest_verdict_counts() -> None:
    fields = b"Action: failed\r\nStatus: 5.1.1\r\n\r\nAction: failed\r\nStatus: 5.2.2\r\n"
    assert report(fields).fault == "mailbox-full"


def test_a_calendar_in_a_quoted_letter_is_no_answer() -> None:
    quoted = b"Subject: x\r\nContent-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n"
    found = report(b"Action: failed\r\nStatus: 5.1.1\r\n", quoted=quoted)
    assert found.sort == "bounce"


def report(fields: bytes, quoted: bytes = b"Subject: x\r\n\r\nHello\r\n") -> Finding:
    """Return what is found in a delivery report with these fields (RFC 3464)."""
    edge = b"--=_b\r\n"
    return classify(
        parse(
            b"From: mailer-daemon@example.org\r\nMIME-Version: 1.0\r\n"
            b'Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"\r\n\r\n'
            + edge + b"\r\nIt failed.\r\n"
            + edge + b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n" + fields + b"\r\n"
            + edge + b"Content-Type: message/rfc822\r\n\r\n" + quoted + b"\r\n--=_b--\r\n"
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "text", "verdict"),
    [
        ("550 5.1.1", "user unknown", "suppress"),
        ("550", "No such user here", "suppress"),
        ("550 5.7.1", "blocked", "ignore"),
        ("554", "rejected as spam", "ignore"),
        ("552 5.2.2", "mailbox full", "count"),
        ("552 5.3.4", "message too big", "ignore"),
        ("550", "no", "count"),
    ],
    ids=lambda each: each.replace(" ", "-"),
)
def test_a_relays_refusal_is_judged_as_a_bounce_is(code: str, text: str, verdict: str) -> None:
    found = finding_of(Trouble(code=code, text=text))
    assert found is not None
    assert found.verdict == verdict


@pytest.mark.parametrize("code", ["451 4.3.0", "contact-unknown", "letter-not-written", "timed-out"])
def test_what_is_no_refusal_for_good_says_nothing_of_the_address(code: str) -> None:
    assert finding_of(Trouble(code=code)) is None
