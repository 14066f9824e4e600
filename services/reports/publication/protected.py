"""The names that the evidence of all reports keeps from print, learnt once and kept until the evidence changes."""

import asyncio

from services.reports.evidence.parties import store as parties
from services.reports.evidence.parties.domain import Party
from services.reports.evidence.parties.store import Standing
from services.reports.publication.names import Names
from shared.storage import Reader

MAX_SEARCHED = 50_000  # parties of all reports: some fifty megabytes, learnt within seconds

_kept: dict[str, tuple[Standing, Names]] = {}


async def names_in_evidence(reader: Reader) -> tuple[Names, bool]:
    """Return who must not be in print, whichever report's evidence names them, and whether these are all.

    People are found in any form of their names, others by their whole names; a name's source is its report's id.
    """
    standing = await parties.standing(reader)
    held = _kept.get("names")
    if held is None or held[0] != standing:
        names = Names()
        async for some in parties.not_public_anywhere(reader, limit=MAX_SEARCHED):
            await asyncio.to_thread(_learn, names, some)
        _kept["names"] = held = (standing, names)
    return held[1], standing.parties <= MAX_SEARCHED


def _learn(names: Names, some: list[Party]) -> None:
    for each in some:
        person = each.kind == "person"
        names.learn(each.names if person else (), () if person else each.names, source=each.report_id)
