"""Letters: what each kind of notice says, in five languages, finished but for the one person who reads it.

`prepare` a letter once per event, language and time zone, then `PreparedLetter.fill` it for each reader.
"""

from services.notifications.letters.facts import (
    BriefFacts,
    DigestFacts,
    DigestItem,
    Facts,
    LinkFacts,
    MeetingFacts,
    PeriodFacts,
    ReleaseFacts,
    ReportFacts,
    Sender,
    Slot,
    TaskFacts,
    WebhookFacts,
    WritingFacts,
)
from services.notifications.letters.preparation import KINDS, prepare
from services.notifications.letters.prepared import PreparedLetter

__all__ = [
    "KINDS",
    "BriefFacts",
    "DigestFacts",
    "DigestItem",
    "Facts",
    "LinkFacts",
    "MeetingFacts",
    "PeriodFacts",
    "PreparedLetter",
    "ReleaseFacts",
    "ReportFacts",
    "Sender",
    "Slot",
    "TaskFacts",
    "WebhookFacts",
    "WritingFacts",
    "prepare",
]
