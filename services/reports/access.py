"""Who takes part in a report: editors see and write all of it, contributors see all and write what is theirs.

Everybody else may not even know of a draft: for them it is not found.
"""

from collections.abc import Mapping

from pydantic import Field

from services.reports.commissions import store as commissions
from services.reports.reports import store as reports
from shared.auth import Actor
from shared.following import standing
from shared.model import Model
from shared.problems import Forbidden, NotFound
from shared.storage import Reader


class Part(Model):
    """What one person has to do with one report."""

    reads: bool = True
    """Whether the whole draft is theirs to read."""
    edits: bool = False
    """Whether they edit it: plan, review, write every section."""
    organisation_ids: tuple[str, ...] = ()
    """The organisations contributing to it for which they act, in the order of their ids."""
    own_keys: frozenset[str] = frozenset()
    """The keys of the sections that these organisations write."""
    keys_of: Mapping[str, frozenset[str]] = Field(default_factory=dict)
    """The same for each of them."""

    def writes(self, section_key: str) -> bool:
        """Return whether they may change a section."""
        return self.edits or section_key in self.own_keys


async def part_of(reader: Reader, actor: Actor, report_id: str) -> Part:
    """Return what ``actor`` has to do with a report.  Raises `NotFound` for strangers, and where there is none."""
    part = await find_part(reader, actor, report_id)
    if part is None:
        raise NotFound("report-not-found", "There is no such report.")
    return part


async def find_part(reader: Reader, actor: Actor | None, report_id: str) -> Part | None:
    """Return what ``actor`` has to do with a report, or `None` for strangers, and where there is none."""
    if actor is None:
        return None
    report = await reports.REPORTS.find(reader, report_id)
    commission = None if report is None else await commissions.of_report(reader, report_id)
    if report is None:
        return None
    acting_for = await standing(reader, actor.organisation_ids)
    contributors = [] if commission is None else commission.contributors
    own = [each for each in contributors if each.organisation_id in acting_for]
    edits = actor.may("editor") or (commission is not None and actor.person_id in commission.editor_ids)
    if not own and not edits:
        return None
    return Part(
        edits=edits,
        organisation_ids=tuple(sorted(each.organisation_id for each in own)),
        own_keys=frozenset(key for each in own for key in each.keys(report)),
        keys_of={each.organisation_id: frozenset(each.keys(report)) for each in own},
    )


def check_writes(part: Part, section_key: str) -> None:
    """Raise `Forbidden` (``section-of-others``) unless the section is this person's to write."""
    if not part.writes(section_key):
        raise Forbidden("section-of-others", "Other organisations write this section: leave them a comment instead.")


def check_edits(part: Part) -> None:
    """Raise `Forbidden` (``editors-only``) unless this person edits the report."""
    if not part.edits:
        raise Forbidden("editors-only", "Only the report's editors may do this: ask one of them.")
