"""How text becomes lines a mail may hold, each so that strangers' text can never start a line of its own.

Headers follow RFC 5322 and RFC 2047, bodies RFC 2045 6.7 (quoted-printable), calendar lines RFC 5545 3.1.
"""

import re
from base64 import b64encode
from binascii import b2a_qp
from urllib.parse import quote

from shared.problems import Invalid

LINE_LIMIT = 76  # RFC 2047 2 and RFC 2045 6.7: characters in a line that holds encoded text
WORD_BYTES = 39  # of UTF-8 in one encoded word: 52 of base64 and 12 of wrapping fit a line after "Subject: "
CALENDAR_LINE_BYTES = 75  # RFC 5545 3.1, without the line end
LINK_CHUNK = 72  # of a link in one quoted-printable line, which ends in "="
ADDRESS_LIMIT = 254  # RFC 5321 4.5.3.1.3, less the angle brackets
LINK_LIMIT = 900  # below the 998 of RFC 5322 2.1.1, as a link in a header cannot be folded

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029"  # controls and line ends
    "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing
    "\ud800-\udfff\ufeff\ufffe\uffff]+"  # what is no character
)
_SPACES = re.compile(r" {2,}")
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~ ]{1,60}")  # RFC 5322 3.2.3 atoms, short enough for a line
_PRINTABLE = re.compile(r"[\x20-\x7e]{1,60}")
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?:\.[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?)*"
)
_MESSAGE_ID = re.compile(r"<?([A-Za-z0-9!#$%&'*+\-/=?^_`{|}~.]+@[A-Za-z0-9.\-]+)>?")
_LINK = re.compile(r"https?://[A-Za-z0-9\[\]][A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")


def one_line(text: str) -> str:
    """Return ``text`` as one line: controls, line ends and turns of direction become a space."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return _SPACES.sub(" ", _UNSEEN.sub(" ", text)).strip()


def many_lines(text: str) -> str:
    """Return ``text`` with line ends as ``\\n`` and nothing else that is not seen."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    return "\n".join(one_line(line.replace("\t", " ")) for line in text.split("\n")).strip()


def encoded_words(text: str) -> bytes:
    """Return ``text`` as RFC 2047 encoded words, each in a line of its own; whole characters in each.

    They are parted after a space where there is one: some parsers show a space of their own between two.
    """
    raw = text.encode()
    words = []
    while raw:
        end = _character_end(raw, WORD_BYTES)
        if end < len(raw):
            end = raw.rfind(b" ", 0, end) + 1 or end
        words.append(b"=?utf-8?b?" + b64encode(raw[:end]) + b"?=")
        raw = raw[end:]
    return b"\r\n ".join(words)


def _character_end(raw: bytes, limit: int) -> int:
    if len(raw) <= limit:
        return len(raw)
    while raw[limit] & 0xC0 == 0x80:  # in the middle of a character
        limit -= 1
    return limit


def phrase(text: str) -> bytes:
    """Return a display name (RFC 5322 3.4) that parsers read back as ``text``, already `one_line`."""
    if "=?" not in text:  # what looks like an encoded word must be encoded, or it would be decoded
        if _PHRASE.fullmatch(text):
            return text.encode()
        if _PRINTABLE.fullmatch(text):
            return b'"' + text.replace("\\", "\\\\").replace('"', '\\"').encode() + b'"'
    return encoded_words(text)


def unstructured(text: str) -> bytes:
    """Return the text of a header such as Subject that parsers read back as ``text``, already `one_line`."""
    if "=?" not in text and _PRINTABLE.fullmatch(text):
        return text.encode()
    return encoded_words(text)


def mailbox(address: str, display_name: str) -> bytes:
    """Return one mailbox for a To or From header.  Raises `Invalid` if ``address`` cannot be mailed to."""
    name = phrase(one_line(display_name))
    plain = mailable(address)
    if not name:
        return plain
    fits = b"\n" not in name and len(name) + len(plain) + len("Reply-To:  <>") <= LINE_LIMIT
    return name + (b" <" if fits else b"\r\n <") + plain + b">"


