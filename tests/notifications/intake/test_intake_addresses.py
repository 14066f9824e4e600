"""An address that mails come back to names one letter or invitation, and nobody else can make one."""

from services.notifications.intake.addresses import IntakeAddresses, Named
from shared.ids import new_id

OLD, NEW = "an-old-secret-that-is-long-enough-to-be-one", "a-new-secret-that-is-long-enough-to-be-one"
ADDRESSES = IntakeAddresses([NEW], "Back.example.org")


def test_an_address_names_what_it_was_made_for() -> None:
    letter_id, invitation_id = new_id(), new_id()
    assert ADDRESSES.read(ADDRESSES.address("bounce", letter_id)) == Named("bounce", letter_id)
    assert ADDRESSES.read(ADDRESSES.address("reply", invitation_id)) == Named("reply", invitation_id)


def test_an_address_is_known_in_capitals_and_brackets() -> None:
    letter_id = new_id()
    assert ADDRESSES.read(f" <{ADDRESSES.address('bounce', letter_id).upper()}> ") == Named("bounce", letter_id)


def test_an_address_fits_where_addresses_must_fit() -> None:
    local, _, domain = ADDRESSES.address("bounce", new_id()).partition("@")
    assert (len(local) <= 64, domain) == (True, "back.example.org")


def test_an_address_for_one_purpose_is_none_for_another() -> None:
    address = ADDRESSES.address("bounce", new_id())
    assert ADDRESSES.read(address.replace("bounce+", "reply+")) is None


def test_a_changed_address_names_nothing() -> None:
    address = ADDRESSES.address("reply", new_id())
    changed = [
        address[:place] + ("a" if address[place] != "a" else "b") + address[place + 1 :]
        for place in range(len("reply+"), address.index("@"))
    ]
    assert [each for each in changed if ADDRESSES.read(each) is not None] == []


def test_what_was_never_ours_names_nothing() -> None:
    strange = [
        "",
        "@",
        "reply+@back.example.org",
        "postmaster@back.example.org",
        "bounce+" + "é" * 52 + "@back.example.org",
    ]
    elsewhere = ADDRESSES.address("reply", new_id()).replace("back.", "other.")
    assert [each for each in [*strange, elsewhere] if ADDRESSES.read(each) is not None] == []


def test_an_address_under_an_older_secret_is_known_until_that_is_gone() -> None:
    letter_id = new_id()
    address = IntakeAddresses([OLD], "back.example.org").address("bounce", letter_id)
    assert IntakeAddresses([NEW, OLD], "back.example.org").read(address) == Named("bounce", letter_id)
    assert ADDRESSES.read(address) is None
