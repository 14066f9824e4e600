"""Puts the meetings service together."""

from fastapi import FastAPI

from services.meetings.agenda import routes as agenda
from services.meetings.agenda import store as agenda_store
from services.meetings.attendance import routes as attendance
from services.meetings.attendance import store as attendance_store
from services.meetings.briefs import consumers as _of_activities  # noqa: F401 - its handlers join the consumer
from services.meetings.briefs import jobs as brief_jobs
from services.meetings.briefs import routes as briefs
from services.meetings.briefs import store as brief_store
from services.meetings.certificates import routes as certificates
from services.meetings.certificates import store as certificate_store
from services.meetings.corrections import routes as corrections
from services.meetings.corrections import store as correction_store
from services.meetings.decisions import consumers as _of_reports  # noqa: F401 - its handlers join the consumer
from services.meetings.decisions import jobs as decision_jobs
from services.meetings.decisions import routes as decisions
from services.meetings.decisions import store as decision_store
from services.meetings.delegations import routes as delegations
from services.meetings.directory import activities as activity_store
from services.meetings.directory import consumers
from services.meetings.directory import routes as audiences
from services.meetings.directory import store as directory
from services.meetings.documents import jobs as document_jobs
from services.meetings.documents import routes as documents
from services.meetings.documents import store as document_store
from services.meetings.drafts import routes as drafts
from services.meetings.drafts import store as draft_store
from services.meetings.erasure import consumers as _of_the_forgotten  # noqa: F401 - its handlers join the consumer
from services.meetings.feeds import routes as feeds
from services.meetings.feeds import store as feed_store
from services.meetings.invitations import jobs, words
from services.meetings.invitations import routes as invitations
from services.meetings.invitations import store as invitation_store
from services.meetings.meetings import jobs as meeting_jobs
from services.meetings.meetings import routes as meetings
from services.meetings.meetings import store as meeting_store
from services.meetings.messages import jobs as message_jobs
from services.meetings.messages import routes as messages
from services.meetings.messages import store as message_store
from services.meetings.minutes import routes as minutes
from services.meetings.minutes import store as minutes_store
from services.meetings.places import jobs as place_jobs
from services.meetings.places import routes as places
from services.meetings.places import store as place_store
from services.meetings.reachability import store as reachability
from services.meetings.reminders import jobs as reminder_jobs
from services.meetings.reminders import routes as reminders
from services.meetings.reminders import store as reminder_store
from services.meetings.replies import consumers as _of_letters  # noqa: F401 - its handlers join the consumer
from services.meetings.replies import routes as replies
from services.meetings.replies import store as reply_store
from services.meetings.series import routes as series
from services.meetings.series import store as series_store
from services.meetings.settings import Settings
from shared.service import create_service


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application of the meetings service."""
    return create_service(
        settings or Settings(),
        title="Zgoda meetings",
        routers=[
            meetings.router,
            corrections.router,
            invitations.router,
            places.router,
            delegations.router,
            replies.router,
            reminders.router,
            messages.router,
            audiences.router,
            decisions.router,
            minutes.router,
            briefs.router,
            agenda.router,
            drafts.router,
            documents.router,
            attendance.router,
            certificates.router,
            series.router,
            feeds.router,
        ],
        collections=[
            *directory.COLLECTIONS,
            *meeting_store.COLLECTIONS,
            *correction_store.COLLECTIONS,
            *invitation_store.COLLECTIONS,
            *words.COLLECTIONS,
            *place_store.COLLECTIONS,
            *reply_store.COLLECTIONS,
            *reminder_store.COLLECTIONS,
            *message_store.COLLECTIONS,
            *reachability.COLLECTIONS,
            *decision_store.COLLECTIONS,
            *minutes_store.COLLECTIONS,
            *activity_store.COLLECTIONS,
            *brief_store.COLLECTIONS,
            *agenda_store.COLLECTIONS,
            *draft_store.COLLECTIONS,
            *document_store.COLLECTIONS,
            *attendance_store.COLLECTIONS,
            *certificate_store.COLLECTIONS,
            *series_store.COLLECTIONS,
            *feed_store.COLLECTIONS,
        ],
        body_limits=documents.BODY_LIMITS,
        consumer=consumers.consumer,
        jobs=[
            *jobs.JOBS,
            *place_jobs.JOBS,
            *reminder_jobs.JOBS,
            *message_jobs.JOBS,
            *meeting_jobs.JOBS,
            *decision_jobs.JOBS,
            *brief_jobs.JOBS,
            *document_jobs.JOBS,
        ],
    )
