"""Every collection of the evidence."""

from services.reports.evidence import sealing
from services.reports.evidence.claims import store as claims
from services.reports.evidence.custody import store as custody
from services.reports.evidence.exhibits import store as exhibits
from services.reports.evidence.incidents import store as incidents
from services.reports.evidence.parties import store as parties

COLLECTIONS = [
    *sealing.COLLECTIONS,
    *incidents.COLLECTIONS,
    *parties.COLLECTIONS,
    *exhibits.COLLECTIONS,
    *claims.COLLECTIONS,
    *custody.COLLECTIONS,
]
