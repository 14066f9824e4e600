"""Where an edition's forms are made, off the event loop, and kept while they are asked for."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fastapi import Request

from services.reports.addresses import report_address
from services.reports.caching import Shelf
from services.reports.publication import pdf
from services.reports.publication.domain import Edition
from services.reports.publication.page import edition_page
from services.reports.publication.pictures import put_pictures
from services.reports.settings import Settings
from shared.model import Language
from shared.storage import Reader

FetchEdition = Callable[[], Awaitable[Edition]]


class Press:
    """Makes pages and PDFs of editions, each once while the shelf has room for it."""

    def __init__(self, settings: Settings, reader: Reader) -> None:
        self._settings = settings
        self._reader = reader
        self._shelf = Shelf(settings.shelf_bytes)
        self._typesetter = pdf.typesetter()

    async def page(self, key: str, fetch: FetchEdition, language: Language | None) -> bytes:
        """Return an edition's page as JSON."""

        async def make() -> bytes:
            edition = await fetch()
            return await asyncio.to_thread(lambda: edition_page(edition, language).model_dump_json().encode())

        return await self._shelf.take(f"page {key} {language}", make)

    async def pdf(self, key: str, fetch: FetchEdition, language: Language) -> bytes:
        """Return an edition's PDF in one language.  Raises `shared.typesetting.NotTypeset`."""

        async def make_document(folder: Path) -> dict[str, Any]:
            edition = await fetch()
            await put_pictures(self._reader, edition.read().images, folder)
            address = report_address(self._settings.portal_url, edition.report_id, language)
            publisher = self._settings.publisher_name
            return await asyncio.to_thread(pdf.document, edition, language, publisher=publisher, address=address)

        async def make() -> bytes:
            return await self._typesetter.typeset(make_document)

        return await self._shelf.take(f"pdf {key}", make)


def press_of(request: Request) -> Press:
    """Return the service's press, made when first needed."""
    state = request.app.state
    if not hasattr(state, "press"):
        state.press = Press(state.context.settings, state.context.storage.reader)
    press: Press = state.press
    return press
