"""How alike two names are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.likeness import SURE, distance, likeness, near_keys
from shared.folding import fold, foldings

NAMES = st.text(alphabet="abcdeilmnorstuz 17", min_size=1, max_size=40).map(fold).filter(bool)


def alike(one: str, other: str) -> float:
    return max(likeness(mine, its) for mine in foldings(one) for its in foldings(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Białoruski Komitet Helsiński", "Komitet Helsinski Bialoruski"),
        ("Belarusian Helsinki Committee", "Belarussian Helsinky Comittee"),
        ("Viasna Human Rights Centre", "Human Rights Center Viasna"),
        ("Fundacja Wolna Prasa", "Stowarzyszenie „Wolna Prasa”"),
        ("Гродна", "Hrodna"),
        ("World Food Programme", "World Food Program"),
        ("Save the Children", "Save Children"),
        ("Free Press", "FreePress"),
    ],
)
def test_spellings_of_one_name_are_alike_and_have_a_key_in_common(one: str, other: str) -> None:
    assert alike(one, other) >= SURE
    assert set(near_keys(foldings(one))) & set(near_keys(foldings(other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Urząd Gminy Łódź", "Urząd Gminy Łowicz"),
        ("Organisation 17", "Organisation 18"),
        ("Danish Refugee Council", "Norwegian Refugee Council"),
        ("Caritas Polska", "Caritas Białoruś"),
        ("Hospital 7", "Hospital 71"),
    ],
)
def test_names_of_two_organisations_are_not_alike(one: str, other: str) -> None:
    assert alike(one, other) < SURE


@given(NAMES, NAMES)
def test_likeness_has_bounds_and_no_direction_that_matters(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) <= 1
    assert likeness(one, one) == 1
    assert set(near_keys([one])) & set(near_keys([one, other])) == set(near_keys([one]))


@given(st.text(alphabet="abc", max_size=7), st.text(alphabet="abc", max_size=7))
def test_a_distance_is_the_same_in_both_directions_and_nothing_for_equals(one: str, other: str) -> None:
    assert distance(one, other, at_most=9) == distance(other, one, at_most=9)
    assert (distance(one, other, at_most=9) == 0) == (one == other)
    assert distance(one, other, at_most=1) == min(distance(one, other, at_most=9), 2)


@given(st.text(alphabet="abcdefgh", min_size=2, max_size=9), st.data())
def test_two_letters_that_changed_places_are_one_slip(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 2))
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    assert distance(word, swapped, at_most=3) <= 1
