"""Makes PDFs in processes beside a service: typesetting takes memory and time, and must not take the service down.

A program is a file that reads a JSON document from standard input and writes a PDF to standard output; it is run
isolated (``python -I``), with an empty environment, and ended when it takes too long.
"""

import asyncio
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared import logs
from shared.problems import Unavailable

log = logs.get(__name__)

AT_ONCE = 1  # each may take much memory; whoever waits waits a second or two


class NotTypeset(Unavailable):
    """The typesetter failed or took too long; the service itself is well."""


@dataclass(frozen=True, slots=True)
class Typesetter:
    """Runs ``program``, at most `AT_ONCE` times at once, for at most ``within`` seconds and ``bytes_at_most``."""

    program: Path
    within: float
    bytes_at_most: int
    advice: str = "try again in a minute"
    """What somebody may do who does not get the PDF."""
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def typeset(self, document: dict[str, Any]) -> bytes:
        """Return the PDF of ``document``.  Raises `NotTypeset` (``pdf-not-made``)."""
        async with self._places:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                str(self.program),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,  # a diagnosis would quote the document
                env={},
            )
            try:
                async with asyncio.timeout(self.within):
                    pdf, _ = await process.communicate(json.dumps(document).encode())
            except TimeoutError:
                pdf = b""
                log.warning("typesetting-too-slow", seconds=self.within)
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        if process.returncode != 0 or not pdf.startswith(b"%PDF-") or len(pdf) > self.bytes_at_most:
            log.error("typesetting-failed", status=process.returncode, bytes=len(pdf))
            raise NotTypeset("pdf-not-made", f"The PDF could not be made: {self.advice}.")
        return pdf
