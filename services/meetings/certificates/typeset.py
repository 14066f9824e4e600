"""A program of its own: reads a certificate or a sheet as JSON from standard input, writes its PDF to standard output.

It runs beside the service, one process for each, so that neither memory, nor time, nor a fault of the typesetter can
touch the service.  It takes no argument and reads no file but the templates beside it.
"""

import contextlib
import json
import resource
import sys
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).parent
TEMPLATES = ("certificate", "sheet")
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20


def typeset(document: dict[str, Any]) -> bytes:
    """Return the PDF of ``document``: the same bytes for the same document."""
    try:
        return _compile(document, ["ua-1"])
    except typst.TypstError:  # a letter that no font here has: shown as such, without the promise of PDF/UA
        return _compile(document, [])


def _compile(document: dict[str, Any], standards: list["typst.PDFStandard"]) -> bytes:
    template = TEMPLATES[TEMPLATES.index(document["template"])]
    return typst.compile(
        HERE / f"{template}.typ",
        root=HERE,
        format="pdf",
        sys_inputs={template: json.dumps(document, ensure_ascii=False)},
        ignore_system_fonts=True,
        pdf_standards=standards,
        timestamp=int(document["issued-at"]),
    )


def main() -> None:
    """Typeset one of them, within limits that the system holds."""
    for what, limit in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_SECONDS)):
        with contextlib.suppress(OSError, ValueError):  # not every system has both
            resource.setrlimit(what, (limit, limit))
    with contextlib.suppress(OSError):  # where memory runs out, this process goes and the service stays
        Path("/proc/self/oom_score_adj").write_text("1000")
    sys.stdout.buffer.write(typeset(json.load(sys.stdin.buffer)))


if __name__ == "__main__":
    main()
