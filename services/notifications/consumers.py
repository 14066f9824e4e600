"""What the service does about each event, in the transaction that marks the event as handled."""

from services.notifications.channels import actions as channels
from services.notifications.contacts import actions as contacts
from services.notifications.fanouts import actions as fanouts
from services.notifications.fanouts import asking, following, reporting, setbacks, writing
from services.notifications.fanouts.actions import event_id_of
from services.notifications.intake import actions as intake
from services.notifications.openpgp import actions as openpgp
from services.notifications.preferences import actions as preferences
from services.notifications.subscribers import actions as subscribers
from services.notifications.suppressions import actions as suppressions
from shared.consuming import Consumer
from shared.events.meetings import (
    BriefPrepared,
    InvitationAnswered,
    InvitationWithdrawn,
    MeetingCancelled,
    MeetingPostponed,
    MeetingRescheduled,
    MeetingUpdated,
    MessageWritten,
    PeopleInvited,
    PlaceOffered,
    ProposalDeclined,
    ReplyRequested,
    TaskAssigned,
    TaskLapsed,
)
from shared.events.registry import (
    ContactChanged,
    PersonErased,
    ReportingReminded,
    ReportingRequested,
    SignInRequested,
)
from shared.events.reports import (
    ReleaseHeldBack,
    ReportCorrected,
    ReportPublished,
    ReportWithdrawn,
    SectionAccepted,
    SectionAssigned,
    SectionChangesRequested,
    SectionCommented,
    SectionsDue,
    SectionSignedOff,
    SectionSubmitted,
    SubscriptionConfirmed,
    SubscriptionEnded,
    SubscriptionRequested,
    WebhookDisabled,
)
from shared.storage import Tx

consumer = Consumer("notifications")

FORGETTING = (
    intake.forget_person,
    openpgp.forget_person,
    preferences.forget_person,
    suppressions.forget_person,
)


@consumer.on(PeopleInvited)
async def invite(tx: Tx, event: PeopleInvited) -> None:
    """Queue one invitation for each person the event names."""
    await fanouts.invite(tx, event)


@consumer.on(MeetingRescheduled)
async def tell_of_move(tx: Tx, event: MeetingRescheduled) -> None:
    """Queue one letter for each person who is invited, chunk by chunk."""
    await fanouts.tell_invited(tx, event, "meeting-rescheduled")


@consumer.on(MeetingUpdated)
async def tell_of_correction_of_meeting(tx: Tx, event: MeetingUpdated) -> None:
    """Queue one letter for each person who is invited, chunk by chunk."""
    await fanouts.tell_invited(tx, event, "meeting-updated")


@consumer.on(MeetingPostponed)
async def tell_of_postponement(tx: Tx, event: MeetingPostponed) -> None:
    """Queue one letter for each person who is invited, chunk by chunk."""
    await fanouts.tell_invited(tx, event, "meeting-postponed")


@consumer.on(MeetingCancelled)
async def withdraw_meeting(tx: Tx, event: MeetingCancelled) -> None:
    """Queue one withdrawal for each person who is invited, chunk by chunk."""
    await fanouts.tell_invited(tx, event, "meeting-cancelled")


@consumer.on(InvitationWithdrawn)
async def withdraw_invitation(tx: Tx, event: InvitationWithdrawn) -> None:
    """Queue one withdrawal for the person who is no longer invited."""
    await fanouts.withdraw(tx, event)


@consumer.on(ReplyRequested)
async def ask_again(tx: Tx, event: ReplyRequested) -> None:
    """Queue one reminder for each person who has not answered."""
    await asking.ask_again(tx, event)


@consumer.on(MessageWritten)
async def hand_on_message(tx: Tx, event: MessageWritten) -> None:
    """Queue what the organisers wrote for each person it goes to."""
    await asking.hand_on(tx, event)


@consumer.on(PlaceOffered)
async def offer_place(tx: Tx, event: PlaceOffered) -> None:
    """Queue the news that a place has become free."""
    await asking.tell_one(tx, event, "place-offered")


@consumer.on(ProposalDeclined)
async def decline_proposal(tx: Tx, event: ProposalDeclined) -> None:
    """Queue the news that a meeting stays where it is."""
    await asking.tell_one(tx, event, "proposal-declined")


@consumer.on(ReportPublished)
async def tell_subscribers(tx: Tx, event: ReportPublished) -> None:
    """Queue one letter for each subscriber who wants to hear of such a report, chunk by chunk."""
    await subscribers.tell_subscribers(tx, event, event_id=event_id_of(tx))


@consumer.on(ReportCorrected)
async def tell_of_correction(tx: Tx, event: ReportCorrected) -> None:
    """Queue one letter for each subscriber who was told of the report, chunk by chunk."""
    await subscribers.tell_of_correction(tx, event, event_id=event_id_of(tx))


@consumer.on(ReportWithdrawn)
async def tell_of_withdrawal(tx: Tx, event: ReportWithdrawn) -> None:
    """Withhold what is on its way about the report, and queue one letter for each who was told of it."""
    await subscribers.tell_of_withdrawal(tx, event, event_id=event_id_of(tx))


