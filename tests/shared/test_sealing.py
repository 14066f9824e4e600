"""What is sealed or in the vault is read by its key alone, and by nobody once the key is gone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.events.registry import Contact, ContactChanged
from shared.ids import new_id
from shared.sealing import NONCE_BYTES, Sealer, Unsealable, Vault

OLD, NEW, FOREIGN = (
    "an-old-secret-of-the-tests-0000",
    "a-new-secret-of-the-tests-00000",
    "a-foreign-secret-of-tests-00000",
)
ADDRESS = "hanna@example.org"


def contact_changed() -> ContactChanged:
    return ContactChanged(
        person_id=new_id(), revision=1, contact=Contact(address=ADDRESS), language="be", time_zone="Europe/Minsk"
    )


@given(plain=st.binary(max_size=2_000))
def test_what_is_sealed_is_opened(plain: bytes) -> None:
    sealer = Sealer([NEW], purpose="events")
    assert sealer.open(sealer.seal(plain)) == plain


@given(place=st.integers(min_value=0), bit=st.integers(0, 5))
def test_a_sealed_text_with_one_changed_character_is_refused(place: int, bit: int) -> None:
    sealer = Sealer([NEW], purpose="events")
    sealed = sealer.seal(b"an address").rstrip("=")
    place %= len(sealed) - 1  # of the last character two bits mean nothing
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = alphabet[alphabet.index(sealed[place]) ^ (1 << bit)]
    altered = sealed[:place] + other + sealed[place + 1 :]
    padded = altered + "=" * (-len(altered) % 4)
    with pytest.raises(Unsealable):
        sealer.open(padded)


@pytest.mark.parametrize("text", ["", "плoт", "\x00", "gAAAAA==", "{}", "a" * 100_000])
def test_what_was_never_sealed_is_refused(text: str) -> None:
    with pytest.raises(Unsealable):
        Sealer([NEW], purpose="events").open(text)


def test_another_secret_or_purpose_does_not_open() -> None:
    sealed = Sealer([NEW], purpose="events").seal(b"text")
    for stranger in (Sealer([FOREIGN], purpose="events"), Sealer([NEW], purpose="links")):
        with pytest.raises(Unsealable):
            stranger.open(sealed)


def test_after_rotation_old_texts_are_opened_and_new_ones_need_the_new_secret() -> None:
    before = Sealer([OLD], purpose="events").seal(b"before")
    rotated = Sealer([NEW, OLD], purpose="events")
    assert rotated.open(before) == b"before"
    with pytest.raises(Unsealable):
        Sealer([OLD], purpose="events").open(rotated.seal(b"after"))


def test_a_sealer_and_a_vault_need_a_secret() -> None:
    for make in (lambda: Sealer([], purpose="events"), lambda: Vault([])):
        with pytest.raises(ValueError, match="at least one secret"):
            make()


def test_a_sealed_field_is_unreadable_without_the_key_and_whole_with_it() -> None:
    sealer, event = Sealer([NEW], purpose="events"), contact_changed()
    data = event.model_dump(mode="json", context={"sealer": sealer})
    assert ADDRESS not in str(data)
    assert ContactChanged.model_validate(data).contact is None
    assert ContactChanged.model_validate(data, context={"sealer": sealer}) == event


def test_a_sealed_field_is_not_written_without_a_sealer() -> None:
    with pytest.raises(ValueError, match="only written with a sealer"):
        contact_changed().model_dump(mode="json")


def test_a_field_that_must_be_sealed_is_refused_in_the_clear_when_it_comes_from_outside() -> None:
    sealer = Sealer([NEW], purpose="events")
    data = contact_changed().model_dump(mode="json", context={"sealer": sealer})
    with pytest.raises(ValidationError):
        ContactChanged.model_validate({**data, "contact": {"address": ADDRESS}}, context={"sealer": sealer})


@given(plain=st.text(max_size=500))
def test_a_vault_reads_what_it_encrypted(plain: str) -> None:
    vault = Vault([NEW])
    key = vault.new_key()
    assert vault.decrypt(key, vault.encrypt(key, plain)) == plain


def test_each_person_has_a_key_of_their_own() -> None:
    vault = Vault([NEW])
    mine, yours = vault.new_key(), vault.new_key()
    with pytest.raises(Unsealable):
        vault.decrypt(yours, vault.encrypt(mine, ADDRESS))


def test_the_same_text_is_never_encrypted_alike() -> None:
    vault = Vault([NEW])
    key = vault.new_key()
    assert len({vault.encrypt(key, ADDRESS) for _ in range(100)}) == 100


@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_cipher_or_key_with_one_flipped_bit_is_refused(place: int, bit: int) -> None:
    vault = Vault([NEW])
    key = vault.new_key()
    cipher = vault.encrypt(key, ADDRESS)
    for altered_key, altered in ((key, _flipped(cipher, place, bit)), (_flipped(key, place, bit), cipher)):
        with pytest.raises(Unsealable):
            vault.decrypt(altered_key, altered)


def _flipped(data: bytes, place: int, bit: int) -> bytes:
    place %= len(data)
    return data[:place] + bytes([data[place] ^ (1 << bit)]) + data[place + 1 :]


@pytest.mark.parametrize("gone", [b"", b"\x00", bytes(NONCE_BYTES)])
def test_without_the_persons_key_nothing_is_left_to_read(gone: bytes) -> None:
    vault = Vault([NEW])
    cipher = vault.encrypt(vault.new_key(), ADDRESS)
    with pytest.raises(Unsealable):
        vault.decrypt(gone, cipher)


def test_a_vault_with_another_secret_reads_nothing() -> None:
    vault = Vault([NEW])
    key = vault.new_key()
    with pytest.raises(Unsealable):
        Vault([FOREIGN]).decrypt(key, vault.encrypt(key, ADDRESS))


def test_after_rotation_a_vault_reads_old_keys_and_finds_by_the_old_index() -> None:
    before, rotated = Vault([OLD]), Vault([NEW, OLD])
    key = before.new_key()
    assert rotated.decrypt(key, before.encrypt(key, ADDRESS)) == ADDRESS
    assert rotated.blind_index(ADDRESS) == before.blind_index(ADDRESS)
    with pytest.raises(Unsealable):
        before.decrypt(rotated.new_key(), b"")


def test_a_blind_index_is_blind_to_case_and_tells_nothing_without_the_secret() -> None:
    vault = Vault([NEW])
    assert vault.blind_index(" Hanna@Example.org ") == vault.blind_index(ADDRESS)
    assert vault.blind_index(ADDRESS) != Vault([FOREIGN]).blind_index(ADDRESS)
    assert ADDRESS not in vault.blind_index(ADDRESS)
