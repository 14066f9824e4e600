"""The SMTP client says exactly what became of each mail, whatever the relay does."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from services.notifications.smtp import (
    Accepted,
    Ambiguous,
    Mail,
    NeverSent,
    Outcome,
    Refused,
    Relay,
    RelayAddress,
    relay_address,
)
from services.notifications.smtp import conversation as conversations
from services.notifications.smtp.mail import text_of
from services.notifications.smtp.window import Window
from shared.testing.sink import Faults, Sink
from tests.notifications.certificates import Certificate

TEXT = b"Message-ID: <1@zgoda.example>\r\nSubject: hello\r\n\r\nhello\r\n"


def mail(recipient: str = "ada@example.org", content: bytes = TEXT) -> Mail:
    return Mail("office@zgoda.example", recipient, content)


def mails(count: int) -> list[Mail]:
    return [mail(f"person{number}@example.org") for number in range(count)]


async def nothing() -> None:
    """Record nothing before the dots."""


@asynccontextmanager
async def sending(sink: Sink, *, connections: int = 2) -> AsyncIterator[Callable[..., Awaitable[list[Outcome]]]]:
    relay = Relay(relay_address(sink.url), connections=connections, name="client.example")

    async def send(mails: Sequence[Mail], before_dots: Callable[[], Awaitable[None]] = nothing) -> list[Outcome]:
        return await relay.send(mails, before_dots=before_dots)

    try:
        yield send
    finally:
        relay.close()


def kinds(outcomes: Sequence[Outcome]) -> list[str]:
    return [type(outcome).__name__ for outcome in outcomes]


@pytest.mark.parametrize("pipelining", [True, False])
async def test_every_mail_arrives_once_with_its_own_recipient(pipelining: bool) -> None:
    async with Sink(Faults(pipelining=pipelining)) as sink, sending(sink) as send:
        outcomes = await send(mails(100))
        assert outcomes == [Accepted(250, "2.0.0 ok")] * 100
        assert sorted(each.recipient for each in sink.mails) == sorted(each.recipient for each in mails(100))
        assert {each.content for each in sink.mails} == {TEXT}


async def test_connections_are_kept_between_windows() -> None:
    async with Sink() as sink, sending(sink, connections=3) as send:
        for _ in range(3):
            await send(mails(30))
        assert sink.opened == 3


async def test_one_mail_opens_one_connection() -> None:
    async with Sink() as sink, sending(sink, connections=8) as send:
        await send([mail()])
        assert sink.opened == 1


@pytest.mark.parametrize("pipelining", [True, False])
async def test_a_refusal_is_told_for_its_own_mail_alone(pipelining: bool) -> None:
    faults = Faults(temporary=0.2, permanent=0.2, temporary_at_dot=0.1, pipelining=pipelining, seed=1)
    async with Sink(faults) as sink, sending(sink) as send:
        sent = mails(200)
        outcomes = await send(sent)
        accepted = [each.recipient for each, outcome in zip(sent, outcomes, strict=True) if type(outcome) is Accepted]
        assert sorted(accepted) == sorted(each.recipient for each in sink.mails)
        refusals = {(each.code, each.enhanced) for each in outcomes if isinstance(each, Refused)}
        assert refusals == {(451, "4.3.0"), (550, "5.1.1"), (452, "4.3.1")}


@pytest.mark.parametrize("pipelining", [True, False])
async def test_a_mail_is_ambiguous_only_when_the_connection_broke_between_dot_and_reply(pipelining: bool) -> None:
    async with Sink(Faults(cut_before_reply=0.1, pipelining=pipelining, seed=2)) as sink, sending(sink) as send:
        sent = mails(200)
        outcomes = await send(sent)
        ambiguous = kinds(outcomes).count("Ambiguous")
        assert sorted(each.recipient for each in sink.mails) == sorted(each.recipient for each in sent)
        assert kinds(outcomes).count("Accepted") == 200 - ambiguous
        assert 5 < ambiguous < 50


async def test_a_relay_that_takes_few_mails_per_connection_gets_them_over_several() -> None:
    async with Sink(Faults(mails_per_connection=10)) as sink, sending(sink) as send:
        assert kinds(await send(mails(100))) == ["Accepted"] * 100
        assert len(sink.mails) == 100


async def test_a_kept_connection_that_was_closed_is_no_reason_to_put_a_mail_off() -> None:
    async with Sink() as sink, sending(sink) as send:
        await send([mail()])
        for transport in sink.connections:
            transport.abort()
        assert kinds(await send([mail()])) == ["Accepted"]


async def test_nothing_is_sent_when_the_relay_cannot_be_reached() -> None:
    async with Sink() as sink:
        url = sink.url
    relay = Relay(relay_address(url), connections=2, name="client.example")
    outcomes = await relay.send(mails(3), before_dots=nothing)
    assert outcomes == [NeverSent("relay-not-reached")] * 3


async def test_nothing_is_sent_to_a_relay_that_is_busy() -> None:
    async with Sink(Faults(busy=True)) as sink, sending(sink) as send:
        assert await send(mails(3)) == [NeverSent("relay-not-available")] * 3


async def test_nothing_is_sent_to_a_relay_that_only_greets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.notifications.smtp.relay.GREETING_SECONDS", 0.1)
    async with Sink(Faults(banner_only=True)) as sink, sending(sink) as send:
        assert await send(mails(3)) == [NeverSent("relay-does-not-greet")] * 3


async def test_a_reply_that_never_comes_makes_the_mail_ambiguous(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "DOT_SECONDS", 0.2)
    async with Sink(Faults(stall=True)) as sink, sending(sink, connections=1) as send:
        outcomes = await send(mails(1))
        assert outcomes == [Ambiguous("timed-out")]


async def test_a_relay_that_lets_every_mail_wait_is_offered_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "DOT_SECONDS", 0.4)
    monkeypatch.setattr(Window, "SECONDS", 0.2)
    async with Sink(Faults(stall=True)) as sink, sending(sink, connections=2) as send:
        outcomes = await send(mails(6))
    assert outcomes.count(Ambiguous("timed-out")) == 2
    assert outcomes.count(NeverSent("relay-slow")) == 4


async def test_it_is_told_for_how_long_a_relay_is_silent() -> None:
    async with Sink(Faults(stall=True)) as sink:
        relay = Relay(relay_address(sink.url), connections=1, name="client.example")
        assert relay.silent_for is None
        under_way = asyncio.create_task(relay.send(mails(1), before_dots=nothing))
        await asyncio.sleep(0.2)
        assert (relay.silent_for or 0) > 0.1
        under_way.cancel()
        await asyncio.wait({under_way})
        assert relay.silent_for is None


async def test_the_reply_to_the_dot_is_awaited_for_ten_minutes() -> None:
    assert conversations.DOT_SECONDS == 600


async def test_no_dot_is_written_before_the_window_is_recorded() -> None:
    async with Sink() as sink, sending(sink) as send:
        calls: list[int] = []

        async def before_dots() -> None:
            await asyncio.sleep(0.05)
            calls.append(len(sink.mails))

        await send(mails(20), before_dots)
        assert calls == [0]


async def test_nothing_is_sent_when_the_window_cannot_be_recorded() -> None:
    async with Sink() as sink, sending(sink) as send:

        async def before_dots() -> None:
            raise RuntimeError("lost")

        with pytest.raises(RuntimeError, match="lost"):
            await send(mails(20), before_dots)
        assert sink.mails == []
        assert kinds(await send(mails(20))) == ["Accepted"] * 20


async def test_the_window_is_not_recorded_as_sent_to_a_relay_that_was_never_reached() -> None:
    async with Sink(Faults(busy=True)) as sink, sending(sink) as send:

        async def before_dots() -> None:
            raise AssertionError("nothing is about to be sent")

        await send(mails(5), before_dots)


@pytest.mark.parametrize("address", ["a@b.c\r\nRCPT TO:<x@y.z>", "a@b.c\n", "a b@c.d", "<a@b.c>", "", "a@b.c\x00"])
def test_an_address_cannot_carry_a_command(address: str) -> None:
    with pytest.raises(ValueError, match="an address must not hold"):
        mail(address)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b"a\r\n.\r\nb\r\n", b"a\r\n..\r\nb\r\n.\r\n"),
        (b".a\r\n", b"..a\r\n.\r\n"),
        (b"a\n.\nb\r\n", b"a\r\n..\r\nb\r\n.\r\n"),
        (b"a\r.\rb", b"a\r\n..\r\nb\r\n.\r\n"),
    ],
)
def test_no_text_ends_before_its_end(content: bytes, text: bytes) -> None:
    assert text_of(mail(content=content)) == text


async def test_a_text_with_dots_arrives_as_it_was() -> None:
    content = b"Subject: dots\r\n\r\n.\r\n..\r\n.a\r\nMAIL FROM:<x@y.z>\r\n"
    async with Sink() as sink, sending(sink) as send:
        await send([mail(content=content)])
        assert [each.content for each in sink.mails] == [content]


async def test_an_address_beyond_ascii_is_sent_where_the_relay_takes_it() -> None:
    async with Sink() as sink, sending(sink) as send:
        assert kinds(await send([mail("łucja@przykład.example")])) == ["Accepted"]
        assert sink.mails[0].recipient == "łucja@przykład.example"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("smtp://relay.example", RelayAddress("relay.example", 25)),
        ("smtp://relay.example:1025?starttls=never", RelayAddress("relay.example", 1025, encryption="never")),
        ("smtp://me:p%40ss@relay.example:587", RelayAddress("relay.example", 587, "me", "p@ss", "required")),
        ("smtps://me:x@relay.example", RelayAddress("relay.example", 465, "me", "x", "implicit")),
    ],
)
def test_a_relay_is_given_as_a_url(url: str, address: RelayAddress) -> None:
    assert relay_address(url) == address


@pytest.mark.parametrize("url", ["http://relay.example", "smtp://", "smtp://relay.example?starttls=maybe"])
def test_a_relay_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        relay_address(url)


class _Keeping:
    """What aiosmtpd calls with each mail."""

    def __init__(self) -> None:
        self.recipients: list[str] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        self.recipients += envelope.rcpt_tos  # type: ignore[attr-defined]
        return "250 ok"


@pytest.fixture
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.make(tmp_path_factory.mktemp("tls"))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def encrypted(certificate: Certificate) -> Iterator[tuple[_Keeping, int]]:
    """A relay that takes mails only over TLS and from ``me``."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.chain, certificate.key)

    def known(server: object, session: object, envelope: object, mechanism: object, data: object) -> AuthResult:
        login, password = data.login, data.password  # type: ignore[attr-defined]
        return AuthResult(success=(login, password) == (b"me", b"secret"), handled=False)

    keeping = _Keeping()
    port = _free_port()
    controller = Controller(
        keeping,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=known,
    )
    controller.start()
    try:
        yield keeping, port
    finally:
        controller.stop()


