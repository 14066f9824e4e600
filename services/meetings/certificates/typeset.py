"""A program of its own: reads one certificate as JSON from standard input and writes its PDF to standard output.

It runs beside the service, one process a certificate, so that neither memory, nor time, nor a fault of the typesetter
can touch the service.  It takes no argument and reads no file but the template beside it.
"""

import contextlib
import json
import resource
import sys
from pathlib import Path
from typing import Any

import typst

TEMPLATE = Path(__file__).with_name("certificate.typ")
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 20


def typeset(certificate: dict[str, Any]) -> bytes:
    """Return the PDF of ``certificate``: the same bytes for the same certificate."""
    try:
        return _compile(certificate, ["ua-1"])
    except typst.TypstError:  # a letter that no font here has: shown as such, without the promise of PDF/UA
        return _compile(certificate, [])


def _compile(certificate: dict[str, Any], standards: list["typst.PDFStandard"]) -> bytes:
    return typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        format="pdf",
        sys_inputs={"certificate": json.dumps(certificate, ensure_ascii=False)},
        ignore_system_fonts=True,
        pdf_standards=standards,
        timestamp=int(certificate["issued-at"]),
    )


def main() -> None:
    """Typeset one certificate, within limits that the system holds."""
    for what, limit in ((resource.RLIMIT_AS, MEMORY_BYTES), (resource.RLIMIT_CPU, CPU_SECONDS)):
        with contextlib.suppress(OSError, ValueError):  # not every system has both
            resource.setrlimit(what, (limit, limit))
    with contextlib.suppress(OSError):  # where memory runs out, this process goes and the service stays
        Path("/proc/self/oom_score_adj").write_text("1000")
    sys.stdout.buffer.write(typeset(json.load(sys.stdin.buffer)))


if __name__ == "__main__":
    main()
