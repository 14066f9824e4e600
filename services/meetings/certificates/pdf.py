"""A certificate as a PDF: what it shows as plain data, and the process that typesets it."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from services.meetings.certificates.domain import Attended, shown
from services.meetings.certificates.wording import WORDS, day, span
from shared import logs
from shared.model import Language, in_language
from shared.problems import Unavailable

log = logs.get(__name__)

PROGRAM = Path(__file__).with_name("typeset.py")
WITHIN_SECONDS = 20.0  # one page takes less than one
BYTES_AT_MOST = 4 * 2**20
_AT_ONCE = asyncio.Semaphore(1)  # each may take much memory; whoever waits waits a second


def document(said: Attended, code: str, language: Language, *, publisher: str, address: str) -> dict[str, Any]:
    """Return everything the template shows, as plain data.  ``address`` is where the code is checked."""
    return {
        "language": language,
        "words": WORDS[language],
        "name": said.name,
        "title": in_language(said.title, language),
        "when": span(said.starts_at, said.ends_at, said.time_zone, language),
        "issued": day(said.issued_at, said.time_zone, language),
        "issued-at": int(said.issued_at.timestamp()),
        "publisher": publisher,
        "address": address,
        "code": shown(code),
    }


async def typeset(certificate: dict[str, Any]) -> bytes:
    """Return the PDF of ``certificate``.  Raises `Unavailable`."""
    async with _AT_ONCE:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            str(PROGRAM),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # a diagnosis would quote the name
            env={},
        )
        try:
            async with asyncio.timeout(WITHIN_SECONDS):
                pdf, _ = await process.communicate(json.dumps(certificate).encode())
        except TimeoutError:
            pdf = b""
            log.warning("typesetting-too-slow", seconds=WITHIN_SECONDS)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode != 0 or not pdf.startswith(b"%PDF-") or len(pdf) > BYTES_AT_MOST:
        log.error("typesetting-failed", status=process.returncode, bytes=len(pdf))
        raise Unavailable("pdf-not-made", "The PDF could not be made: try again in a minute.")
    return pdf
