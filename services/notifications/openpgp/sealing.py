"""Puts a finished mail into an encrypted one (PGP/MIME, RFC 3156) with its header protected (RFC 9788).

What is within is the whole letter, subject and calendar included.  Outside stands only what mail servers need; the list
and the meeting that a letter belongs to are nobody's business but the reader's.
"""

import re
import secrets

from pysequoia import Cert, encrypt

NEUTRAL = b"[...]"
"""The subject that others see: RFC 9788 asks for this one, so that programs know it stands for another."""

OUTSIDE = (b"date", b"from", b"reply-to", b"to", b"message-id", b"mime-version", b"auto-submitted")
INSIDE_ONLY = (b"content-type", b"content-transfer-encoding", b"mime-version")  # of the letter as a part

_FIELD_END = re.compile(rb"\r\n(?![ \t])")
_ADDRESS = re.compile(rb"<([^<>\r\n]+)>\s*\Z")

CRLF = b"\r\n"


def encrypted(mail: bytes, cert: Cert) -> bytes:
    """Return ``mail`` (lines ended by CRLF), readable only to the owner of ``cert``.

    Raises `RuntimeError` when the library cannot encrypt to it.
    """
    head, _, body = mail.partition(CRLF + CRLF)
    fields = [(field.partition(b":")[0].lower(), field) for field in _FIELD_END.split(head)]
    outside = [_plain(name, field) for name, field in fields if name in OUTSIDE] + [b"Subject: " + NEUTRAL]
    inside = [_protected(field) for name, field in fields if name == b"content-type"]
    inside += [field for name, field in fields if name not in INSIDE_ONLY]
    inside += [b"HP-Outer: " + field for field in outside if not field.lower().startswith(b"mime-version")]
    cipher = encrypt(bytes=CRLF.join(inside) + CRLF + CRLF + body, recipients=[cert])
    return CRLF.join(outside) + CRLF + _around(cipher)


def _plain(name: bytes, field: bytes) -> bytes:
    """Return a field for everybody's eyes: the reader's address without their name."""
    found = _ADDRESS.search(field) if name == b"to" else None
    return b"To: " + found[1] if found else field


def _protected(content_type: bytes) -> bytes:
    return content_type + b';\r\n protected-headers="v1"; hp="cipher"'


def _around(cipher: bytes) -> bytes:
    boundary = f"=_{secrets.token_hex(12)}".encode()
    armored = CRLF.join(cipher.splitlines()) + CRLF
    return b"".join(
        [
            b'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted";\r\n',
            b' boundary="', boundary, b'"\r\n',
            CRLF, b"--", boundary, CRLF,
            b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n",
            CRLF, b"--", boundary, CRLF,
            b'Content-Type: application/octet-stream; name="encrypted.asc"\r\n'
            b'Content-Disposition: inline; filename="encrypted.asc"\r\n\r\n',
            armored,
            CRLF, b"--", boundary, b"--\r\n",
        ]
    )  # fmt: skip
