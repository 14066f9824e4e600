"""The purpose codes of the OECD DAC, as a package carries them."""

from services.registry.themes import CODES
from shared.sectors import categories, purpose_name, purposes


def test_every_purpose_has_a_code_of_five_digits_and_a_name() -> None:
    assert len(purposes()) > 300
    assert [each for each in purposes().items() if len(each[0]) != 5 or not each[0].isdecimal() or not each[1]] == []
    assert purpose_name("15153") == "Media and free flow of information"
    assert (purpose_name("15163"), purpose_name("15199")) == ("Free flow of information", "")
    assert {"151", "250"} <= categories()


def test_our_themes_are_of_purposes_that_the_list_has() -> None:
    assert {code for codes in CODES.values() for code in codes} <= purposes().keys()
