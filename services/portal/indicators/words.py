"""The words for what indicators count, by which periods, and how they are drawn."""

from services.portal.languages import N_

STEPS = {
    "month": N_("Months"),
    "quarter": N_("Quarters"),
    "half-year": N_("Half-years"),
    "year": N_("Years"),
}
CHARTS = {
    "bars": N_("Bars"),
    "line": N_("A line"),
    "none": N_("The table alone"),
}
FROM = {
    "entered": N_("Numbers that I enter"),
    "incidents": N_("Incidents, counted from the evidence"),
    "acts": N_("Acts, counted from the evidence"),
    "victims": N_("Victims, counted from the evidence"),
}
