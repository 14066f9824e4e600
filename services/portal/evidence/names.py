"""What people, groups and files of the evidence are called on a page: by name where that is for the reader."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from services.portal.clients.base import Model, Page
from services.portal.clients.evidence import Exhibit, Incident, Party
from services.portal.evidence import words
from services.portal.pages import Visit, local

AT_MOST = 200  # that a form offers beside what is chosen in it
AT_ONCE = 100  # ids in one address
MAX_CHOSEN = 1_000
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Offer:
    """What a form offers to choose from, by id: what is chosen already, and the newest, or those looked for."""

    names: Mapping[str, str]
    others: frozenset[str]
    """Which of them are on offer even where they are not chosen."""
    more: bool
    """Whether there are others, to be found by a search."""

    def to_tick(self, ticked: Iterable[str]) -> dict[str, str]:
        """Return what can be ticked: what is on offer, and what is ``ticked`` already."""
        return {id: name for id, name in self.names.items() if id in self.others or id in ticked}


def called(visit: Visit, party: Party) -> str:
    """Return the name of somebody, or what stands for it, or what kind they are and the end of their id."""
    shown = (party.names or [""])[0] or party.label
    return shown or _ended(visit.say(words.KINDS.get(party.kind, words.KINDS["person"])), party.id)


def title(visit: Visit, exhibit: Exhibit) -> str:
    """Return what a file is called, or that it is protected and the end of its id."""
    return exhibit.title or _ended(visit.say("Protected file"), exhibit.id)


def headline(visit: Visit, incident: Incident) -> str:
    """Return what an incident is called, or that it is protected and the end of its id."""
    hidden = _ended(visit.say("Protected incident"), incident.id)
    return local(incident.title, visit.language) if incident.title else hidden


async def parties(visit: Visit, report_id: str, chosen: Iterable[str] = (), find: str = "") -> Offer:
    """Return the people and groups of a report that a form offers."""
    people = visit.services.evidence.parties

    async def ask(**wanted: Any) -> Page[Party]:
        return await people(report_id, **wanted)

    return await _offer(ask, lambda each: (each.id, called(visit, each)), visit.say("Person or group"), chosen, find)


async def exhibits(visit: Visit, report_id: str, chosen: Iterable[str] = (), find: str = "") -> Offer:
    """Return the files of a report that a form offers."""
    files = visit.services.evidence.exhibits

    async def ask(**wanted: Any) -> Page[Exhibit]:
        return await files(report_id, **wanted)

    return await _offer(ask, lambda each: (each.id, title(visit, each)), visit.say("File"), chosen, find)


async def incidents(visit: Visit, report_id: str, chosen: Iterable[str] = (), find: str = "") -> Offer:
    """Return the recorded incidents of a report that a form offers."""
    happened = visit.services.evidence.incidents

    async def ask(**wanted: Any) -> Page[Incident]:
        return await happened(report_id, **({} if "id" in wanted else {"state": "recorded"}), **wanted)

    return await _offer(ask, lambda each: (each.id, headline(visit, each)), visit.say("Incident"), chosen, find)


async def _offer(
    ask: Callable[..., Awaitable[Page[M]]],
    named: Callable[[M], tuple[str, str]],
    unknown: str,
    chosen: Iterable[str],
    find: str,
) -> Offer:
    """Return what is chosen and a page of the others; what cannot be asked for is offered by the end of its id."""
    page = await ask(limit=AT_MOST, q=find)
    offered = dict(map(named, page.items))
    missing = [each for each in dict.fromkeys(chosen) if ID.fullmatch(each) and each not in offered][:MAX_CHOSEN]
    kept = {each: _ended(unknown, each) for each in missing}
    for at in range(0, len(missing), AT_ONCE):
        found = dict(map(named, (await ask(id=missing[at : at + AT_ONCE], limit=AT_ONCE)).items))
        kept |= {id: name for id, name in found.items() if id in kept}
    return Offer(names={**kept, **offered}, others=frozenset(offered), more=page.next is not None or bool(find))


def _ended(what: str, id: str) -> str:
    return f"{what} · {id[-6:]}"
