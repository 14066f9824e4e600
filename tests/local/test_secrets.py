"""Secrets are made once, are long, and are their owner's alone."""

import stat
from pathlib import Path

from deploy.local.secrets import secret, write_private


def test_a_secret_is_made_once(tmp_path: Path) -> None:
    assert secret(tmp_path / "link") == secret(tmp_path / "link")


def test_two_secrets_differ(tmp_path: Path) -> None:
    assert secret(tmp_path / "link") != secret(tmp_path / "event")


def test_a_secret_holds_192_bits_in_letters_every_server_takes(tmp_path: Path) -> None:
    made = secret(tmp_path / "link")
    assert (len(made), len(bytes.fromhex(made))) == (48, 24)


def test_only_the_owner_reads_a_secret(tmp_path: Path) -> None:
    secret(tmp_path / "folder" / "link")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "folder", tmp_path / "folder" / "link")]
    assert modes == [0o700, 0o600]


def test_a_private_file_is_written_anew_with_the_same_rights(tmp_path: Path) -> None:
    for text in ("longer text", "text"):
        write_private(tmp_path / "url", text)
    assert (tmp_path / "url").read_text() == "text"
    assert stat.S_IMODE((tmp_path / "url").stat().st_mode) == 0o600
