"""What reports tells: a report was published, corrected or withdrawn, what writing it asks of whom, who wants to hear.

Titles travel sealed in ``notice``; an address travels only in `SubscriptionRequested`, sealed.
"""

from datetime import date
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

ReportKind = Literal["monitoring-report", "briefing", "book-of-good-practices"]
"""What is published: a report in sections, a short text, or a book of practices."""

Frequency = Literal["now", "weekly"]
"""How often subscribers hear: of each report at once, or of all that came in a week."""


class ReportNotice(BaseModel):
    """What subscribers are told about a report, in each language; travels sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    title: dict[Language, str]
    """What it is called, in each language."""
    summary: dict[Language, str] = Field(default_factory=dict)
    """What it says in short, in each language."""
    erratum: dict[Language, str] = Field(default_factory=dict)
    """What was wrong in the edition before and is right in this one, in each language."""
    reason: dict[Language, str] = Field(default_factory=dict)
    """Why it was withdrawn, in each language."""


class ReportPublished(Event):
    """A report has a published revision that will never change."""

    name: ClassVar[str] = "report-published"
    publisher: ClassVar[str] = "reports"
    subject: ClassVar[str] = "report_id"

    report_id: Id
    """The report."""
    edition: int = Field(ge=1)
    """Which published revision of the report this is."""
    themes: list[Theme]
    """The themes it has sections on, or wants to be told of."""
    languages: list[Language]
    """The languages it can be read in."""
    country: Country
    """The country it is on."""
    published_at: Time
    """When it was published."""
    notice: Annotated[ReportNotice | None, Sealed()] = None
    """What subscribers are told about it."""
    decision_id: Id | None = None
    """The decision that commissioned it, if one did."""
    kind: ReportKind = "monitoring-report"
    """What kind of report it is."""
    new_languages: list[Language] = Field(default_factory=list)
    """The languages in which it can be read for the first time; none when a later edition has other words only."""


class ReportCorrected(Event):
    """A published report has a new edition that corrects the one before: whoever was told of that must hear of this."""

    name: ClassVar[str] = "report-corrected"
    publisher: ClassVar[str] = "reports"
    subject: ClassVar[str] = "report_id"

    report_id: Id
    """The report."""
    edition: int = Field(ge=2)
    """The new edition, which is right."""
    corrects: int = Field(ge=1)
    """The edition in which something was wrong; it stays readable."""
    themes: list[Theme]
    """The themes it has sections on."""
    languages: list[Language]
    """The languages the new edition can be read in."""
    country: Country
    """The country it is on."""
    kind: ReportKind = "monitoring-report"
    """What kind of report it is."""
    corrected_at: Time
    """When the new edition was published."""
    notice: Annotated[ReportNotice | None, Sealed()] = None
    """What its readers are told: title, and what was wrong (``erratum``)."""


class ReportWithdrawn(Event):
    """A published report is withdrawn, with a reason: its page says so, and no edition can be read any more."""

    name: ClassVar[str] = "report-withdrawn"
    publisher: ClassVar[str] = "reports"
    subject: ClassVar[str] = "report_id"

    report_id: Id
    """The report."""
    edition: int = Field(ge=1)
    """Its last edition."""
    themes: list[Theme]
    """The themes it had sections on."""
    languages: list[Language]
    """The languages it could be read in."""
    country: Country
    """The country it was on."""
    kind: ReportKind = "monitoring-report"
    """What kind of report it was."""
    withdrawn_at: Time
    """When it was withdrawn."""
    notice: Annotated[ReportNotice | None, Sealed()] = None
    """What its readers are told: title, and why (``reason``)."""


class ReportCommissioned(Event):
    """A decision's report is begun: its sections wait to be written."""

    name: ClassVar[str] = "report-commissioned"
    publisher: ClassVar[str] = "reports"
    subject: ClassVar[str] = "report_id"

    report_id: Id
    """The report."""
    decision_id: Id
    """The decision that commissioned it."""
    contributor_ids: list[Id] = Field(default_factory=list)
    """The organisations that write it."""
    due_on: date
    """When it is to be published at the latest."""


