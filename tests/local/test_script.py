"""`./zgoda` is plain POSIX shell, stays short, and says what is missing."""

import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.local import fetch_uv
from deploy.local.places import ROOT

SCRIPT = ROOT / "zgoda"
MOST_LINES = 45


@pytest.mark.parametrize("shell", ["sh", "dash", "bash"])
def test_the_script_is_read_by(shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    done = subprocess.run([program, "-n", str(SCRIPT)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_script_stays_short() -> None:
    assert len(SCRIPT.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_the_script_uses_no_bash_words() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert [word for word in ("[[", "function ", "typeset ", "<<<", "pipefail", "source ") if word in text] == []


def test_without_python_it_says_which_one_is_needed(tmp_path: Path) -> None:
    """The copy has no environment of its own, and the path holds only what the shell itself needs."""
    shutil.copy(SCRIPT, tmp_path / "zgoda")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "dirname", "readlink"):
        (programs / name).symlink_to(str(shutil.which(name)))
    text = (tmp_path / "zgoda").read_text(encoding="utf-8").replace("/usr/bin/python3", "/nowhere/python3")
    (tmp_path / "zgoda").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["sh", str(tmp_path / "zgoda"), "up"], env={"PATH": str(programs)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.splitlines()[0].split(",")[0]) == (1, "Zgoda needs Python 3.11 to 3.14")


@pytest.mark.parametrize("home", [None, "", "/nowhere"])
def test_without_a_home_of_one_s_own_what_is_fetched_is_kept_in_the_folder(home: str | None, tmp_path: Path) -> None:
    """What stands in for uv says what it is told, and ends the script."""
    shutil.copy(SCRIPT, tmp_path / "zgoda")
    (tmp_path / "bin").mkdir()
    uv = tmp_path / "bin" / "uv"
    uv.write_text('#!/bin/sh\n[ "$1" = --version ] || { echo "$HOME"; exit 3; }\n', encoding="utf-8")
    uv.chmod(0o755)
    env = {"PATH": f"{tmp_path}/bin:/usr/bin:/bin"} | ({} if home is None else {"HOME": home})
    done = subprocess.run([tmp_path / "zgoda", "up"], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, f"{tmp_path}/.zgoda\n")


def test_whoever_interrupts_the_first_download_reads_no_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(digest: str) -> bytes:
        raise KeyboardInterrupt

    monkeypatch.setattr(fetch_uv, "download", interrupted)
    with pytest.raises(SystemExit) as ended:
        fetch_uv.main(tmp_path / "uv")
    assert ended.value.code == 130


def test_ci_runs_the_same_tests_as_everybody() -> None:
    last = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()[-1]
    assert last == 'exec "$(dirname -- "$0")/../zgoda" test'
