"""The same queries and models behind bare FastAPI routes: no sign-in, no limits, no log; what ours are held to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, FastAPI

from services.registry.activities import store as activities
from services.registry.activities.finding import Filter
from services.registry.activities.naming import guards_of
from services.registry.activities.views import ActivityLine, line_of
from services.registry.audiences import ANYBODY
from services.registry.matrix import asking
from services.registry.matrix.domain import Axis
from services.registry.matrix.views import Matrix
from services.registry.organisations import finding
from services.registry.organisations.domain import Organisation
from services.registry.settings import Settings
from shared.ids import utc_now
from shared.paging import Page, Paging
from shared.storage import Storage

storage = Storage.connect(Settings())


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Give the connections back at the end."""
    yield
    await storage.close()


app = FastAPI(lifespan=lifespan)
PagingOf = Annotated[Paging, Depends()]


@app.get("/organisations")
async def list_organisations(paging: PagingOf, q: str | None = None, country: str | None = None) -> Page[Organisation]:
    """List organisations."""
    return await finding.page(storage.reader, finding.Wanted(None, q, None, country), paging)


@app.get("/activities")
async def list_activities(
    paging: PagingOf, q: str | None = None, country: str | None = None, theme: str | None = None
) -> Page[ActivityLine]:
    """List activities."""
    wanted = Filter(question=q, country=country, theme=theme)
    page = await activities.page(storage.reader, wanted, viewer=ANYBODY, paging=paging)
    guards = await guards_of(storage.reader, page.items)
    lines = (line_of(each, ANYBODY, guards=guards) for each in page.items)
    return Page(items=[each for each in lines if each is not None], next=page.next)


@app.get("/matrix")
async def show_matrix(
    rows: Axis, columns: Axis, year: str | None = None, region: str | None = None, country: str | None = None
) -> Matrix:
    """Count by two axes."""
    named: dict[Axis, str | None] = {"year": year, "region": region, "country": country}
    chosen = {axis: value for axis, value in named.items() if value is not None}
    wanted = asking.wanted_of(rows, columns, chosen=chosen, viewer=ANYBODY, paging=Paging(after=None, limit=30))
    return await asking.matrix(storage.reader, wanted, today=utc_now().date())
