"""The alerting rules ask for figures that services export, say whom they call and why, and name what to do then."""

import re
import shutil
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from prometheus_client import REGISTRY

from deploy.local import checks
from deploy.local.places import ROOT
from deploy.rabbitmq.definitions import CONSUMES
from tests.alerting import FOLDER, RULES, Rule
from tests.docs.test_pages import PAGES, headings

yaml: Any = import_module("yaml")  # it has no type stubs
SERVICES = {*CONSUMES, "portal"}
OF_PROMETHEUS = {"job", "service", "instance"}
"""The labels that Prometheus puts on every figure, as prometheus.yml says."""
CONFIG: dict[str, Any] = yaml.safe_load((FOLDER / "prometheus.yml").read_text(encoding="utf-8"))


@cache
def exported() -> dict[str, set[str]]:
    """Return the labels of every series that a process of some service exports, by its name."""
    for service in SERVICES:
        import_module(f"services.{service}.main")
    found = {"up": set[str](), "process_start_time_seconds": set[str]()}
    for name, collector in REGISTRY._names_to_collectors.items():
        found.setdefault(name, set(getattr(collector, "_labelnames", ())))
    return found


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_reads_what_services_export_with_its_labels(rule: Rule) -> None:
    known = exported()
    assert rule.series
    assert set(rule.series) - set(known) == set()
    assert [name for name, labels in rule.series.items() if labels - known[name] - OF_PROMETHEUS] == []
    assert re.search(r" (>|==) ", rule.expr), "it compares nothing, and holds always"
    assert rule.grouped <= OF_PROMETHEUS.union(*(known[name] for name in rule.series))


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_a_rule_says_whom_it_calls_why_and_what_to_do(rule: Rule) -> None:
    page, _, anchor = rule.annotations["runbook"].partition("#")
    assert rule.severity in ("page", "ticket")
    assert re.fullmatch(r"[A-Z{].*[.?]", rule.annotations["summary"])
    assert anchor in headings(ROOT / page)


@pytest.mark.parametrize(
    "wrong",
    ["max(up", "max(up)) > 0", "max(up[5m]) > 0", "increase(up) > 0", "most(up) > 0", "up{job=x} > 0", "up ~ 0"],
)
def test_an_expression_that_is_none_is_noticed(wrong: str) -> None:
    rule = Rule("Wrong", wrong, "page", {})
    with pytest.raises(AssertionError):
        assert rule.series == {}


def test_every_rule_is_played_in_a_night_that_calls_and_none_calls_in_a_quiet_one() -> None:
    played = yaml.safe_load((FOLDER / "alerts.test.yml").read_text(encoding="utf-8"))["tests"]
    called = {
        name
        for night in played
        for case in night["promql_expr_test"]
        for name in re.findall(r'alertname="(\w+)"', case["expr"] + str(case["exp_samples"]))
        if case["exp_samples"] and f'alertname!="{name}"' not in case["expr"]
    }
    quiet, *_ = played
    assert called == set(RULES)
    assert [case["exp_samples"] for case in quiet["promql_expr_test"]] == [[]] * len(quiet["promql_expr_test"])
    series = " ".join(each["series"] for each in quiet["input_series"])
    assert {name for rule in RULES.values() for name in rule.series if name not in series} == set()


def test_prometheus_asks_every_service_by_the_name_that_the_rules_know() -> None:
    (job,) = CONFIG["scrape_configs"]
    told = {each["labels"]["service"]: each["targets"] for each in job["static_configs"]}
    assert (job["job_name"], told) == ("zgoda", {name: [f"{name}:8000"] for name in SERVICES})
    assert set(re.findall(r'absent\(up\{job="zgoda", service="(\w+)"\}\)', RULES["ZgodaServiceDown"].expr)) == SERVICES
    assert CONFIG["rule_files"] == ["alerts.yml"]


def test_no_figure_names_anybody_or_grows_without_end() -> None:
    bounded = {"name", "outcome", "part", "lane", "state", "kind", "program", "channel", "sort"}
    bounded |= {"method", "route", "status", "by"}
    ours = {name: labels for name, labels in exported().items() if name.startswith("zgoda_")}
    assert set().union(*ours.values()) <= bounded


def test_the_figures_that_pages_name_are_exported() -> None:
    named = {name for page in PAGES for name in re.findall(r"`(zgoda_\w+)`", page.read_text(encoding="utf-8"))}
    assert named - set(exported()) == set()
    assert named


def test_prometheus_reaches_the_services_of_a_cluster_from_the_namespace_that_is_named_for_it() -> None:
    text = (ROOT / "deploy" / "kubernetes" / "network.yaml").read_text(encoding="utf-8")
    (services,) = [each for each in yaml.safe_load_all(text) if each["metadata"]["name"] == "services"]
    _, watching = services["spec"]["ingress"]
    ((label, value),) = watching["from"][0]["namespaceSelector"]["matchLabels"].items()
    assert (len(watching["from"]), watching["ports"]) == (1, [{"port": 8000}])
    for page in (FOLDER / "prometheus.yml", ROOT / "deploy" / "kubernetes" / "README.md"):
        assert f'{label}: "{value}"' in page.read_text(encoding="utf-8")


def test_the_rules_are_played_where_there_is_the_tool_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    assert checks._quality()["promtool"] == ("/usr/bin/promtool", "test", "rules", str(FOLDER / "alerts.test.yml"))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert checks._quality() == checks.QUALITY
