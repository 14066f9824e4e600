"""Exports over HTTP: files of what whoever asks may see, or of less."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from services.registry.activities import store
from services.registry.activities.asking import FilterOf, may_ask
from services.registry.activities.naming import guards_of
from services.registry.activities.seeing import seen_by
from services.registry.audiences import LEVELS, Standing, Viewer, viewer_of
from services.registry.exports.actions import IatiExport
from shared.auth import Actor, Anyone
from shared.ids import Id
from shared.problems import Conflict, NotFound
from shared.web import StorageOf

router = APIRouter(tags=["exports"])

XML = "application/xml"

View = Annotated[
    Literal["full", "redacted"],
    Query(description="*redacted*: organisations are letters, places are regions, free text and people are left out."),
]
For = Annotated[
    Standing | None,
    Query(alias="for", description="Leave out what this group may not see; otherwise what the caller may not."),
]
_FILE = {
    200: {"content": {XML: {"schema": {"type": "string", "format": "binary"}}}, "description": "An IATI 2.03 file"}
}


def _seen_for(actor: Actor | None, audience: Standing | None) -> Viewer:
    """Return how the file's reader looks: as whoever asks, or as a wider group."""
    viewer = viewer_of(actor)
    if audience is None or LEVELS.index(audience) > LEVELS.index(viewer.standing):
        return viewer
    return Viewer(audience)


@router.get("/exports/iati", response_class=Response, responses=_FILE)  # type: ignore[arg-type]  # its keys are codes
async def export_iati(
    actor: Anyone, storage: StorageOf, wanted: FilterOf, view: View = "full", audience: For = None
) -> Response:
    """Write activities as one IATI 2.03 file; the filters are those of the list."""
    viewer = _seen_for(actor, audience)
    if not await may_ask(storage.reader, wanted, viewer):
        wanted = wanted.model_copy(update={"question": "-"})  # finds nothing
    export = IatiExport(storage.reader, viewer, redacted=view == "redacted")
    return StreamingResponse(export.of(wanted), media_type=XML, headers=_headers("activities", view))


@router.get("/activities/{activity_id}/iati", response_class=Response, responses=_FILE)  # type: ignore[arg-type]
async def export_activity(
    activity_id: Id, actor: Anyone, storage: StorageOf, view: View = "full", audience: For = None
) -> Response:
    """Write one activity as an IATI 2.03 file."""
    viewer = _seen_for(actor, audience)
    activity = await store.activities.get(storage.reader, activity_id)
    guards = await guards_of(storage.reader, [activity])
    seen = seen_by(activity, viewer, guards=guards)
    if seen is None:
        raise NotFound("activity-not-found", "There is no such activity.")
    if not (seen.activity.status and seen.activity.dates):
        raise Conflict("not-exportable", "Its status or dates are withheld, and the standard demands both.")
    body = await IatiExport(storage.reader, viewer, redacted=view == "redacted").of_one(activity)
    return Response(body, media_type=XML, headers=_headers(f"activity-{activity_id}", view))


def _headers(name: str, view: str) -> dict[str, str]:
    suffix = "-redacted" if view == "redacted" else ""
    return {"Content-Disposition": f'attachment; filename="{name}{suffix}.xml"', "Cache-Control": "no-store"}
