"""A log line names ids and places in the code, and never a person, an address, a secret or a local variable."""

import json
import logging
from collections.abc import Iterator

import pytest

from shared import logs
from shared.scrubbing import MAX_TEXT, scrub
from shared.settings import ServiceSettings

TOKEN = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIwMTkyIiwiYXVkIjoibWVldGluZ3MifQ.c2lnbmF0dXJlLW9mLXNpeHR5LWZvdXI"


@pytest.fixture(autouse=True)
def root_logger() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    logging.basicConfig(handlers=handlers or [logging.NullHandler()], level=level, force=True)


def line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("550 no such user <hanna@example.org>", "550 no such user <…@…>"),
        ("to 'hanna.k+x@sub.example.org', again", "to '…@…', again"),
        ("Ганна@пошта.бел", "…@…"),
        ("amqp://zgoda:pass-word@broker:5672/ refused", "amqp://broker:5672/ refused"),
        ("mongodb://u:p%40ss@db1:27017,db2:27017/?replicaSet=rs0", "mongodb://db1:27017,db2:27017/?replicaSet=rs0"),
        (f"Bearer {TOKEN}", "Bearer …"),
        (f"/be/answer/{TOKEN}?x=1", "/be/answer/…?x=1"),
        ("meeting 01928f6c-3c1e-7d70-9a43-0d1b2c3d4e5f moved", "meeting 01928f6c-3c1e-7d70-9a43-0d1b2c3d4e5f moved"),
    ],
)
def test_addresses_tokens_and_passwords_are_struck_out(text: str, shown: str) -> None:
    assert scrub(text) == shown


def test_somebody_elses_words_are_cut_and_a_long_one_costs_no_time() -> None:
    assert len(scrub("word " * 1_000)) == MAX_TEXT
    assert scrub("(" * 2_000_000) == "(" * MAX_TEXT


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "refresh_token",
        "link_secrets",
        "password",
        "authorization",
        "cookie",
        "address",
        "email",
        "contact",
        "display_name",
        "mongo_url",
        "phone",
        "comment",
        "body",
    ],
)
def test_a_field_with_a_telling_name_is_struck_out(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("toy")
    logs.get("toy").info("something-happened", **{name: "value"})
    assert line(capsys)[name] == "…"


def test_what_is_inside_lists_and_objects_is_struck_out_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("toy")
    deep = {"who": ["hanna@example.org"], "contact": {"x": 1}, "ids": ("7", TOKEN)}
    logs.get("toy").info("something-happened", deep=deep)
    assert line(capsys)["deep"] == {"who": ["…@…"], "contact": "…", "ids": ["7", "…"]}


def test_what_is_no_text_is_not_printed_by_its_own_words(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("toy")

    class Person:
        def __repr__(self) -> str:
            return "Person hanna@example.org"

    logs.get("toy").info("something-happened", person=Person())
    assert line(capsys)["person"] == "Person …@…"


def _fails(address: str) -> None:
    secret_variable = f"kept from {address}"
    raise RuntimeError(f"cannot write to {address}", len(secret_variable))


def test_an_exception_is_told_by_type_scrubbed_text_and_place(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("toy")
    try:
        _fails("hanna@example.org")
    except RuntimeError as error:
        logs.get("toy").error("fault", exc_info=error)
    told = capsys.readouterr().out
    found = json.loads(told)
    assert (found["event"], found["error_type"], found["level"], found["service"]) == (
        "fault",
        "RuntimeError",
        "error",
        "toy",
    )
    assert [place.rpartition(" ")[2] for place in found["where"]] == [
        "test_an_exception_is_told_by_type_scrubbed_text_and_place",
        "_fails",
    ]
    for hidden in ("hanna", "secret_variable", "kept from"):
        assert hidden not in told


def test_a_librarys_exception_is_told_the_same_way_after_it_was_handled(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("toy")
    try:
        _fails("hanna@example.org")
    except RuntimeError as error:
        kept = error
    logging.getLogger("asyncio").error("Task exception was never retrieved", exc_info=kept)
    told = capsys.readouterr().out
    assert json.loads(told)["error_type"] == "RuntimeError"
    assert "hanna" not in told


def test_a_librarys_chatter_is_not_printed(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("toy")
    logging.getLogger("aiormq").info("connected to amqp://u:p@broker")
    assert capsys.readouterr().out == ""


def test_settings_do_not_show_their_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("toy")
    secret = "a-secret-for-tests-that-is-long-enough"
    settings = ServiceSettings(
        service="toy",
        mongo_url="mongodb://u:hidden@db/",
        event_secrets=[secret],
        link_secrets=[secret],
        vault_secrets=[secret],
    )
    logs.get("toy").info("settings", settings=settings)
    told = capsys.readouterr().out + repr(settings) + str(settings)
    assert secret not in told
    assert "hidden" not in told
