"""Signed mails are found good by another's implementation, and no longer when anything that matters is changed."""

from base64 import b64encode
from datetime import UTC, datetime

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from services.notifications.letters.samples import FACTS
from services.notifications.letters.signing import Signer
from tests.notifications.letters.reading import fill, prepared

NOW = datetime.now(UTC)
RSA = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # as short as may be: tests are many
ED25519 = ed25519.Ed25519PrivateKey.generate()


def signer(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey = RSA) -> Signer:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Signer(pem, selector="letters", domain="zgoda.example")


def is_good(mail: bytes, key: rsa.RSAPrivateKey = RSA) -> bool:
    public = b64encode(key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    return bool(dkim.verify(mail, dnsfunc=lambda *_, **__: b"v=DKIM1; k=rsa; p=" + public))


@pytest.mark.parametrize("kind", sorted(FACTS))
def test_every_kind_of_letter_is_found_good(kind: str) -> None:
    mail = signer().sign(fill(prepared(kind, "be"), display_name="Алена Łukasiewicz"), now=NOW)
    assert is_good(mail)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"\r\nSubject: ", b"\r\nSubject: X"),
        (b"\r\nTo: ", b"\r\nTo: other@example.org\r\nTo: "),
        (b"\r\nFrom: ", b"\r\nFrom: other@example.org\r\nFrom: "),
        (b"List-Id: <", b"List-Id: <x"),
        (
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
            b"Content-Transfer-Encoding: quoted-printable\r\n\r\nX",
        ),
    ],
    ids=["subject", "second-to", "second-from", "list", "body"],
)
def test_a_mail_that_was_changed_is_no_longer_good(old: bytes, new: bytes) -> None:
    mail = signer().sign(fill(prepared("people-invited")), now=NOW)
    assert not is_good(mail.replace(old, new, 1))


def test_a_key_of_another_kind_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(ValueError, match="RSA"):
        Signer(pem, selector="letters", domain="zgoda.example")


def test_an_ed25519_key_signs_what_rfc_8463_says() -> None:
    mail = signer(ED25519).sign(fill(prepared("meeting-cancelled")), now=NOW)
    assert b"a=ed25519-sha256" in mail.split(b"\r\nDate:")[0]


def test_no_line_is_longer_than_mails_may_have() -> None:
    mail = signer().sign(fill(prepared("report-published")), now=NOW)
    assert max(len(line) for line in mail.split(b"\r\n\r\n")[0].split(b"\r\n") if b"nsubscribe" not in line) <= 998
