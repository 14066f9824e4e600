"""The templates there are, one for each kind of report."""

from services.reports.templates.book import BOOK
from services.reports.templates.briefing import BRIEFING
from services.reports.templates.domain import Kind, Template
from services.reports.templates.monitoring import MONITORING_REPORT

TEMPLATES: dict[Kind, Template] = {template.kind: template for template in (MONITORING_REPORT, BRIEFING, BOOK)}
