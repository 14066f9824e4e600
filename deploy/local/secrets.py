"""Secrets of a local system: made once, kept in files that only their owner can read."""

import os
import secrets
from pathlib import Path


def secret(file: Path) -> str:
    """Return the secret kept in ``file``; it is made (192 random bits in hexadecimal) when there is none yet."""
    if not file.exists():
        write_private(file, secrets.token_hex(24))
    return file.read_text(encoding="ascii").strip()


def write_private(file: Path, text: str) -> None:
    """Write ``text`` so that no other user can read it, not even while it is written."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
