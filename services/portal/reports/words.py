"""The words for what reports and practices are."""

from services.portal.languages import N_
from shared.events.reports import ReportKind
from shared.model import Language

KINDS: dict[ReportKind, str] = {
    "monitoring-report": N_("Monitoring report"),
    "briefing": N_("Briefing"),
    "book-of-good-practices": N_("Book of Good Practices"),
}
PRACTICE_KINDS = {
    "action": N_("Actions"),
    "project": N_("Projects"),
    "grant": N_("Grants"),
    "programme": N_("Programmes"),
}
PRACTICE_KIND = {
    "action": N_("action"),
    "project": N_("project"),
    "grant": N_("grant"),
    "programme": N_("programme"),
}
TRANSLATED_FROM: dict[Language, str] = {
    "pl": N_("Translated from Polish."),
    "en": N_("Translated from English."),
    "be": N_("Translated from Belarusian."),
    "uk": N_("Translated from Ukrainian."),
    "ru": N_("Translated from Russian."),
}
INSIDE = {
    "written-by": N_("Written by: %(names)s"),
    "picture": N_("A picture of the numbers in the table below."),
    "row": N_("Row"),
    "source": N_("Source: %(source)s"),
    "correction": N_("Correction of edition %(number)s"),
    "before": N_("Read the edition before"),
    "dissent": N_("Dissenting: %(name)s"),
    "table": N_("Table"),
    "numbers": N_("Numbers"),
}
"""What stands within a report, and is said in the language in which it is read."""
