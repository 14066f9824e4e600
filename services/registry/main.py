"""Puts the registry together."""

from fastapi import FastAPI

from services.registry.activities import jobs as activity_jobs
from services.registry.activities import routes as activities
from services.registry.activities import store as activity_store
from services.registry.coalitions import routes as coalitions
from services.registry.coalitions import store as coalition_store
from services.registry.consents import routes as consents
from services.registry.consents import store as consent_store
from services.registry.consumers import consumer
from services.registry.erasure import routes as erasure
from services.registry.erasure import store as erasure_store
from services.registry.exports import routes as exports
from services.registry.imports import routes as imports
from services.registry.imports.sheets import jobs as sheet_jobs
from services.registry.imports.sheets import routes as sheets
from services.registry.imports.sheets import store as sheet_store
from services.registry.matrix import jobs as matrix_jobs
from services.registry.matrix import routes as matrix
from services.registry.matrix import store as matrix_store
from services.registry.organisations import routes as organisations
from services.registry.organisations import wiring as organisation_wiring
from services.registry.people import reachability
from services.registry.people import routes as people
from services.registry.people import store as people_store
from services.registry.periods import jobs as period_jobs
from services.registry.periods import routes as periods
from services.registry.periods import store as period_store
from services.registry.places import routes as places
from services.registry.places import store as place_store
from services.registry.settings import Settings
from services.registry.sign_in import jobs
from services.registry.sign_in import routes as sign_in
from services.registry.sign_in import store as sign_in_store
from services.registry.sign_in.keys import SigningKeys
from shared.service import create_service

COLLECTIONS = [
    *organisation_wiring.COLLECTIONS,
    *people_store.COLLECTIONS,
    *reachability.COLLECTIONS,
    *consent_store.COLLECTIONS,
    *erasure_store.COLLECTIONS,
    *coalition_store.COLLECTIONS,
    *activity_store.COLLECTIONS,
    *matrix_store.COLLECTIONS,
    *place_store.COLLECTIONS,
    *sheet_store.COLLECTIONS,
    *period_store.COLLECTIONS,
    *sign_in_store.COLLECTIONS,
]


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application of the registry, which verifies the access tokens it signed by its own keys."""
    app = create_service(
        settings or Settings(),
        title="Zgoda registry",
        routers=[
            organisations.router,
            people.router,
            consents.router,
            erasure.router,
            coalitions.router,
            exports.router,
            activities.router,
            matrix.router,
            places.router,
            imports.router,
            sheets.router,
            periods.router,
            sign_in.router,
        ],
        collections=COLLECTIONS,
        consumer=consumer,
        jobs=[
            *jobs.JOBS,
            *organisation_wiring.JOBS,
            *activity_jobs.JOBS,
            *matrix_jobs.JOBS,
            *sheet_jobs.JOBS,
            *period_jobs.JOBS,
        ],
        body_limits={**imports.BODY_LIMITS, **sheets.BODY_LIMITS},
    )
    context = app.state.context
    context.keys = app.state.signing_keys = SigningKeys(context.storage, context.settings)
    return app


def __getattr__(name: str) -> FastAPI:
    """Make ``app`` when a server asks for it; settings are read then, and not when the module is imported."""
    if name == "app":
        return create_app()
    raise AttributeError(name)
