"""The alerting rules, read: what they ask for, and whether a figure of a running service would call somebody."""

import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from prometheus_client import REGISTRY

from deploy.local.places import ROOT

yaml: Any = import_module("yaml")  # it has no type stubs
FOLDER = ROOT / "deploy" / "observability"
_COMPARED = {">": operator.gt, "==": operator.eq}
_GROUPING = re.compile(r"\b(?:by|on) \(([^)]*)\)")
_MATCHER = r'\w+(?:=~|!~|!=|=)"[^"]*"'
_TOKEN = re.compile(
    r"\s+"
    rf"|(?P<name>[a-z_]\w*)(?P<matchers>\{{{_MATCHER}(?:, ?{_MATCHER})*\}})?(?P<range>\[\d+[mhd]\])?(?P<call>\()?"
    r"|[0-9.]+|>|==|\*|\(|\)"
)
_WORDS = {"and", "or", "unless"}
_FUNCTIONS = {"sum": False, "max": False, "absent": False, "increase": True, "changes": True, "min_over_time": True}
"""What the rules may call, and whether that wants a range."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One alerting rule."""

    alert: str
    expr: str
    severity: str
    annotations: dict[str, str]

    @property
    def series(self) -> dict[str, set[str]]:
        """The metrics that it reads, and the labels that it looks for on each."""
        found: dict[str, set[str]] = {}
        wants_range = False
        for token in _tokens(_GROUPING.sub("", self.expr)):
            name = token["name"]
            if name in _FUNCTIONS:
                wants_range = _FUNCTIONS[name]
            elif name is not None and name not in _WORDS:
                assert not token["call"], f"{name} is no function that these rules use"
                assert wants_range == bool(token["range"]), f"{name} has a range and must not, or needs one"
                labels = re.findall(r"(\w+)(?:=~|!~|!=|=)", re.sub(r'"[^"]*"', "", token["matchers"] or ""))
                found.setdefault(name, set()).update(labels)
        return found

    @property
    def grouped(self) -> set[str]:
        """The labels by which it groups or joins, and those that its summary shows."""
        lists = _GROUPING.findall(self.expr)
        shown = re.findall(r"\$labels\.(\w+)", self.annotations["summary"])
        return {label.strip() for each in lists for label in each.split(",")} | set(shown)

    def holds_for(self, **labels: str) -> bool:
        """Whether what this process exports crosses the threshold of a rule's first comparison."""
        compared = re.match(r"[^>=]*\b(zgoda_\w+)(?:\{[^}]*\})?\)* (>|==) ([0-9.]+)", self.expr)
        assert compared is not None, f"{self.alert} does not begin with a simple comparison"
        name = compared[1]
        value = REGISTRY.get_sample_value(name, labels)
        assert value is not None, f"{name} {labels} is not exported"
        return bool(_COMPARED[compared[2]](value, float(compared[3])))


def _tokens(expr: str) -> Iterator[re.Match[str]]:
    """Yield what an expression consists of; fail where it is none of the kind that these rules are."""
    at = depth = 0
    while at < len(expr):
        token = _TOKEN.match(expr, at)
        assert token is not None, f"not understood: {expr[at : at + 30]}"
        yield token
        at = token.end()
        depth += token[0].endswith("(") - (token[0] == ")")
        assert depth >= 0, f"closed too often: {expr[:at]}"
    assert depth == 0, f"not closed: {expr}"


def read() -> dict[str, Rule]:
    """Return the rules by name."""
    (group,) = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return {
        each["alert"]: Rule(each["alert"], each["expr"], each["labels"]["severity"], each["annotations"])
        for each in group["rules"]
    }


RULES = read()
