"""What the rest of the service asks of the evidence: names that must not be in print, and what hinders publication."""

from services.reports.evidence.claims import actions as claims
from services.reports.evidence.claims import store as claim_store
from services.reports.evidence.custody import actions as custody
from services.reports.evidence.exhibits import store as exhibits
from services.reports.evidence.incidents import store as incidents
from services.reports.evidence.parties import store as parties
from shared.problems import FieldError
from shared.storage import Reader, Tx


async def protected_names(reader: Reader, report_id: str) -> set[str]:
    """Return every name, in every spelling known, that the evidence of a report keeps from the public."""
    return {name for party in await parties.not_public(reader, report_id) for name in party.names}


async def points(reader: Reader, report_id: str) -> tuple[FieldError, ...]:
    """Return what in the evidence hinders the publication of a report."""
    return await claims.points(reader, report_id)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Forget who recorded what and who had it in hand; evidence and the chain of its log stay."""
    for forget in (incidents, parties, exhibits, claim_store, custody):
        await forget.forget_person(tx, person_id)
