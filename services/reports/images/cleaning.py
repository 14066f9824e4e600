"""A picture file without what it tells beside the picture: place, time, camera, author, comments, thumbnails.

Only the parts that a reader of the picture needs are copied, so what is unknown here does not come through either.
Colour profiles go too, since they can name a screen or a scanner.  Of EXIF one thing stays: which side is up.
PNG as of the W3C's third edition, JPEG as of ITU-T T.81 and T.871, WebP as of RFC 9649.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from shared.problems import Invalid

Kind = Literal["image/png", "image/jpeg", "image/webp"]

SIDE_AT_MOST = 10_000  # pixels
PIXELS_AT_MOST = 40_000_000  # so that whoever unpacks it needs no more than 160 MB

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_PARTS = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs", b"IDAT", b"IEND"}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by colour type
_DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))

_EOI, _SOS, _DNL = 0xD9, 0xDA, 0xDC
_RESTARTS = range(0xD0, 0xD8)
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_JPEG_PARTS = {*_FRAMES, 0xC4, 0xDB, 0xDD, _SOS}
_APP0, _APP1, _ADOBE = 0xE0, 0xE1, 0xEE

_WEBP_PARTS = {b"VP8 ", b"VP8L", b"ALPH"}
_ALPHA = 0x10  # the one flag of VP8X that is kept


class _NotValid(Exception):
    """The file breaks the rules of its own kind."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A picture and nothing else; ``width`` and ``height`` in pixels, as it is shown."""

    data: bytes
    content_type: Kind
    width: int
    height: int


def clean(data: bytes) -> Cleaned:
    """Return the picture in ``data``.

    Raises `Invalid`: ``image-type-not-allowed``, ``image-not-valid``, ``image-too-many-pixels``, ``image-moves``.
    """
    try:
        if data.startswith(_PNG):
            found = _png(data)
        elif data.startswith(b"\xff\xd8\xff"):
            found = _jpeg(data)
        elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            found = _webp(data)
        else:
            raise Invalid("image-type-not-allowed", "Send a picture as PNG, JPEG or WebP.")
    except (_NotValid, struct.error, IndexError, zlib.error):
        advice = "This picture is damaged, or not what it says it is: save it anew and send it again."
        raise Invalid("image-not-valid", advice) from None
    return found


def _check_size(width: int, height: int) -> None:
    if not (width and height):
        raise _NotValid
    if max(width, height) > SIDE_AT_MOST or width * height > PIXELS_AT_MOST:
        raise Invalid(
            "image-too-many-pixels",
            "This picture has too many pixels: make it smaller.",
            side_at_most=SIDE_AT_MOST,
            pixels_at_most=PIXELS_AT_MOST,
        )


