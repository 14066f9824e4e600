"""What the pages say is there: commands, routes, paths, links, events, decisions."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from deploy import operate
from deploy.local import wiring
from deploy.local.cli import app
from deploy.local.places import ROOT
from shared.events import CATALOGUE

PAGES = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("deploy/**/*.md"), *ROOT.glob("bench/**/*.md")]
)
TOP = ("services/", "shared/", "deploy/", "tests/", "docs/", "bench/")
SINGLE = {"docker-compose.yml", "pyproject.toml"}


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def paths(page: Path) -> Iterator[str]:
    """Yield what stands between backticks and looks like a path of this repository."""
    for word in re.findall(r"`([^`\s]+)`", prose(page)):
        path = word.split("::")[0]
        if (path.startswith(TOP) or path in SINGLE) and not set("<>*{}…") & set(path):
            yield path


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_paths_on_a_page_exist(page: Path) -> None:
    assert [path for path in paths(page) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_links_on_a_page_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|mailto:)([^)\s]+)\)", prose(page))
    broken = []
    for link in links:
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (heading and heading not in headings(target)):
            broken.append(link)
    assert broken == []


def headings(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as code hosts make them."""
    found = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in found}


COMMAND_LINES = {"./zgoda": app, "python -m deploy.operate": operate.commands}


def commands(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield every call of a command line on a page, in words, up to the first argument that is no command."""
    for line in COMMAND_LINES:
        for call in re.findall(rf"{re.escape(line)}((?: [a-z][a-z-]*)+)", prose(page)):
            yield line, call.split()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_commands_on_a_page_exist(page: Path) -> None:
    assert [" ".join([line, *words]) for line, words in commands(page) if not exists(words, line)] == []


def test_the_runbook_calls_what_is_in_the_containers() -> None:
    called = [words for line, words in commands(ROOT / "deploy" / "runbook.md") if line != "./zgoda"]
    assert {words[0] for words in called} == {"events", "letters", "erasures"}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_routes_on_a_page_exist(page: Path) -> None:
    told = set(re.findall(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`?]*)(?:\?[^`]*)?`", prose(page)))
    described = [json.loads(prose(path))["paths"] for path in (ROOT / "docs" / "api").glob("*.json")]
    known = {(method.upper(), _shape(path)) for paths in described for path in paths for method in paths[path]}
    assert [" ".join(each) for each in sorted(told) if (each[0], _shape(each[1])) not in known] == []


def _shape(path: str) -> str:
    """Return a path without the names of its variable parts."""
    return re.sub(r"\{\w+\}", "{}", path)


def exists(words: list[str], line: str = "./zgoda") -> bool:
    """Return whether the command line has this command; words after a whole command are its arguments."""
    command: Any = typer.main.get_command(COMMAND_LINES[line])
    for word in words:
        within = getattr(command, "commands", None)
        if within is None:
            return True
        if word not in within:
            return False
        command = within[word]
    return True


@pytest.mark.parametrize(
    ("words", "known"), [("up", True), ("fly", False), ("servers up", True), ("servers fly", False)]
)
def test_a_command_that_is_not_there_is_noticed(words: str, known: bool) -> None:
    assert exists(words.split()) == known


def test_the_recipes_name_a_file_for_every_step() -> None:
    recipes = prose(ROOT / "docs" / "recipes.md")
    steps = re.findall(r"^\d+\. .*(?:\n(?!\d+\. |\n|#).*)*", recipes, re.MULTILINE)
    assert len(steps) >= 25
    assert [step for step in steps if "`" not in step] == []


def test_the_recipes_cover_an_event_a_mail_an_endpoint_and_a_service() -> None:
    found = re.findall(r"^## (.+)$", prose(ROOT / "docs" / "recipes.md"), re.MULTILINE)
    assert found == ["Add an event", "Add a mail", "Add an endpoint", "Add a service"]


def test_the_table_of_events_is_the_catalogue() -> None:
    table = re.findall(r"^\| \[([a-z-]+)\]", prose(ROOT / "docs" / "events" / "README.md"), re.MULTILINE)
    assert table == sorted(CATALOGUE)


def test_the_page_of_architecture_names_every_service() -> None:
    table = re.findall(r"^\| \[([a-z]+)\]\(\.\./services/", prose(ROOT / "docs" / "architecture.md"), re.MULTILINE)
    assert sorted(table) == wiring.service_names()


def test_decisions_are_numbered_without_gaps_and_say_why() -> None:
    found = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in found] == [f"{number:04d}" for number in range(1, len(found) + 1)]
    for path in found:
        text = prose(path)
        assert text.startswith(f"# {int(path.name[:4])}. "), path.name
        assert [part for part in ("**Context.**", "**Decision.**", "**Consequences.**") if part not in text] == []


def test_the_glossary_is_in_order_and_names_no_word_twice() -> None:
    tables = re.split(r"^## ", prose(ROOT / "docs" / "glossary.md"), flags=re.MULTILINE)[1:]
    words = [re.findall(r"^\| ([^|]+?) \|", table, re.MULTILINE)[1:] for table in tables]
    assert words == [sorted(each) for each in words]
    assert len({word for each in words for word in each}) == sum(len(each) for each in words)
