"""The system of one folder: what the person at the terminal is told of it."""

import json
import socket
from pathlib import Path

import pytest

from deploy.local.places import LOOPBACK
from deploy.local.system import System


def test_a_portal_that_has_to_move_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server((LOOPBACK, 0)) as holder:
        taken = holder.getsockname()[1]
        (tmp_path / "state.json").write_text(json.dumps({"portal": taken}))
        System(tmp_path)._choose_ports()
        moved = capsys.readouterr().out
    System(tmp_path)._choose_ports()
    assert (f"somebody else has port {taken} now" in moved, capsys.readouterr().out) == (True, "")
