"""The templates of reports over HTTP."""

from fastapi import APIRouter

from services.reports.templates.catalogue import TEMPLATES
from services.reports.templates.domain import Template
from shared.auth import Member

router = APIRouter(tags=["templates"])


@router.get("/report-templates")
async def list_templates(actor: Member) -> list[Template]:
    """List the kinds of reports: the sections each begins with, and what belongs in them."""
    return list(TEMPLATES.values())
