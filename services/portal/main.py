"""Puts the portal together: without storage and queue, and therefore without the services' own factory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from services.portal import refusals
from services.portal.activities.editing import router as activity_forms
from services.portal.activities.places import router as places
from services.portal.activities.routes import router as activities
from services.portal.agenda.attendance import router as attendance
from services.portal.agenda.audience import router as audiences
from services.portal.agenda.by_link import router as programme
from services.portal.agenda.documents import router as documents
from services.portal.agenda.drafts import router as drafts
from services.portal.agenda.routes import router as agenda
from services.portal.agenda.series import router as series
from services.portal.answering.routes import router as answering
from services.portal.book.routes import router as book
from services.portal.clients import connection, nobody, services
from services.portal.coalitions.routes import router as coalitions
from services.portal.decisions.brief import router as briefs
from services.portal.decisions.meeting import router as outcomes
from services.portal.decisions.routes import router as decisions
from services.portal.evidence.file import router as evidence_file
from services.portal.evidence.files import router as evidence_files
from services.portal.evidence.parties import router as evidence_people
from services.portal.evidence.passages import router as passages
from services.portal.evidence.routes import router as evidence
from services.portal.front import router as front
from services.portal.guard import Guard
from services.portal.imports.routes import router as importing
from services.portal.indicators.routes import router as indicators
from services.portal.invitations.answers import router as answers
from services.portal.invitations.instead import router as instead
from services.portal.invitations.inviting import router as inviting
from services.portal.invitations.messages import router as messages
from services.portal.invitations.noting import router as noting
from services.portal.invitations.routes import router as invitations
from services.portal.languages import translations
from services.portal.letters.routes import router as single_letters
from services.portal.matrix.routes import router as matrices
from services.portal.meetings.change import router as changing
from services.portal.meetings.routes import router as meetings
from services.portal.meetings.schedule import router as scheduling
from services.portal.meetings.wording import router as wordings
from services.portal.operations.addresses import router as addresses
from services.portal.operations.routes import router as operations
from services.portal.organisations.review import router as reviewing
from services.portal.organisations.routes import router as organisations
from services.portal.pages import STATIC
from services.portal.people.me import router as me
from services.portal.people.routes import router as people
from services.portal.periods.changing import router as period_changes
from services.portal.periods.routes import router as reporting_periods
from services.portal.preferences.routes import router as preferences
from services.portal.publishing.routes import router as publishing
from services.portal.registry.routes import router as registry
from services.portal.reports.editor import router as editing
from services.portal.reports.files import router as report_files
from services.portal.reports.library import router as library
from services.portal.reports.routes import router as reports
from services.portal.sessions import Cookies, Tokens
from services.portal.settings import Settings
from services.portal.signing_in.routes import router as signing_in
from services.portal.subscriptions.routes import router as subscriptions
from services.portal.subscriptions.webhooks import router as webhooks
from services.portal.texts.comments import router as commenting
from services.portal.texts.images import router as images
from services.portal.texts.revisions import router as revisions
from services.portal.texts.section import router as sections
from services.portal.writing.editors import router as editors
from services.portal.writing.planning import router as planning
from services.portal.writing.routes import router as writing
from shared import logs
from shared.model import LANGUAGES
from shared.settings import plain

A_YEAR = 31_536_000  # seconds: the address of a file changes with its content


class _Files(StaticFiles):
    """Our own style sheet and pictures: kept for ever, because their addresses name their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
        return response


def create_app(settings: Settings | None = None, http: httpx2.AsyncClient | None = None) -> FastAPI:
    """Return the portal; ``http`` is what it reaches the services with, its own pool when none is given."""
    settings = settings or Settings()
    logs.configure(settings.service, settings.log_level)
    for language in LANGUAGES:
        translations(language)  # read now, not during somebody's first visit

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with http or connection(settings) as app.state.http:
            registry = services(app.state.http, settings, nobody).registry
            app.state.tokens = Tokens(registry.refresh)
            yield

    app = FastAPI(title="Zgoda", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.settings = settings
    app.state.cookies = Cookies(plain(settings.session_secrets), secure=settings.secure)
    app.add_middleware(Guard, settings=settings, fault=refusals.fault)
    refusals.install(app)
    app.mount("/static", _Files(directory=STATIC), name="static")
    for router in (
        front,
        answering,
        inviting,
        invitations,
        answers,
        noting,
        messages,
        instead,
        programme,
        attendance,
        documents,
        drafts,
        audiences,
        agenda,
        series,
        signing_in,
        scheduling,
        changing,
        wordings,
        decisions,
        outcomes,
        briefs,
        meetings,
        people,
        me,
        activity_forms,
        activities,
        places,
        reviewing,
        organisations,
        coalitions,
        matrices,
        registry,
        importing,
        reporting_periods,
        period_changes,
        sections,
        revisions,
        commenting,
        images,
        writing,
        editors,
        planning,
        evidence,
        evidence_people,
        evidence_files,
        evidence_file,
        passages,
        indicators,
        publishing,
        editing,
        book,
        library,
        report_files,
        reports,
        subscriptions,
        webhooks,
        preferences,
        operations,
        addresses,
        single_letters,
    ):
        app.include_router(router)
    return app


def __getattr__(name: str) -> FastAPI:
    """Make ``app`` when a server asks for it; settings are read then, and not when the module is imported."""
    if name == "app":
        return create_app()
    raise AttributeError(name)
