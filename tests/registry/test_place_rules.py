"""Places: which region, commune or country is meant by a name or a code."""

import pytest

from services.registry.places import domain
from services.registry.places.domain import Commune, DecidePlace, Place, asked, place
from shared.ids import new_id
from shared.problems import Invalid
from shared.regions import country_called, names_of_region, region_called, regions_of
from tests.registry.builders import NOW

WARSAW = Commune(code="1465011", name="M. st. Warszawa", kind="gmina miejska, miasto stołeczne", county="1465")


@pytest.mark.parametrize(
    ("name", "country", "region"),
    [
        ("Mazowieckie", "PL", "PL-14"),
        ("województwo mazowieckie", None, "PL-14"),
        ("Masovian Voivodeship", "PL", "PL-14"),
        ("Мазовецьке воєводство", "PL", "PL-14"),
        ("Minsk", None, "BY-HM"),
        ("Минская область", None, "BY-MI"),
        ("obwód grodzieński", "BY", "BY-HR"),
        ("Logone Oriental", "TD", "TD-LR"),
        ("Nowhere", "PL", None),
        ("", "PL", None),
    ],
    ids=str,
)
def test_a_region_is_known_by_its_names_in_every_script(name: str, country: str | None, region: str | None) -> None:
    assert region_called(name, country=country) == region


def test_a_country_is_known_by_code_and_by_name() -> None:
    named = [country_called(each) for each in ("PL", "pol", "Польща", "Białoruś", "Mali", "Atlantis", "")]
    assert named == ["PL", "PL", "PL", "BY", "ML", None, None]


def test_a_region_has_a_name_in_the_languages_of_the_pages() -> None:
    assert names_of_region("BY-HM") == {"en": "Minsk", "pl": "Mińsk", "be": "Мінск", "uk": "Мінськ", "ru": "Минск"}
    assert names_of_region("PL-14")["pl"] == "Mazowieckie"
    assert regions_of("BY") == ["BY-BR", "BY-HM", "BY-HO", "BY-HR", "BY-MA", "BY-MI", "BY-VI"]


def test_a_place_says_what_follows_from_its_parts() -> None:
    assert place(commune="1465011") == Place(country="PL", region="PL-14", commune="1465011")
    assert place(region="BY-HM") == Place(country="BY", region="BY-HM")


def test_a_place_in_two_countries_is_none() -> None:
    with pytest.raises(ValueError, match="must be in the country"):
        Place(country="PL", region="BY-HM")
    with pytest.raises(ValueError, match="must be in the region"):
        Place(country="PL", region="PL-02", commune="1465011")


def test_a_code_says_exactly_where() -> None:
    codes = ("PL-14", "pl-teryt-1465011", "BY", "XX-99", "1465011", "")
    found = [domain.by_code(code, country=None) for code in codes]
    assert found == [place(region="PL-14"), place(commune="1465011"), place(country="BY"), None, None, None]
    assert domain.by_code("PL-14", country="BY") is None


def test_a_commune_is_also_called_without_its_rank() -> None:
    assert WARSAW.keys == ["m st varszava", "varszava"]


def test_one_commune_of_a_name_is_meant_and_several_in_one_region_are_the_region() -> None:
    town = Commune(code="0201011", name="Bolesławiec", kind="gmina miejska", county="0201")
    village = Commune(code="0201022", name="Bolesławiec", kind="gmina wiejska", county="0201")
    elsewhere = Commune(code="1018022", name="Bolesławiec", kind="gmina wiejska", county="1018")
    wanted = asked(["Bolesławiec"], country="PL")
    assert domain.by_name(wanted, [town]) == place(commune="0201011")
    assert domain.by_name(wanted, [town, village]) == place(region="PL-02")
    assert domain.by_name(wanted, [town, elsewhere]) is None


def test_every_spelling_of_an_unknown_place_is_one_entry() -> None:
    assert asked(["Zażółć"], country="Polska").key == asked(["ZAZOLC"], country="PL").key
    assert asked(["Zażółć"]).key != asked(["Zażółć"], country="PL").key
    assert asked([" "]).key == ""


def test_a_decision_names_a_place_or_none_and_can_be_made_anew() -> None:
    entry = domain.unmatched(asked(["The capital"], country="PL"), now=NOW)
    by = new_id()
    decided = domain.decide(entry, DecidePlace(commune="1465011"), by=by, now=NOW)
    assert (decided.state, decided.place, decided.applied) == ("decided", place(commune="1465011"), False)
    assert (decided.revision, decided.decided_by) == (2, by)
    assert domain.decide(decided, DecidePlace(), by=by, now=NOW).place is None


def test_a_decision_that_contradicts_itself_is_refused() -> None:
    entry = domain.unmatched(asked(["The capital"]), now=NOW)
    for command in (DecidePlace(region="PL-02", commune="1465011"), DecidePlace(country="BY", region="PL-02")):
        with pytest.raises(Invalid) as refused:
            domain.decide(entry, command, by=new_id(), now=NOW)
        assert refused.value.code == "place-not-consistent"
