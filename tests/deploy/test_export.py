"""The operator writes what the registry holds into a file, from its own database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from lxml import etree
from typer.testing import CliRunner

from deploy import operate
from services.registry.imports.actions import import_iati
from services.registry.imports.iati import load_schema
from services.registry.main import create_app
from services.registry.settings import Settings
from shared.ids import new_id
from shared.testing.stack import SECRET, Stack
from tests.registry.builders import an_activity, an_iati_file

IDENTIFIER = f"PL-{new_id()}"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def known(stack: Stack) -> AsyncIterator[dict[str, str]]:
    """A registry with one activity, and the environment of its commands."""
    values = stack.values("registry")
    async with stack.running(create_app, Settings(**values), background=False) as registry:
        await import_iati(registry.storage, an_iati_file(an_activity(IDENTIFIER)))
        names = ("mongo_url", "amqp_url", "database", "broker_prefix")
        secrets = {f"{name}_SECRETS": SECRET for name in ("EVENT", "LINK")}
        yield {**{name.upper(): values[name] for name in names}, **secrets, "VAULT_SECRETS": f"{SECRET}-registry"}


@pytest.mark.parametrize(
    ("options", "named"), [([], True), (["--redacted"], False), (["--seen-by", "public"], True)], ids=str
)
def test_everything_is_written_into_one_valid_file(
    known: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], named: bool
) -> None:
    for name, value in known.items():
        monkeypatch.setenv(name, value)
    path = tmp_path / "activities.xml"
    result = CliRunner().invoke(operate.commands, ["export", "iati", str(path), *options])
    assert result.exit_code == 0, result.output
    root = etree.fromstring(path.read_bytes())
    assert load_schema().validate(root)
    assert [each.text == IDENTIFIER for each in root.iterfind(".//iati-identifier")] == [named]


def test_an_unknown_group_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(operate.commands, ["export", "iati", str(tmp_path / "x.xml"), "--seen-by", "friends"])
    assert result.exit_code == 2
