"""A query for an audience, built step by step on a form that works without JavaScript."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData

from services.portal.invitations.terms import HOW
from services.portal.meetings.audience import Audience
from services.portal.meetings.audience import read as read_lists
from services.portal.numbers import whole
from services.portal.words import KINDS, ROLES, THEMES

MAX_STEPS = 12
MAX_LEFT_OUT = 1_000
MAX_WRITTEN = 600  # characters of regions
MAX_REGIONS = 30
REGION = re.compile(r"^[A-Z]{2}-[A-Z0-9]{1,3}$")
COUNTRY = re.compile(r"^[A-Z]{2}$")
ID = re.compile(r"^[0-9a-f-]{36}$")
OFFERED: dict[str, Mapping[Any, str]] = {"organisation_kinds": KINDS, "themes": THEMES, "roles": ROLES}


@dataclass(slots=True)
class Query:
    """The steps so far, what is named beside them, and who was left out by hand."""

    lists: Audience
    steps: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    half: bool = False
    """Whether a step was asked for in which nothing is chosen."""
    wrong_regions: list[str] = field(default_factory=list)
    regions_written: str = ""
    """The regions as they were typed."""

    @property
    def empty(self) -> bool:
        """Whether nobody is meant."""
        return self.lists.empty and not self.steps

    @property
    def regions(self) -> list[str]:
        """The codes of the regions that its steps name."""
        return [code for step in self.steps for code in step.get("regions", [])]

    @property
    def kept(self) -> list[str]:
        """The steps as the form carries them along."""
        return [json.dumps(step, separators=(",", ":")) for step in self.steps]

    def command(self) -> dict[str, Any]:
        """Return the audience as the meetings service takes it."""
        return {**self.lists.command(), "clauses": self.steps, "left_out_ids": self.left_out}


def read(form: FormData, regions: Mapping[str, str]) -> Query:
    """Return the query on a form, with the step that is added or dropped by the button that was pressed.

    ``regions`` are the codes of those in `regions_written` that were found by name.
    """
    query = Query(lists=read_lists(form))
    query.steps = [step for text in form.getlist("step_so_far")[:MAX_STEPS] if (step := _carried(str(text)))]
    chosen = [str(each) for each in form.getlist("left_out") if ID.match(str(each))]
    query.left_out = list(dict.fromkeys(chosen))[:MAX_LEFT_OUT]
    pressed = str(form.get("step", ""))
    if pressed.startswith("drop-"):
        query.steps = [step for number, step in enumerate(query.steps) if number != whole(pressed[5:])]
    written = _written(form, query, regions)
    if len(written) > 1 and len(query.steps) < MAX_STEPS:
        query.steps.append(written)
    elif pressed == "add" and not query.wrong_regions:
        query.half = True
    return query


def _written(form: FormData, query: Query, named: Mapping[str, str]) -> dict[str, Any]:
    """Return the step that is filled in on the form; with nothing but *how* when nothing is chosen."""
    how = str(form.get("how", "or"))
    step: dict[str, Any] = {"how": how if how in HOW else "or"}
    for name, offered in OFFERED.items():
        if chosen := [each for each in form.getlist(f"step-{name}") if each in offered]:
            step[name] = chosen
    if coalitions := [str(each) for each in form.getlist("step-coalition_ids") if ID.match(str(each))]:
        step["coalition_ids"] = coalitions
    query.regions_written = str(form.get("step-regions", "")).strip()[:MAX_WRITTEN]
    codes = [code for part in regions_written(form) for code in _codes(part, named)]
    query.wrong_regions = [each for each in codes if not REGION.match(each)]
    if query.wrong_regions:
        return {"how": step["how"]}
    return {**step, "regions": list(dict.fromkeys(codes))} if codes else step


def regions_written(form: FormData) -> list[str]:
    """Return the regions that are written on a form, divided by commas."""
    parts = re.split(r"[,;\n]+", str(form.get("step-regions", ""))[:MAX_WRITTEN])
    return [part.strip() for part in parts if part.strip()][:MAX_REGIONS]


def _codes(part: str, named: Mapping[str, str]) -> list[str]:
    return [named[part]] if part in named else part.upper().split()


def _carried(text: str) -> dict[str, Any] | None:
    """Return a step that the form carried along, read as strictly as if somebody had written it by hand."""
    try:
        step = json.loads(text[:20_000])
        how = step.pop("how")
        rules = {**OFFERED, "regions": REGION, "coalition_ids": ID, "organisation_ids": ID, "countries": COUNTRY}
        fits = all(_fits(rules[name], values) for name, values in step.items())
    except (ValueError, AttributeError, KeyError, TypeError):
        return None
    return {"how": how, **step} if step and fits and how in HOW else None


def _fits(rule: Any, values: Any) -> bool:
    if not isinstance(values, list) or not values or not all(isinstance(each, str) for each in values):
        return False
    return all(rule.match(each) if isinstance(rule, re.Pattern) else each in rule for each in values)
