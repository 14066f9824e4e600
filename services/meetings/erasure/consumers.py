"""What is done when somebody is to be forgotten: each part deletes what it knows; that they came still counts."""

from services.meetings.agenda import actions as agenda
from services.meetings.attendance import actions as attendance
from services.meetings.briefs import actions as briefs
from services.meetings.certificates import actions as certificates
from services.meetings.corrections import actions as corrections
from services.meetings.decisions import actions as decisions
from services.meetings.directory.consumers import consumer
from services.meetings.documents import actions as documents
from services.meetings.drafts import actions as drafts
from services.meetings.feeds import actions as feeds
from services.meetings.invitations import actions as invitations
from services.meetings.invitations import words
from services.meetings.messages import actions as messages
from services.meetings.minutes import actions as minutes
from services.meetings.reachability import actions as reachability
from services.meetings.replies import store as replies
from shared.events.registry import PersonErased
from shared.storage import Tx

FORGETTING = (
    invitations.forget_person,
    words.forget,
    replies.forget,
    agenda.forget_person,
    attendance.forget_person,
    briefs.forget_person,
    certificates.forget_person,
    corrections.forget_person,
    decisions.forget_person,
    documents.forget_person,
    drafts.forget_person,
    feeds.forget_person,
    messages.forget_person,
    minutes.forget_person,
    reachability.forget_person,
)


@consumer.on(PersonErased)
async def forget_everywhere(tx: Tx, event: PersonErased) -> None:
    """Have every part forget a person."""
    for forget in FORGETTING:
        await forget(tx, event.person_id)
