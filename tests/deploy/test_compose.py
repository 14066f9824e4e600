"""The compose file keeps what every container must keep, and tells the services what they ask for."""

import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pydantic_settings import BaseSettings

from deploy.rabbitmq.definitions import CONSUMES

yaml: Any = import_module("yaml")  # it has no type stubs
ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")


def test_the_whole_system_is_there() -> None:
    assert set(CONTAINERS) == {"keys", "sample", "mongo", "rabbitmq", "mails", "portal", *CONSUMES}


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_is_confined(name: str) -> None:
    told = CONTAINERS[name]
    user = int(str(told["user"]).split(":")[0])
    assert (user > 0, told["read_only"], told["cap_drop"], told["security_opt"]) == (
        True,
        True,
        ["ALL"],
        ["no-new-privileges:true"],
    )
    assert told["mem_limit"]
    assert "privileged" not in told


@pytest.mark.parametrize("name", CONTAINERS)
def test_a_container_says_how_it_feels(name: str) -> None:
    if name == "sample":  # runs once and ends
        return
    own_image = CONTAINERS[name]["image"] == "zgoda:local"
    assert ("healthcheck" in CONTAINERS[name]) or (own_image and "HEALTHCHECK" in DOCKERFILE)


@pytest.mark.parametrize("name", CONTAINERS)
def test_ports_are_open_to_this_machine_only(name: str) -> None:
    assert [port for port in CONTAINERS[name].get("ports", []) if not port.startswith("127.0.0.1:")] == []


@pytest.mark.parametrize("service", [*CONSUMES, "portal"])
def test_a_service_is_given_its_own_secrets_and_no_others(service: str) -> None:
    assert CONTAINERS[service]["volumes"] == [f"keys-{service}:/keys:ro"]


@pytest.mark.parametrize("service", [*CONSUMES, "portal"])
def test_whatever_else_a_service_is_set_to_stands_in_a_file_of_its_own(service: str) -> None:
    assert CONTAINERS[service]["env_file"] == [{"path": f"settings/{service}.env", "required": False}]


def test_every_setting_that_the_runbook_names_is_one() -> None:
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)[`=]", (ROOT / "deploy" / "runbook.md").read_text(encoding="utf-8")))
    settings: list[type[BaseSettings]] = [
        import_module(f"services.{service}.settings").Settings for service in (*CONSUMES, "portal")
    ]
    known = {name.upper() for each in settings for name in each.model_fields}
    assert named - known - {f"{name}_FILE" for name in known} == set()
    assert len(named) > 10


def test_the_portal_is_told_which_proxies_to_believe() -> None:
    assert CONTAINERS["portal"]["environment"]["TRUSTED_PROXIES"] == "${TRUSTED_PROXIES:-}"


def test_the_dockerfile_pulls_no_front_end_and_runs_as_nobody_special() -> None:
    assert ("# syntax" in DOCKERFILE.lower(), "\nUSER 10001:10001\n" in DOCKERFILE) == (False, True)
