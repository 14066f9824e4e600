"""What coordinators decide of organisations: whose a name is, which two records are one, and what is taken back."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.organisations import terms
from services.portal.pages import Coordinator, Viewer
from shared.ids import Id

router = APIRouter()

ON_A_PAGE = 20


@router.get("/{language}/organisations/review")
async def review(visit: Viewer, after: str = "", state: str = "open", done: str = "", undo: str = "") -> HTMLResponse:
    """Show the names of which it is not certain whose they are."""
    state = state if state in ("open", "confirmed", "rejected") else "open"
    found = await visit.services.organisations.proposals(state=state, after=after, limit=ON_A_PAGE)
    return visit.page("organisations/review.html", found=found, state=state, done=done, undo=undo, terms=terms)


@router.post("/{language}/organisations/review/{proposal_id}")
async def decide(visit: Coordinator, proposal_id: Id) -> Response:
    """Say whose a name is, that it is nobody's, or ask again."""
    form = await visit.form()
    chosen = str(form.get("choice", ""))
    if chosen == "reopen":
        await visit.services.organisations.reopen(proposal_id)
        return visit.go("/organisations/review", done="reopened")
    own = chosen == "own"
    await visit.services.organisations.decide(proposal_id, None if own else chosen)
    return visit.go("/organisations/review", done="rejected" if own else "confirmed", undo=proposal_id)


@router.get("/{language}/organisations/duplicates")
async def duplicates(
    visit: Viewer, after: str = "", state: str = "open", done: str = "", undo: str = ""
) -> HTMLResponse:
    """Show the pairs of records that are likely one organisation."""
    state = state if state in ("open", "distinct") else "open"
    found = await visit.services.organisations.pairs(state=state, after=after, limit=ON_A_PAGE)
    return visit.page("organisations/duplicates.html", found=found, state=state, done=done, undo=undo, terms=terms)


@router.post("/{language}/organisations/duplicates")
async def judge(visit: Coordinator) -> Response:
    """Merge two records, say that they are two organisations, or ask again."""
    form = await visit.form()
    ids = [str(each) for each in form.getlist("ids")][:2]
    choice = str(form.get("choice", ""))
    if choice in ("distinct", "reopen"):
        await visit.services.organisations.tell_apart(ids, again=choice == "reopen")
        undo = {} if choice == "reopen" else {"undo": ",".join(ids)}
        return visit.go("/organisations/duplicates", done="reopened" if choice == "reopen" else "distinct", **undo)
    other = next((each for each in ids if each != choice), "")
    merging = await visit.services.organisations.merge(choice, other)
    return visit.go(f"/organisations/{choice}", done="merged", merging=merging.id)


@router.get("/{language}/organisations/{organisation_id}/merge")
async def choose(visit: Coordinator, organisation_id: Id, q: str = "") -> HTMLResponse:
    """Search for the record that is the same organisation as this one."""
    organisation = await visit.services.organisations.one(organisation_id)
    asked = q.strip()[:200] or next(iter(organisation.names.values()))
    found = await visit.services.organisations.page(q=asked, limit=ON_A_PAGE)
    others = [each for each in found.items if each.id != organisation.id]
    return visit.page("organisations/merge.html", organisation=organisation, others=others, q=asked, terms=terms)


@router.post("/{language}/organisations/{organisation_id}/merge")
async def merge(visit: Coordinator, organisation_id: Id) -> Response:
    """Merge another record into this one."""
    form = await visit.form()
    merging = await visit.services.organisations.merge(organisation_id, str(form.get("other", "")))
    return visit.go(f"/organisations/{organisation_id}", done="merged", merging=merging.id)


@router.post("/{language}/organisations/{organisation_id}/merge/undo")
async def undo_merge(visit: Coordinator, organisation_id: Id) -> Response:
    """Take a merge back."""
    form = await visit.form()
    await visit.services.organisations.undo_merge(organisation_id, str(form.get("merging", "")))
    return visit.go(f"/organisations/{organisation_id}", done="merge-undone")
