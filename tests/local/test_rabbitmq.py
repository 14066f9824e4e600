"""Our own RabbitMQ: which version is taken, and where it may lie."""

import asyncio
from pathlib import Path

from deploy.local.rabbitmq import RabbitMQ, _newest
from shared.bus import Broker, Names, connected
from shared.ids import new_id

NAMES = Names("reports", "")
LADDER = (5.0,)


async def _bury(broker: Broker) -> None:
    await broker.declare_queues(NAMES, (), LADDER)
    publisher = await broker.publisher()
    await publisher.send(b"{}", exchange=NAMES.delay, key="dead", type="meeting-cancelled", id=new_id(), headers={})


def buried(url: str, *, one_more: bool = False) -> int:
    """Return how many dead letters there are, after one more was put there."""

    async def work() -> int:
        async with connected(url, name="test") as broker:
            if one_more:
                await _bury(broker)
            return await broker.waiting_in(NAMES.dead)

    return asyncio.run(work())


def test_it_runs_in_a_folder_of_any_name_and_keeps_its_queues_when_that_is_renamed(tmp_path: Path) -> None:
    before, after = tmp_path / "my data", tmp_path / "dane z archiwum – kopia zażółcona"
    server = RabbitMQ(before)
    try:
        server.start()
        assert buried(server.url, one_more=True) == 1
        server.stop()
        before.rename(after)
        server = RabbitMQ(after)
        server.start()
        assert buried(server.url) == 1
    finally:
        server.stop()


def test_the_newest_usable_version_is_taken(tmp_path: Path) -> None:
    library = tmp_path / "usr" / "lib" / "rabbitmq" / "lib"
    for version in ("3.8.9", "3.10.8", "3.9.13"):
        (library / f"rabbitmq_server-{version}").mkdir(parents=True)
    assert _newest(tmp_path) == library / "rabbitmq_server-3.10.8"


def test_a_version_that_is_too_old_is_none(tmp_path: Path) -> None:
    (tmp_path / "usr" / "lib" / "rabbitmq" / "lib" / "rabbitmq_server-3.8.9").mkdir(parents=True)
    assert _newest(tmp_path) is None
