"""Makes PDFs in processes beside a service: typesetting takes memory and time, and must not take the service down.

A program is a file that reads a JSON document from standard input and writes a PDF to standard output; it is run
isolated (``python -I``), with an empty environment, in a folder of its own where the files lie that the document names,
and ended when it takes too long.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prometheus_client import Counter

from shared import logs
from shared.problems import Unavailable

log = logs.get(__name__)

PDF_UA = b"<pdfuaid:part>1</pdfuaid:part>"

unpromised = Counter("zgoda_pdfs_without_standard_total", "PDFs that do not keep to their standard", ["program"])

MakeDocument = Callable[[Path], Awaitable[dict[str, Any]]]
"""Puts the files of a document into a folder, and returns the document."""

AT_ONCE = 1  # each may take much memory; whoever waits waits a second or two


class NotTypeset(Unavailable):
    """The typesetter failed or took too long; the service itself is well."""


@dataclass(frozen=True, slots=True)
class Typesetter:
    """Runs ``program``, at most `AT_ONCE` times at once, for at most ``within`` seconds and ``bytes_at_most``."""

    program: Path
    within: float
    bytes_at_most: int
    promise: bytes = b""
    """What stands in every PDF that keeps to its standard; one without is given out, counted and logged."""
    advice: str = "try again in a minute"
    """What somebody may do who does not get the PDF."""
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def typeset(self, make: MakeDocument) -> bytes:
        """Return the PDF of the document that ``make`` returns when its turn comes: whoever waits holds nothing.

        Raises `NotTypeset` (``pdf-not-made``), and what ``make`` raises.
        """
        async with self._places:
            with tempfile.TemporaryDirectory(prefix="zgoda-") as folder:
                document = await make(Path(folder))
                data = await asyncio.to_thread(lambda: json.dumps(document).encode())
                status, pdf = await self._run(data, folder)
        if status != 0 or not pdf.startswith(b"%PDF-") or len(pdf) > self.bytes_at_most:
            log.error("typesetting-failed", status=status, bytes=len(pdf))
            raise NotTypeset("pdf-not-made", f"The PDF could not be made: {self.advice}.")
        if self.promise not in pdf:
            unpromised.labels(self.program.parent.name).inc()
            log.error("pdf-without-its-standard", program=self.program.parent.name)
        return pdf

    async def _run(self, data: bytes, folder: str) -> tuple[int | None, bytes]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(self.program),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # a diagnosis would quote the document
            env={},
            cwd=folder,
        )
        pdf = b""
        try:
            async with asyncio.timeout(self.within):
                pdf, _ = await process.communicate(data)
        except TimeoutError:
            log.warning("typesetting-too-slow", seconds=self.within)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return process.returncode, pdf
