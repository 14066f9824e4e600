"""Who may see a field: everybody, members, coordinators, or people named one by one.

One rule for every aggregate: what somebody may not see is blank in what they are given, and nothing else finds it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol

from pydantic import AfterValidator, Field, model_validator

from shared.ids import Id
from shared.model import Model

Level = Literal["public", "members", "coordinators", "named"]
Standing = Literal["public", "members", "coordinators"]

LEVELS: tuple[Standing, ...] = ("public", "members", "coordinators")
"""From the widest audience to the narrowest that is a group."""

_RANKS: dict[Level, int] = {"public": 0, "members": 1, "coordinators": 2, "named": 3}
MAX_NAMED = 50


def _distinct(ids: list[Id]) -> list[Id]:
    return list(dict.fromkeys(ids))


class Audience(Model):
    """Who may see something: ``person_ids`` says which people, and counts only where the level is *named*."""

    level: Level = "public"
    person_ids: Annotated[list[Id], Field(max_length=MAX_NAMED), AfterValidator(_distinct)] = Field(
        default_factory=list
    )

    @model_validator(mode="before")
    @classmethod
    def _names_nobody_else(cls, said: Any) -> Any:
        """Leave out people where the level says who may see it without them."""
        if isinstance(said, dict) and said.get("level", "public") != "named":
            return {name: value for name, value in said.items() if name != "person_ids"}
        return said

    @property
    def widest(self) -> Level:
        """The level that counts: named people of whom none is left are coordinators."""
        return "coordinators" if self.level == "named" and not self.person_ids else self.level

    @property
    def standing(self) -> Standing:
        """The widest group all of which may see it; only coordinators where people are named."""
        return "coordinators" if self.widest == "named" else self.widest

    def without(self, person_id: str) -> "Audience":
        """Return the audience without one of the people it names."""
        return self.model_copy(update={"person_ids": [each for each in self.person_ids if each != person_id]})


PUBLIC = Audience()
MEMBERS = Audience(level="members")
COORDINATORS = Audience(level="coordinators")


def narrower(one: Audience, other: Audience) -> Audience:
    """Return the narrower of two audiences; of two that name people, the first."""
    return one if _RANKS[one.widest] >= _RANKS[other.widest] else other


def narrowest(*groups: Standing) -> Standing:
    """Return the narrowest of groups."""
    return max(groups, key=LEVELS.index)


class Asker(Protocol):
    """Whoever asks over HTTP, as far as it matters here."""

    @property
    def person_id(self) -> str:
        """Their id."""
        ...

    @property
    def roles(self) -> Collection[str]:
        """Their roles."""
        ...

    @property
    def organisation_ids(self) -> Collection[str]:
        """Their organisations."""
        ...


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks: the group they belong to, who they are, and for which organisations they work."""

    standing: Standing
    person_id: str | None = None
    organisation_ids: frozenset[str] = frozenset()

    @property
    def levels(self) -> tuple[Standing, ...]:
        """The groups whose part of things they may see."""
        return LEVELS[: _RANKS[self.standing] + 1]

    def may_see(self, audience: Audience, *, own: bool = False) -> bool:
        """Say whether they are of the ``audience``; of what is their ``own``, only named people are told apart."""
        if audience.widest == "named":
            return self.person_id is not None and self.person_id in audience.person_ids
        return own or _RANKS[self.standing] >= _RANKS[audience.widest]


ANYBODY = Viewer("public")
ANY_MEMBER = Viewer("members")
ANY_COORDINATOR = Viewer("coordinators")


def viewer_of(asker: Asker | None) -> Viewer:
    """Return how somebody looks who asks; `None` is nobody.  Operators look as coordinators do."""
    if asker is None:
        return ANYBODY
    known = set(asker.roles)
    coordinates = known & {"coordinator", "operator"}
    standing: Standing = "coordinators" if coordinates else "members" if known else "public"
    return Viewer(standing, asker.person_id, frozenset(asker.organisation_ids))
