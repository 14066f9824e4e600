"""How much evidence a report has, protected pieces included: numbers alone, which name nobody."""

from fastapi import APIRouter, Response
from pydantic import Field

from services.reports.evidence.exhibits import store as exhibits
from services.reports.evidence.incidents import store as incidents
from services.reports.evidence.levels import Level
from services.reports.evidence.looking import looker
from services.reports.evidence.parties import store as parties
from shared.auth import Member
from shared.events.reports import Theme
from shared.ids import Id
from shared.model import Model
from shared.storage import Reader
from shared.web import StorageOf

router = APIRouter(tags=["evidence"])


class EvidenceCounts(Model):
    """How much there is, by what it is about and for whom it is."""

    incidents: int = 0
    parties: int = 0
    exhibits: int = 0
    """Files that were taken in; announced ones are not there yet."""
    by_theme: dict[Theme, int] = Field(default_factory=dict)
    by_act: dict[str, int] = Field(default_factory=dict)
    by_level: dict[Level, int] = Field(default_factory=dict)


@router.get("/reports/{report_id}/evidence")
async def count_evidence(report_id: Id, actor: Member, storage: StorageOf, response: Response) -> EvidenceCounts:
    """Say how much evidence there is, by theme, act and audience."""
    await looker(storage.reader, actor, report_id)
    response.headers["Cache-Control"] = "no-store"
    return await counted(storage.reader, report_id)


async def counted(reader: Reader, report_id: str) -> EvidenceCounts:
    """Return how much evidence a report has."""
    total = 0
    by_theme: dict[Theme, int] = {}
    by_act: dict[str, int] = {}
    by_level: dict[Level, int] = {}
    async for each in incidents.counted(reader, report_id):
        total += 1
        by_level[each.level] = by_level.get(each.level, 0) + 1
        if each.theme is not None:
            by_theme[each.theme] = by_theme.get(each.theme, 0) + 1
        for code in {act.code for act in each.acts}:
            by_act[code] = by_act.get(code, 0) + 1
    return EvidenceCounts(
        incidents=total,
        parties=await parties.count(reader, report_id),
        exhibits=await exhibits.count_taken_in(reader, report_id),
        by_theme=by_theme,
        by_act=dict(sorted(by_act.items())),
        by_level=by_level,
    )
