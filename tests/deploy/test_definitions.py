"""At the broker every service may do what its work needs, and nothing else."""

import base64
import hashlib
import importlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.rabbitmq import definitions as rights
from deploy.rabbitmq.definitions import CONSUMES, definitions, permission, topic_permission
from shared.bus import Names, span
from shared.consuming import Consumer
from shared.events import CATALOGUE
from shared.settings import ServiceSettings

PASSWORDS = {service: f"password of {service}" for service in CONSUMES}
OTHERS = [(service, other) for service in CONSUMES for other in CONSUMES if other != service]


def matching(pattern: str) -> Callable[[str], bool]:
    """Return whether RabbitMQ would let a name pass: its patterns match anywhere unless they are anchored."""
    return lambda name: re.search(pattern, name) is not None


def own_names(service: str) -> list[str]:
    """Return everything that the bus declares for a service."""
    names = Names(service)
    ladder = ServiceSettings.model_fields["retry_ladder"].default
    return [names.work, names.delay, names.dead, *(names.retry(seconds) for seconds in ladder)]


def consumer_of(service: str) -> Consumer | None:
    """Return the consumer in a service's code, wherever its module lies."""
    root = Path(__file__).parents[2]
    for file in sorted((root / "services" / service).rglob("consumers.py")):
        module = importlib.import_module(".".join(file.relative_to(root).with_suffix("").parts))
        if isinstance(found := getattr(module, "consumer", None), Consumer):
            return found
    return None


@pytest.mark.parametrize("service", CONSUMES)
def test_the_table_says_what_the_code_consumes(service: str) -> None:
    consumer = consumer_of(service)
    assert sorted(CONSUMES[service]) == (consumer.event_names if consumer else [])


@pytest.mark.parametrize("service", CONSUMES)
def test_a_service_has_all_rights_to_its_own_queues(service: str) -> None:
    granted = permission(service)
    for right in ("configure", "write", "read"):
        assert list(filter(matching(granted[right]), own_names(service))) == own_names(service)


@pytest.mark.parametrize(("service", "other"), OTHERS)
def test_a_service_has_no_right_to_another_ones_queues(service: str, other: str) -> None:
    granted = permission(service)
    for right in ("configure", "write", "read"):
        assert list(filter(matching(granted[right]), [*own_names(other), f"{service}-{other}"])) == []


@pytest.mark.parametrize("service", CONSUMES)
def test_no_service_can_remake_the_exchange_or_use_the_default_one(service: str) -> None:
    granted = permission(service)
    assert not matching(granted["configure"])("events")
    assert not any(matching(granted[right])("amq.default") for right in ("configure", "write", "read"))


@pytest.mark.parametrize("service", CONSUMES)
def test_a_service_publishes_only_its_own_events(service: str) -> None:
    may_write = matching(topic_permission(service)["write"])
    published = sorted(name for name, event in CATALOGUE.items() if event.publisher == service)
    assert sorted(filter(may_write, [*CATALOGUE, "anything"])) == published


@pytest.mark.parametrize("service", CONSUMES)
def test_a_service_hears_only_what_it_consumes(service: str) -> None:
    may_read = matching(topic_permission(service)["read"])
    assert sorted(filter(may_read, [*CATALOGUE, "#", "*", "anything"])) == sorted(CONSUMES[service])


def test_only_notifications_hears_private_events() -> None:
    private = [name for name, event in CATALOGUE.items() if event.private]
    hearers = {service for service in CONSUMES for name in private if matching(topic_permission(service)["read"])(name)}
    assert (sorted(private), hearers) == (["contact-changed", "subscription-requested"], {"notifications"})


def test_a_table_that_tells_private_events_to_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CONSUMES, "meetings", CONSUMES["meetings"] | {"contact-changed"})
    with pytest.raises(ValueError, match="meetings must not hear contact-changed"):
        definitions(PASSWORDS)


def test_a_table_that_waits_for_what_nobody_publishes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CONSUMES, "reports", CONSUMES["reports"] | {"meeting-canceled"})
    with pytest.raises(ValueError, match="nobody publishes: meeting-canceled"):
        definitions(PASSWORDS)


def test_every_user_has_both_kinds_of_permission() -> None:
    """A user without a topic permission may publish and bind everything: none may be forgotten."""
    made = definitions(PASSWORDS)
    users = [user["name"] for user in made["users"]]
    assert users == list(CONSUMES)
    assert [each["user"] for each in made["permissions"]] == users
    assert [each["user"] for each in made["topic_permissions"]] == users


def test_no_service_administers() -> None:
    made = definitions(PASSWORDS, administrator="another password")
    tagged = {user["name"]: user["tags"] for user in made["users"] if user["tags"]}
    assert tagged == {"admin": ["administrator"]}


def test_passwords_are_kept_as_salted_hashes() -> None:
    made = rights.user("meetings", "the password")
    raw = base64.b64decode(made["password_hash"])
    assert raw[4:] == hashlib.sha256(raw[:4] + b"the password").digest()
    assert "the password" not in str(definitions({**PASSWORDS, "meetings": "the password"}))


def test_the_exchange_of_events_is_durable_and_by_topic() -> None:
    (exchange,) = definitions(PASSWORDS)["exchanges"]
    assert (exchange["name"], exchange["type"], exchange["durable"]) == (Names("any").events, "topic", True)


def test_retry_queues_have_names_of_their_service() -> None:
    assert Names("meetings").retry(120) == f"meetings.retry.{span(120)}"
