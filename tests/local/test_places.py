"""Ports stay the same from one start to the next, and are never taken from somebody."""

import json
import socket
from pathlib import Path

from deploy.local.places import LOOPBACK, Ports, free_port


def test_a_free_preferred_port_is_taken(tmp_path: Path) -> None:
    port = free_port()
    assert Ports(tmp_path / "state.json").choose("portal", port) == port


def test_a_port_in_use_is_left_to_its_holder(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as holder:
        taken = holder.getsockname()[1]
        assert Ports(tmp_path / "state.json").choose("portal", taken) != taken


def test_a_second_system_is_a_hundred_ports_higher(tmp_path: Path) -> None:
    preferred = free_port()
    with socket.create_server((LOOPBACK, preferred)):
        assert Ports(tmp_path / "state.json").choose("portal", preferred) == preferred + 100


def test_a_port_is_none_that_an_outgoing_connection_could_take() -> None:
    assert [port for _ in range(50) if not 20_000 <= (port := free_port()) < 32_000] == []


def test_a_port_is_remembered(tmp_path: Path) -> None:
    first = Ports(tmp_path / "state.json").choose("portal")
    assert Ports(tmp_path / "state.json").choose("portal", free_port()) == first
    assert json.loads((tmp_path / "state.json").read_text()) == {"portal": first}
