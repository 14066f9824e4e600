"""Purpose codes and the themes they belong to."""

from services.registry.themes import CODES, THEMES, sectors_of, themes_of


def test_a_purpose_code_belongs_to_its_themes_in_the_order_of_the_reports() -> None:
    assert themes_of(["1:15160", "15153"]) == ["media-freedom", "political-persecution", "repression-of-activists"]


def test_a_code_of_another_list_belongs_to_no_theme() -> None:
    assert themes_of(["7:15153", "1:11220", "nothing"]) == []


def test_a_category_counts_where_all_of_it_belongs_to_a_theme() -> None:
    assert themes_of(["2:250", "2:151"]) == ["economic-liberalisation"]


def test_a_theme_may_be_named_itself() -> None:
    assert themes_of([f"99:{theme}" for theme in THEMES]) == list(THEMES)


def test_every_theme_is_found_by_each_of_its_sectors() -> None:
    assert {theme: {theme in themes_of([each]) for each in sectors_of(theme)} for theme in THEMES} == {
        theme: {True} for theme in THEMES
    }
    assert all(CODES.values())
