"""Servers that the environment names are looked for before anything is started."""

import socket

import pytest

from deploy.local.named import Named
from deploy.local.places import LOOPBACK, free_port
from deploy.waiting import Failed


@pytest.mark.parametrize(
    ("name", "url", "words"),
    [
        ("MONGO_URL", "nonsense", "must begin with mongodb:// or mongodb\\+srv://"),
        ("AMQP_URL", "http://127.0.0.1/", "must begin with amqp:// or amqps://"),
        ("SMTP_URL", "hello", "must begin with smtp:// or smtps://"),
        ("MONGO_URL", "mongodb://u:p@127.0.0.1:1/?replicaSet=rs0", "nobody answers at 127.0.0.1:1$"),
        ("MONGO_URL", "mongodb://127.0.0.1:1,[::1]:1", "nobody answers at 127.0.0.1:1, \\[::1\\]:1$"),
        ("AMQP_URL", "amqp://127.0.0.1:port/", "nobody answers at 127.0.0.1:port$"),
    ],
)
def test_what_is_wrong_is_said_with_the_name_of_the_setting(name: str, url: str, words: str) -> None:
    with pytest.raises(Failed, match=f"^{name}:? {words}"):
        Named.by({name: url}).check()


def test_one_host_that_answers_is_enough_and_nobody_named_is_well() -> None:
    Named.by({"MONGO_URL": ""}).check()
    with socket.create_server((LOOPBACK, free_port())) as server:
        port = server.getsockname()[1]
        Named.by({"MONGO_URL": f"mongodb://u:p%40@127.0.0.1:1,127.0.0.1:{port}/x?replicaSet=rs0"}).check()
        Named.by({"SMTP_URL": f"smtp://127.0.0.1:{port}?starttls=never"}).check()
