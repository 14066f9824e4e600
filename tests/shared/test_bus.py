"""What a connection to the broker costs while nothing happens."""

import aio_pika
import pytest

from shared.bus import connected
from shared.testing.stack import Stack


async def test_questions_asked_again_and_again_share_one_channel(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    open_channel = aio_pika.Connection.channel

    def counting(self: aio_pika.Connection, *args: object, **options: object) -> object:
        opened.append(self)
        return open_channel(self, *args, **options)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(aio_pika.Connection, "channel", counting)
    async with connected(stack.amqp_url, name="test") as broker:
        for _ in range(20):
            assert await broker._answers()
            assert await broker.waiting_in(f"{stack.prefix}.nowhere") == 0
            assert await broker._answers()  # on a new channel: a question about no queue closes the one it came over
        assert len(opened) == 21
