"""The test servers as containers, where a Docker engine with their images is on this machine; nothing is pulled."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any

from pymongo import MongoClient

from deploy.waiting import wait_until

MONGO_IMAGE = "mongo:8"
RABBITMQ_IMAGE = "rabbitmq:4-management"


def why_not() -> str:
    """Return why containers cannot be used here, or ``""`` when they can."""
    try:
        docker: Any = import_module("docker")  # comes with the tests' packages only
        ryuk_image = import_module("testcontainers.core.config").testcontainers_config.ryuk_image
    except ImportError:
        return "testcontainers is not installed"
    try:
        client = docker.from_env()
        client.ping()
    except Exception:
        return "no Docker engine answers"
    try:
        for image in (MONGO_IMAGE, RABBITMQ_IMAGE, ryuk_image):
            client.images.get(image)
    except docker.errors.ImageNotFound:
        return f"the image {image} is not on this machine"
    finally:
        client.close()
    return ""


@contextmanager
def pair() -> Iterator[tuple[str, str]]:
    """Run both, and give the addresses of MongoDB and RabbitMQ for one who may do everything."""
    DockerContainer = import_module("testcontainers.core.container").DockerContainer
    with ExitStack() as stack:
        mongo = DockerContainer(MONGO_IMAGE).with_exposed_ports(27017)
        mongo.with_command("--replSet rs0 --bind_ip_all")
        rabbitmq = DockerContainer(RABBITMQ_IMAGE).with_exposed_ports(5672)
        for container in (mongo, rabbitmq):
            stack.enter_context(container)
        yield _initiated(mongo), _ready(rabbitmq)


def _initiated(container: Any) -> str:
    address = f"{container.get_container_host_ip()}:{container.get_exposed_port(27017)}"
    # the set knows itself by its name inside; directly connected, nobody asks for that name
    url = f"mongodb://{address}/?directConnection=true"
    with MongoClient[dict[str, Any]](url, serverSelectionTimeoutMS=60_000) as client:
        members = [{"_id": 0, "host": "localhost:27017"}]
        client.admin.command("replSetInitiate", {"_id": "rs0", "members": members})
        wait_until(lambda: bool(client.admin.command("hello")["isWritablePrimary"]), seconds=30, what="the replica set")
    return url


def _ready(container: Any) -> str:
    wait_until(
        lambda: container.exec(["rabbitmq-diagnostics", "-q", "check_port_listener", "5672"]).exit_code == 0,
        seconds=90,
        what="RabbitMQ",
    )
    return f"amqp://guest:guest@{container.get_container_host_ip()}:{container.get_exposed_port(5672)}/"
