"""The matrix over HTTP: everybody may ask, and is told what they may know."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.registry.activities.views import ActivityLine
from services.registry.audiences import viewer_of
from services.registry.matrix import asking
from services.registry.matrix.asking import Gaps, Overlaps
from services.registry.matrix.domain import Axis
from services.registry.matrix.views import Matrix
from shared.auth import Anyone
from shared.events.registry import OrganisationKind
from shared.events.reports import Theme
from shared.ids import utc_now
from shared.model import Country
from shared.paging import Page, Paging
from shared.problems import Invalid
from shared.web import StorageOf

router = APIRouter(prefix="/matrix", tags=["matrix"])

MAX_LINES = 50  # organisations on one page, in rows and in columns

Value = Annotated[str | None, Query(pattern=r"^[A-Za-z0-9-]{1,40}$")]
Year = Annotated[str | None, Query(pattern=r"^([0-9]{4}|unsaid|withheld)$")]


def chosen_of(
    *,
    donor: Value = None,
    implementer: Value = None,
    theme: Value = None,
    sector: Value = None,
    country: Value = None,
    region: Value = None,
    kind: Value = None,
    year: Year = None,
    status: Value = None,
) -> dict[Axis, str]:
    """Return what activities must have: one value of each axis that is named."""
    named: dict[Axis, str | None] = {
        "donor": donor,
        "implementer": implementer,
        "theme": theme,
        "sector": sector,
        "country": country,
        "region": region,
        "kind": kind,
        "year": year,
        "status": status,
    }
    return {axis: value for axis, value in named.items() if value is not None}


Chosen = Annotated[dict[Axis, str], Depends(chosen_of)]
Lines = Annotated[int, Query(ge=1, le=MAX_LINES, description="Organisations in rows, and in columns.")]
After = Annotated[str | None, Query(max_length=500, description="The `next` of the page before.")]


@router.get("")
async def show_matrix(
    *,
    actor: Anyone,
    storage: StorageOf,
    chosen: Chosen,
    rows: Axis = "donor",
    columns: Axis = "theme",
    after: After = None,
    limit: Lines = 30,
) -> Matrix:
    """Count activities and their money by two axes, among those that have what is chosen on others."""
    if rows == columns or rows in chosen or columns in chosen:
        raise Invalid("axis-named-twice", "Name each axis once: in rows, in columns or as what is chosen.")
    wanted = asking.wanted_of(
        rows, columns, chosen=chosen, viewer=viewer_of(actor), paging=Paging(after=after, limit=limit)
    )
    return await asking.matrix(storage.reader, wanted, today=utc_now().date())


@router.get("/activities")
async def list_behind(
    *, actor: Anyone, storage: StorageOf, chosen: Chosen, paging: Annotated[Paging, Depends()]
) -> Page[ActivityLine]:
    """List the activities behind a cell: those that have its row's and its column's value, and what else is chosen."""
    return await asking.behind(storage.reader, chosen, viewer=viewer_of(actor), paging=paging)


@router.get("/overlaps")
async def list_overlaps(
    *,
    actor: Anyone,
    storage: StorageOf,
    theme: Theme | None = None,
    region: Value = None,
    kind: OrganisationKind | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
    after: After = None,
) -> Overlaps:
    """List where two donors do something for the same theme in the same region at the same time; else this year."""
    chosen: dict[Axis, str] = {} if kind is None else {"kind": kind}
    return await asking.overlaps(
        storage.reader,
        viewer=viewer_of(actor),
        theme=theme,
        region=region,
        chosen=chosen,
        span=asking.span_of(from_on, to_on, today=utc_now().date()),
        after=after,
    )


@router.get("/gaps")
async def list_gaps(*, actor: Anyone, storage: StorageOf, country: Country, year: Year = None) -> Gaps:
    """List themes and regions of a country without activity, beside its other regions."""
    return await asking.gaps(storage.reader, viewer=viewer_of(actor), country=country, year=year)