class WritingNotice(BaseModel):
    """What those who write a report are told of it, in each language; travels sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    report: dict[Language, str]
    """What the report is called."""
    sections: list[dict[Language, str]] = Field(default_factory=list)
    """What the sections are called that it is about: the first of them, where there are many."""
    sign_offs: list[dict[Language, str]] = Field(default_factory=list)
    """What the sections are called that wait for a sign-off: the first of them, where there are many."""
    reviews: list[dict[Language, str]] = Field(default_factory=list)
    """What the sections are called that wait for their editors: the first of them, where there are many."""
    organisation: dict[Language, str] = Field(default_factory=dict)
    """Who did it, as readers will know them."""
    text: str = ""
    """What was asked for, or held against it, in the words of whoever did."""


class _Writing(Event):
    publisher: ClassVar[str] = "reports"
    subject: ClassVar[str] = "report_id"

    report_id: Id
    """The report."""
    sections: list[str] = Field(default_factory=list)
    """The keys of the sections that it is about."""
    person_ids: list[Id] = Field(default_factory=list)
    """Whom to tell."""
    notice: Annotated[WritingNotice | None, Sealed()] = None
    """What they are told."""


class SectionAssigned(_Writing):
    """An organisation is asked to write sections of a report."""

    name: ClassVar[str] = "section-assigned"

    due_on: date
    """By when the first of them is to be written."""


class SectionSubmitted(_Writing):
    """A section is written, and waits for its editors."""

    name: ClassVar[str] = "section-submitted"


class SectionChangesRequested(_Writing):
    """The editors ask those who write a section for changes."""

    name: ClassVar[str] = "section-changes-requested"


class SectionAccepted(_Writing):
    """The editors have taken a section: those who wrote it are asked to sign it off, or to dissent.

    Told again to those whose sign-off is of an older text.
    """

    name: ClassVar[str] = "section-accepted"


class SectionSignedOff(_Writing):
    """An organisation has signed a section off, or has recorded its dissent, which is published with it."""

    name: ClassVar[str] = "section-signed-off"

    dissents: bool = False
    """Whether it holds something against the section."""


class SectionsDue(_Writing):
    """Sections or sign-offs of an organisation, or reviews of its editors, are late.

    Told the day after, and then once a week.
    """

    name: ClassVar[str] = "sections-due"

    due_on: date
    """Since when the first of them is late."""
    reminder: int = Field(ge=1)
    """How often the organisation, or its editors, have been reminded, with this time."""


class SectionCommented(_Writing):
    """Others than those whom this tells have commented on sections: all that was said within a short while.

    What was said is not told, and not by whom: it may be protected, and some who write go by a pseudonym.
    """

    name: ClassVar[str] = "section-commented"

    language: Language | None = None
    """In which language the text is that they commented on; none where there are several, or several sections."""


class HeldReason(BaseModel):
    """One reason why a report did not come out, and where it is mended."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    code: str
    """What is in the way."""
    part: str = ""
    """The part of the report in which it is: ``title``, ``sections``, ``indicators`` …; none: the whole."""
    section: dict[Language, str] = Field(default_factory=dict)
    """What the section is called, where it is in one."""
    languages: list[Language] = Field(default_factory=list)
    """The languages in which it is; none: all."""


class ReleaseNotice(BaseModel):
    """What is told of a report that did not come out; travels sealed, and repeats no name that is protected."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    report: dict[Language, str] = Field(default_factory=dict)
    """What the report is called."""
    reasons: list[HeldReason] = Field(default_factory=list)
    """What was in the way: the first of it, where it is much."""


class ReleaseHeldBack(Event):
    """A report that was to come out by itself does not, until somebody plans or publishes it anew."""

    name: ClassVar[str] = "release-held-back"
    publisher: ClassVar[str] = "reports"
    subject: ClassVar[str] = "report_id"

    report_id: Id
    """The report."""
    person_ids: list[Id] = Field(default_factory=list)
    """Whom to tell: whoever planned it, and its editors."""
    planned_for: Time | None = None
    """When it was to come out."""
    more: int = Field(default=0, ge=0)
    """How many reasons there are beside those that the notice names."""
    notice: Annotated[ReleaseNotice | None, Sealed()] = None
    """What they are told."""


class WebhookNotice(BaseModel):
    """What is told of a system; travels sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    label: str
    """What it is called by whoever registered it."""
    host: str
    """The part of its address that is shown."""


class WebhookDisabled(Event):
    """A system that wanted to be told of reports has failed for so long that it is called no more."""

    name: ClassVar[str] = "webhook-disabled"
    publisher: ClassVar[str] = "reports"
    subject: ClassVar[str] = "webhook_id"

    webhook_id: Id
    """The system."""
    person_ids: list[Id] = Field(default_factory=list)
    """Whom to tell: whoever registered it, or else the coordinators."""
    code: str
    """Why it did not take the last message: an HTTP status, or a code."""
    failing_since: Time
    """Since when it has taken none."""
    notice: Annotated[WebhookNotice | None, Sealed()] = None
    """What they are told."""


class _Subscription(Event):
    publisher: ClassVar[str] = "reports"
    subject: ClassVar[str] = "subscription_id"

    subscription_id: Id
    """The subscription."""


class SubscriptionRequested(_Subscription):
    """Somebody asked to be told of reports and has not confirmed the address yet.  Private."""

    name: ClassVar[str] = "subscription-requested"
    private: ClassVar[bool] = True

    contact: Annotated[Contact | None, Sealed()] = None
    """Where to send the question whether it is wanted."""
    language: Language
    """The language in which to write."""
    expires_at: Time
    """Until when the link to confirm is good."""


class SubscriptionConfirmed(_Subscription):
    """The owner of the address wants to be told of these reports; told again whenever they wish otherwise."""

    name: ClassVar[str] = "subscription-confirmed"

    themes: list[Theme]
    """The themes it has sections on, or wants to be told of."""
    language: Language
    """The language in which to write."""
    languages: list[Language] = Field(default_factory=list)
    """The languages in which they read reports; none: the one in which to write."""
    countries: list[Country] = Field(default_factory=list)
    """The countries they want to be told of; none: all."""
    kinds: list[ReportKind] = Field(default_factory=list)
    """The kinds of reports they want to be told of; none: all."""
    frequency: Frequency = "now"
    """How often to write."""


class SubscriptionEnded(_Subscription):
    """The owner of the address wants to hear no more: the address is forgotten."""

    name: ClassVar[str] = "subscription-ended"

    replaced_by: Id | None = None
    """The subscription that the same owner has confirmed instead, if it ended because of that."""
