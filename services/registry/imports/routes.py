"""Imports over HTTP: the body is the file."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.registry.imports import actions, iati, people_csv
from services.registry.imports.domain import ImportReport
from shared.auth import Coordinator
from shared.model import Line
from shared.web import StorageOf

router = APIRouter(prefix="/imports", tags=["imports"])

BODY_LIMITS = {"/imports/iati": iati.MAX_BYTES, "/imports/people": people_csv.MAX_BYTES}
"""Bytes that these paths take."""


def _file(media_type: str) -> dict[str, object]:
    schema = {"type": "string", "format": "binary"}
    return {"requestBody": {"required": True, "content": {media_type: {"schema": schema}}}}


CreateOrganisations = Annotated[
    bool, Query(description="Begin records of organisations that have none; otherwise their rows are refused.")
]

Correction = Annotated[
    str, Query(max_length=1_000, description="Why activities of locked periods are corrected; else they are refused.")
]

NameOfFile = Annotated[
    Line | None, Query(description="What the file is called: whoever reviews organisations is told.")
]


@router.post("/iati", openapi_extra=_file("application/xml"))
async def import_iati(
    *,
    request: Request,
    actor: Coordinator,
    storage: StorageOf,
    correction: Correction = "",
    file_name: NameOfFile = None,
) -> ImportReport:
    """Import activities from an IATI 2.03 file of at most 20 MB; what is refused is told by line and reason."""
    content = await request.body()
    return await actions.import_iati(
        storage, content, file_name=file_name, correction=correction.strip(), by=actor.person_id
    )


@router.post("/people", openapi_extra=_file("text/csv"))
async def import_people(
    *,
    request: Request,
    actor: Coordinator,
    storage: StorageOf,
    create_organisations: CreateOrganisations = False,
    file_name: NameOfFile = None,
) -> ImportReport:
    """Import people from a table (CSV, UTF-8) of at most 5 MB; what is refused is told by line and reason."""
    return await actions.import_people(
        storage,
        await request.body(),
        by=actor.roles,
        by_id=actor.person_id,
        create_organisations=create_organisations,
        file_name=file_name,
    )
