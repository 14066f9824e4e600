"""Organisations chosen by writing their names, one on each line."""

import asyncio
from collections.abc import Sequence

from services.portal.clients.registry import Organisation
from services.portal.pages import Visit, local

FOUND_AT_ONCE = 10  # organisations looked at for one name
ASKED_AT_ONCE = 10  # names looked up at the same time
MAX_LINES = 200  # names in one form


async def called(visit: Visit, name: str) -> list[Organisation]:
    """Return the organisations that are called ``name``, or the likeliest ones when none is."""
    found = (await visit.services.registry.organisations(q=name[:100], limit=FOUND_AT_ONCE)).items
    key = name.casefold()
    return [each for each in found if key in {text.casefold() for text in _names(each)}] or found


def _names(organisation: Organisation) -> list[str]:
    return [*organisation.names.values(), *([organisation.acronym] if organisation.acronym else [])]


def which(visit: Visit, name: str, offered: Sequence[Organisation]) -> str:
    """Say that nobody is called ``name``, or who may be meant by it."""
    if not offered:
        return visit.say("No organisation is called “%(name)s”. Try another spelling.", name=name)
    choices = "; ".join(local(each.names, visit.language) for each in offered[:5])
    return visit.say("Which one is “%(name)s”? Write one of: %(choices)s.", name=name, choices=choices)


async def chosen(visit: Visit, text: str) -> tuple[list[str], str]:
    """Return the organisations that are named in ``text``, and what is wrong with the first line that names none."""
    lines = list(dict.fromkeys(line.strip() for line in text.split("\n") if line.strip()))
    if len(lines) > MAX_LINES:
        return [], visit.say("Write at most %(number)s organisations at once.", number=MAX_LINES)
    ids: dict[str, None] = {}
    for start in range(0, len(lines), ASKED_AT_ONCE):
        some = lines[start : start + ASKED_AT_ONCE]
        for line, found in zip(some, await asyncio.gather(*(called(visit, each) for each in some)), strict=True):
            if len(found) != 1:
                return list(ids), which(visit, line, found)
            ids[found[0].id] = None
    return list(ids), ""
