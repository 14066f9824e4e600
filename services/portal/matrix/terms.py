"""The words of the matrix: its axes, its marks, and what is added up."""

from services.portal.languages import N_
from services.portal.matrix.sectors import SECTORS
from services.portal.words import ACTIVITY_STATES, KINDS, THEMES

AXES = {
    "donor": N_("Who pays"),
    "implementer": N_("Who carries it out"),
    "theme": N_("Theme"),
    "sector": N_("Sector (OECD DAC category)"),
    "country": N_("Country"),
    "region": N_("Region"),
    "kind": N_("Kind of organisation"),
    "year": N_("Year"),
    "status": N_("State"),
}
SHOWN = {
    "count": N_("Number of activities"),
    "budget": N_("Money budgeted"),
    "committed": N_("Money committed"),
    "spent": N_("Money paid or spent"),
}
MARKS = {
    "none": N_("No activity is on record."),
    "no-data": N_("No data reported: nobody has said whether there is anything."),
    "withheld": N_("Withheld: there is something that you may not know."),
}
SIGNS = {"none": "–", "no-data": "?", "withheld": "×"}
VALUES = {
    "unsaid": N_("not said"),
    "other": N_("something else"),
    "withheld": N_("withheld"),
}
OF_CODES: dict[str, dict[str, str]] = {
    "theme": {str(theme): name for theme, name in THEMES.items()},
    "sector": SECTORS,
    "kind": KINDS,
    "status": ACTIVITY_STATES,
}
"""Axes whose values have words."""