def mailable(address: str) -> bytes:
    """Return ``address`` in ASCII.  Raises `Invalid` for anything but local-part@domain without quotes."""
    if len(address) <= ADDRESS_LIMIT and _ADDRESS.fullmatch(address):
        return address.encode()
    raise Invalid("address-not-mailable", "Give a plain e-mail address, as in name@example.org.")


def message_identifier(message_id: str) -> bytes:
    """Return ``message_id`` in its angle brackets, which may be there already or not."""
    found = _MESSAGE_ID.fullmatch(message_id)
    if found is None:
        raise ValueError("a message id looks like <left@right>")
    return b"<" + found[1].encode() + b">"


def link_in_header(link: str) -> bytes:
    """Return ``link`` in ASCII.  Raises `ValueError` unless it is an http(s) address of 1 to 900 characters."""
    if len(link) <= LINK_LIMIT and _LINK.fullmatch(link):
        return link.encode()
    raise ValueError("a link is an absolute http or https address in ASCII")


def link_in_text(link: str) -> bytes:
    """Return ``link`` in quoted-printable lines, to stand at the start of one."""
    raw = link_in_header(link).replace(b"=", b"=3D")
    if len(raw) <= LINK_CHUNK:
        return raw
    return _chunked(raw)


def link_in_html(link: str) -> bytes:
    """Return ``link`` as the value of a double-quoted attribute, in quoted-printable lines."""
    return (
        link_in_text(link)
        if "&" not in link
        else _chunked(link_in_header(link).replace(b"&", b"&amp;").replace(b"=", b"=3D"))
    )


def _chunked(raw: bytes) -> bytes:
    chunks = []
    while len(raw) > LINK_CHUNK:
        end = LINK_CHUNK
        if (escape := raw.find(b"=", end - 2, end)) != -1:  # "=3D" stays whole
            end = escape
        chunks.append(raw[:end])
        raw = raw[end:]
    return b"=\r\n".join([*chunks, raw])


def quoted_printable(text: str | bytes) -> bytes:
    """Return ``text`` in quoted-printable lines of at most 76 characters, ended by CRLF.

    A last line without an end has 75 at most: one is left for a soft line end.
    """
    raw = text.encode() if isinstance(text, str) else text
    encoded = b2a_qp(raw.replace(b"\r\n", b"\n"), istext=True).replace(b"\n", b"\r\n")
    rest, line_end, last = encoded.rpartition(b"\r\n")
    if len(last) < LINE_LIMIT:
        return encoded
    escape = last.rfind(b"=", LINK_CHUNK - 2, LINK_CHUNK)  # "=C2" stays whole
    end = LINK_CHUNK if escape == -1 else escape
    return rest + line_end + last[:end] + b"=\r\n" + last[end:]


def calendar_line(line: str) -> bytes:
    """Return one property of a calendar, folded so that no line is over 75 bytes, ended by CRLF."""
    raw = line.encode()
    folded, limit = [], CALENDAR_LINE_BYTES
    while raw:
        end = _character_end(raw, limit)
        folded.append(raw[:end])
        raw, limit = raw[end:], CALENDAR_LINE_BYTES - 1  # a continued line begins with a space
    return b"\r\n ".join(folded) + b"\r\n"


def parameter(text: str) -> str:
    """Return ``text`` as a quoted parameter of a calendar property (RFC 5545 3.2, RFC 6868).

    A backslash means nothing there, yet some parsers take it for an escape: it becomes a slash.
    """
    return '"' + one_line(text).replace("\\", "/").replace("^", "^^").replace('"', "^'") + '"'


def mail_uri(address: str) -> str:
    """Return the ``mailto:`` address of a calendar user (RFC 6068 2)."""
    return "mailto:" + quote(mailable(address), safe="@!$&'*+-._~=")
