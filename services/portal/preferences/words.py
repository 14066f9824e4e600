"""The words for what somebody may choose, and for why a key is refused."""

from services.portal.languages import N_

TOPICS = {
    "meetings": N_("Invitations to meetings"),
    "reminders": N_("Reminders to answer"),
    "briefs": N_("What concerns me before a meeting"),
    "reports": N_("New reports"),
    "tasks": N_("Decisions and tasks of mine"),
    "comments": N_("Comments on what I write or edit"),
}
FREQUENCIES = {
    "now": N_("at once"),
    "daily": N_("gathered, once a day"),
    "weekly": N_("gathered, once a week"),
    "never": N_("never"),
}
REFUSALS = {
    "key-not-readable": N_("This is no public key. Paste the whole of it, with its lines BEGIN and END."),
    "key-is-secret": N_("This is your secret key: keep it to yourself. Paste the public one."),
    "key-too-large": N_("This key carries too many signatures. Export it without them (export-minimal)."),
    "key-expired": N_("This key has expired. Prolong it or make a new one, and paste that."),
    "key-revoked": N_("This key was revoked. Make a new one, and paste that."),
    "key-cannot-encrypt": N_("Nothing can be encrypted to this key. Add a subkey for encryption, and paste it again."),
}
TROUBLES = {
    "key-expired": N_("This key has expired, so nothing can be encrypted to it."),
    "key-revoked": N_("This key was revoked, so nothing can be encrypted to it."),
    "key-cannot-encrypt": N_("Nothing can be encrypted to this key."),
}
SUPPRESSED = {
    "hard-bounce": N_("Letters to your address come back as undeliverable. Ask a coordinator to correct it."),
    "complaint": N_("A letter was reported as spam at your address, so we write no more. Ask us to begin again."),
    "never-delivered": N_("No letter has ever arrived at your address. Ask a coordinator to correct it."),
    "by-operator": N_("An operator has stopped letters to your address. Ask them to begin again."),
}
CHANNELS = {
    "webhook": N_("Webhook: your own server is called"),
    "matrix": N_("Matrix: a notice in a room"),
}
PATH_REFUSALS = {
    "url-not-allowed": N_("Write an https address with a name, without user and password in it."),
    "path-incomplete": N_("For Matrix say the room, and the token of an account that is in it."),
}
DONE = {
    "saved": N_("Saved: we write to you like this from now on."),
    "path-gone": N_("The second path is gone."),
    "key-kept": N_("The key is kept. Compare the fingerprint below with your own."),
    "key-forgotten": N_("The key is gone. Letters are sent in clear from now on."),
}
