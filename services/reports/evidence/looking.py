"""As whom somebody looks at the evidence of a report, and what they may change or open there."""

from typing import Protocol

from services.reports.access import Part, part_of
from services.reports.evidence.levels import Sight
from shared.auth import Actor
from shared.model import Model
from shared.problems import Forbidden
from shared.storage import Reader


class Recorded(Protocol):
    """A piece of evidence: somebody recorded it."""

    @property
    def recorded_by(self) -> str | None: ...


class Looker(Model):
    """Somebody who takes part in a report, with their evidence before them."""

    person_id: str
    part: Part

    @property
    def sight(self) -> Sight:
        """As whom they look."""
        return "editor" if self.part.edits else "contributor"

    def check_own(self, evidence: Recorded) -> None:
        """Raise `Forbidden` (``recorded-by-others``) unless they edit the report, or recorded this themselves."""
        if not self.part.edits and evidence.recorded_by != self.person_id:
            raise Forbidden("recorded-by-others", "Only editors, and whoever recorded this, may do that: ask them.")


async def looker(reader: Reader, actor: Actor, report_id: str) -> Looker:
    """Return who looks.  Raises `NotFound` for whoever has no part in the report."""
    return Looker(person_id=actor.person_id, part=await part_of(reader, actor, report_id))
