"""Who edits a report: named among the people of the registry by coordinators, let go, and had back."""

import re

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.clients.registry import Person
from services.portal.pages import Coordinator, Visit
from services.portal.registry.finding import MAX_QUESTION, by_name
from services.portal.registry.names import organisation_names
from services.portal.writing import words
from services.portal.writing.planning import held_of
from shared.ids import Id

router = APIRouter(prefix="/{language}/reports/{report_id}/editors")

ID = re.compile(r"[0-9a-f-]{36}")
OFFERED = 20  # people of the registry for one name


@router.get("")
async def show(visit: Coordinator, report_id: Id, q: str = "", done: str = "", who: str = "") -> HTMLResponse:
    """Show who edits the report, and whoever of the registry is called ``q``."""
    return await _page(visit, report_id, q, done=done, who=who)


@router.post("")
async def change(visit: Coordinator, report_id: Id) -> Response:
    """Name somebody as an editor, or let them edit no more; each takes the other back."""
    form = await visit.form()
    person_id, question = str(form.get("person", "")), str(form.get("q", ""))
    if not ID.fullmatch(person_id):
        raise Refused(422)
    done = "editor-released" if form.get("do") == "release" else "editor-named"
    writing = visit.services.writing
    try:
        await (writing.release_editor if done == "editor-released" else writing.name_editor)(report_id, person_id)
    except Refused as refused:
        if refused.status not in (404, 409, 422) or refused.code == "report-not-found":
            raise
        errors = {"form": visit.why(refused.code, "This cannot be accepted as it is.")}
        return await _page(visit, report_id, question, errors=errors, status=refused.status)
    return visit.go(f"/reports/{report_id}/editors", done=done, who=person_id)


async def _page(
    visit: Visit,
    report_id: str,
    question: str,
    *,
    done: str = "",
    who: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    report, held = await visit.services.writing.workshop(report_id), await held_of(visit, report_id)
    ids = [] if held is None else held.editor_ids
    asked = question.strip()[:MAX_QUESTION]
    told = [who] if done in words.DONE and ID.fullmatch(who) else []
    known = await visit.services.registry.look_up([*ids, *told]) if ids or told else {}
    found: list[Person] = []
    if asked and held is not None:
        page = await visit.services.registry.people(q=asked, limit=OFFERED)
        found = sorted((each for each in page.items if each.active and each.id not in ids), key=by_name)
    return visit.page(
        "writing/editors.html",
        status,
        report=report,
        held=held,
        editors=sorted(((each, known.get(each)) for each in ids), key=lambda each: by_name(each[1])),
        found=found,
        organisations=await organisation_names(visit, [*known.values(), *found]),
        writers={each.organisation_id for each in held.contributors} if held else set(),
        changed=known.get(who) if told else None,
        q=asked,
        terms=words,
        errors=errors or {},
        done=done,
    )
