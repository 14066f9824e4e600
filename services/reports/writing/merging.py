"""Following merges of organisations in who writes which report, and in what each has signed, said and saved."""

from shared.events.registry import OrganisationsMerged
from shared.following import NamedIn, follow_merge
from shared.storage import Tx

OWN: NamedIn = {
    "commissions": ["contributors.organisation_id"],
    "section_work": ["signatures.organisation_id", "history.organisation_id"],
    "images": ["added_for"],
    "threads": ["remarks.author.organisation_id", "settled_by.organisation_id"],
    "revisions": ["saved_by.organisation_id"],
}
MIRRORED: NamedIn = {"people": ["organisation_ids"]}


async def merge_organisations(tx: Tx, event: OrganisationsMerged) -> None:
    """Follow a merge of organisations, or its taking back."""
    await follow_merge(tx, event, own=OWN, mirrored=MIRRORED)
