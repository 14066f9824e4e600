"""Small pictures as cameras and browsers make them, with something said beside the picture."""

import struct
import zlib
from base64 import b64decode

SECRET = b"53.9006 N, 27.5590 E, by Alena"
JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABALDA4MChAODQ4SERATGCgaGBYWGDEjJR0oOjM9PDkzODdASFxOQERXRTc4UG1RV19iZ2hnPk1xeXBk"
    "eFxlZ2P/2wBDARESEhgVGC8aGi9jQjhCY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2P/wAARCAAIABAD"
    "ASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAb/xAAXEAEAAwAAAAAAAAAAAAAAAAAAFGKh/8QAFQEBAQAAAAAAAAAAAAAAAAAAAwb/xAAa"
    "EQABBwAAAAAAAAAAAAAAAAAAAQQVUqHR/9oADAMBAAIRAxEAPwCUl00l00FA2JYWehnFTKiwf//Z"
)
"""Sixteen pixels wide, eight high, and nothing beside them."""
WEBP = b64decode(
    "UklGRnoAAABXRUJQVlA4WAoAAAAQAAAADwAABwAAQUxQSBAAAAABB1DAiAgABOF/3EJE/1MBVlA4IEQAAACQAgCdASoQAAgAAsBMJagCdGuA/gFx"
    "/3YB+gAOQAD+8+jfv3/1ky//rD34zDpK/AYdJX//VofsKf10X/r+gN1FN8pgAA=="
)
"""The same size, half transparent."""
LOSSLESS = b64decode("UklGRiIAAABXRUJQVlA4TBUAAAAvD8ABAA8Qw3wa5vkPB/Mf0f/4BwAA")


def png(width: int = 4, height: int = 3, *extra: tuple[bytes, bytes], shade: int = 0) -> bytes:
    """Return a grey PNG with ``extra`` chunks before its pixels."""
    rows = b"".join(b"\0" + bytes([shade]) * width for _ in range(height))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        *extra,
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks))


def _chunk(chunk: tuple[bytes, bytes]) -> bytes:
    name, body = chunk
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def exif(upright: int) -> bytes:
    """Return what a camera writes: which side is up, and where it was."""
    entries = struct.pack("<HHIHH", 0x0112, 3, 1, upright, 0) + struct.pack("<HHII", 0x010E, 2, len(SECRET), 38)
    return b"II" + struct.pack("<HIH", 42, 8, 2) + entries + struct.pack("<I", 0) + SECRET


def photograph(upright: int = 1) -> bytes:
    """Return a JPEG with EXIF, a comment, and a second file behind its end."""
    described, commented = b"Exif\0\0" + exif(upright), b"by " + SECRET
    segments = struct.pack(">HH", 0xFFE1, len(described) + 2) + described
    segments += struct.pack(">HH", 0xFFFE, len(commented) + 2) + commented
    return JPEG[:2] + segments + JPEG[2:] + b"PK" + SECRET


def webp(upright: int = 1) -> bytes:
    """Return a WebP with EXIF and XMP."""
    body = WEBP[12:] + b"".join(
        name + struct.pack("<I", len(part)) + part + b"\0" * (len(part) % 2)
        for name, part in ((b"EXIF", exif(upright)), (b"XMP ", SECRET))
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
