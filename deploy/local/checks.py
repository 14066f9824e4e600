"""`./zgoda test`: servers for the tests, a browser, and every check there is, one after another."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local import containers
from deploy.local.places import HOME, ROOT
from deploy.local.servers import Servers
from deploy.local.stopping import Stopped
from deploy.local.terminal import console, step

TIDY_WITHIN = 30  # seconds
BIN = Path(sys.executable).parent
MONGO_VARIABLE = "ZGODA_TEST_MONGO_URL"
AMQP_VARIABLE = "ZGODA_TEST_AMQP_URL"
CHROMIUM_VARIABLE = "CHROMIUM"

QUALITY: dict[str, Sequence[str]] = {
    "ruff check": (str(BIN / "ruff"), "check", "--quiet", "."),
    "ruff format": (str(BIN / "ruff"), "format", "--quiet", "--check", "."),
    "mypy": (str(BIN / "mypy"), "--no-error-summary", "."),
    "import-linter": (str(BIN / "lint-imports"), "--no-logo"),
}
RULES = ROOT / "deploy" / "observability" / "alerts.test.yml"
AT_ONCE = ("-n", "2", "--dist", "loadfile")  # as many processes as the smallest machine we think of has cores
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def run(arguments: Sequence[str]) -> int:
    """Run every check, or with ``arguments`` only pytest with them; return 0 when all passed, else 1."""
    failed = [] if arguments else [name for name, command in _quality().items() if not _passes(name, command)]
    env = (
        os.environ
        | {"PYTHONPATH": str(ROOT)}
        | _browser(wanted=not arguments or any("browser" in each for each in arguments))
    )
    with servers(os.environ) as urls:
        if _pytest(arguments, env | urls):
            failed.append("pytest")
    if failed:
        console.print(f"[red]✗[/red] failed: {', '.join(failed)}")
    return 1 if failed else 0


def _quality() -> dict[str, Sequence[str]]:
    """Return the checks without servers; the alerting rules are played where there is Prometheus' own tool."""
    promtool = shutil.which("promtool")
    if promtool is None:
        console.print("Alerting rules: read by pytest, not played (Debian's package prometheus has promtool)")
        return QUALITY
    return {**QUALITY, "promtool": (promtool, "test", "rules", str(RULES))}


def _pytest(arguments: Sequence[str], env: Mapping[str, str]) -> int:
    """Run pytest; when we are asked to end, let it tidy up first."""
    with subprocess.Popen([sys.executable, "-P", "-m", "pytest", *(arguments or AT_ONCE)], cwd=ROOT, env=env) as pytest:
        try:
            return pytest.wait()
        except Stopped as stopped:
            if stopped.signal != signal.SIGINT:  # Ctrl-C reaches it without us
                pytest.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                pytest.wait(TIDY_WITHIN)
            pytest.kill()
            raise


@contextmanager
def servers(env: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Give the variables that name a MongoDB and a RabbitMQ for tests, apart from those of `./zgoda up`."""
    if MONGO_VARIABLE in env and AMQP_VARIABLE in env:
        console.print(f"Servers: those that {MONGO_VARIABLE} and {AMQP_VARIABLE} name")
        yield {name: env[name] for name in (MONGO_VARIABLE, AMQP_VARIABLE)}
        return
    reason = containers.why_not()
    with _embedded(reason) if reason else _contained() as (mongo, amqp):
        yield {MONGO_VARIABLE: mongo, AMQP_VARIABLE: amqp}


@contextmanager
def _contained() -> Iterator[tuple[str, str]]:
    with step(f"Servers: containers of {containers.MONGO_IMAGE} and {containers.RABBITMQ_IMAGE}"):
        context = containers.pair()
        urls = context.__enter__()
    try:
        yield urls
    finally:
        context.__exit__(None, None, None)


@contextmanager
def _embedded(reason: str) -> Iterator[tuple[str, str]]:
    with step(f"Servers: our own MongoDB and RabbitMQ ({reason})") as say:
        shutil.rmtree(HOME / "test", ignore_errors=True)
        pair = Servers.below(HOME / "test", say=say)
        pair.start()
    try:
        yield pair.mongo.url, pair.rabbitmq.url
    finally:
        pair.stop()


def _passes(name: str, command: Sequence[str]) -> bool:
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    mark = "[red]✗[/red]" if done.returncode else "[green]✓[/green]"
    console.print(f"{mark} {name}  [dim]{time.monotonic() - began:.1f} s[/dim]")
    if done.returncode:
        console.print(done.stdout + done.stderr, markup=False)
    return done.returncode == 0


def _browser(*, wanted: bool) -> dict[str, str]:
    """Return the variable that names Chromium, or nothing: then the browser's tests say why they are skipped."""
    if not wanted:
        return {}
    found = _find_browser() or _install_browser()
    if not found:
        console.print("Browser: none (browser tests are skipped: install Debian's chromium to run them)")
        return {}
    console.print(f"Browser: {found}")
    return {CHROMIUM_VARIABLE: found}


def _find_browser() -> str | None:
    return os.environ.get(CHROMIUM_VARIABLE) or next(filter(None, map(shutil.which, _BROWSERS)), None)


def _install_browser() -> str | None:
    """Take Chromium from Debian where that is allowed, which is as root."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    env = os.environ | {
        "DEBIAN_FRONTEND": "noninteractive",
        "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/bin:/bin",
    }
    packages = ["chromium", "fonts-dejavu-core"]
    with step("Installing Debian's chromium for the browser tests"):
        for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            subprocess.run(["apt-get", "-qq", *command], env=env, capture_output=True, check=False)
    return _find_browser()
