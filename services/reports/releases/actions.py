"""Planning when a report comes out, publishing it when the time has come, clearing passages."""

import asyncio

from services.reports.publication import actions as publication
from services.reports.publication import checks, domain
from services.reports.publication.domain import PublishReport
from services.reports.publication.draft import compose
from services.reports.publication.gathering import gather
from services.reports.releases import domain as rules
from services.reports.releases import holding, store
from services.reports.releases.domain import ClearPassage, PlanRelease, Release
from services.reports.releases.store import RELEASES
from services.reports.reports import store as reports
from shared.ids import Id, utc_now
from shared.problems import Conflict, NotFound, Problem
from shared.storage import Tx
from shared.web import expect


async def plan_release(tx: Tx, report_id: str, command: PlanRelease, *, seen: int | None, by: Id) -> Release:
    """Say when a report comes out.  A time is planned only for what could be published now, as it is now.

    Raises `Invalid` with what is missing, as publishing does.
    """
    before, base = await _seen(tx, report_id, seen)
    rules.check_times(command, now=utc_now())
    sha256 = None if command.publish_at is None else await _hash_of(tx, report_id, command, by=by)
    release = rules.plan(base, command, sha256=sha256, by=by, now=utc_now())
    await store.save(tx, before, _first(release, before))
    return await RELEASES.get(tx, report_id)


async def publish_planned(tx: Tx, report_id: str) -> int | None:
    """Publish a report whose time has come; return its edition, or `None` when it is not, or no longer, to come out.

    Raises what publishing raises, and `Conflict` (``changed-since-planned``) when something else would come out.
    """
    release = await store.find(tx, report_id)
    if release is None or not rules.is_due(release, now=utc_now()) or release.planned_by is None:
        return None
    command = _command(release)
    if await _hash_of(tx, report_id, command, by=release.planned_by) != release.sha256:
        raise Conflict("changed-since-planned", "The report was changed after its publication was planned.")
    publishing = PublishReport(languages=command.languages, translation_of=command.translation_of)
    edition = await publication.publish_report(tx, report_id, publishing, seen=None, by=release.planned_by)
    return edition.edition


async def hold_back(tx: Tx, report_id: str, problem: Problem) -> None:
    """Write down why a report did not come out in its time, and tell of it, unless that has changed meanwhile."""
    release = await store.find(tx, report_id)
    if release is not None and rules.is_due(release, now=utc_now()):
        codes = [problem.code, *(each.code for each in problem.errors)]
        await holding.hold(tx, release, codes, errors=problem.errors)


async def clear_passage(tx: Tx, report_id: str, command: ClearPassage, *, by: Id) -> Release:
    """Let a line be in print in which a protected name seems to stand.

    Raises `NotFound` (``name-not-found``) where none does.
    """
    draft = await gather(tx, await reports.get(tx, report_id))
    document = compose(draft, draft.report.languages).model_dump(mode="json")
    lines = next((text.split("\n") for place, text in checks.places(document) if place == command.place), [])
    text = lines[command.line - 1] if command.line <= len(lines) else ""
    if not draft.names.find(text):
        raise NotFound("name-not-found", "No protected name stands there now: read the checklist again.")
    before = await store.find(tx, report_id)
    mark = checks.mark(command.place, text)
    release = rules.clear(before or Release(id=report_id), command, mark=mark, by=by, now=utc_now())
    await store.save(tx, before, _first(release, before))
    return await RELEASES.get(tx, report_id)


async def unclear_passage(tx: Tx, report_id: str, mark: str) -> Release:
    """Have a line stop publication again."""
    before = await RELEASES.get(tx, report_id)
    release = rules.unclear(before, mark)
    await store.save(tx, before, release)
    return release


async def forget_person(tx: Tx, person_id: str) -> None:
    """Forget who planned and cleared what; somebody else must plan again what they planned."""
    for before in await store.of_person(tx, person_id):
        release = rules.forget(before, person_id)
        await RELEASES.put(tx, release)
        if (before.state, release.state) == ("planned", "held"):
            await holding.tell(tx, release)


async def _seen(tx: Tx, report_id: str, seen: int | None) -> tuple[Release | None, Release]:
    await reports.get(tx, report_id)
    before = await store.find(tx, report_id)
    if before is not None:
        expect(before, seen)
    return before, before or Release(id=report_id)


def _first(release: Release, before: Release | None) -> Release:
    return release.model_copy(update={"revision": 1}) if before is None else release


def _command(release: Release) -> PlanRelease:
    return PlanRelease(languages=release.languages, translation_of=release.translation_of)


async def _hash_of(tx: Tx, report_id: str, command: PlanRelease, *, by: Id) -> str:
    """Return the hash of what would be published now.  Raises what publishing raises, and publishes nothing."""
    report = await reports.get(tx, report_id)
    draft, before = await gather(tx, report), await publication.latest(tx, report)
    wanted = PublishReport(languages=command.languages, translation_of=command.translation_of)
    _, edition, _ = await asyncio.to_thread(domain.publish, draft, wanted, before=before, now=utc_now(), by=by)
    return edition.sha256
