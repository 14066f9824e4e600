"""Mails that only their readers can read: GnuPG reads them, subject and calendar included, and nobody else does."""

import email
import email.policy
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from services.notifications.letters.samples import FACTS
from services.notifications.openpgp.actions import forget_key, keep_key, require_encryption
from services.notifications.openpgp.certificates import read_certificate
from services.notifications.openpgp.domain import KeepKey, RequireEncryption, expires_soon
from services.notifications.openpgp.jobs import warn_of_expiry
from services.notifications.openpgp.sealing import encrypted
from services.notifications.openpgp.store import KEYS
from shared.ids import new_id, utc_now
from shared.problems import Conflict, Invalid
from tests.notifications.builders import Office, address_of, people_invited, sign_in_requested
from tests.notifications.gnupg import GnuPG
from tests.notifications.letters.reading import fill, prepared

pytestmark = pytest.mark.skipif(shutil.which("gpg") is None, reason="GnuPG is not installed")


@pytest.fixture(scope="module")
def gnupg() -> Iterator[GnuPG]:
    """Somebody's GnuPG."""
    gnupg = GnuPG()
    yield gnupg
    gnupg.close()
    shutil.rmtree(gnupg.home, ignore_errors=True)


@pytest.fixture(scope="module")
def key(gnupg: GnuPG) -> str:
    """A good public key."""
    return gnupg.key("alena@example.org")


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, _class=EmailMessage, policy=email.policy.default)


def within(gnupg: GnuPG, raw: bytes) -> EmailMessage:
    """Return the mail inside an encrypted one, as GnuPG reads it."""
    outer = parsed(raw)
    assert outer.get_content_type() == "multipart/encrypted"
    assert outer.get_param("protocol") == "application/pgp-encrypted"
    version, cipher = outer.iter_parts()
    assert (version.get_content_type(), version.get_content().decode().strip()) == (
        "application/pgp-encrypted",
        "Version: 1",
    )
    return parsed(gnupg.decrypt(cipher.get_content()))


@pytest.mark.parametrize("kind", sorted(FACTS))
def test_gnupg_reads_every_kind_of_letter_with_its_subject(gnupg: GnuPG, key: str, kind: str) -> None:
    plain = fill(prepared(kind, "be"), display_name="Алена Łukasiewicz")
    outer = encrypted(plain, read_certificate(key, now=utc_now()).cert)
    inner = within(gnupg, outer)
    assert inner["Subject"] == parsed(plain)["Subject"]
    assert inner["Content-Type"].params["hp"] == "cipher"
    parts = [part.get_content_type() for part in parsed(plain).walk()]
    assert [part.get_content_type() for part in inner.walk()] == parts
    bodies = [part.get_content() for part in parsed(plain).walk() if not part.is_multipart()]
    assert [part.get_content() for part in inner.walk() if not part.is_multipart()] == bodies


def test_the_envelope_says_nothing_of_the_letter(key: str) -> None:
    plain = fill(prepared("people-invited", "pl"), display_name="Alena Planted")
    outer = parsed(encrypted(plain, read_certificate(key, now=utc_now()).cert))
    assert (outer["Subject"], outer["To"]) == ("[...]", "reader@example.org")
    assert sorted(name.lower() for name in outer) == sorted(
        ["date", "from", "reply-to", "to", "message-id", "mime-version", "auto-submitted", "subject", "content-type"]
    )


def test_the_fingerprint_is_read_back_as_gnupg_says_it(gnupg: GnuPG, key: str) -> None:
    certificate = read_certificate(key, now=utc_now())
    assert certificate.fingerprint == gnupg.fingerprint("alena@example.org")
    assert certificate.spaced_fingerprint.replace(" ", "") == certificate.fingerprint
    assert certificate.expires_at is not None
    assert timedelta(days=364) < certificate.expires_at - datetime.now(UTC) < timedelta(days=366)


def test_nothing_is_encrypted_to_a_key_that_is_not_good(gnupg: GnuPG) -> None:
    gnupg.key("revoked@example.org")
    gnupg.key("subkey@example.org")
    keys = {
        "key-expired": gnupg.key("old@example.org", lasts="1d", made="20200101T000000"),
        "key-cannot-encrypt": gnupg.key("sign@example.org", purpose="sign", lasts="0"),
        "key-revoked": gnupg.revoke("revoked@example.org"),
    }
    assert {name: read_certificate(each, now=utc_now()).trouble for name, each in keys.items()} == {
        name: name for name in keys
    }
    assert read_certificate(gnupg.revoke_subkey("subkey@example.org"), now=utc_now()).trouble is not None


