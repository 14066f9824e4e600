"""The rules of a release: an embargo, a time at which a report is published by itself, and cleared passages.  Pure.

What somebody looked at is what comes out: a plan remembers the hash of the content, and other content is held back.
"""

from datetime import datetime
from typing import Literal

from pydantic import Field

from services.reports.reports.domain import Languages
from shared.ids import Id
from shared.model import Aggregate, Command, Language, Line, Model, Time
from shared.problems import Conflict, FieldError, Invalid

MAX_CLEARED = 500  # passages of one report

State = Literal["none", "planned", "held", "done"]
"""Whether publication at a time is planned; was held back when the time came; or happened."""


class PlanRelease(Command):
    """Say when a report comes out: never before ``embargo_until``, and by itself at ``publish_at``.

    Without ``publish_at`` somebody publishes it by hand.  ``languages`` and ``translation_of`` as in publishing.
    """

    embargo_until: Time | None = None
    publish_at: Time | None = None
    languages: Languages | None = None
    translation_of: dict[Language, Language] = Field(default_factory=dict)


class ClearPassage(Command):
    """Say that a line in which a protected name seems to stand means somebody else, and how that is known."""

    place: Line
    line: int = Field(ge=1, le=100_000)
    because: Line


class Clearance(Model):
    """A line that may be in print although a protected name seems to stand in it; another text is not cleared."""

    mark: str
    place: str
    because: str
    cleared_by: Id | None
    """Nobody when they have been erased."""
    cleared_at: Time


class Release(Aggregate):
    """When one report, whose id it has, comes out; ``sha256`` is that of the content that was looked at."""

    embargo_until: Time | None = None
    publish_at: Time | None = None
    languages: tuple[Language, ...] | None = None
    translation_of: dict[Language, Language] = Field(default_factory=dict)
    sha256: str | None = None
    state: State = "none"
    held_because: list[str] = Field(default_factory=list)
    """The codes of what held it back."""
    edition: int | None = None
    """The edition that came of it."""
    planned_by: Id | None = None
    planned_at: Time | None = None
    cleared: list[Clearance] = Field(default_factory=list)


def check_embargo(release: Release | None, *, now: datetime) -> None:
    """Raise `Conflict` (``under-embargo``) while the report must not come out."""
    if release is not None and release.embargo_until is not None and now < release.embargo_until:
        raise Conflict(
            "under-embargo",
            "This report is under an embargo: wait until it ends, or plan another time.",
            embargo_until=release.embargo_until.isoformat(),
        )


def check_times(command: PlanRelease, *, now: datetime) -> None:
    """Raise `Invalid` for a time that is over, or before the embargo ends."""
    if command.publish_at is None:
        return
    if command.publish_at <= now:
        raise _refused("time-is-over", "Choose a time to come, or publish now.")
    if command.embargo_until is not None and command.publish_at < command.embargo_until:
        raise _refused("before-the-embargo-ends", "Choose a time after the end of the embargo.")


def plan(release: Release, command: PlanRelease, *, sha256: str | None, by: Id, now: datetime) -> Release:
    """Return ``release`` as planned; ``sha256`` is that of what would be published now.  Raises as `check_times`."""
    check_times(command, now=now)
    return release.evolve(
        embargo_until=command.embargo_until,
        publish_at=command.publish_at,
        languages=command.languages,
        translation_of=command.translation_of,
        sha256=sha256,
        state="none" if command.publish_at is None else "planned",
        held_because=[],
        edition=None,
        planned_by=by,
        planned_at=now,
    )


def is_due(release: Release | None, *, now: datetime) -> bool:
    """Return whether the report is to be published by itself now."""
    return (
        release is not None
        and release.state == "planned"
        and release.publish_at is not None
        and release.publish_at <= now
    )


def hold(release: Release, codes: list[str]) -> Release:
    """Return ``release``, held back for these reasons until somebody plans it anew."""
    return release.evolve(state="held", held_because=list(dict.fromkeys(codes)))


def came_out(release: Release, edition: int) -> Release:
    """Return ``release`` after its report was published, by itself or by hand."""
    return release.evolve(state="done", edition=edition)


def clear(release: Release, command: ClearPassage, *, mark: str, by: Id, now: datetime) -> Release:
    """Return ``release`` with one more cleared line; as it was when it was cleared before.

    Raises `Conflict` (``too-many-cleared``) at `MAX_CLEARED`.
    """
    if any(each.mark == mark for each in release.cleared):
        return release
    if len(release.cleared) >= MAX_CLEARED:
        raise Conflict("too-many-cleared", f"At most {MAX_CLEARED} lines can be cleared: take the names out instead.")
    clearance = Clearance(mark=mark, place=command.place, because=command.because, cleared_by=by, cleared_at=now)
    return release.evolve(cleared=[*release.cleared, clearance])


def unclear(release: Release, mark: str) -> Release:
    """Return ``release`` without a cleared line; as it was when it is not cleared."""
    left = [each for each in release.cleared if each.mark != mark]
    return release if len(left) == len(release.cleared) else release.evolve(cleared=left)


def forget(release: Release, person_id: str) -> Release:
    """Return ``release`` without a person who was erased: what they cleared stays, what they planned is held back."""
    cleared = [
        each.model_copy(update={"cleared_by": None}) if each.cleared_by == person_id else each
        for each in release.cleared
    ]
    if release.planned_by != person_id:
        return release.evolve(cleared=cleared)
    held = {"state": "held", "held_because": ["planner-erased"]} if release.state == "planned" else {}
    return release.evolve(cleared=cleared, planned_by=None, **held)


def _refused(code: str, detail: str) -> Invalid:
    return Invalid(code, detail, errors=(FieldError(code=code, field="publish_at", detail=detail),))
