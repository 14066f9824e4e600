"""Puts the notifications service together."""

from fastapi import FastAPI

from services.notifications.channels import jobs as channel_jobs
from services.notifications.channels import store as channel_store
from services.notifications.consumers import consumer
from services.notifications.contacts import store as contact_store
from services.notifications.deliveries import jobs, routes, stops
from services.notifications.deliveries import store as delivery_store
from services.notifications.deliveries.sending import send_letters
from services.notifications.fanouts import store as fanout_store
from services.notifications.fanouts.expanding import expand_fanouts
from services.notifications.intake import routes as intake
from services.notifications.intake import store as intake_store
from services.notifications.intake.server import receive_mails
from services.notifications.openpgp import jobs as openpgp_jobs
from services.notifications.openpgp import store as openpgp_store
from services.notifications.operations import jobs as operation_jobs
from services.notifications.operations import routes as operations
from services.notifications.operations import store as operation_store
from services.notifications.preferences import digests
from services.notifications.preferences import routes as preferences
from services.notifications.preferences import store as preference_store
from services.notifications.settings import Settings
from services.notifications.subscribers import digests as reports_digests
from services.notifications.subscribers import store as subscriber_store
from services.notifications.suppressions import jobs as suppression_jobs
from services.notifications.suppressions import routes as suppressions
from services.notifications.suppressions import store as suppression_store
from shared.service import create_service

COLLECTIONS = [
    *delivery_store.COLLECTIONS,
    *stops.COLLECTIONS,
    *operation_store.COLLECTIONS,
    *contact_store.COLLECTIONS,
    *fanout_store.COLLECTIONS,
    *intake_store.COLLECTIONS,
    *suppression_store.COLLECTIONS,
    *openpgp_store.COLLECTIONS,
    *preference_store.COLLECTIONS,
    *channel_store.COLLECTIONS,
    *subscriber_store.COLLECTIONS,
]


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application of the notifications service."""
    return create_service(
        settings or Settings(),
        title="Zgoda notifications",
        routers=[operations.router, routes.router, intake.router, suppressions.router, preferences.router],
        collections=COLLECTIONS,
        consumer=consumer,
        jobs=[
            *jobs.JOBS,
            *operation_jobs.JOBS,
            *suppression_jobs.JOBS,
            *digests.JOBS,
            *reports_digests.JOBS,
            *channel_jobs.JOBS,
            *openpgp_jobs.JOBS,
        ],
        components={"letters": send_letters, "fan-outs": expand_fanouts, "intake": receive_mails},
    )


def __getattr__(name: str) -> FastAPI:
    """Make ``app`` when a server asks for it; settings are read then, and not when the module is imported."""
    if name == "app":
        return create_app()
    raise AttributeError(name)
