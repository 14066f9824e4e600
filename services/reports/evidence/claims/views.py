"""What of a claim is shown to whom: evidence that is not for them is counted."""

from collections.abc import Mapping

from services.reports.evidence.claims.domain import Claim
from services.reports.evidence.exhibits.domain import Exhibit
from services.reports.evidence.incidents.domain import Incident, is_for
from services.reports.evidence.levels import Sight, seen_by
from shared.ids import Id
from shared.model import Language, Model, Time


class ClaimView(Model):
    """A passage and its evidence; ``protected`` is how many pieces more there are that are not for this reader."""

    id: Id
    section: str
    language: Language
    quote: str
    incident_ids: list[Id]
    exhibit_ids: list[Id]
    protected: int
    recorded_at: Time


def view(claim: Claim, incidents: Mapping[str, Incident], exhibits: Mapping[str, Exhibit], sight: Sight) -> ClaimView:
    """Return what ``sight`` takes in of a claim; what is erased or unknown is neither shown nor counted."""
    shown = [each for each in claim.incident_ids if each in incidents and is_for(incidents[each], sight)]
    files = [each for each in claim.exhibit_ids if each in exhibits and exhibits[each].level in seen_by(sight)]
    known = sum(each in incidents for each in claim.incident_ids) + sum(each in exhibits for each in claim.exhibit_ids)
    return ClaimView(
        id=claim.id,
        section=claim.section,
        language=claim.language,
        quote=claim.quote,
        incident_ids=shown,
        exhibit_ids=files,
        protected=known - len(shown) - len(files),
        recorded_at=claim.recorded_at,
    )
