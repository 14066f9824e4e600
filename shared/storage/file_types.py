"""What kind of file some bytes are, by the bytes themselves: a name or a header says only what somebody claims."""

import io
import zipfile
from dataclasses import dataclass, field

HEAD_BYTES = 1_024  # enough for every signature below
TAIL_BYTES = 1 << 20  # the table of contents of an archive of 10,000 parts

PDF = "application/pdf"
PNG, JPEG, GIF, WEBP = "image/png", "image/jpeg", "image/gif", "image/webp"
PLAIN_TEXT, XML, HTML, SVG = "text/plain", "application/xml", "text/html", "image/svg+xml"
ZIP, UNKNOWN = "application/zip", "application/octet-stream"
OFFICE_97 = "application/x-ole-storage"  # Word, Excel, PowerPoint until 2003: may hold programs, so never allowed
WITH_PROGRAMS = "application/vnd.ms-office.with-macros"

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODP = "application/vnd.oasis.opendocument.presentation"

IMAGES = frozenset({PNG, JPEG, GIF, WEBP})
OFFICE = frozenset({DOCX, XLSX, PPTX, ODT, ODS, ODP})
DOCUMENTS = frozenset({PDF, PLAIN_TEXT}) | IMAGES | OFFICE
"""What people hand round at a meeting; none of it runs in a browser or an office program by itself."""

EXTENSIONS = {
    PDF: "pdf",
    PNG: "png",
    JPEG: "jpg",
    GIF: "gif",
    WEBP: "webp",
    DOCX: "docx",
    XLSX: "xlsx",
    PPTX: "pptx",
    ODT: "odt",
    ODS: "ods",
    ODP: "odp",
    PLAIN_TEXT: "txt",
    XML: "xml",
}
"""How the name of a file of each kind ends."""

_SIGNATURES = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OFFICE_97),
)
_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}  # ECMA-376, part 2
_MARKUP = ((b"<?xml", XML), (b"<!doctype html", HTML), (b"<html", HTML), (b"<script", HTML), (b"<svg", SVG))
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_CONTROL = frozenset(range(32)) - {9, 10, 12, 13}


@dataclass(slots=True)
class Look:
    """Looks at a file while it passes by: keeps its head and its tail, and whether it could be text."""

    head: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    textual: bool = True

    def at(self, part: bytes) -> None:
        """Look at the next bytes."""
        if len(self.head) < HEAD_BYTES:
            self.head += part[: HEAD_BYTES - len(self.head)]
        self.tail += part
        del self.tail[:-TAIL_BYTES]
        if self.textual and _CONTROL & set(part):
            self.textual = False

    @property
    def content_type(self) -> str:
        """The media type of what passed by."""
        head = bytes(self.head)
        for signature, content_type in _SIGNATURES:
            if head.startswith(signature):
                return content_type
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return WEBP
        if head.startswith(b"PK\x03\x04"):
            return _archive(head, bytes(self.tail))
        return _text(head, textual=self.textual)


def _archive(head: bytes, tail: bytes) -> str:
    """Return what an archive is: an office document by its parts, else a mere archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(tail)) as archive:  # its table of contents is at the end
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError):
        return UNKNOWN
    if any(name.endswith("vbaProject.bin") or name.startswith("Basic/") for name in names):
        return WITH_PROGRAMS
    if head[30:38] == b"mimetype":  # OpenDocument 1.3, part 2, 3.3: the first part, not compressed
        return next((each for each in (ODS, ODP, ODT) if head[38:].startswith(each.encode() + b"PK")), ZIP)
    return next((kind for part, kind in _PARTS.items() if part in names), ZIP)


def _text(head: bytes, *, textual: bool) -> str:
    if head.startswith(_BYTE_ORDER_MARKS[1:]):  # UTF-16, whose every second byte may be nothing
        return PLAIN_TEXT
    if not textual or not head:
        return UNKNOWN
    start = head.removeprefix(_BYTE_ORDER_MARKS[0]).lstrip().lower()
    return next((kind for sign, kind in _MARKUP if start.startswith(sign)), PLAIN_TEXT)