@consumer.on(TaskAssigned)
async def tell_of_task(tx: Tx, event: TaskAssigned) -> None:
    """Queue one letter for each person who has to carry it out."""
    await following.tell_of_task(tx, event, "task-assigned")


@consumer.on(TaskLapsed)
async def remind_of_task(tx: Tx, event: TaskLapsed) -> None:
    """Queue one reminder for each person who should have carried it out."""
    await following.tell_of_task(tx, event, "task-lapsed")


@consumer.on(SectionAssigned)
async def ask_to_write(tx: Tx, event: SectionAssigned) -> None:
    """Queue one letter for each person whose organisation is to write."""
    await writing.tell_writers(tx, event, "section-assigned")


@consumer.on(SectionSubmitted)
async def ask_to_review(tx: Tx, event: SectionSubmitted) -> None:
    """Queue one letter for each editor."""
    await writing.tell_writers(tx, event, "section-submitted")


@consumer.on(SectionChangesRequested)
async def ask_for_changes(tx: Tx, event: SectionChangesRequested) -> None:
    """Queue one letter for each person whose organisation writes the section."""
    await writing.tell_writers(tx, event, "section-changes-requested")


@consumer.on(SectionAccepted)
async def ask_to_sign_off(tx: Tx, event: SectionAccepted) -> None:
    """Queue one letter for each person whose organisation has not signed these texts."""
    await writing.tell_writers(tx, event, "section-accepted")


@consumer.on(SectionSignedOff)
async def tell_of_sign_off(tx: Tx, event: SectionSignedOff) -> None:
    """Queue one letter for each editor."""
    await writing.tell_writers(tx, event, "section-signed-off")


@consumer.on(SectionCommented)
async def tell_of_comments(tx: Tx, event: SectionCommented) -> None:
    """Queue one letter for each person whom comments on sections concern."""
    await writing.tell_writers(tx, event, "section-commented")


@consumer.on(SectionsDue)
async def remind_of_sections(tx: Tx, event: SectionsDue) -> None:
    """Queue one reminder for each person whose organisation is late, or for each editor who is."""
    await writing.tell_writers(tx, event, "sections-due")


@consumer.on(ReleaseHeldBack)
async def tell_of_held_release(tx: Tx, event: ReleaseHeldBack) -> None:
    """Queue one letter for whoever planned it, and for each editor."""
    await setbacks.tell_of_release(tx, event)


@consumer.on(WebhookDisabled)
async def tell_of_disabled_webhook(tx: Tx, event: WebhookDisabled) -> None:
    """Queue one letter for whoever registered it."""
    await setbacks.tell_of_webhook(tx, event)


@consumer.on(ReportingRequested)
async def ask_to_report(tx: Tx, event: ReportingRequested) -> None:
    """Queue one letter for each person who answers for an organisation."""
    await reporting.tell_of_period(tx, event, "reporting-requested")


@consumer.on(ReportingReminded)
async def remind_to_report(tx: Tx, event: ReportingReminded) -> None:
    """Queue one reminder for each person whose organisation has not reported."""
    await reporting.tell_of_period(tx, event, "reporting-reminded")


@consumer.on(BriefPrepared)
async def send_brief(tx: Tx, event: BriefPrepared) -> None:
    """Queue one brief for each person it was prepared for."""
    await following.send_brief(tx, event)


@consumer.on(ContactChanged)
async def change_contact(tx: Tx, event: ContactChanged) -> None:
    """Keep how to reach a person."""
    await contacts.change_contact(tx, event)


@consumer.on(PersonErased)
async def forget_person(tx: Tx, event: PersonErased) -> None:
    """Forget how to reach a person and what came back from them, and send them nothing more."""
    await contacts.forget_person(tx, event)
    for forget in FORGETTING:
        await forget(tx, event.person_id)


@consumer.on(InvitationAnswered)
async def remember_answer(tx: Tx, event: InvitationAnswered) -> None:
    """Keep that an invitation needs no second path, and no reminder."""
    await channels.remember_answer(tx, event)
    await asking.stop_asking(tx, event)


@consumer.on(SignInRequested)
async def send_sign_in_link(tx: Tx, event: SignInRequested) -> None:
    """Queue the link that signs a person in, ahead of everything else."""
    await contacts.send_sign_in_link(tx, event, event_id=event_id_of(tx))


@consumer.on(SubscriptionRequested)
async def ask_for_confirmation(tx: Tx, event: SubscriptionRequested) -> None:
    """Queue the link that confirms a subscription, ahead of everything else."""
    await subscribers.ask_for_confirmation(tx, event, event_id=event_id_of(tx))


@consumer.on(SubscriptionConfirmed)
async def confirm_subscription(tx: Tx, event: SubscriptionConfirmed) -> None:
    """Keep what a subscriber wants to hear of."""
    await subscribers.confirm(tx, event)


@consumer.on(SubscriptionEnded)
async def end_subscription(tx: Tx, event: SubscriptionEnded) -> None:
    """Forget a subscriber."""
    await subscribers.end_subscription(tx, event)
