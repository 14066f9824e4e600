"""Finds out how a text file was saved: which encoding, which separator."""

import codecs
import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, get_args

from shared.model import Model

Encoding = Literal["utf-8", "utf-16", "windows-1250", "windows-1251"]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)

Delimiter = Literal[",", ";", "\t", "|"]
DELIMITERS: tuple[Delimiter, ...] = get_args(Delimiter)


class Format(Model):
    """How a file is read: a workbook has neither encoding nor delimiter."""

    workbook: bool
    encoding: Encoding = "utf-8"
    delimiter: Delimiter = ","


READ_AT_ONCE = 256 * 1024  # bytes
LOOKED_AT = 30  # rows by which the separator is found


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(READ_AT_ONCE):
            yield piece


def encoding_of(path: Path) -> Encoding:
    """Return how the text in ``path`` was saved: by its mark, by whether it reads as UTF-8, or by its letters."""
    with path.open("rb") as file:
        beginning = file.read(4_096)
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or _has_every_other_zero(beginning):
        return "utf-16"
    if _reads_as_utf_8(_pieces(path)):
        return "utf-8"
    return "windows-1251" if _stands_in_words(_pieces(path)) else "windows-1250"


def codec_of(encoding: Encoding, beginning: bytes) -> str:
    """Return the name under which Python reads ``encoding`` in a file that begins so."""
    if encoding == "utf-8":
        return "utf-8-sig"
    if encoding == "utf-16" and not beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16-be" if beginning[:1] == b"\x00" else "utf-16-le"
    return encoding


def _has_every_other_zero(beginning: bytes) -> bool:
    """Say whether basic Latin text was saved in UTF-16 without a mark."""
    return len(beginning) >= 4 and max(beginning[::2].count(0), beginning[1::2].count(0)) > len(beginning) // 4


def _reads_as_utf_8(pieces: Iterable[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces:
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _stands_in_words(pieces: Iterable[bytes]) -> bool:
    """Say whether letters beyond ASCII mostly stand together, as Cyrillic ones do, and not alone, as Polish ones do."""
    beside_each_other = alone = 0
    for piece in pieces:
        previous = False
        for byte in piece:
            high = byte >= 0x80
            beside_each_other += high and previous
            alone += high and not previous
            previous = high
    return beside_each_other > alone


def delimiter_of(lines: Iterable[str]) -> Delimiter:
    """Return what separates the cells of a table that begins with ``lines``: what gives the most equal rows."""
    sample = [line for line, _ in zip(lines, range(LOOKED_AT), strict=False)]
    return max(DELIMITERS, key=lambda each: _fitness(sample, each))


def _fitness(sample: list[str], delimiter: Delimiter) -> tuple[int, int]:
    """Return how many rows have as many cells as most, and how many cells those have; one cell is none."""
    try:
        widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
    except csv.Error:
        return (0, 0)
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
    return (0, 0) if usual < 2 else (widths.count(usual), usual)
