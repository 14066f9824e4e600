"""The words for what the services call by codes: answers, states, kinds, themes, and refusals a person can act on."""

from services.portal.languages import N_
from shared.events.reports import Theme

ANSWERS = {
    "accepted": N_("Coming"),
    "tentative": N_("Perhaps"),
    "declined": N_("Not coming"),
    "pending": N_("No answer yet"),
}
MY_ANSWERS = {
    "accepted": N_("I will come"),
    "tentative": N_("Perhaps"),
    "declined": N_("I cannot come"),
}
KINDS = {
    "donor": N_("Donors"),
    "implementer": N_("Implementers"),
    "government": N_("Governments"),
    "eu-body": N_("Bodies of the European Union"),
    "public-authority": N_("Public authorities"),
    "minority-organisation": N_("Organisations of minorities"),
    "majority-organisation": N_("Organisations of the majority"),
    "expert-body": N_("Expert bodies"),
}
KIND = {
    "donor": N_("donor"),
    "implementer": N_("implementer"),
    "government": N_("government"),
    "eu-body": N_("body of the European Union"),
    "public-authority": N_("public authority"),
    "minority-organisation": N_("organisation of a minority"),
    "majority-organisation": N_("organisation of the majority"),
    "expert-body": N_("expert body"),
}
ROLES = {
    "member": N_("member"),
    "editor": N_("editor"),
    "coordinator": N_("coordinator"),
    "operator": N_("operator"),
}
THEMES: dict[Theme, str] = {
    "media-freedom": N_("Media freedom"),
    "freedom-of-association": N_("Freedom of association"),
    "freedom-of-assembly": N_("Freedom of assembly"),
    "political-persecution": N_("Political persecution and arbitrary detentions"),
    "repression-of-activists": N_("Repression of civic activists"),
    "economic-liberalisation": N_("Economic liberalisation"),
}
LETTER_STATES = {
    "queued": N_("Waiting to be sent"),
    "claimed": N_("Being sent"),
    "transmitting": N_("Being sent"),
    "sent": N_("Sent"),
    "deferred": N_("Will be tried again"),
    "failed": N_("Failed"),
    "ambiguous": N_("Unclear whether it arrived"),
    "suppressed": N_("Not sent: the person wants no letters"),
    "held": N_("Held back until something is put right"),
    "collected": N_("Waits to be gathered with others"),
    "joined": N_("Sent, gathered with others"),
}
LETTER_KINDS = {
    "people-invited": N_("Invitation"),
    "meeting-rescheduled": N_("New time or place"),
    "meeting-postponed": N_("Meeting postponed"),
    "meeting-cancelled": N_("Meeting called off"),
    "invitation-withdrawn": N_("Invitation withdrawn"),
    "reply-requested": N_("Reminder to answer"),
    "place-offered": N_("A place for somebody who waited"),
    "proposal-declined": N_("The proposed time is not taken"),
    "sign-in-requested": N_("Sign-in link"),
    "subscription-requested": N_("Please confirm your subscription"),
    "report-published": N_("New report"),
    "task-assigned": N_("Something to carry out"),
    "task-lapsed": N_("Reminder of what is late"),
    "brief-prepared": N_("Brief before a meeting"),
    "digest": N_("Gathered letters"),
}
REPORT_STATES = {
    "draft": N_("Draft, not published"),
    "published": N_("Published"),
}
ACTIVITY_STATES = {  # IATI 2.03, code list ActivityStatus
    "1": N_("Planned"),
    "2": N_("Under way"),
    "3": N_("Being finalised"),
    "4": N_("Finished"),
    "5": N_("Called off"),
    "6": N_("Suspended"),
}
DONE = {
    "answered": N_("Thank you: your answer is recorded."),
    "scheduled": N_("The meeting is scheduled and the invitations are on their way."),
    "moved": N_("The meeting is moved, and everybody invited is being told."),
    "cancelled": N_("The meeting is called off, and everybody invited is being told."),
    "invited": N_("The new people are being invited."),
    "withdrawn": N_("The invitation is withdrawn, and the person is being told."),
    "retried": N_("The letter will be tried again now."),
    "saved": N_("Saved."),
    "briefed": N_("The briefs are on their way."),
    "created": N_("The report is begun. Write its sections, then publish it."),
    "published": N_("The report is published, and its subscribers are being told."),
    "signed-in": N_("You are signed in."),
    "signed-out": N_("You are signed out."),
}
REFUSALS = {
    "link-expired": N_("This link is no longer valid: its time is over. Ask for a new one."),
    "link-not-valid": N_(
        "This link is not valid. Open it again from the letter, whole, without any missing characters."
    ),
    "link-used": N_("This link has been used already. Ask for a new one."),
    "other-browser": N_("Open the link in the browser in which you asked for it."),
    "carried-out-already": N_("This is done already. Look at the result before you try again."),
    "link-withdrawn": N_("This link was withdrawn. Ask the organisers if you think this is a mistake."),
    "invitation-withdrawn": N_("This invitation was withdrawn. Ask the organisers if you think this is a mistake."),
    "meeting-cancelled": N_("This meeting was called off."),
    "meeting-begun": N_("This meeting has begun, so this can no longer be changed."),
    "meeting-not-valid": N_("The meeting cannot be held like this: see each field."),
    "subscription-ended": N_("This subscription has ended. Subscribe again if you like."),
    "subscription-expired": N_("This link is no longer valid: its time is over. Ask for a new one."),
    "letter-on-its-way": N_("This letter is being sent just now."),
    "letter-sent": N_("This letter has been sent already."),
    "letter-suppressed": N_("This person wants no letters, so it is not sent."),
    "not-known": N_("Somebody chosen here was added just now or is gone. Look at the list and try again."),
    "audience-not-known": N_("Somebody chosen here was added just now or is gone. Look at the list and try again."),
    "audience-empty": N_("Choose somebody to invite: a kind, a coalition, an organisation or a person."),
    "starts-in-the-past": N_("Choose a time that is still to come."),
    "ends-before-start": N_("The end must be later than the beginning."),
    "outside-the-meeting": N_("Each item of the agenda begins while the meeting lasts."),
    "out-of-order": N_("Put the items of the agenda in the order of their times."),
    "title-missing": N_("Give the title in one of the meeting's languages."),
    "link-not-https": N_("The link must begin with https://"),
    "too-long": N_("This is too long."),
    "closed-meeting-names-nobody": N_("Nothing is attributed to a person at a closed meeting: leave the names out."),
    "item-not-known": N_("This item is no longer on the agenda: choose another one."),
    "language-not-of-the-meeting": N_("Write in the languages of the meeting."),
    "decision-closed": N_("This decision is done or dropped: open it again to change it."),
    "report-commissioned-already": N_("This decision commissions a report already."),
    "too-many-tasks": N_("A decision cannot have more tasks than this: take another decision."),
    "reason-missing": N_("These minutes were approved: say why they are corrected."),
    "minutes-approved": N_("These minutes are approved: correct them by a new version, with a reason."),
    "minutes-not-proposed": N_("Propose these minutes to the participants first, then approve them."),
    "too-many-requests": N_("That was tried too often. Wait some minutes and try again."),
    "address-not-valid": N_("Write the address like name@example.org"),
}
BY_STATUS = {
    400: N_("The request cannot be carried out."),
    401: N_("This link is not valid. Open it again from the letter, whole, without any missing characters."),
    403: N_("You are not allowed to see or do this."),
    404: N_("There is nothing here, or it is not for you to see."),
    405: N_("This address is for forms. Go back and use the page itself."),
    409: N_("This is not possible any more: the state has changed in the meantime."),
    412: N_("Somebody else has changed this in the meantime."),
    413: N_("This is too large."),
    422: N_("Some of what you wrote cannot be accepted: see each field."),
    428: N_("Somebody else has changed this in the meantime."),
    429: N_("That was tried too often. Wait some minutes and try again."),
    500: N_("Something went wrong on our side. It has been noted; please try again later."),
    503: N_("A part of this service does not answer at the moment. Nothing is lost; please try again in a minute."),
}
HEADINGS = {
    400: N_("This did not work"),
    401: N_("This link is not valid"),
    403: N_("Not for you"),
    404: N_("Not found"),
    405: N_("This did not work"),
    409: N_("No longer possible"),
    410: N_("No longer valid"),
    412: N_("Changed in the meantime"),
    413: N_("Too large"),
    422: N_("This did not work"),
    429: N_("Too often"),
    500: N_("Our fault"),
    503: N_("Please try again in a minute"),
}
