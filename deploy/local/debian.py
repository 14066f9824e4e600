"""Unpacks Debian packages into a folder of ours, without root and without installing anything."""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.waiting import Failed, Say

_ROOTDIR = re.compile(r"^(\s*ROOTDIR=)\"?[^\"\n]*/usr/lib/erlang\"?$", re.MULTILINE)
_PERCENT = re.compile(r"^dlstatus:\d+:([\d.]+):")


def apt_options(folder: Path) -> list[str]:
    """Return what makes apt keep its lists and files in ``folder`` instead of the system's places."""
    settings = {
        "Dir::State::Lists": f"{folder}/lists",
        "Dir::Cache": str(folder),
        "Dir::Cache::Archives": f"{folder}/archives",
        "Debug::NoLocking": "1",  # the locks are root's; nothing of the system's is written
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
        "APT::Sandbox::User": "",
        "APT::Install-Recommends": "false",
        "Dpkg::Use-Pty": "0",
    }
    return [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]


def relocated(script: str, root: Path) -> str:
    """Return one of Erlang's start scripts with ``root`` in place of the folder it was built for, or lay in before."""
    return _ROOTDIR.sub(lambda found: f'{found[1]}"{root}/usr/lib/erlang"', script)


def missing_libraries(ldd_output: str) -> list[str]:
    """Return the shared libraries that `ldd` could not find, in its order."""
    return re.findall(r"^\s*(\S+) => not found", ldd_output, re.MULTILINE)


def library_folders(root: Path) -> list[str]:
    """Return the folders below ``root`` that hold shared libraries."""
    return sorted({str(file.parent) for file in root.glob("**/lib/*-linux-gnu/*.so*")})


def environment(root: Path, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return ``base`` (this process's environment) with the unpacked libraries and programs in reach."""
    env = dict(os.environ if base is None else base)
    libraries = [*library_folders(root), env.get("LD_LIBRARY_PATH", "")]
    env["LD_LIBRARY_PATH"] = ":".join(filter(None, libraries))
    env["PATH"] = f"{env.get('PATH', '')}:/usr/sbin:/sbin:/usr/bin:/bin"
    return {name: value for name, value in env.items() if value}


def unpack(packages: Iterable[str], root: Path, *, say: Say) -> None:
    """Unpack ``packages`` and what they need beyond the system's own into ``root``.

    Takes about 30 seconds the first time and nothing later; ``root`` may be moved in between.  Raises `Failed` where
    there is no apt.
    """
    root.mkdir(parents=True, exist_ok=True)
    with _alone(root):
        wanted = [name for name in packages if not (root / f".{name}").exists()]
        if not wanted:
            _relocate_erlang(root)
            return
        if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
            raise Failed(f"{', '.join(wanted)} can only be fetched on Debian or Ubuntu; {_ELSEWHERE}")
        files = _download(wanted, root / "apt", say)
        for file in files:
            say(f"Unpacking: {file.name.split('_')[0]}")
            _run(["dpkg-deb", "-x", str(file), str(root)])
        _relocate_erlang(root)
        shutil.rmtree(root / "apt")
        for name in wanted:
            (root / f".{name}").touch()


_ELSEWHERE = "name servers that run already in MONGO_URL and AMQP_URL, or use docker compose."


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold the folder: two commands may start at once, and only one unpacks."""
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _download(packages: list[str], folder: Path, say: Say) -> list[Path]:
    for part in ("lists/partial", "archives/partial"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    apt = ["apt-get", "-qq", *apt_options(folder)]
    say("Reading Debian's package lists")
    _run([*apt, "update"])
    _watch([*apt, "-y", "--download-only", "-o", "APT::Status-Fd=1", "install", *packages], say)
    return sorted((folder / "archives").glob("*.deb"))


def _relocate_erlang(root: Path) -> None:
    for script in root.glob("usr/lib/erlang/**/erl"):
        if script.is_file() and not script.is_symlink():
            text = script.read_text(encoding="utf-8")
            if (here := relocated(text, root.resolve())) != text:
                script.write_text(here, encoding="utf-8")


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_apt_environment())
    if done.returncode:
        raise Failed(f"{command[0]} failed:\n{done.stderr.strip()}\n{_ELSEWHERE}")


def _watch(command: list[str], say: Say) -> None:
    """Run apt and tell how far the download is."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=_apt_environment()
    ) as apt:
        for line in apt.stdout or ():
            if found := _PERCENT.match(line):
                say(f"Downloading RabbitMQ and Erlang from Debian: {float(found[1]):.0f} %")
        errors = apt.stderr.read() if apt.stderr else ""
    if apt.returncode:
        raise Failed(f"apt-get failed:\n{errors.strip()}\n{_ELSEWHERE}")


def _apt_environment() -> dict[str, str]:
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/bin:/bin"
    return {**os.environ, "PATH": path, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
