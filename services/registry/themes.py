"""Which of our six themes an activity belongs to, by the purpose codes of the OECD DAC (CRS) that it names."""

from collections.abc import Iterable
from typing import get_args

from shared.events.reports import Theme

THEMES: tuple[Theme, ...] = get_args(Theme)

OWN_VOCABULARY = "99"
"""Vocabulary *reporting organisation* of IATI: under it a theme stands by its own name."""

CODES: dict[Theme, frozenset[str]] = {
    "media-freedom": frozenset(
        {
            "15153",  # media and free flow of information
            "15163",  # free flow of information (withdrawn)
            "22030",  # radio, television, print media
        }
    ),
    "freedom-of-association": frozenset(
        {
            "15150",  # democratic participation and civil society
            "16070",  # labour rights: the right to form trade unions
            "16080",  # social dialogue
        }
    ),
    "freedom-of-assembly": frozenset(
        {
            "15150",  # participation of citizens beyond elections; the standard has no code of its own for assemblies
        }
    ),
    "political-persecution": frozenset(
        {
            "15130",  # legal and judicial development
            "15134",  # judicial affairs
            "15135",  # ombudsman
            "15137",  # prisons
            "15160",  # human rights: victims of torture
            "15162",  # human rights (withdrawn)
        }
    ),
    "repression-of-activists": frozenset(
        {
            "15160",  # human rights: defenders and organisations of human rights
            "15162",  # human rights (withdrawn)
        }
    ),
    "economic-liberalisation": frozenset(
        {
            "15142",  # macroeconomic policy
            "24010",  # financial policy
            "24020",  # monetary institutions
            "24030",  # formal financial intermediaries
            "25010",  # business policy
            "25020",  # privatisation
            "25030",  # business development services
            "25040",  # responsible business conduct
            "32110",  # industrial policy
            "32130",  # small and medium-sized enterprises
            "33110",  # trade policy
            "33120",  # trade facilitation
            "33130",  # regional trade agreements
            "33140",  # multilateral trade negotiations
        }
    ),
}
"""Vocabulary 1: purpose codes of five digits."""

CATEGORIES: dict[Theme, frozenset[str]] = {"economic-liberalisation": frozenset({"240", "250", "331"})}
"""Vocabulary 2: categories of three digits, where all of one belongs to a theme."""


def themes_of(sector_codes: Iterable[str]) -> list[Theme]:
    """Return the themes that sectors belong to, in the order of the reports.

    A sector is ``vocabulary:code``, or a code of the OECD DAC alone.  Codes that belong to none are passed over.
    """
    named = {code if ":" in code else f"1:{code}" for code in sector_codes}
    return [theme for theme in THEMES if named & _SECTORS[theme]]


def sectors_of(theme: Theme) -> list[str]:
    """Return the sectors that belong to ``theme``, as ``vocabulary:code``."""
    return sorted(_SECTORS[theme])


_SECTORS: dict[Theme, frozenset[str]] = {
    theme: frozenset(
        {
            *(f"1:{code}" for code in CODES[theme]),
            *(f"2:{code}" for code in CATEGORIES.get(theme, frozenset())),
            f"{OWN_VOCABULARY}:{theme}",
        }
    )
    for theme in THEMES
}
