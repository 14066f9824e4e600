"""What `./zgoda` says, and which system its commands mean."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy import operate
from deploy.local import cli

COMMANDS = [
    f"{group.name} {command.name or command.callback.__name__}"  # type: ignore[union-attr]  # each has one
    for group in operate.commands.registered_groups
    for command in group.typer_instance.registered_commands  # type: ignore[union-attr]  # each has one
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_operators_command_means_the_system_of_this_folder(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "HOME", tmp_path)
    result = CliRunner().invoke(cli.app, command.split())
    assert (result.exit_code, result.stdout) == (1, "✗ There is no system here yet: start it with ./zgoda up\n")
