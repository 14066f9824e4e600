"""The words for where an invitation stands, why letters do not arrive, and what an answer by calendar meant."""

from services.portal.languages import N_

STANDINGS = {
    "accepted": N_("Coming"),
    "waiting": N_("Waiting for a place"),
    "tentative": N_("Perhaps"),
    "declined": N_("Not coming"),
    "delegated": N_("Somebody else comes"),
    "pending": N_("No answer yet"),
    "unreachable": N_("Letters do not arrive"),
}
JOINING = {
    "room": N_("in the room"),
    "online": N_("online"),
}
WHOM = {
    "accepted": STANDINGS["accepted"],
    "tentative": STANDINGS["tentative"],
    "pending": STANDINGS["pending"],
    "waiting": STANDINGS["waiting"],
    "all": N_("Everybody still invited"),
}
UNREACHABLE = {
    "hard-bounce": N_("the address does not exist"),
    "complaint": N_("letters were reported as unwanted"),
    "never-delivered": N_("letters could not be delivered"),
    "by-operator": N_("stopped by hand"),
    "letter-failed": N_("the invitation could not be delivered"),
}
OUTCOMES = {
    "obsolete": N_("Answered an older invitation, or came after a newer answer"),
    "reply-crasher": N_("Came from somebody who is not invited"),
    "reply-crasher-accept": N_("Came from somebody who is not invited"),
    "reply-crasher-decline": N_("Came from somebody who is not invited"),
}
HOW = {
    "or": N_("add these people"),
    "and": N_("keep only those who are also among these"),
    "without": N_("leave these out"),
}
PARTS = {
    "person": N_("named by hand"),
    "organisation": N_("by an organisation"),
    "coalition": N_("by a coalition"),
    "kind": N_("by a kind of organisation"),
}
DONE = {
    "leaving": N_("The invitation is withdrawn in two minutes. Until then you can undo it."),
    "kept": N_("The withdrawal is undone. Nobody was told of it."),
    "resized": N_("The number of places is set. Free places are offered to those who wait."),
    "planned": N_("The reminders are planned."),
    "reminded": N_("Those who have not answered are being asked, except who was asked within the last 20 hours."),
    "moved": N_("The meeting is moved, and everybody invited is being told."),
    "stayed": N_("The time stays. Whoever proposed another is being told."),
    "invited": N_("The new people are being invited."),
    "delegated": N_("Your colleague is being invited in your stead."),
    "asked": N_("The organisers know that you want somebody else to come."),
    "back": N_("That is undone."),
    "noted": N_("It is noted."),
    "written": N_("The letter is on its way to everybody chosen."),
}
