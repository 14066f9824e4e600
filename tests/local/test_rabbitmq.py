"""What our own RabbitMQ is told before it starts."""

from pathlib import Path

import pytest

from deploy.local.rabbitmq import RabbitMQ, _newest
from deploy.waiting import Failed


def test_a_path_with_a_space_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="no space in the path"):
        RabbitMQ(tmp_path / "my data").start()


def test_the_newest_usable_version_is_taken(tmp_path: Path) -> None:
    library = tmp_path / "usr" / "lib" / "rabbitmq" / "lib"
    for version in ("3.8.9", "3.10.8", "3.9.13"):
        (library / f"rabbitmq_server-{version}").mkdir(parents=True)
    assert _newest(tmp_path) == library / "rabbitmq_server-3.10.8"


def test_a_version_that_is_too_old_is_none(tmp_path: Path) -> None:
    (tmp_path / "usr" / "lib" / "rabbitmq" / "lib" / "rabbitmq_server-3.8.9").mkdir(parents=True)
    assert _newest(tmp_path) is None
