"""Processes of our own: their record outlives us, and nobody else's is ever ended."""

import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from deploy.local.places import ROOT
from deploy.local.processes import FILES, Process
from deploy.waiting import Failed

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
DEAF = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)",
]


def test_a_stopped_process_is_gone_and_forgotten(tmp_path: Path) -> None:
    process = Process("sleeper", tmp_path)
    process.start(SLEEP, env=os.environ)
    pid = process.pid
    process.stop(seconds=5)
    assert (process.alive, psutil.pid_exists(pid or 0), list(tmp_path.glob("*.pid"))) == (False, False, [])


def test_a_process_that_does_not_listen_is_ended_all_the_same(tmp_path: Path) -> None:
    process = Process("deaf", tmp_path)
    process.start(DEAF, env=os.environ)
    process.wait_until(lambda: "deaf" in process.last_lines(), seconds=20)
    began = time.monotonic()
    process.stop(seconds=0.2)
    assert not process.alive
    assert time.monotonic() - began < 5


def test_what_a_killed_run_left_is_found_by_its_record(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, sys; from deploy.local.processes import Process; "
        "Process('sleeper', pathlib.Path(sys.argv[1])).start(sys.argv[2:], env=os.environ); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path), *SLEEP], cwd=ROOT, check=False)
    found = Process("sleeper", tmp_path)
    assert found.alive
    found.kill()
    assert not found.alive


def test_a_stranger_with_a_recorded_id_is_left_alone(tmp_path: Path) -> None:
    stranger = psutil.Popen(SLEEP)
    try:
        born_earlier = {"pid": stranger.pid, "created": stranger.create_time() - 100}
        (tmp_path / "sleeper.pid").write_text(json.dumps(born_earlier))
        Process("sleeper", tmp_path).stop(seconds=1)
        assert stranger.is_running()
    finally:
        stranger.kill()
        stranger.wait()


def test_a_process_that_ends_while_waited_for_says_its_last_words(tmp_path: Path) -> None:
    process = Process("brief", tmp_path)
    process.start([sys.executable, "-c", "print('the disk is full')"], env=os.environ)
    with pytest.raises(Failed, match=r"brief ended by itself; .*\nthe disk is full"):
        process.wait_until(lambda: False, seconds=20)


def test_a_process_that_is_not_ready_in_time_is_named(tmp_path: Path) -> None:
    process = Process("slow", tmp_path)
    process.start(SLEEP, env=os.environ)
    try:
        with pytest.raises(Failed, match="slow: not there within 0 seconds"):
            process.wait_until(lambda: False, seconds=0.2)
    finally:
        process.kill()


def test_our_servers_may_open_more_files_than_a_login(tmp_path: Path) -> None:
    """A plain user's limit is 1,024; MongoDB ends by itself when it reaches it."""
    code = (
        "import os, pathlib, resource, sys; from deploy.local.processes import Process; "
        "resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1])); "
        "process = Process('limits', pathlib.Path(sys.argv[1])); "
        "process.start(['sh', '-c', 'ulimit -n; sleep 600'], env=os.environ); "
        "process.wait_until(lambda: bool(process.last_lines()), seconds=20); process.kill()"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=True)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    assert (tmp_path / "limits.log").read_text().split() == [str(wanted)]
