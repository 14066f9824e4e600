"""What reports tells: a report was published, and who wants to hear of reports.

Titles travel sealed in ``notice``; an address travels only in `SubscriptionRequested`, sealed.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.events.base import Event
from shared.events.registry import Contact
from shared.ids import Id
from shared.model import Country, Language, Time
from shared.sealing import Sealed

Theme = Literal[
    "media-freedom",
    "freedom-of-association",
    "freedom-of-assembly",
    "political-persecution",
    "repression-of-activists",
    "economic-liberalisation",
]
"""The six sections of the monitoring reports commissioned in Warsaw in October 2008."""


class ReportNotice(BaseModel):
    """What subscribers are told about a report, in each language; travels sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    title: dict[Language, str]
    summary: dict[Language, str] = Field(default_factory=dict)


class ReportPublished(Event):
    """A report has a published revision that will never change."""

    name: ClassVar[str] = "report-published"
    publisher: ClassVar[str] = "reports"
    subject: ClassVar[str] = "report_id"

    report_id: Id
    edition: int = Field(ge=1)
    """Which published revision of the report this is."""
    themes: list[Theme]
    languages: list[Language]
    country: Country
    published_at: Time
    notice: Annotated[ReportNotice | None, Sealed()] = None


class _Subscription(Event):
    publisher: ClassVar[str] = "reports"
    subject: ClassVar[str] = "subscription_id"

    subscription_id: Id


class SubscriptionRequested(_Subscription):
    """Somebody asked to be told of reports and has not confirmed the address yet.  Private."""

    name: ClassVar[str] = "subscription-requested"
    private: ClassVar[bool] = True

    contact: Annotated[Contact | None, Sealed()] = None
    language: Language
    expires_at: Time


class SubscriptionConfirmed(_Subscription):
    """The owner of the address wants to be told of reports on these themes in this language."""

    name: ClassVar[str] = "subscription-confirmed"

    themes: list[Theme]
    language: Language


class SubscriptionEnded(_Subscription):
    """The owner of the address wants to hear no more: the address is forgotten."""

    name: ClassVar[str] = "subscription-ended"
