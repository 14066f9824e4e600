"""The words for the states of periods and reports."""

from services.portal.languages import N_

STATES = {
    "planned": N_("Planned: nobody is asked yet"),
    "open": N_("Open: organisations report"),
    "locked": N_("Locked: only corrections"),
    "cancelled": N_("Called off"),
}
REPORTS = {
    "awaited": N_("No answer yet"),
    "reported": N_("Reported"),
    "nothing-to-report": N_("Nothing to report"),
}
ANSWERS = {
    "reported": N_("Everything is on record"),
    "nothing-to-report": N_("There was nothing to report"),
}
REFUSALS = {
    "period-over": N_("Choose a closing time that is still to come."),
    "organisation-not-found": N_("Choose at least one organisation that has a record."),
    "period-cancelled": N_("This period was called off: nothing needs to be reported."),
    "period-not-open": N_("This period has not opened yet."),
    "period-locked": N_("This period is locked."),
}
