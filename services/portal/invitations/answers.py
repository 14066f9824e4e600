"""Where everybody stands, as a page that is searched and as a sheet; and the sheet to be signed at the door."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Page
from services.portal.clients.invitations import Invitation
from services.portal.clients.registry import Person
from services.portal.invitations import sheets, terms
from services.portal.invitations.routes import names_of
from services.portal.languages import N_, NAMES
from services.portal.pages import Coordinator, Viewer, Visit, download
from services.portal.registry.finding import MAX_QUESTION, by_name, those_like
from services.portal.registry.names import organisation_names
from shared.ids import Id
from shared.model import LANGUAGES

router = APIRouter()

ON_A_PAGE = 50
IN_A_CALL = 200
IN_A_SHEET = 20_000  # rows: far above any meeting
ON_A_SHEET = 500  # people who sign: what one sheet takes
EXPECTED = ("accepted", "tentative", "pending", "unreachable")
APART = ("withdrawn", "moved")  # lists beside those of the standings: who is in them stands somewhere too
HEADINGS = (
    N_("Full name"),
    N_("Organisations"),
    N_("Answer"),
    N_("Answered"),
    N_("A word to the organisers"),
    N_("Place in the queue"),
    N_("Language of letters"),
    N_("In whose stead"),
    N_("Answered for the earlier time"),
    N_("In the room or online"),
)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which answers are looked at: of one standing, of those whom ``q`` means, of those who read one language."""

    standing: str = ""
    q: str = ""
    reads: str = ""

    @property
    def by_person(self) -> bool:
        """Whether it takes what the registry knows of people to tell who is meant."""
        return bool(self.q or self.reads)

    @property
    def query(self) -> dict[str, str]:
        """The address's part that narrows a page or a sheet so."""
        return {"standing": self.standing, "q": self.q, "reads": self.reads}


def narrowed(standing: str, q: str, reads: str) -> Narrowed:
    """Return what an address or a form asks for; what it does not know is left out."""
    known = standing if standing in terms.STANDINGS or standing in APART else ""
    return Narrowed(known, q.strip()[:MAX_QUESTION], reads if reads in LANGUAGES else "")


@router.get("/{language}/meetings/{meeting_id}/answers")
async def answers(
    *,
    visit: Viewer,
    meeting_id: Id,
    standing: str = "",
    answer: str = "",
    q: str = "",
    reads: str = "",
    after: str = "",
    done: str = "",
) -> HTMLResponse:
    """Show where everybody stands, with names; operators, who look after machines, see no names."""
    wanted = narrowed(standing or answer, q, reads)
    if wanted.by_person:
        found = await _found(visit, meeting_id, wanted, after)
    else:
        found = await visit.services.invitations.page(meeting_id, after=after, limit=ON_A_PAGE, **_asked(wanted))
    names = await _names(visit, found.items)
    return visit.page(
        "meetings/answers.html",
        meeting=await visit.services.meetings.one(meeting_id),
        summary=await visit.services.invitations.summary(meeting_id),
        found=found,
        names=names,
        organisations=await organisation_names(visit, names.values()),
        standing=wanted.standing,
        wanted=wanted,
        done=done,
        terms=terms,
    )


@router.get("/{language}/meetings/{meeting_id}/answers.{kind}")
async def sheet(
    *,
    visit: Coordinator,
    meeting_id: Id,
    kind: Literal["csv", "xlsx"],
    standing: str = "",
    q: str = "",
    reads: str = "",
) -> Response:
    """Return who stands where as a sheet: the whole list, or what the page shows of it."""
    rows = await _all(visit, meeting_id, narrowed(standing, q, reads))
    names = await _names(visit, rows)
    organisations = await organisation_names(visit, names.values())
    table = [[visit.say(each) for each in HEADINGS], *(_row(visit, each, names, organisations) for each in rows)]
    if kind == "csv":
        return download(sheets.as_csv(table), kind="text/csv; charset=utf-8", name="answers.csv")
    spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return download(sheets.as_xlsx(table), kind=spreadsheet, name="answers.xlsx")