async def test_mails_travel_encrypted_after_signing_in(
    encrypted: tuple[_Keeping, int], certificate: Certificate
) -> None:
    keeping, port = encrypted
    context = ssl.create_default_context(cafile=str(certificate.chain))
    relay = Relay(
        relay_address(f"smtp://me:secret@localhost:{port}"), connections=1, name="client.example", context=context
    )
    outcomes = await relay.send(mails(3), before_dots=nothing)
    relay.close()
    assert (kinds(outcomes), len(keeping.recipients)) == (["Accepted"] * 3, 3)


@pytest.mark.parametrize(
    ("url", "reason"),
    [("smtp://me:wrong@localhost", "relay-refused-sign-in"), ("smtp://me:secret@127.0.0.1", "relay-not-trusted")],
)
async def test_nothing_is_sent_to_a_relay_that_is_not_the_right_one(
    encrypted: tuple[_Keeping, int], certificate: Certificate, url: str, reason: str
) -> None:
    keeping, port = encrypted
    context = ssl.create_default_context(cafile=str(certificate.chain))
    relay = Relay(relay_address(f"{url}:{port}"), connections=1, name="client.example", context=context)
    outcomes = await relay.send(mails(1), before_dots=nothing)
    assert (outcomes, keeping.recipients) == ([NeverSent(reason)], [])


async def test_a_password_is_not_told_to_a_relay_without_encryption() -> None:
    async with Sink() as sink:
        relay = Relay(relay_address(f"smtp://me:secret@127.0.0.1:{sink.port}"), connections=1, name="client.example")
        assert await relay.send(mails(1), before_dots=nothing) == [NeverSent("relay-offers-no-encryption")]