def test_a_key_that_is_good_today_is_not_when_it_has_expired(key: str) -> None:
    assert read_certificate(key, now=utc_now() + timedelta(days=367)).trouble == "key-expired"


def test_what_is_no_public_key_is_refused_and_not_repeated(gnupg: GnuPG, key: str) -> None:
    for text in ("", "planted", key[: len(key) // 2], key.replace("a", "b")):
        with pytest.raises(Invalid) as refused:
            read_certificate(text, now=utc_now())
        assert (refused.value.code, "planted" in refused.value.detail) == ("key-not-readable", False)
    with pytest.raises(Invalid, match="key-is-secret"):
        read_certificate(gnupg.secret("alena@example.org"), now=utc_now())


def test_the_end_of_a_key_is_told_a_month_before() -> None:
    now = utc_now()
    ends = [None, now + timedelta(days=31), now + timedelta(days=30), now - timedelta(days=1)]
    assert [expires_soon(each, now=now) for each in ends] == [False, False, True, True]


async def kept(office: Office, key: str, *, required: bool) -> str:
    """Return somebody whose letters are encrypted to ``key``."""
    (person_id,) = await office.knows(1)
    await office.running.storage.transact(keep_key, person_id, KeepKey(armored=key, required=required))
    return person_id


async def test_letters_are_sent_encrypted_with_the_calendar_inside(office: Office, gnupg: GnuPG, key: str) -> None:
    person_id = await kept(office, key, required=False)
    await office.hears(people_invited(new_id(), [person_id]))
    await office.settled(1, recipient_id=person_id)
    (mail,) = office.sink.to(address_of(person_id))
    before, _, armored = mail.content.lower().partition(b"-----begin pgp message-----")
    _, end, after = armored.partition(b"-----end pgp message-----")
    assert end
    assert b"meet" not in before + after  # between them four letters may stand side by side by chance
    inner = within(gnupg, mail.content)
    assert "Implementers' meeting" in inner["Subject"]
    assert "text/calendar" in [part.get_content_type() for part in inner.walk()]


async def test_a_letter_that_must_be_encrypted_and_cannot_is_held_and_sent_when_it_can(
    office: Office, gnupg: GnuPG, key: str
) -> None:
    person_id = await kept(office, key, required=True)
    expired = gnupg.key("expired@example.org", lasts="1d", made="20200102T000000")
    await swap(office, person_id, expired)
    await office.hears(people_invited(new_id(), [person_id]))
    await office.hears(sign_in_requested(person_id))
    await office.settled(2, "held", recipient_id=person_id)
    rows = await office.letters(recipient_id=person_id)
    assert {row["error"]["code"] for row in rows} == {"encryption-impossible key-expired"}
    assert office.sink.to(address_of(person_id)) == []
    await office.running.storage.transact(keep_key, person_id, KeepKey(armored=key, required=True))
    await office.settled(2, recipient_id=person_id)
    assert len([within(gnupg, mail.content) for mail in office.sink.to(address_of(person_id))]) == 2


async def swap(office: Office, person_id: str, key: str) -> None:
    """Put a key in place of a kept one that could not be kept itself, as time does."""
    from services.notifications.contacts import store as contacts

    async def put(tx: object) -> None:
        cipher = await contacts.seal(tx, person_id, key)  # type: ignore[arg-type]
        await tx[KEYS].update_one({"_id": person_id}, {"$set": {"cipher": cipher}})  # type: ignore[index]

    await office.running.storage.transact(put)


async def test_a_letter_that_need_not_be_encrypted_is_sent_all_the_same(office: Office, gnupg: GnuPG, key: str) -> None:
    person_id = await kept(office, key, required=False)
    await swap(office, person_id, gnupg.key("late@example.org", lasts="1d", made="20200103T000000"))
    await office.hears(people_invited(new_id(), [person_id]))
    await office.settled(1, recipient_id=person_id)
    (mail,) = office.sink.to(address_of(person_id))
    assert parsed(mail.content).get_content_type() == "multipart/alternative"


async def test_a_bad_key_is_not_kept(quiet: Office, gnupg: GnuPG) -> None:
    (person_id,) = await quiet.knows(1)
    expired = gnupg.key("never@example.org", lasts="1d", made="20200104T000000")
    with pytest.raises(Conflict, match="key-expired"):
        await quiet.running.storage.transact(keep_key, person_id, KeepKey(armored=expired))


async def test_a_key_is_kept_sealed_and_can_be_taken_away(quiet: Office, key: str) -> None:
    person_id = await kept(quiet, key, required=False)
    reader = quiet.running.storage.reader
    row = await reader[KEYS].find_one({"_id": person_id})
    assert row is not None
    assert "BEGIN PGP" not in repr(row)
    await quiet.running.storage.transact(require_encryption, person_id, RequireEncryption(required=True))
    await quiet.running.storage.transact(forget_key, person_id)
    assert await reader[KEYS].find_one({"_id": person_id}) is None


def link(office: Office, person_id: str, generation: int) -> str:
    """Return the link of a letter that was sent when a person's links were of ``generation``."""
    links, expires_at = office.running.context.links, utc_now() + timedelta(days=1)
    return links.sign("preferences", person_id, generation=generation, expires_at=expires_at)


async def test_who_has_a_letter_in_clear_can_lower_no_key_that_was_kept_since(
    quiet: Office, gnupg: GnuPG, key: str
) -> None:
    (person_id,) = await quiet.knows(1)
    clear = link(quiet, person_id, 1)
    kept = await quiet.running.bearing(clear).put("/preferences/key", json={"armored": key})
    own = kept.json()["link"]
    required = await quiet.running.bearing(own).put("/preferences/key/requirement", json={"required": True})
    assert (kept.status_code, required.status_code) == (200, 200)
    other = gnupg.key("other@example.org")
    for old in (clear, own):  # a letter may have gone out in clear while that was allowed
        async with quiet.running.bearing(old) as client:
            tried = [
                await client.delete("/preferences/key"),
                await client.put("/preferences/key", json={"armored": other}),
                await client.put("/preferences/key/requirement", json={"required": False}),
            ]
        assert [(each.status_code, each.json()["code"]) for each in tried] == [(401, "link-withdrawn")] * 3
    async with quiet.running.bearing(required.json()["link"]) as client:
        shown = (await client.get("/preferences")).json()["key"]
        assert (shown["required"], shown["names"]) == (True, ["Alena <alena@example.org>"])
        assert "key" not in (await client.delete("/preferences/key")).json()


async def test_a_letter_encrypted_to_a_key_holds_the_link_that_lowers_it(
    office: Office, gnupg: GnuPG, key: str
) -> None:
    person_id = await kept(office, key, required=False)
    await office.hears(people_invited(new_id(), [person_id]))
    await office.settled(1, recipient_id=person_id)
    (mail,) = office.sink.to(address_of(person_id))
    inner = within(gnupg, mail.content)
    text = next(part.get_content() for part in inner.walk() if part.get_content_type() == "text/plain")
    found = re.search(r"/preferences/([\w.\-]+)\s", text)
    assert found is not None
    assert (await office.running.bearing(found[1]).delete("/preferences/key")).status_code == 200


async def test_the_owner_of_a_key_is_told_a_month_and_a_week_before_it_expires_once_each(
    office: Office, gnupg: GnuPG
) -> None:
    person_id = await kept(office, gnupg.key("soon@example.org", lasts="20d"), required=True)
    for _ in range(2):
        await warn_of_expiry(office.running.context)
    await office.settled(1, within=60, recipient_id=person_id, kind="key-expiring")
    (mail,) = office.sink.to(address_of(person_id))
    assert within(gnupg, mail.content)["Subject"] == "Your encryption key expires soon"
    await office.running.storage.transact(require_encryption, person_id, RequireEncryption(required=False))
    await warn_of_expiry(office.running.context)
    near = {"$set": {"expires_at": utc_now() + timedelta(days=5)}}
    await office.running.storage.reader[KEYS].update_one({"_id": person_id}, near)
    for _ in range(2):
        await warn_of_expiry(office.running.context)
    await office.settled(2, within=60, recipient_id=person_id, kind="key-expiring")
    assert len(await office.letters(recipient_id=person_id)) == 2
