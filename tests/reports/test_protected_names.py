"""Names that must not be in print are found in every form; other words are left alone."""

import time

import pytest

from services.reports.publication.names import Names, Place
from services.reports.publication.sounds import sounds

ANNA = Names(["Anna Kowalska"])
ALES = Names(["Алесь Бяляцкі"])
MAREK = Names(["Marek Lis"])


@pytest.mark.parametrize(
    "text",
    [
        "It was Anna Kowalska.",
        "Widziano Annę Kowalską w sądzie.",
        "Kowalskiej nie wypuszczono.",
        "A. KOWALSKA",
        "kowalska, anna",
        "Анна Ковальская",
        "з Ганнай Кавальскай",
        "Ковальською",
        "An*na* Kowal**ska**",
        "Kowal\u200bska",
        "Kow\u00adalska’s brother",
        "&#75;owalska",
        "https://example.org/Anna%20Kowalska",
        "AnnaKowalska.jpg",
        "anna_kowalska_2.png",
        "annakowalska.png",
        "Anna\nKowalska",
        "Nowak-Kowalska",
    ],
)
def test_a_person_is_found_in_every_case_script_and_disguise(text: str) -> None:
    assert ANNA.find(text) != []


@pytest.mark.parametrize("text", ["Бяляцкага", "Białackiego", "Bialiatski", "Beliatsky", "Беляцкому", "Ales Bialatski"])
def test_a_name_is_found_in_the_spellings_of_the_neighbours(text: str) -> None:
    assert ALES.find(text) != []


@pytest.mark.parametrize("text", ["Marka Lisa", "Lis, Marek", "M. Lis", "Lisowi i Markowi"])
def test_a_short_family_name_is_found_beside_the_given_name_or_its_initial(text: str) -> None:
    assert MAREK.find(text) != []


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (ANNA, "Anna Nowak"),
        (ANNA, "the kowalsk process"),
        (MAREK, "Lis przebiegł drogę przed domem; Marek stał."),
        (Names(["Anna Minska"]), "Anna lives in Minsk"),
        (Names(["Olga Nowik"]), "A novelty: Nowicki's book"),
        (Names([]), "Anna Kowalska"),
    ],
)
def test_other_words_are_left_alone(names: Names, text: str) -> None:
    assert names.find(text) == []


def test_an_organisation_is_found_only_as_a_whole() -> None:
    names = Names([], ["The Legal Initiative of Brest"])
    assert names.find("A legal initiative was begun, and Brest is far.") == []
    assert names.find("They call themselves Legal Initiative of the Brest: the beginning") != []


def test_a_name_that_many_share_is_searched_for_in_time_that_grows_with_the_text_alone() -> None:
    names = Names(f"Anna {first}{last}ska" for first in ("Kor", "Zab", "Mir", "Dol") for last in "abcdefghijklmnoprstu")
    begun = time.process_time()
    assert names.find("It was anna or Anna, \n" * 3_000) == []
    assert names.find("Anna, \n" * 3_000 + "Anna Koraska")[-1].line == 3_001
    assert time.process_time() - begun < 5  # comparing each with each takes minutes


def test_where_a_name_is_from_is_known() -> None:
    shared = Names()
    shared.learn(["Anna Kowalska"], source="a")
    shared.learn(["Jan Kowalski"], ["Legal Initiative"], source="b")
    names = Names(phrases=["Press House"], beside=shared)
    found = names.find("Kowalska\nLegal Initiative\nPress House")
    assert [sorted(each.sources) for each in found] == [["a", "b"], ["b"], [""]]


def test_an_acronym_is_found_where_it_begins_with_capitals() -> None:
    names = Names([], ["IT", "БХК"])
    assert names.find("It is so: it was.") == []
    assert [bool(names.find(text)) for text in ("So says IT.", "паведаміў БХК", "у БХК-у")] == [True] * 3


def test_the_place_is_named_by_line_and_word() -> None:
    text = "First line.\n\nThen *Anna Kowalska* said it, and Kowalska again.\nKowalska left."
    assert [place.line for place in ANNA.find(text)] == [3, 4]
    assert ANNA.find("So said Kowalska") == [Place(line=1, word=3)]


def test_spellings_of_one_name_sound_alike() -> None:
    assert sounds("Tsikhanouskaya") == sounds("Ціханоўская") == ("cihanavska",)
    assert sounds("ковалёв") == sounds("Kavaliou") == sounds("KOWALOW")
