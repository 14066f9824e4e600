"""The operator's command for evidence: whether every file and every row of its log is as it was left."""

from typing import Any

from services.reports.evidence.custody import actions, store
from shared.settings import ServiceSettings
from shared.storage import Storage


async def verify_evidence(settings: ServiceSettings, report_id: str, console: Any) -> bool:
    """Verify the evidence of one report, or of all where none is named; say what is wrong; return whether all is well.

    The end of each log that is printed proves later, kept elsewhere, that nothing was cut off.
    """
    storage, well = Storage.connect(settings), True
    try:
        reader = storage.reader
        reports = [report_id] if report_id else await store.report_ids(reader)
        for each in reports:
            found = await actions.verify(reader, each)
            mark = "[red]✗[/red]" if found.faults else "[green]✓[/green]"
            counts = f"{found.rows} rows ({found.forgotten} of people erased since), {found.files} files"
            console.print(f"{mark} report {each}: {counts}, ends with {found.head}")
            for fault in found.faults:
                subject = f" (exhibit {fault.exhibit_id})" if fault.exhibit_id else ""
                console.print(f"    {fault.code}: {fault.detail}{subject}", markup=False)
            if found.more_faults:
                console.print(f"    and {found.more_faults} more")
            well = well and not found.faults
        if not reports:
            console.print("No report has evidence.")
    finally:
        await storage.close()
    return well
