"""Recording parties, opening their names, and erasing them."""

from services.reports.evidence.custody.actions import log
from services.reports.evidence.incidents import store as incidents
from services.reports.evidence.looking import Looker
from services.reports.evidence.parties import domain, store
from services.reports.evidence.parties.domain import Party, RecordParty
from services.reports.evidence.parties.store import PARTIES
from shared.ids import utc_now
from shared.problems import Conflict
from shared.storage import Tx
from shared.web import expect


async def record_party(tx: Tx, report_id: str, command: RecordParty, *, by: Looker) -> Party:
    """Say who somebody is."""
    others = await store.count(tx, report_id)
    party = domain.record(report_id, command, others=others, by=by.person_id, now=utc_now())
    await PARTIES.add(tx, party)
    await log(tx, report_id, "recorded", "party", party.id, by=by.person_id)
    return party


async def change_party(
    tx: Tx, report_id: str, party_id: str, command: RecordParty, *, seen: int | None, by: Looker
) -> Party:
    """Say anew who somebody is."""
    before = await PARTIES.get(tx, report_id, party_id)
    by.check_own(before)
    expect(before, seen)
    party = domain.change(before, command, now=utc_now())
    if party is not before:
        await PARTIES.put(tx, party)
        await log(tx, report_id, "changed", "party", party_id, by=by.person_id)
    return party


async def open_party(tx: Tx, report_id: str, party_id: str, *, reason: str, by: Looker) -> Party:
    """Return a party with its names, and write into the log who saw them and why."""
    party = await PARTIES.get(tx, report_id, party_id)
    by.check_own(party)
    await log(tx, report_id, "opened", "party", party_id, by=by.person_id, note=reason)
    return party


async def erase_party(tx: Tx, report_id: str, party_id: str, *, by: Looker) -> None:
    """Forget somebody for good, backups included.  Raises `Conflict` while an incident names them."""
    party = await PARTIES.get(tx, report_id, party_id)
    by.check_own(party)
    if await incidents.names_party(tx, report_id, party_id):
        raise Conflict("party-named", "An incident names this party: count it there among those without a name first.")
    await PARTIES.erase(tx, party_id)
    await log(tx, report_id, "erased", "party", party_id, by=by.person_id)
