"""What people, groups and files of the evidence are called on a page: by name where that is for the reader."""

from services.portal.clients.evidence import Exhibit, Party
from services.portal.evidence import words
from services.portal.pages import Visit

AT_MOST = 200  # that a form offers


def called(visit: Visit, party: Party) -> str:
    """Return the name of somebody, or what stands for it, or what kind they are and the end of their id."""
    shown = (party.names or [""])[0] or party.label
    kind = visit.say(words.KINDS.get(party.kind, words.KINDS["person"]))
    return shown or f"{kind} · {party.id[-6:]}"


def title(visit: Visit, exhibit: Exhibit) -> str:
    """Return what a file is called, or that it is protected and the end of its id."""
    hidden = visit.say("Protected file")
    return exhibit.title or f"{hidden} · {exhibit.id[-6:]}"


async def party_names(visit: Visit, report_id: str) -> dict[str, str]:
    """Return the people and groups of a report by id, newest first."""
    found = await visit.services.evidence.parties(report_id, limit=AT_MOST)
    return {each.id: called(visit, each) for each in found.items}


async def exhibit_names(visit: Visit, report_id: str) -> dict[str, str]:
    """Return the files of a report by id, newest first."""
    found = await visit.services.evidence.exhibits(report_id, limit=AT_MOST)
    return {each.id: title(visit, each) for each in found.items}
