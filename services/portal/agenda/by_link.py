"""The programme for whoever holds the link from an invitation: agenda, documents, the code of the day."""

import asyncio

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from services.portal.agenda import words
from services.portal.pages import Anyone

router = APIRouter()


@router.get("/{language}/answer/{token}/agenda")
async def show(visit: Anyone, token: str, done: str = "") -> HTMLResponse:
    """Show the agenda and the documents; changes nothing."""
    held = visit.holding(token)
    meeting, agenda, documents, attendance = await asyncio.gather(
        held.meetings.linked(),
        held.agendas.linked_agenda(),
        held.agendas.linked_documents(),
        held.agendas.linked_attendance(),
    )
    return visit.page(
        "agenda/by_link.html",
        token=token,
        meeting=meeting,
        agenda=agenda,
        documents=documents,
        attendance=attendance,
        terms=words,
        done=done,
    )
