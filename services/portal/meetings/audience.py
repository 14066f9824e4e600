"""Choosing whom to invite on a form that works without JavaScript: kinds, coalitions, and search results to tick."""

from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import FormData

from services.portal.clients.registry import Coalition
from services.portal.pages import Visit, local
from services.portal.words import KINDS

FOUND_AT_ONCE = 15  # organisations and people shown for one search
MAX_CHOSEN = 500  # ticked one by one; larger groups are kinds and coalitions
ID_LENGTH = 36


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody who can be ticked: the value of the box holds the id and, so that it can be shown again, the name."""

    value: str

    @property
    def id(self) -> str:
        """The id of the organisation or person."""
        return self.value[:ID_LENGTH]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.value[ID_LENGTH:].strip()


@dataclass(slots=True)
class Audience:
    """What is chosen on the form, and what may be chosen."""

    kinds: list[str] = field(default_factory=list)
    coalitions: list[str] = field(default_factory=list)
    organisations: list[Choice] = field(default_factory=list)
    people: list[Choice] = field(default_factory=list)
    query: str = ""
    offered_coalitions: list[Coalition] = field(default_factory=list)
    found_organisations: list[Choice] = field(default_factory=list)
    found_people: list[Choice] = field(default_factory=list)
    searched: bool = False

    @property
    def empty(self) -> bool:
        """Whether nobody is chosen."""
        return not (self.kinds or self.coalitions or self.organisations or self.people)

    def command(self) -> dict[str, Any]:
        """Return the audience as the meetings service takes it."""
        return {
            "person_ids": [each.id for each in self.people],
            "organisation_ids": [each.id for each in self.organisations],
            "coalition_ids": self.coalitions,
            "organisation_kinds": self.kinds,
        }


def read(form: FormData) -> Audience:
    """Return what is ticked and searched for on a form."""
    return Audience(
        kinds=[kind for kind in _all(form, "kinds") if kind in KINDS],
        coalitions=_all(form, "coalitions"),
        organisations=[Choice(value) for value in _all(form, "organisations")],
        people=[Choice(value) for value in _all(form, "people")],
        query=str(form.get("query", "")).strip()[:100],
    )


async def offer(visit: Visit, audience: Audience, *, search: bool = False) -> Audience:
    """Fill in what may be chosen: the coalitions and, when a ``search`` was asked for, what it finds."""
    registry = visit.services.registry
    audience.offered_coalitions = (await registry.coalitions()).items
    if search and audience.query:
        organisations = await registry.organisations(q=audience.query, limit=FOUND_AT_ONCE)
        people = await registry.people(q=audience.query, limit=FOUND_AT_ONCE)
        ticked = {each.id for each in (*audience.organisations, *audience.people)}
        audience.searched = True
        audience.found_organisations = [
            Choice(f"{each.id} {local(each.names, visit.language)}")
            for each in organisations.items
            if each.id not in ticked
        ]
        audience.found_people = [
            Choice(f"{each.id} {each.display_name}") for each in people.items if each.id not in ticked
        ]
    return audience


def _all(form: FormData, name: str) -> list[str]:
    values = [value for value in form.getlist(name) if isinstance(value, str) and value]
    return list(dict.fromkeys(values))[:MAX_CHOSEN]
