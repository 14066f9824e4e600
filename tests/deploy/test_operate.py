"""The operator's commands: dead letters are listed, explained, sent again and dropped, on a real broker."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy import operate
from shared.bus import Broker, Names, connected
from shared.ids import new_id
from shared.testing.stack import SECRET

SERVICE = "reports"
LADDER = (5.0,)


@pytest.fixture
def names(servers: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Names]:
    """A service's queues in a corner of the broker, and the environment of the service."""
    mongo_url, amqp_url = servers
    prefix = f"t{new_id()[-12:]}."
    told = {"MONGO_URL": mongo_url, "AMQP_URL": amqp_url, "BROKER_PREFIX": prefix, "SERVICE": SERVICE}
    secrets = {f"{name}_SECRETS": SECRET for name in ("EVENT", "LINK", "VAULT")}
    for name, value in (told | secrets).items():
        monkeypatch.setenv(name, value)
    names = Names(SERVICE, prefix)
    asyncio.run(_with(amqp_url, lambda broker: broker.declare_queues(names, (), LADDER)))
    yield names
    asyncio.run(_with(amqp_url, lambda broker: broker.delete(names, LADDER)))


async def _with(amqp_url: str, work: Callable[[Broker], Awaitable[None]]) -> None:
    async with connected(amqp_url, name="test") as broker:
        await work(broker)


def bury(names: Names, amqp_url: str, event_id: str) -> None:
    """Put one message among the dead letters."""
    headers: dict[str, str | int] = {
        "zgoda-error-type": "Conflict",
        "zgoda-error": "The meeting has begun.",
        "zgoda-attempts": 6,
        "zgoda-last-failure": "2026-11-22T03:20:54+00:00",
    }

    async def work(broker: Broker) -> None:
        publisher = await broker.publisher()
        await publisher.send(
            b'{"type": "meeting-cancelled"}',
            exchange=names.delay,
            key="dead",
            type="meeting-cancelled",
            id=event_id,
            headers=headers,
        )

    asyncio.run(_with(amqp_url, work))


def events(*arguments: str) -> Result:
    """Run ``events …``."""
    return CliRunner().invoke(operate.commands, ["events", *arguments])


def test_without_dead_letters_it_says_so(names: Names) -> None:
    assert (events("dead").stdout, events("dead").exit_code) == ("No dead letters.\n", 0)


def test_a_dead_letter_is_listed_with_its_id_and_reason(names: Names, servers: tuple[str, str]) -> None:
    event_id = new_id()
    bury(names, servers[1], event_id)
    assert events("dead").stdout.splitlines() == [
        f"{event_id}  meeting-cancelled in reports, 2026-11-22T03:20:54+00:00",
        "    after 6 attempts: Conflict: The meeting has begun.",
    ]


def test_a_dead_letter_is_shown_whole(names: Names, servers: tuple[str, str]) -> None:
    event_id = new_id()
    bury(names, servers[1], event_id)
    assert ('"error": "The meeting has begun."' in events("show", event_id).stdout) is True


def test_a_dead_letter_is_sent_again_once(names: Names, servers: tuple[str, str]) -> None:
    event_id = new_id()
    bury(names, servers[1], event_id)
    assert (events("retry", event_id).stdout, events("retry", event_id).exit_code) == ("✓ 1 sent again\n", 1)


def test_a_dropped_dead_letter_is_gone(names: Names, servers: tuple[str, str]) -> None:
    event_id = new_id()
    bury(names, servers[1], event_id)
    assert (events("drop", event_id).stdout, events("dead").stdout) == ("✓ 1 dropped\n", "No dead letters.\n")


def test_an_unknown_id_is_refused(names: Names) -> None:
    results = [events(verb, new_id()) for verb in ("show", "retry", "drop")]
    assert [result.exit_code for result in results] == [1, 1, 1]


def test_when_nothing_is_dead_there_is_nothing_to_send_again_and_that_is_well(names: Names) -> None:
    result = events("retry", "all")
    assert (result.stdout, result.exit_code) == ("✓ 0 sent again\n", 0)


def test_a_file_that_cannot_be_written_is_named(names: Names, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "nowhere" / "all.xml"
    monkeypatch.setenv("SERVICE", "registry")
    result = CliRunner().invoke(operate.commands, ["export", "iati", str(file)])
    assert (result.stdout, result.exit_code) == (f"✗ {file}: No such file or directory\n", 1)


def test_in_the_container_of_another_service_it_is_said_where_to_go(names: Names) -> None:
    results = [CliRunner().invoke(operate.commands, words.split()) for words in ("letters waiting", "erasures list")]
    assert [(each.exit_code, each.stdout) for each in results] == [
        (2, "✗ reports has no right to this: run the command where notifications runs.\n"),
        (2, "✗ reports has no right to this: run the command where registry runs.\n"),
    ]


def test_an_unknown_service_is_refused() -> None:
    assert events("dead", "--service", "nobody").exit_code == 2
