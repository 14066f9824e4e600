"""Where everybody stands, as a page and as a sheet; withdrawing and undoing; places, reminders, proposed times."""

from collections.abc import Sequence
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.clients.invitations import Invitation
from services.portal.clients.registry import Person
from services.portal.invitations import sheets, terms
from services.portal.languages import N_
from services.portal.meetings.forms import Entry, capacity
from services.portal.pages import Coordinator, Viewer, Visit, download
from services.portal.registry.names import organisation_names
from shared.ids import Id

router = APIRouter()

ON_A_PAGE = 50
IN_A_CALL = 200
IN_A_SHEET = 20_000  # rows: far above any meeting
NAMES_AT_ONCE = 500
OFFERED_DAYS = (30, 14, 7, 3, 2, 1)
HEADINGS = (
    N_("Full name"),
    N_("Organisations"),
    N_("Answer"),
    N_("Answered"),
    N_("A word to the organisers"),
    N_("Place in the queue"),
)


@router.get("/{language}/meetings/{meeting_id}/answers")
async def answers(
    *, visit: Viewer, meeting_id: Id, standing: str = "", answer: str = "", after: str = "", done: str = ""
) -> HTMLResponse:
    """Show where everybody stands, with names; operators, who look after machines, see no names."""
    meeting = await visit.services.meetings.one(meeting_id)
    chosen = next((each for each in (standing, answer) if each in terms.STANDINGS or each == "withdrawn"), "")
    found = await visit.services.invitations.page(meeting_id, after=after, limit=ON_A_PAGE, **_wanted(chosen))
    names = await _names(visit, found.items)
    return visit.page(
        "meetings/answers.html",
        meeting=meeting,
        summary=await visit.services.invitations.summary(meeting_id),
        found=found,
        names=names,
        organisations=await organisation_names(visit, names.values()),
        standing=chosen,
        done=done,
        terms=terms,
    )


@router.get("/{language}/meetings/{meeting_id}/answers.{kind}")
async def sheet(visit: Coordinator, meeting_id: Id, kind: Literal["csv", "xlsx"], standing: str = "") -> Response:
    """Return who stands where as a sheet: the whole list, or those of one standing."""
    chosen = standing if standing in terms.STANDINGS or standing == "withdrawn" else ""
    rows = await _all(visit, meeting_id, chosen)
    names = await _names(visit, rows)
    organisations = await organisation_names(visit, names.values())
    table = [_heading(visit), *(_row(visit, each, names, organisations) for each in rows)]
    if kind == "csv":
        return download(sheets.as_csv(table), kind="text/csv; charset=utf-8", name="answers.csv")
    spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return download(sheets.as_xlsx(table), kind=spreadsheet, name="answers.xlsx")


@router.post("/{language}/meetings/{meeting_id}/invitations/{invitation_id}/withdrawal")
async def withdraw(visit: Coordinator, meeting_id: Id, invitation_id: Id) -> Response:
    """Withdraw one invitation in two minutes."""
    await visit.services.invitations.withdraw(meeting_id, invitation_id)
    return visit.go(f"/meetings/{meeting_id}/answers", done="leaving")


@router.post("/{language}/meetings/{meeting_id}/invitations/{invitation_id}/keep")
async def keep(visit: Coordinator, meeting_id: Id, invitation_id: Id) -> Response:
    """Undo a withdrawal that nobody has been told of."""
    await visit.services.invitations.keep(meeting_id, invitation_id)
    return visit.go(f"/meetings/{meeting_id}/answers", done="kept")


@router.post("/{language}/meetings/{meeting_id}/invitations/{person_id}/again")
async def invite_again(visit: Coordinator, meeting_id: Id, person_id: Id) -> Response:
    """Invite somebody anew whose invitation was withdrawn."""
    await visit.services.meetings.invite(meeting_id, {"person_ids": [person_id]}, key=None)
    return visit.go(f"/meetings/{meeting_id}/answers", done="invited")


@router.get("/{language}/meetings/{meeting_id}/places")
async def places(visit: Coordinator, meeting_id: Id, done: str = "") -> HTMLResponse:
    """Show places, reminders, and times that were proposed."""
    return await _places(visit, meeting_id, done=done)


@router.post("/{language}/meetings/{meeting_id}/places")
async def set_places(visit: Coordinator, meeting_id: Id) -> Response:
    """Say how many people have room."""
    entry = Entry({"capacity": str((await visit.form()).get("capacity", ""))})
    number = capacity(visit, entry)
    if entry.errors:
        return await _places(visit, meeting_id, errors=entry.errors, status=422)
    await visit.services.invitations.set_capacity(meeting_id, number)
    return visit.go(f"/meetings/{meeting_id}/places", done="resized")


