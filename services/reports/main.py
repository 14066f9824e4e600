"""Puts the reports service together."""

from fastapi import FastAPI

from services.reports.book import routes as book
from services.reports.book import store as book_store
from services.reports.comments import jobs as comment_jobs
from services.reports.comments import routes as comments
from services.reports.comments import store as comment_store
from services.reports.commissions import routes as commissions
from services.reports.commissions import store as commission_store
from services.reports.consumers import consumer
from services.reports.evidence import jobs as evidence_jobs
from services.reports.evidence import routes as evidence
from services.reports.evidence import store as evidence_store
from services.reports.images import jobs as image_jobs
from services.reports.images import routes as images
from services.reports.images import store as image_store
from services.reports.indicators import routes as indicators
from services.reports.indicators import store as indicator_store
from services.reports.library import jobs as library_jobs
from services.reports.library import routes as library
from services.reports.library import store as library_store
from services.reports.publication import feed_routes, number_routes
from services.reports.publication import routes as publication
from services.reports.publication import store as edition_store
from services.reports.releases import jobs as release_jobs
from services.reports.releases import routes as releases
from services.reports.releases import store as release_store
from services.reports.reports import routes as reports
from services.reports.reports import store as report_store
from services.reports.revisions import routes as revisions
from services.reports.revisions import store as revision_store
from services.reports.settings import Settings
from services.reports.subscriptions import jobs
from services.reports.subscriptions import routes as subscriptions
from services.reports.subscriptions import store as subscription_store
from services.reports.templates import routes as templates
from services.reports.webhooks import jobs as webhook_jobs
from services.reports.webhooks import routes as webhooks
from services.reports.webhooks import store as webhook_store
from services.reports.writing import jobs as writing_jobs
from services.reports.writing import routes as writing
from services.reports.writing import store as writing_store
from shared.service import create_service


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application of the reports service."""
    return create_service(
        settings or Settings(),
        title="Zgoda reports",
        routers=[
            reports.router,
            publication.router,
            releases.router,
            releases.desk,
            feed_routes.router,
            number_routes.router,
            library.router,
            book.router,
            book.readers,
            subscriptions.router,
            webhooks.router,
            commissions.router,
            templates.router,
            writing.router,
            *evidence.ROUTERS,
            indicators.router,
            images.router,
            revisions.router,
            comments.router,
        ],
        collections=[
            *report_store.COLLECTIONS,
            *edition_store.COLLECTIONS,
            *release_store.COLLECTIONS,
            *library_store.COLLECTIONS,
            *book_store.COLLECTIONS,
            *subscription_store.COLLECTIONS,
            *webhook_store.COLLECTIONS,
            *commission_store.COLLECTIONS,
            *writing_store.COLLECTIONS,
            *evidence_store.COLLECTIONS,
            *indicator_store.COLLECTIONS,
            *image_store.COLLECTIONS,
            *revision_store.COLLECTIONS,
            *comment_store.COLLECTIONS,
        ],
        consumer=consumer,
        body_limits={**images.BODY_LIMITS, **evidence.BODY_LIMITS},
        jobs=[
            *jobs.JOBS,
            *writing_jobs.JOBS,
            *evidence_jobs.JOBS,
            *webhook_jobs.JOBS,
            *library_jobs.JOBS,
            *release_jobs.JOBS,
            *image_jobs.JOBS,
            *comment_jobs.JOBS,
        ],
    )


def __getattr__(name: str) -> FastAPI:
    """Make ``app`` when a server asks for it; settings are read then, and not when the module is imported."""
    if name == "app":
        return create_app()
    raise AttributeError(name)
