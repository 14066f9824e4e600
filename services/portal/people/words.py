"""The words for what the registry says of people by codes."""

from services.portal.languages import N_

FUNCTIONS = {
    "director": N_("director"),
    "board": N_("member of the board"),
    "focal-point": N_("focal point: is asked when something is wanted of the organisation"),
    "expert": N_("expert"),
    "finance": N_("finance"),
    "staff": N_("staff"),
}
PURPOSES = {
    "record": N_("to be on record here"),
    "invitations": N_("to be invited to meetings"),
    "publication-of-name": N_("to be named in what is published"),
    "photographs": N_("to be shown in photographs"),
    "sharing-with-partners": N_("to be passed on to partners"),
}
WAYS = {
    "on-paper": N_("on paper"),
    "by-mail": N_("by letter or e-mail"),
    "by-word": N_("by word of mouth"),
    "online": N_("on a page"),
}
REFUSALS = {
    "address-taken": N_("Somebody on record has this address already: look for that record."),
    "role-not-yours-to-give": N_("Only operators make and unmake operators."),
    "own-standing": N_("Let another coordinator take a role from you or end your access."),
    "position-elsewhere": N_("A position is held at one of the person's organisations."),
    "name-differs": N_("Write the name exactly as it is shown."),
    "last-coordinator": N_("This is the last coordinator: make somebody else a coordinator first."),
    "consent-withdrawn": N_("This consent was withdrawn already."),
    "consent-ahead": N_("A consent is recorded after it was given: correct the day."),
}
DONE = {
    "saved": N_("Saved."),
    "agreed": N_("The consent is on record."),
    "withdrawn": N_("The consent is withdrawn."),
    "erased": N_("The person is forgotten here, and every other part is forgetting them now."),
}