@router.get("/{language}/meetings/{meeting_id}/sign-in-sheet")
async def sign_in_sheet(visit: Coordinator, meeting_id: Id) -> Response:
    """Return a sheet to be signed at the door, as a PDF: by name, whoever has not said that they do not come."""
    rows = await _all(visit, meeting_id, Narrowed())
    people = await names_of(visit, [each.person_id for each in rows if each.standing in EXPECTED])
    organisations = await organisation_names(visit, people.values())
    joining = {each.person_id: said for each in rows if (said := _joining(visit, each))}
    listed = [_signing(each, organisations, joining.get(each.id, "")) for each in sorted(people.values(), key=by_name)]
    body = await visit.services.agendas.sign_in_sheet(meeting_id, visit.language, listed[:ON_A_SHEET])
    return download(body, kind="application/pdf", name="sign-in-sheet.pdf")


def _signing(person: Person, organisations: dict[str, str], joining: str) -> dict[str, str]:
    """Return a line of the sheet: of who joins a hybrid meeting online it says so, for they do not sign."""
    of = ", ".join(organisations[id] for id in person.organisation_ids if id in organisations)[:180]
    return {"name": person.display_name, "organisation": f"{of} ({joining})".strip() if joining else of}


def _asked(wanted: Narrowed) -> dict[str, str]:
    return {wanted.standing: "true"} if wanted.standing in APART else {"standing": wanted.standing}


async def _found(visit: Visit, meeting_id: str, wanted: Narrowed, after: str) -> Page[Invitation]:
    """Return a page of those who are meant; ``after`` is how many were shown before."""
    rows = await _all(visit, meeting_id, wanted)
    begin = int(after) if after.isdecimal() and len(after) < 7 else 0
    last = begin + ON_A_PAGE
    return Page(items=rows[begin:last], next=str(last) if last < len(rows) else None)


async def _all(visit: Visit, meeting_id: str, wanted: Narrowed) -> list[Invitation]:
    rows: list[Invitation] = []
    after: str | None = ""
    while after is not None and len(rows) < IN_A_SHEET:
        page = await visit.services.invitations.page(meeting_id, after=after, limit=IN_A_CALL, **_asked(wanted))
        rows += page.items
        after = page.next
    if not wanted.by_person:
        return rows
    people = await names_of(visit, [each.person_id for each in rows])
    meant = {id for id, person in people.items() if wanted.reads in ("", person.language)}
    if wanted.q:
        meant &= await those_like(visit, people.values(), wanted.q)
    return [each for each in rows if each.person_id in meant]


async def _names(visit: Visit, rows: Sequence[Invitation]) -> dict[str, Person]:
    """Return who is invited, who comes for whom, and who noted something last."""
    named = [id for each in rows for id in (each.person_id, each.delegated_to, each.delegated_from, each.noted_by)]
    return await names_of(visit, [each for each in named if each])


def _row(visit: Visit, each: Invitation, names: dict[str, Person], organisations: dict[str, str]) -> list[str]:
    person = names.get(each.person_id)
    return [
        person.display_name if person else "",
        ", ".join(organisations[id] for id in person.organisation_ids if id in organisations) if person else "",
        visit.say("Withdrawn") if each.withdrawn else visit.say(terms.STANDINGS.get(each.standing, each.standing)),
        visit.speech.short_moment(each.answered_at, visit.zone) if each.answered_at else "",
        each.comment,
        str(each.waiting_number or ""),
        NAMES[person.language] if person else "",
        _in_whose_stead(visit, each, names),
        visit.say("yes") if each.moved_since else "",
        _joining(visit, each),
    ]


def _joining(visit: Visit, each: Invitation) -> str:
    return visit.say(terms.JOINING[each.joining]) if each.joining in terms.JOINING else ""


def _in_whose_stead(visit: Visit, each: Invitation, names: dict[str, Person]) -> str:
    if each.delegated_from is None:
        return ""
    first = names.get(each.delegated_from)
    return first.display_name if first else visit.say("in a colleague's stead")
