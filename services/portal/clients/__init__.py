"""How the portal asks the services: one typed client for each, with limits, timeouts and one kind of refusal."""

from dataclasses import dataclass

import httpx2

from services.portal.clients.activities import Activities
from services.portal.clients.agenda import Agendas
from services.portal.clients.base import Authorization, Caller
from services.portal.clients.coalitions import Coalitions
from services.portal.clients.decisions import Decisions
from services.portal.clients.evidence import Evidence
from services.portal.clients.imports import Imports
from services.portal.clients.indicators import Indicators
from services.portal.clients.invitations import Invitations
from services.portal.clients.library import Library
from services.portal.clients.matrix import Matrices
from services.portal.clients.meetings import Meetings
from services.portal.clients.messages import Messages
from services.portal.clients.notifications import Notifications
from services.portal.clients.operations import Operations
from services.portal.clients.organisations import Organisations
from services.portal.clients.people import People
from services.portal.clients.periods import Periods
from services.portal.clients.preferences import PreferencesOf
from services.portal.clients.publishing import Publishing
from services.portal.clients.registry import Registry
from services.portal.clients.reports import Reports
from services.portal.clients.subscriptions import Subscriptions, Webhooks
from services.portal.clients.texts import Texts
from services.portal.clients.writing import Writing
from services.portal.settings import Settings

MAX_CONNECTIONS = 100


@dataclass(frozen=True, slots=True)
class Services:
    """The services, asked on behalf of one person, one link or nobody."""

    registry: Registry
    activities: Activities
    organisations: Organisations
    coalitions: Coalitions
    people: People
    imports: Imports
    periods: Periods
    matrices: Matrices
    meetings: Meetings
    invitations: Invitations
    messages: Messages
    agendas: Agendas
    decisions: Decisions
    reports: Reports
    publishing: Publishing
    evidence: Evidence
    indicators: Indicators
    writing: Writing
    texts: Texts
    library: Library
    subscriptions: Subscriptions
    webhooks: Webhooks
    notifications: Notifications
    preferences: PreferencesOf
    operations: Operations


def connection(settings: Settings) -> httpx2.AsyncClient:
    """Return the pool of connections to the services: nothing is followed, nothing is remembered."""
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(settings.call_timeout, connect=3, pool=settings.call_timeout),
        limits=httpx2.Limits(max_connections=MAX_CONNECTIONS, max_keepalive_connections=MAX_CONNECTIONS),
        follow_redirects=False,
        trust_env=False,
        headers={"User-Agent": "zgoda-portal"},
    )


def services(
    http: httpx2.AsyncClient, settings: Settings, authorization: Authorization, *, visitor: str = ""
) -> Services:
    """Return the services, asked with what ``authorization`` gives for each, on behalf of ``visitor``."""

    def caller(name: str, url: str) -> Caller:
        return Caller(http, name, url, authorization, visitor)

    return Services(
        registry=Registry(caller("registry", settings.registry_url)),
        activities=Activities(caller("registry", settings.registry_url)),
        organisations=Organisations(caller("registry", settings.registry_url)),
        coalitions=Coalitions(caller("registry", settings.registry_url)),
        people=People(caller("registry", settings.registry_url)),
        imports=Imports(caller("registry", settings.registry_url)),
        periods=Periods(caller("registry", settings.registry_url)),
        matrices=Matrices(caller("registry", settings.registry_url)),
        invitations=Invitations(caller("meetings", settings.meetings_url)),
        messages=Messages(caller("meetings", settings.meetings_url)),
        meetings=Meetings(caller("meetings", settings.meetings_url)),
        agendas=Agendas(caller("meetings", settings.meetings_url)),
        decisions=Decisions(caller("meetings", settings.meetings_url)),
        reports=Reports(caller("reports", settings.reports_url)),
        publishing=Publishing(caller("reports", settings.reports_url)),
        evidence=Evidence(caller("reports", settings.reports_url)),
        indicators=Indicators(caller("reports", settings.reports_url)),
        writing=Writing(caller("reports", settings.reports_url)),
        texts=Texts(caller("reports", settings.reports_url)),
        library=Library(caller("reports", settings.reports_url)),
        subscriptions=Subscriptions(caller("reports", settings.reports_url)),
        webhooks=Webhooks(caller("reports", settings.reports_url)),
        notifications=Notifications(caller("notifications", settings.notifications_url)),
        preferences=PreferencesOf(caller("notifications", settings.notifications_url)),
        operations=Operations(
            {
                "registry": caller("registry", settings.registry_url),
                "meetings": caller("meetings", settings.meetings_url),
                "reports": caller("reports", settings.reports_url),
                "notifications": caller("notifications", settings.notifications_url),
            }
        ),
    )


async def nobody(_: str, __: bool) -> str:
    """Authorize nothing: what anyone may ask."""
    return ""


def by_link(token: str) -> Authorization:
    """Authorize as the holder of a signed link."""

    async def authorize(_: str, __: bool) -> str:
        return f"Link {token}"

    return authorize
