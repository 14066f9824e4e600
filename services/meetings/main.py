"""Puts the meetings service together."""

from fastapi import FastAPI

from services.meetings.directory import consumers
from services.meetings.directory import routes as audiences
from services.meetings.directory import store as directory
from services.meetings.invitations import jobs
from services.meetings.invitations import routes as invitations
from services.meetings.invitations import store as invitation_store
from services.meetings.meetings import routes as meetings
from services.meetings.meetings import store as meeting_store
from services.meetings.settings import Settings
from shared.service import create_service


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application of the meetings service."""
    return create_service(
        settings or Settings(),
        title="Zgoda meetings",
        routers=[meetings.router, invitations.router, audiences.router],
        collections=[*directory.COLLECTIONS, *meeting_store.COLLECTIONS, *invitation_store.COLLECTIONS],
        consumer=consumers.consumer,
        jobs=jobs.JOBS,
    )
