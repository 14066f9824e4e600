"""The words for what holds letters, why addresses are given up, and what came of mails that came back."""

from services.portal.languages import N_
from services.portal.words import LETTER_KINDS, LETTER_STATES

RELAY = N_("Everything but what somebody waits for")
HELD = {"relay": RELAY, "relay-default": N_("the usual relay")} | LETTER_KINDS
UNSENT = {code: LETTER_STATES[code] for code in ("failed", "deferred", "held", "ambiguous")}
"""The states of letters that can be sent again."""
REASONS = {
    "kind-held": N_("this kind is held"),
    "contact-unknown": N_("nobody has told yet how to reach the person"),
    "quiet-hours": N_("the person sleeps"),
    "domain-limit": N_("their mail server takes only so many at a time"),
    "relay-limit": N_("the relay takes only so many at a time"),
    "relay-braked": N_("the relay refuses most letters, so it is held"),
    "relay-not-reached": N_("the relay does not answer"),
    "relay-not-trusted": N_("the relay's certificate is not trusted"),
    "relay-does-not-greet": N_("the relay answers, and says nothing"),
    "sender-died": N_("a process ended while it was sent: it may have arrived"),
    "connection-lost": N_("the relay hung up while it was sent: it may have arrived"),
    "timed-out": N_("the relay fell silent while it was sent: it may have arrived"),
    "no-contact": N_("the person wants no letters"),
    "address-suppressed": N_("the address is given up"),
    "person-erased": N_("the person was forgotten"),
    "meeting-cancelled": N_("the meeting was called off"),
    "invitation-withdrawn": N_("the invitation was withdrawn"),
    "link-expired": N_("its link is over"),
    "cancelled-by-operator": N_("stopped by hand"),
    "sent-again-by-hand": N_("sent again by hand"),
    "encryption-impossible key-expired": N_("it must be encrypted, and the key has expired"),
    "encryption-impossible key-missing": N_("it must be encrypted, and there is no key"),
    "encryption-impossible key-revoked": N_("it must be encrypted, and the key was revoked"),
    "letter-not-written": N_("it could not be written: a fault of ours"),
}
SORTS = {
    "bounce": N_("Could not be delivered"),
    "complaint": N_("Reported as unwanted"),
    "auto-reply": N_("Automatic reply"),
    "calendar-reply": N_("Answer of a calendar program"),
    "other": N_("Something else"),
}
FAULTS = {
    "no-such-address": N_("nobody there"),
    "address": N_("the address"),
    "mailbox-full": N_("the mailbox is full"),
    "policy": N_("refused as spam, or for want of proof"),
    "message": N_("this letter"),
    "network": N_("the way there"),
    "delayed": N_("still being tried"),
    "unknown": N_("not said"),
}
SERVICES = {
    "registry": N_("Registry"),
    "meetings": N_("Meetings"),
    "reports": N_("Reports"),
    "notifications": N_("Letters"),
}
DONE = {
    "held": N_("Held. Nothing of it is sent until you release it."),
    "released": N_("Released. What waited is being sent."),
    "stopped": N_("Stopped: what was not yet sent will not be."),
    "again": N_("On its way again."),
    "given-up": N_("Nothing is sent to this person any more."),
    "lifted": N_("Letters go to this person again."),
    "lifted-all": N_("Letters go to these people again."),
    "event-retried": N_("The event was handed to the service again. It takes effect once, however often it is sent."),
    "event-dropped": N_("The event is forgotten for good."),
}
NOTHING_NAMED = N_("Name the letter, the meeting or report, or the kind of letters.")
REFUSALS = {
    "suppression-exists": N_("Nothing is sent to this person already."),
    "suppression-lifted": N_("Letters go to this person again already."),
    "letter-not-written": N_("This letter would not be written as things are."),
    "broker-not-available": N_("The message broker does not answer. Try again in a moment."),
}
