"""The manifests of a cluster are confined like the containers of one machine, and know the same services."""

from importlib import import_module
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from deploy.rabbitmq.definitions import CONSUMES

yaml: Any = import_module("yaml")  # it has no type stubs
FOLDER = Path(__file__).parents[2] / "deploy" / "kubernetes"
SERVICES = [*CONSUMES, "portal"]
IN_FILES = {"MONGO_URL", "AMQP_URL", "EVENT_SECRETS", "LINK_SECRETS", "VAULT_SECRETS"}


def read(path: str) -> list[dict[str, Any]]:
    """Return the documents of a manifest."""
    return list(yaml.safe_load_all((FOLDER / path).read_text(encoding="utf-8")))


def patch(service: str) -> dict[str, Any]:
    """Return what is special about a service's pods."""
    (kustomization,) = read(f"{service}/kustomization.yaml")
    spec: dict[str, Any] = yaml.safe_load(kustomization["patches"][0]["patch"])["spec"]["template"]["spec"]
    return spec


def test_every_service_is_deployed() -> None:
    (top,) = read("kustomization.yaml")
    assert {name for name in top["resources"] if not name.endswith(".yaml")} == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_itself_with_its_own_secrets(service: str) -> None:
    spec = patch(service)
    assert spec["containers"][0]["args"] == [service]
    assert [volume["secret"]["secretName"] for volume in spec["volumes"]] == [f"zgoda-{service}"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_finds_each_secret_in_a_file(service: str) -> None:
    env = {each["name"]: each["value"] for each in patch(service)["containers"][0]["env"]}
    wanted = {"SESSION_SECRETS"} if service == "portal" else IN_FILES
    assert env == {"SERVICE": service} | {f"{name}_FILE": f"/keys/{name.lower()}" for name in wanted}


def test_the_portal_is_told_which_proxies_to_believe() -> None:
    (top,) = read("kustomization.yaml")
    told = dict(each.split("=", 1) for each in top["configMapGenerator"][0]["literals"])
    assert [str(ip_network(each)) for each in told["TRUSTED_PROXIES"].split()] == ["10.42.0.0/16"]


def test_mails_that_come_back_are_taken_from_the_mail_server_alone() -> None:
    policies = {each["metadata"]["name"]: each["spec"] for each in read("network.yaml")}
    intake, others = policies.pop("intake"), policies
    (rule,) = intake["ingress"]
    (port,) = [each["containerPort"] for each in patch("notifications")["containers"][0]["ports"]]
    assert rule["ports"] == [{"port": port}]
    assert rule["from"] == [{"namespaceSelector": {"matchLabels": {"zgoda.example/hands-over-mails": "true"}}}]
    open_elsewhere = [each for spec in others.values() for rule in spec["ingress"] for each in rule["ports"]]
    assert {"port": port} not in open_elsewhere


def test_a_pod_is_confined() -> None:
    spec = read("base/service.yaml")[0]["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert (spec["securityContext"]["runAsNonRoot"], spec["automountServiceAccountToken"]) == (True, False)
    assert container["resources"]["limits"]["memory"]
