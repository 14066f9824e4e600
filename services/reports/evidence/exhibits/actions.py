"""Taking files in with their hash, and handing them out by name."""

from services.reports.access import check_edits
from services.reports.evidence.custody.actions import log
from services.reports.evidence.exhibits import domain, store
from services.reports.evidence.exhibits.domain import DescribeExhibit, Exhibit, File
from services.reports.evidence.exhibits.store import EXHIBITS, FILES
from services.reports.evidence.incidents import store as incidents
from services.reports.evidence.levels import seen_by
from services.reports.evidence.looking import Looker
from shared.ids import utc_now
from shared.problems import Conflict, Invalid, NotFound
from shared.storage import StoredFile, Tx
from shared.web import expect


async def describe_exhibit(tx: Tx, report_id: str, command: DescribeExhibit, *, by: Looker) -> Exhibit:
    """Announce a file; it follows by PUT to its content."""
    others = await store.count(tx, report_id)
    exhibit = domain.describe(report_id, command, others=others, by=by.person_id, now=utc_now())
    await EXHIBITS.add(tx, exhibit)
    await log(tx, report_id, "recorded", "exhibit", exhibit.id, by=by.person_id)
    return exhibit


async def change_exhibit(
    tx: Tx, report_id: str, exhibit_id: str, command: DescribeExhibit, *, seen: int | None, by: Looker
) -> Exhibit:
    """Say anew what a file is and for whom."""
    before = await EXHIBITS.get(tx, report_id, exhibit_id)
    by.check_own(before)
    expect(before, seen)
    exhibit = domain.change(before, command, now=utc_now())
    if exhibit is not before:
        await EXHIBITS.put(tx, exhibit)
        await log(tx, report_id, "changed", "exhibit", exhibit_id, by=by.person_id)
    return exhibit


async def take_in(tx: Tx, report_id: str, exhibit_id: str, stored: StoredFile, *, by: Looker) -> Exhibit:
    """Make a received file the exhibit's for good, and write its hash into the log."""
    before = await EXHIBITS.get(tx, report_id, exhibit_id)
    by.check_own(before)
    file = File(file_id=stored.id, **stored.model_dump(exclude={"id"}))
    exhibit = domain.take_in(before, file, now=utc_now())
    if exhibit is not before:
        await FILES.keep(tx, stored.id)
        await EXHIBITS.put(tx, exhibit)
        await log(tx, report_id, "taken-in", "exhibit", exhibit_id, by=by.person_id, sha256=file.sha256)
    return exhibit


async def open_exhibit(tx: Tx, report_id: str, exhibit_id: str, *, reason: str, by: Looker) -> Exhibit:
    """Return everything that is written of an exhibit, and write into the log who saw it and why."""
    exhibit = await EXHIBITS.get(tx, report_id, exhibit_id)
    by.check_own(exhibit)
    await log(tx, report_id, "opened", "exhibit", exhibit_id, by=by.person_id, note=reason)
    return exhibit


async def hand_out(tx: Tx, report_id: str, exhibit_id: str, *, reason: str, by: Looker) -> tuple[Exhibit, File]:
    """Return an exhibit and its file, and write into the log who has it now and why.

    Raises `NotFound` when it is not there or not for them, `Invalid` (``reason-needed``) for one that is protected.
    """
    exhibit = await EXHIBITS.get(tx, report_id, exhibit_id)
    seen = exhibit.level in seen_by(by.sight)
    if not seen:
        by.check_own(exhibit)
        if not reason:
            raise Invalid("reason-needed", "This file is protected: say why you must have it.")
    if exhibit.file is None:
        raise NotFound("exhibit-not-found", "This exhibit has no file yet.")
    sha256 = exhibit.file.sha256
    await log(tx, report_id, "handed-out", "exhibit", exhibit_id, by=by.person_id, note=reason, sha256=sha256)
    return exhibit, exhibit.file


async def erase_exhibit(tx: Tx, report_id: str, exhibit_id: str, *, by: Looker) -> None:
    """Delete an exhibit and its file for good; the log still tells that it was there, and its hash.

    Raises `Conflict` while an incident rests on it, `Forbidden` for a file that was taken in unless editors ask; one
    that was announced alone goes with whoever announced it.
    """
    exhibit = await EXHIBITS.get(tx, report_id, exhibit_id)
    by.check_own(exhibit)
    if exhibit.file is not None:
        check_edits(by.part)
    if await incidents.cites_exhibit(tx, report_id, exhibit_id):
        raise Conflict("exhibit-cited", "An incident rests on this file: name another source there first.")
    if exhibit.file is not None:
        await FILES.release(tx, exhibit.file.file_id)
    await EXHIBITS.erase(tx, exhibit_id)
    await log(tx, report_id, "erased", "exhibit", exhibit_id, by=by.person_id)
