"""The collection of incidents: the texts sealed, what is counted in clear."""

from collections.abc import AsyncIterator

from pydantic import ConfigDict

from services.reports.evidence.finding import Finding
from services.reports.evidence.incidents.domain import Incident
from services.reports.evidence.incidents.parts import Act, When, Where
from services.reports.evidence.levels import Sight, StoredLevel, seen_by
from services.reports.evidence.sealing import SealedAggregates
from shared.events.reports import Theme
from shared.model import Model
from shared.paging import Page
from shared.storage import CollectionSpec, Document, Index, Reader, Tx

INCIDENTS = SealedAggregates("incidents", Incident, "incident", ("title", "text", "detail", "reason"))
COLLECTIONS = [
    CollectionSpec(
        "incidents",
        [
            Index([("report_id", 1), ("state", 1), ("_id", -1)]),
            Index([("acts.victims.party_id", 1)]),
            Index([("recorded_by", 1)]),
        ],
    )
]
COUNTED = {"theme": 1, "when": 1, "where": 1, "acts": 1, "level": 1}


class Counted(Model):
    """What of an incident is counted: nothing of it is sealed, and nobody is named."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    theme: Theme | None
    when: When
    where: Where
    acts: list[Act]
    level: StoredLevel


def which(report_id: str, *, state: str | None = "recorded", theme: str | None = None) -> Document:
    """Return the filter of a report's incidents."""
    wanted = {"report_id": report_id, "state": state, "theme": theme}
    return {name: value for name, value in wanted.items() if value is not None}


async def page(
    reader: Reader, where: Document, finding: Finding, sight: Sight, *, after: str | None, limit: int
) -> Page[Incident]:
    """Return a page of the incidents that are wanted, newest first; titles are looked at as far as they are shown."""
    wanted = {**where, **finding.where}
    if not finding.searches:
        return await INCIDENTS.page(reader, wanted, after=after, limit=limit)

    def fits(incident: Incident) -> bool:
        shown = incident.levels.get("title", incident.level) in seen_by(sight)
        return finding.fits(incident.id, incident.title.values() if shown else [])

    return await INCIDENTS.search(reader, wanted, fits, after=after, limit=limit)


async def count(reader: Reader, report_id: str) -> int:
    """Return how many incidents a report has, withdrawn ones included."""
    return await reader["incidents"].count({"report_id": report_id})


async def counted(reader: Reader, report_id: str) -> AsyncIterator[Counted]:
    """Yield what is counted of a report's recorded incidents, protected ones included."""
    async for row in reader["incidents"].stream(which(report_id), projection=COUNTED):
        yield Counted.model_validate(row)


async def names_party(reader: Reader, report_id: str, party_id: str) -> bool:
    """Return whether an incident of a report names a party."""
    fields = ("acts.victims.party_id", "acts.perpetrators.party_id", "sources.party_id")
    where = {"report_id": report_id, "$or": [{field: party_id} for field in fields]}
    return await reader["incidents"].find_one(where, {"_id": 1}) is not None


async def cites_exhibit(reader: Reader, report_id: str, exhibit_id: str) -> bool:
    """Return whether an incident of a report rests on an exhibit."""
    where = {"report_id": report_id, "sources.exhibit_id": exhibit_id}
    return await reader["incidents"].find_one(where, {"_id": 1}) is not None


async def forget_person(tx: Tx, person_id: str) -> None:
    """Keep incidents and forget who recorded them."""
    await tx["incidents"].update_many({"recorded_by": person_id}, {"$set": {"recorded_by": None}})