@router.post("/{language}/meetings/{meeting_id}/reminders")
async def plan(visit: Coordinator, meeting_id: Id) -> Response:
    """Say how many days before the silent are asked again."""
    form = await visit.form()
    days = [each for each in OFFERED_DAYS if str(each) in form.getlist("days")]
    await visit.services.invitations.plan(meeting_id, days)
    return visit.go(f"/meetings/{meeting_id}/places", done="planned")


@router.post("/{language}/meetings/{meeting_id}/reminders/now")
async def remind_now(visit: Coordinator, meeting_id: Id) -> Response:
    """Ask the silent at once."""
    key = str((await visit.form()).get("key", ""))[:100] or None
    await visit.services.invitations.remind_now(meeting_id, key=key)
    return visit.go(f"/meetings/{meeting_id}/places", done="reminded")


@router.post("/{language}/meetings/{meeting_id}/proposals/{reply_id}")
async def decide(visit: Coordinator, meeting_id: Id, reply_id: Id) -> Response:
    """Take a proposed time, or stay."""
    form = await visit.form()
    take, key = form.get("decision") == "take", str(form.get("key", ""))[:100] or None
    try:
        await visit.services.invitations.decide(meeting_id, reply_id, take=take, key=key)
    except Refused as refused:
        if refused.status not in (409, 422):
            raise
        wrong = visit.why(refused.code, "This cannot be accepted as it is.")
        return await _places(visit, meeting_id, errors={"form": wrong}, status=422)
    return visit.go(f"/meetings/{meeting_id}/places", done="moved" if take else "stayed")


async def _places(
    visit: Visit, meeting_id: str, *, done: str = "", errors: dict[str, str] | None = None, status: int = 200
) -> HTMLResponse:
    invitations = visit.services.invitations
    proposals = (await invitations.replies(meeting_id, proposals=True, limit=ON_A_PAGE)).items
    recent = (await invitations.replies(meeting_id, limit=ON_A_PAGE)).items
    unheeded = [each for each in recent if each.refused or each.outcome in terms.OUTCOMES]
    return visit.page(
        "invitations/places.html",
        status,
        meeting=await visit.services.meetings.one(meeting_id),
        summary=await invitations.summary(meeting_id),
        reminders=await invitations.reminders(meeting_id),
        proposals=proposals,
        unheeded=unheeded,
        names=await names_of(visit, [each.person_id for each in (*proposals, *unheeded)]),
        offered=OFFERED_DAYS,
        errors=errors or {},
        done=done,
        terms=terms,
    )


def _wanted(standing: str) -> dict[str, str]:
    return {"withdrawn": "true"} if standing == "withdrawn" else {"standing": standing}


async def _all(visit: Visit, meeting_id: str, standing: str) -> list[Invitation]:
    rows: list[Invitation] = []
    after: str | None = ""
    while after is not None and len(rows) < IN_A_SHEET:
        page = await visit.services.invitations.page(meeting_id, after=after, limit=IN_A_CALL, **_wanted(standing))
        rows += page.items
        after = page.next
    return rows


async def _names(visit: Visit, rows: Sequence[Invitation]) -> dict[str, Person]:
    named = [id for each in rows for id in (each.person_id, each.delegated_to, each.delegated_from)]
    return await names_of(visit, [each for each in named if each])


async def names_of(visit: Visit, person_ids: Sequence[str]) -> dict[str, Person]:
    """Return what people are called; nobody, for operators."""
    if visit.session is None or not visit.session.may_coordinate:
        return {}
    wanted = list(dict.fromkeys(person_ids))
    names: dict[str, Person] = {}
    for start in range(0, len(wanted), NAMES_AT_ONCE):
        names |= await visit.services.registry.look_up(wanted[start : start + NAMES_AT_ONCE])
    return names


def _heading(visit: Visit) -> list[str]:
    return [visit.say(each) for each in HEADINGS]


def _row(visit: Visit, each: Invitation, names: dict[str, Person], organisations: dict[str, str]) -> list[str]:
    person = names.get(each.person_id)
    return [
        person.display_name if person else "",
        ", ".join(organisations[id] for id in person.organisation_ids if id in organisations) if person else "",
        visit.say("Withdrawn") if each.withdrawn else visit.say(terms.STANDINGS.get(each.standing, each.standing)),
        visit.speech.short_moment(each.answered_at, visit.zone) if each.answered_at else "",
        each.comment,
        str(each.waiting_number or ""),
    ]
