"""The two servers every service needs, of our own: MongoDB and RabbitMQ, started together."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.mongo import Mongo
from deploy.local.rabbitmq import RabbitMQ
from deploy.waiting import Say

__all__ = ["Mongo", "RabbitMQ", "Servers"]


@dataclass(frozen=True)
class Servers:
    """A MongoDB and a RabbitMQ that belong together."""

    mongo: Mongo
    rabbitmq: RabbitMQ

    @classmethod
    def below(
        cls,
        folder: Path | str,
        *,
        passwords: Mapping[str, str] | None = None,
        preferred_ports: tuple[int | None, int | None] = (None, None),
        logs: Path | None = None,
        say: Say = lambda _: None,
    ) -> "Servers":
        """Return both with their folders below ``folder``; ``passwords`` are those of the services' users."""
        mongo_port, amqp_port = preferred_ports
        folder = Path(folder).resolve()
        return cls(
            Mongo(folder / "mongo", users=passwords, preferred_port=mongo_port, logs=logs, say=say),
            RabbitMQ(
                folder / "rabbitmq",
                passwords=passwords,
                preferred_port=amqp_port,
                logs=logs,
                say=say,
            ),
        )

    def start(self) -> None:
        """Start both at the same time; when one fails, neither is left running."""
        try:
            _together(self.mongo.start, self.rabbitmq.start)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop both."""
        _together(self.rabbitmq.stop, self.mongo.stop)


def _together(*actions: Any) -> None:
    with ThreadPoolExecutor(len(actions)) as pool:
        for running in [pool.submit(action) for action in actions]:
            running.result()
