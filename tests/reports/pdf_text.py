"""Makes PDFs in this process, and reads their text back as a reader's program would: through the fonts' own tables.

The tables are those of ISO 32000-1, 9.10.  It knows as much of PDF as the typesetter writes, so that these tests need
no program beside Python.
"""

import re
import tempfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from services.reports.publication import typeset as program

OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"\nstream\r?\n(.*)\r?\nendstream", re.DOTALL)
TABLE = re.compile(rb"\d+ beginbf(char|range)(.*?)endbf", re.DOTALL)
PLAIN = rb"(?:[^\\()]|\\.)"
LITERAL = PLAIN + rb"*"
for _ in range(4):  # a literal may hold brackets as they are, where they pair up (7.3.4.2)
    LITERAL = rb"(?:" + PLAIN + rb"|\(" + LITERAL + rb"\))*"
SHOWN = re.compile(rb"/(f\d+) [\d.]+ Tf|\((" + LITERAL + rb")\)|<([0-9A-Fa-f]+)>\s*(?=[\]\-\d(<T])", re.DOTALL)
ESCAPED = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r\n": b"", b"\r": b""}


def typeset(document: dict[str, Any], pictures: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """Return the PDF of ``document`` with ``pictures`` by the names it has for them."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in pictures.items():
            (Path(folder) / name).write_bytes(content)
        return program.typeset(document, Path(folder))


def text_of(pdf: bytes) -> str:
    """Return all that is shown on all pages, in order, without white space and without hyphens at line ends."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    found = [_page(objects, body) for body in objects.values() if b"/Type/Page/" in body]
    return re.sub(r"[\s\u00ad]+", "", "".join(found))


def squeezed(text: str) -> str:
    """Return ``text`` as `text_of` would: without white space."""
    return re.sub(r"\s+", "", text)


def _reference(body: bytes, name: bytes) -> int:
    found = re.search(rb"/" + name + rb" (\d+) 0 R", body)
    assert found, name
    return int(found[1])


def _stream(body: bytes) -> bytes:
    found = STREAM.search(body)
    assert found, "a stream"
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]


def _page(objects: dict[int, bytes], page: bytes) -> str:
    resources = objects[_reference(page, b"Resources")]
    fonts = {
        name: _letters(_stream(objects[_reference(objects[int(number)], b"ToUnicode")]))
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)
    }
    shown, font = [], dict[int, str]()
    for name, literal, digits in SHOWN.findall(_stream(objects[_reference(page, b"Contents")])):
        if name:
            font = fonts[name]
        codes = bytes.fromhex(digits.decode()) if digits else ESCAPED.sub(_unescaped, literal)
        shown += [font.get(int.from_bytes(codes[at : at + 2]), "\ufffd") for at in range(0, len(codes), 2)]
    return "".join(shown)


def _unescaped(escape: re.Match[bytes]) -> bytes:
    what = escape[1]
    return bytes([int(what, 8)]) if what.isdigit() else LETTERS.get(what, what)


def _letters(table: bytes) -> dict[int, str]:
    found: dict[int, str] = {}
    for kind, rows in TABLE.findall(table):
        values = [bytes.fromhex(each.decode()) for each in re.findall(rb"<([0-9A-Fa-f]+)>", rows)]
        assert kind == b"char", "the typesetter writes single letters"
        for code, letters in zip(values[::2], values[1::2], strict=True):
            found[int.from_bytes(code)] = letters.decode("utf-16-be")
    return found
