"""Who speaks: picked among the people of the registry, those invited first, or written by name.

Whoever is picked, or is the only one in the registry with the name that was written, is kept by who they are: so they
are taken out of the agenda and its log when they want to be forgotten.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from services.portal.agenda.forms import Entry
from services.portal.agenda.parts import names_of
from services.portal.clients.agenda import Session
from services.portal.clients.base import Down, Page, Refused
from services.portal.clients.meetings import Meeting
from services.portal.clients.registry import Person
from services.portal.pages import Visit
from services.portal.registry.finding import MAX_QUESTION, by_name
from shared.folding import fold

FOUND = 50  # people of the registry for one name
SUGGESTED = 200  # people invited, of whom the search field knows the names
MAX_SPEAKERS = 30
ID = re.compile(r"^[0-9a-f-]{36}$")


@dataclass(frozen=True, slots=True)
class Offer:
    """Who can be ticked as a speaker: those ``picked`` so far, by id, and whom a search ``found``."""

    picked: dict[str, str]
    found: tuple[Person, ...] = ()
    invited: frozenset[str] = frozenset()
    suggested: tuple[str, ...] = ()
    question: str = ""


async def read(visit: Visit, form: FormData, entry: Entry, known: Session | None) -> list[dict[str, Any]]:
    """Return who speaks, as was ticked and written, in the order there was; ``entry`` keeps what was ticked."""
    ticked = [str(each) for each in form.getlist("speaker") if ID.match(str(each))][:MAX_SPEAKERS]
    announced = _announced(known)
    people = await names_of(visit, [each for each in ticked if not announced.get(each)])
    entry.picked = {each: announced.get(each) or _called(people.get(each)) for each in dict.fromkeys(ticked)}
    written = [" ".join(line.split()) for line in entry.value("speakers").split("\n")]
    alone = [name for name in dict.fromkeys(written) if name]
    known_as = await asyncio.gather(*(_called_so(visit, name) for name in alone[:MAX_SPEAKERS]))
    named = zip(alone, [*known_as, *[None] * len(alone)], strict=False)
    found = [{"person_id": id, "name": name or None} for id, name in entry.picked.items()]
    found += [{"person_id": id, "name": name} for name, id in named if id is None or id not in entry.picked]
    order = [each.person_id or each.name for each in known.speakers] if known else []
    return sorted(found, key=lambda each: order.index(who) if (who := _who(each)) in order else len(order))


async def offer(visit: Visit, owner: Any, entry: Entry, form: FormData | None = None) -> Offer:
    """Return who can be ticked, with whom the name on the ``form`` means; the names of those who are invited help."""
    invited = await _invited(visit, owner) if isinstance(owner, Meeting) else {}
    question = str(form.get("speaker_name", "")).strip()[:MAX_QUESTION] if form is not None else ""
    found: Sequence[Person] = ()
    if question:
        page: Page[Person] = await visit.services.registry.people(q=question, limit=FOUND)
        found = sorted(
            (each for each in page.items if each.active and each.id not in entry.picked),
            key=lambda each: (each.id not in invited, by_name(each)),
        )
    missing = await names_of(visit, [id for id, name in entry.picked.items() if not name])
    picked = {id: name or _called(missing.get(id)) for id, name in entry.picked.items()}
    suggested = tuple(dict.fromkeys(each.display_name for each in sorted(invited.values(), key=by_name)))
    return Offer(picked, tuple(found), frozenset(invited), suggested, question)


def _announced(known: Session | None) -> dict[str, str]:
    """Return the names by which those of the registry are announced so far."""
    return {each.person_id: each.name or "" for each in known.speakers if each.person_id} if known else {}


def _called(person: Person | None) -> str:
    return person.display_name if person else ""


def _who(speaker: dict[str, Any]) -> object:
    return speaker["person_id"] or speaker["name"]


async def _called_so(visit: Visit, name: str) -> str | None:
    """Return who alone in the registry is called so, if anybody."""
    try:
        found = await visit.services.registry.people(q=name[:MAX_QUESTION], limit=FOUND)
    except (Down, Refused):
        return None
    same = [each.id for each in found.items if each.active and fold(each.display_name) == fold(name)]
    return same[0] if len(same) == 1 and found.next is None else None


async def _invited(visit: Visit, owner: Meeting) -> dict[str, Person]:
    if visit.session is None or not visit.session.may_coordinate:
        return {}
    expected = await visit.services.agendas.expected(owner.id, limit=SUGGESTED)
    return await names_of(visit, [each.person_id for each in expected.items])
