"""A program of its own: reads one document as JSON from standard input and writes its PDF to standard output.

It runs beside the service, one process a document, so that neither memory, nor time, nor a fault of the typesetter can
touch the service.  It takes no argument and reads no file but the templates beside it and the pictures in the folder it
runs in, which is its own; drawings come within the document, under ``files`` as base64 by name.
"""

import base64
import contextlib
import json
import re
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typst

TEMPLATE = Path(__file__).with_name("report.typ")
LETTERS = Path(__file__).with_name("letters.typ")
STANDARDS: list["typst.PDFStandard"] = ["ua-1"]
ABSENT = "\u25a1"  # a white square stands for a letter that no font here has
SURELY_SHOWN = ((0x20, 0x7E), (0xA0, 0x17F), (0x400, 0x45F), (0x490, 0x491), (0x2010, 0x2027))
MEMORY_BYTES = 1 << 30  # six hundred pages take half of it; what needs more is no report
CPU_SECONDS = 60
FILE_NAME = re.compile(r"[0-9a-f-]{36}\.(svg|png|jpg|webp)")  # an id and what kind it is
SAMPLES_AT_MOST = 300  # different rare letters that are tried one by one; further ones count as absent


def typeset(document: dict[str, Any], folder: Path) -> bytes:
    """Return the PDF of ``document``, whose pictures lie in ``folder``: the same bytes for the same document."""
    document = dict(document)
    files: dict[str, str] = document.pop("files", {})
    absent = str.maketrans(dict.fromkeys(unshowable(document), ABSENT))
    published_at = int(document["published-at"])
    source = _laid_out(folder, json.dumps(document, ensure_ascii=False).translate(absent), files)
    try:
        return compile_pdf(source, {}, STANDARDS, published_at)
    except typst.TypstError:  # letters that are shown alone and not together: still tagged, and it says so itself
        return compile_pdf(source, {"promised": "no"}, [], published_at)


def _laid_out(folder: Path, document: str, files: dict[str, str]) -> Path:
    """Put all that the typesetter may read into ``folder``, and return the template there."""
    for name, content in files.items():
        if FILE_NAME.fullmatch(name) is None:
            raise ValueError("a file with a name of its own")
        (folder / name).write_bytes(base64.b64decode(content))
    (folder / "document.json").write_text(document, encoding="utf-8")
    source = folder / TEMPLATE.name
    source.write_bytes(TEMPLATE.read_bytes())
    return source


def compile_pdf(
    source: Path, inputs: dict[str, str], standards: list["typst.PDFStandard"], created_at: int = 0
) -> bytes:
    """Return the tagged PDF that ``source`` makes of ``inputs``, with embedded fonts alone.  Raises `TypstError`.

    ``created_at`` is in seconds since 1970: the file names it as its date, so that it does not depend on the clock.
    """
    return typst.compile(
        source,
        root=source.parent,
        format="pdf",
        sys_inputs=inputs,
        ignore_system_fonts=True,
        pdf_standards=standards,
        timestamp=created_at,
    )


def unshowable(document: dict[str, Any]) -> list[str]:
    """Return the letters in ``document`` that the fonts lack: PDF/UA refuses a document with one."""
    rare = sorted({letter for text in texts(document) for letter in text if not _surely_shown(letter)})
    if not rare or _shown(" ".join(rare)):
        return []
    tried, untried = rare[:SAMPLES_AT_MOST], rare[SAMPLES_AT_MOST:]
    return [letter for letter in tried if not _shown(letter)] + untried


def texts(value: Any) -> Iterator[str]:
    """Yield every text in ``value``."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


def _surely_shown(letter: str) -> bool:
    return letter in "\n\t" or any(first <= ord(letter) <= last for first, last in SURELY_SHOWN)


def _shown(letters: str) -> bool:
    try:
        compile_pdf(LETTERS, {"letters": letters}, STANDARDS)
    except typst.TypstError:
        return False
    return True


def main() -> None:
    """Typeset one document, within limits that the system holds."""
    for what, limit in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_SECONDS)):
        with contextlib.suppress(OSError, ValueError):  # not every system has both
            resource.setrlimit(what, (limit, limit))
    with contextlib.suppress(OSError):  # where memory runs out, this process goes and the service stays
        Path("/proc/self/oom_score_adj").write_text("1000")
    sys.stdout.buffer.write(typeset(json.load(sys.stdin.buffer), Path.cwd()))


if __name__ == "__main__":
    main()
