"""What a letter tells, before any language: the facts of a meeting, a report or a link, and who writes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from shared.events.meetings import BriefNotice, DecisionNotice, MessageNotice, Notice
from shared.events.registry import PeriodNotice
from shared.events.reports import ReleaseNotice, ReportNotice, Theme, WebhookNotice, WritingNotice
from shared.model import Language


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of time at one place: aware times, and the zone its clocks show."""

    starts_at: datetime
    ends_at: datetime
    time_zone: str


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """A meeting as it now stands; ``earlier`` is when it was to be, where that is known."""

    meeting_id: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    notice: Notice
    cancelled: bool = False
    earlier: Slot | None = None
    message: MessageNotice | None = None
    """What the organisers wrote to its reader; of a closed meeting letters do not say it."""

    @property
    def slot(self) -> Slot:
        """When the meeting is."""
        return Slot(self.starts_at, self.ends_at, self.time_zone)


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """One published edition of a report, and since when it is so: published, put right, or withdrawn."""

    report_id: str
    edition: int
    themes: Sequence[Theme]
    notice: ReportNotice
    published_at: datetime
    languages: Sequence[Language] = field(default_factory=tuple)
    translated: bool = False
    """Whether its readers could not read it before: to them a later edition is a new report."""


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """A letter that is nothing but a link: until when it works."""

    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """A decision, or a task of it, that somebody has to carry out; ``reminder`` counts from 1 once it is late."""

    decision_id: str
    task: bool
    notice: DecisionNotice
    due_on: date | None = None
    reminder: int = 0


@dataclass(frozen=True, slots=True)
class WritingFacts:
    """What those who write a report are told of it; of more sections than are named there are ``sections`` in all."""

    report_id: str
    notice: WritingNotice
    sections: int = 1
    due_on: date | None = None
    dissents: bool = False
    commented: str = ""
    """The one text that was commented on, as ``media-freedom/en``; ``""`` where there are several."""


@dataclass(frozen=True, slots=True)
class BriefFacts:
    """What concerns its readers before a meeting; of a closed one nothing but when it is."""

    meeting_id: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    notice: BriefNotice
    closed: bool = False

    @property
    def slot(self) -> Slot:
        """When the meeting is."""
        return Slot(self.starts_at, self.ends_at, self.time_zone)


@dataclass(frozen=True, slots=True)
class PeriodFacts:
    """A period for which organisations are asked to report, and until when."""

    period_id: str
    from_on: date
    to_on: date
    closes_at: datetime
    notice: PeriodNotice


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """A report that did not come out at its time; ``more`` reasons than are named."""

    report_id: str
    notice: ReleaseNotice
    planned_for: datetime | None = None
    more: int = 0


@dataclass(frozen=True, slots=True)
class WebhookFacts:
    """A system that is called no more: ``code`` says why it did not take the last message."""

    webhook_id: str
    notice: WebhookNotice
    code: str
    failing_since: datetime


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One letter of a digest: its ``subject``, and the page on which it can be read or answered."""

    subject: str
    kind: str
    path: str
    """Of the portal's page, below the language; ``""`` where the personal link that answers is given instead."""
    subject_id: str
    generation: int
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """What waited for one reader until they wished to hear of it."""

    digest_id: str
    items: Sequence[DigestItem]

    def link_of(self, index: int) -> str:
        """Return the name of the link of one item: letters only, as names of links are."""
        return f"item-{chr(ord('a') + index // 26)}{chr(ord('a') + index % 26)}"


Paged = MeetingFacts | ReportFacts | TaskFacts | WritingFacts | BriefFacts | PeriodFacts | ReleaseFacts | WebhookFacts
"""Of what these tell there is a page in the portal."""
Facts = Paged | LinkFacts | DigestFacts


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: ``address`` and ``reply_to`` are plain addresses, ``portal_url`` has no slash at its end.

    ``list_domain`` names the lists of RFC 2919, as in ``meetings.lists.zgoda.example``.
    """

    name: str
    address: str
    reply_to: str
    portal_url: str
    list_domain: str

    @property
    def portal_host(self) -> str:
        """The part of ``portal_url`` that a reader can recognise: host, and port if there is one."""
        return self.portal_url.split("://", 1)[-1].split("/", 1)[0]
