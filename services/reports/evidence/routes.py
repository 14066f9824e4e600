"""Every route of the evidence."""

from services.reports.evidence import counts
from services.reports.evidence.claims import routes as claims
from services.reports.evidence.custody import routes as custody
from services.reports.evidence.exhibits import routes as exhibits
from services.reports.evidence.incidents import routes as incidents
from services.reports.evidence.parties import routes as parties

ROUTERS = [counts.router, incidents.router, parties.router, exhibits.router, claims.router, custody.router]
BODY_LIMITS = exhibits.BODY_LIMITS
