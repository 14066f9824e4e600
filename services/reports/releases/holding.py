"""Holding back what was to come out, and telling whoever planned it, and the report's editors, why."""

from collections.abc import Sequence

from services.reports.releases import domain, telling
from services.reports.releases.domain import Release
from services.reports.releases.store import RELEASES
from services.reports.reports import store as reports
from services.reports.writing import people
from shared.problems import FieldError
from shared.storage import Reader, Tx


async def hold(tx: Tx, release: Release, codes: list[str], *, errors: Sequence[FieldError] = ()) -> None:
    """Hold a release back for these reasons, and tell of it; ``errors`` say where each is mended."""
    held = domain.hold(release, codes)
    await RELEASES.put(tx, held)
    await tell(tx, held, errors)


async def tell(tx: Tx, release: Release, errors: Sequence[FieldError] = ()) -> None:
    """Tell those whom it concerns that a release is held back, in the transaction that holds it."""
    to = await _whom(tx, release)
    if to:
        report = await reports.get(tx, release.id)
        await tx.publish(telling.held_back(report, release, errors, to=to))


async def _whom(reader: Reader, release: Release) -> list[str]:
    planner = [] if release.planned_by is None else [release.planned_by]
    planners = await people.who_may(reader, "editor", among=planner)
    return sorted({*planners, *await people.editors_of(reader, release.id)})
