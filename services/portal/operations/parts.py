"""What the pages of operators share: ids in what somebody pasted, and the names of people where they may be seen."""

import re

from services.portal.clients.registry import Person
from services.portal.pages import Visit

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def id_in(text: str) -> str | None:
    """Return the first id in what somebody pasted: an address of a page, or a Message-ID as it stands in a mail."""
    found = _ID.search(text[:500].lower())
    return found[0] if found else None


async def people(visit: Visit, person_ids: list[str]) -> dict[str, Person]:
    """Return who these are, for those who may know: coordinators."""
    wanted = [each for each in dict.fromkeys(person_ids) if each]
    if visit.session is None or not visit.session.may_coordinate or not wanted:
        return {}
    return await visit.services.registry.look_up(wanted)
