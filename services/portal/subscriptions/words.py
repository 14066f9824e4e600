"""The words for what subscribers choose, and for why a system is not told of reports."""

from services.portal.languages import N_

KINDS = {
    "monitoring-report": N_("Monitoring reports"),
    "briefing": N_("Briefings"),
    "book-of-good-practices": N_("Books of good practices"),
}
FREQUENCIES = {
    "now": N_("a letter for each report, at once"),
    "weekly": N_("one letter a week"),
}
STATES = {
    "unverified": N_("Has not shown itself yet"),
    "active": N_("Is told of reports"),
    "disabled": N_("Given up: it failed for days"),
}
MESSAGES = {
    "webhook-verification": N_("Call with the challenge"),
    "report-published": N_("New report"),
    "report-corrected": N_("Correction of a report"),
    "report-withdrawn": N_("Withdrawal of a report"),
}
MESSAGE_STATES = {
    "waiting": N_("Waits"),
    "taken": N_("Taken"),
    "failed": N_("Not taken"),
}
TROUBLES = {
    "challenge-not-answered": N_("It answered, but did not say the challenge."),
    "name-not-found": N_("Its name was not found."),
    "address-not-allowed": N_("Its name leads into a private network, where nothing is called."),
    "url-not-allowed": N_("Its address must not be called."),
    "asked-anew": N_("Dropped, because it was asked for the challenge again."),
    "webhook-disabled": N_("Dropped, because it was given up."),
    "TimeoutError": N_("It did not answer in time."),
    "ReadTimeout": N_("It did not answer in time."),
    "ConnectTimeout": N_("It did not answer in time."),
}
NOT_REACHED = N_("It could not be reached.")
ANSWERED = N_("It answered with %(status)s.")
