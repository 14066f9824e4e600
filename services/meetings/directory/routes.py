"""Looking at an audience before anybody is invited."""

from fastapi import APIRouter

from services.meetings.directory import actions
from services.meetings.directory.domain import Audience, Guest, Preview
from shared.auth import Coordinator
from shared.ids import Id
from shared.model import Command
from shared.paging import Page, PagingOf
from shared.web import StorageOf

router = APIRouter(tags=["audiences"])


class PreviewAudience(Command):
    """Whom somebody thinks of inviting."""

    audience: Audience
    meeting_id: Id | None = None
    """The meeting they would be invited to, if there is one yet: whoever is invited gets no second letter."""


@router.post("/audiences/preview")
async def preview_audience(command: PreviewAudience, actor: Coordinator, storage: StorageOf) -> Preview:
    """Say whom an audience would reach, and in which languages.  Changes nothing."""
    return await actions.preview(storage.reader, command.audience, meeting_id=command.meeting_id)


@router.post("/audiences/people")
async def list_audience(
    command: PreviewAudience, actor: Coordinator, storage: StorageOf, paging: PagingOf
) -> Page[Guest]:
    """List exactly whom an audience means and could be invited, each with every reason.  Changes nothing."""
    return await actions.people(
        storage.reader, command.audience, meeting_id=command.meeting_id, after=paging.after, limit=paging.limit
    )
