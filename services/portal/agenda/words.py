"""The words for what an agenda, its documents and its log are called by codes."""

from services.portal.languages import N_

STATES = {
    "scheduled": N_("Planned"),
    "postponed": N_("Postponed, without a date"),
    "held": N_("Took place"),
    "cancelled": N_("Called off"),
}
FORMS = {
    "in-person": N_("In person"),
    "online": N_("Online"),
    "hybrid": N_("In person and online"),
}
AUDIENCES = {
    "invited": N_("the people who are invited"),
    "members": N_("everybody with an account"),
    "coordinators": N_("coordinators"),
}
CHANGES = {
    "added": N_("Added"),
    "changed": N_("Changed"),
    "removed": N_("Removed"),
    "translated": N_("Translated"),
    "restored": N_("Taken back"),
}
FIELDS = {
    "title": N_("title"),
    "text": N_("text"),
    "after_minutes": N_("time"),
    "lasts_minutes": N_("length"),
    "track": N_("track"),
    "room": N_("room"),
    "speakers": N_("speakers"),
}
HOW = {
    "organiser": N_("noted by the organisers"),
    "code": N_("by the code of the day"),
}
KINDS = {
    "application/pdf": "PDF",
    "text/plain": "TXT",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WebP",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPTX",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.oasis.opendocument.presentation": "ODP",
}
