"""Writing the log of custody, and verifying it with the files that it tells of."""

import hashlib

from services.reports.evidence.custody import domain, store
from services.reports.evidence.custody.domain import Chain, Fault, Kind, Verification, What
from services.reports.evidence.exhibits import store as exhibits
from services.reports.evidence.exhibits.store import FILES
from shared.ids import utc_now
from shared.storage import Reader, Tx

MAX_FAULTS = 200  # that are told one by one; the rest is counted


async def log(
    tx: Tx,
    report_id: str,
    what: What,
    kind: Kind,
    subject_id: str,
    *,
    by: str,
    note: str = "",
    sha256: str | None = None,
) -> None:
    """Write into a report's log what is done in this transaction."""
    row, head = domain.append(
        await store.head_of(tx, report_id),
        report_id,
        what,
        kind,
        subject_id,
        by=by,
        note=note,
        sha256=sha256,
        now=utc_now(),
        seal=sealing(tx),
    )
    await store.add(tx, row, head)


def sealing(reader: Reader) -> domain.Seal:
    """Return how hashes are put under the service's own key."""
    return lambda text: reader.vault.blind_index(f"custody:{text}")


async def forget_person(tx: Tx, person_id: str) -> None:
    """Forget who somebody was in every row; the hash over it stays, and with it the chain."""
    seal = sealing(tx)
    while hashes := await store.hashes_of(tx, person_id):
        await store.forget(tx, {row_id: domain.mark_of_forgetting(found, seal) for row_id, found in hashes.items()})


async def verify(reader: Reader, report_id: str) -> Verification:
    """Return whether a report's log and files are as they were left; reads every file, a chunk at a time."""
    chain, taken_in, erased = Chain(sealing(reader)), dict[str, tuple[str, int]](), set[str]()
    async for row in store.rows_of(reader, report_id):
        chain.check(row)
        if row.what == "taken-in" and row.sha256:
            taken_in[row.subject_id] = (row.sha256, row.seq)
        elif row.what == "erased":
            erased.add(row.subject_id)
    head = await store.head_of(reader, report_id)
    chain.end(head)
    faults = [*chain.faults, *await _check_files(reader, report_id, taken_in, erased)]
    return Verification(
        report_id=report_id,
        rows=chain.rows,
        forgotten=chain.forgotten,
        files=len(taken_in.keys() - erased),
        head=domain.BEGINNING if head is None else head.hash,
        faults=faults[:MAX_FAULTS],
        more_faults=max(0, len(faults) - MAX_FAULTS),
    )


async def _check_files(
    reader: Reader, report_id: str, taken_in: dict[str, tuple[str, int]], erased: set[str]
) -> list[Fault]:
    """Return the faults of files: each is read whole and hashed, and compared with the row of its taking in."""
    faults: list[Fault] = []
    held = {each.id: each async for each in exhibits.contents(reader, report_id)}
    for exhibit_id, (sha256, seq) in taken_in.items():
        if exhibit_id in erased:
            continue
        if exhibit_id not in held or not await _is_there(reader, held[exhibit_id].file_id):
            detail = f"The file that row {seq} took in is missing."
            faults.append(Fault(code="file-missing", seq=seq, exhibit_id=exhibit_id, detail=detail))
        elif {held[exhibit_id].sha256, await _digest(reader, held[exhibit_id].file_id)} != {sha256}:
            detail = f"The file is not the one that row {seq} took in."
            faults.append(Fault(code="file-altered", seq=seq, exhibit_id=exhibit_id, detail=detail))
    unknown = sorted(held.keys() - taken_in.keys())
    return faults + [
        Fault(code="not-in-the-log", exhibit_id=each, detail="No row of the log tells of this file.")
        for each in unknown
    ]


async def _is_there(reader: Reader, file_id: str) -> bool:
    async for _ in FILES.stream(reader, file_id):
        return True
    return False


async def _digest(reader: Reader, file_id: str) -> str:
    found = hashlib.sha256()
    async for part in FILES.stream(reader, file_id):
        found.update(part)
    return found.hexdigest()