def _png(data: bytes) -> Cleaned:
    kept, packed = bytearray(_PNG), bytearray()
    header = b""
    for name, body in _png_chunks(data):
        if (name == b"IHDR") != (not header):
            raise _NotValid
        header = header or body
        if name == b"acTL":
            raise Invalid("image-moves", "Send a picture that does not move.")
        if name == b"IDAT":
            packed += body
        if name in _PNG_PARTS:
            kept += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    _check_size(width, height)
    if depth not in _DEPTHS.get(colour, ()) or interlaced > 1:
        raise _NotValid
    _check_unpacked(bytes(packed), _png_bytes(width, height, depth * _CHANNELS[colour], interlaced=bool(interlaced)))
    return Cleaned(bytes(kept), "image/png", width, height)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the chunks up to the end of the picture: what follows it is no part of it."""
    at, name = len(_PNG), b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        (sum_,) = struct.unpack_from(">I", data, at + 8 + length)
        if sum_ != zlib.crc32(name + body):
            raise _NotValid
        at += 12 + length
        yield name, body


def _png_bytes(width: int, height: int, bits: int, *, interlaced: bool) -> int:
    """Return how long the unpacked rows are, each with its filter's byte."""
    passes = _ADAM7 if interlaced else ((0, 0, 1, 1),)
    total = 0
    for left, top, right, down in passes:
        columns, rows = -(-(width - left) // right), -(-(height - top) // down)
        total += rows * (1 + (columns * bits + 7) // 8) if columns > 0 and rows > 0 else 0
    return total


def _check_unpacked(packed: bytes, wanted: int) -> None:
    """Unpack no more than there should be, and require exactly that."""
    unpacker, found, waiting = zlib.decompressobj(), 0, packed
    while waiting and not unpacker.eof:
        found += len(unpacker.decompress(waiting, 1 << 20))
        waiting = unpacker.unconsumed_tail
        if found > wanted:
            raise _NotValid
    if found + len(unpacker.flush()) != wanted or not unpacker.eof or unpacker.unused_data:
        raise _NotValid


def _jpeg(data: bytes) -> Cleaned:
    kept, size, upright, at = bytearray(b"\xff\xd8"), (0, 0), 1, 2
    while True:
        marker, at = _marker(data, at)
        if marker == _EOI:
            break
        (length,) = struct.unpack_from(">H", data, at)
        body = data[at + 2 : at + length]
        if length < 2 or len(body) != length - 2:
            raise _NotValid
        at += length
        if marker == _APP1 and body.startswith(b"Exif\0\0"):
            upright = _orientation(body[6:]) or upright
        if marker in _FRAMES:
            size = struct.unpack_from(">xHH", body)[::-1]
            _check_size(*size)
        if (part := _jpeg_part(marker, body)) is not None:
            kept += struct.pack(">BBH", 0xFF, marker, len(part) + 2) + part
        if marker == _SOS:
            end = _end_of_scan(data, at)
            kept += data[at:end]
            at = end
    _check_size(*size)
    shown = size[::-1] if upright > 4 else size
    turned = b"" if upright == 1 else _exif(upright)
    return Cleaned(bytes(kept[:2] + turned + kept[2:] + b"\xff\xd9"), "image/jpeg", *shown)


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """Return the marker at ``at`` and where its segment begins; any number of 0xFF may stand before it."""
    if data[at] != 0xFF:
        raise _NotValid
    while data[at] == 0xFF:
        at += 1
    return data[at], at + 1


def _jpeg_part(marker: int, body: bytes) -> bytes | None:
    """Return what is kept of a segment: of JFIF the density without the thumbnail, of Adobe's how colours are mixed."""
    if marker == _APP0 and body.startswith(b"JFIF\0") and len(body) >= 14:
        return body[:12] + b"\0\0"
    if marker == _ADOBE and body.startswith(b"Adobe") and len(body) >= 12:
        return body[:12]
    return body if marker in _JPEG_PARTS else None


def _end_of_scan(data: bytes, at: int) -> int:
    """Return where the next marker is that is neither a stuffed byte, nor a restart, nor a number of lines."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            raise _NotValid
        if data[at + 1] != 0 and data[at + 1] not in _RESTARTS and data[at + 1] != 0xFF:
            if data[at + 1] == _DNL:
                raise _NotValid
            return at
        at += 1 if data[at + 1] == 0xFF else 2


def _orientation(tiff: bytes) -> int | None:
    """Return which side of a picture is up, from 1 to 8 as EXIF counts, or `None`."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        if order is None:
            return None
        (first,) = struct.unpack_from(f"{order}4xI", tiff)
        (entries,) = struct.unpack_from(f"{order}H", tiff, first)
        for number in range(min(entries, 100)):
            tag, kind, count, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * number)
            if (tag, kind, count) == (0x0112, 3, 1):
                return value if 1 <= value <= 8 else None
    except struct.error:
        pass
    return None


def _tiff(upright: int) -> bytes:
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 0x0112, 3, 1, upright, 0, 0)


def _exif(upright: int) -> bytes:
    body = b"Exif\0\0" + _tiff(upright)
    return struct.pack(">BBH", 0xFF, _APP1, len(body) + 2) + body


def _webp(data: bytes) -> Cleaned:
    kept, canvas, frame, upright, flags = bytearray(), (0, 0), (0, 0), 1, 0
    for name, body in _webp_chunks(data):
        if name in (b"ANIM", b"ANMF"):
            raise Invalid("image-moves", "Send a picture that does not move.")
        if name == b"VP8X":
            flags, wide, _, high, top = struct.unpack("<B3xHBHB", body[:10])
            canvas = (wide + (body[6] << 16) + 1, high + (top << 16) + 1)
        elif name == b"EXIF":
            upright = _orientation(body.removeprefix(b"Exif\0\0")) or upright
        elif name in _WEBP_PARTS:
            frame = frame if name == b"ALPH" or any(frame) else _webp_size(name, body)
            kept += _webp_chunk(name, body)
    _check_size(*frame)
    if any(canvas) and canvas != frame:
        raise _NotValid
    extended = bool(flags & _ALPHA) or upright != 1
    if extended:
        said = (flags & _ALPHA) | (0x08 if upright != 1 else 0)
        wide, high = frame[0] - 1, frame[1] - 1
        box = struct.pack("<B3xHBHB", said, wide & 0xFFFF, wide >> 16, high & 0xFFFF, high >> 16)
        kept = bytearray(_webp_chunk(b"VP8X", box)) + kept
        kept += _webp_chunk(b"EXIF", _tiff(upright)) if upright != 1 else b""
    shown = frame[::-1] if upright > 4 else frame
    return Cleaned(b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WEBP" + bytes(kept), "image/webp", *shown)


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    (length,) = struct.unpack_from("<I", data, 4)
    end, at = length + 8, 12
    if end > len(data):
        raise _NotValid
    while at < end:
        name, size = struct.unpack_from("<4sI", data, at)
        if at + 8 + size > end:
            raise _NotValid
        yield name, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _webp_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _webp_size(name: bytes, body: bytes) -> tuple[int, int]:
    """Return the size of a frame: lossy ones as in RFC 6386 9.1, lossless ones as in RFC 9649 3.4."""
    if name == b"VP8 ":
        start, wide, high = struct.unpack_from("<3x3sHH", body)
        if start != b"\x9d\x01\x2a":
            raise _NotValid
        return wide & 0x3FFF, high & 0x3FFF
    sign, bits = struct.unpack_from("<BI", body)
    if sign != 0x2F:
        raise _NotValid
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
