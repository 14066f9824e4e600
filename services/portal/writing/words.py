"""The words for what the reports service calls by codes while a report is written."""

from services.portal.languages import N_

STATES = {
    "assigned": N_("being written"),
    "submitted": N_("with the editors"),
    "changes-requested": N_("changes asked for"),
    "accepted": N_("taken by the editors"),
}
VERDICTS = {
    "signed-off": N_("signed off"),
    "dissent": N_("dissents"),
}
TASKS = {
    "write": N_("to write"),
    "mend": N_("to change, as the editors ask"),
    "review": N_("to review"),
    "sign": N_("to sign off"),
    "sign-again": N_("to sign off again: the text has changed"),
}
HAPPENED = {
    "submitted": N_("Submitted to the editors"),
    "taken-back": N_("Taken back by its writers"),
    "changes-requested": N_("Changes asked for"),
    "accepted": N_("Taken by the editors"),
    "signed-off": N_("Signed off"),
    "dissent": N_("Dissent recorded"),
}
DONE = {
    "submitted": N_("Submitted. The editors have been told."),
    "taken-back": N_("Taken back: you can go on writing."),
    "changes-requested": N_("Sent back. Those who write it have been told what you ask for."),
    "accepted": N_("Taken. Those who wrote it have been asked to sign it off."),
    "signed": N_("Signed off. You can change that by signing anew."),
    "dissented": N_(
        "Your dissent is recorded, and will be published with the section. You can change it by signing anew."
    ),
    "planned": N_("Saved. Whoever has a new section has been told."),
    "editor-named": N_("Edits this report from now on:"),
    "editor-released": N_("Edits this report no more:"),
}
