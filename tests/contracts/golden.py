"""One real message of every event ever sent, and the schemas that were promised: never changed, only added to.

`python -m tests.contracts.golden` freezes what is not frozen yet: sample and schema of every new event.
"""

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from shared.events import CATALOGUE, Envelope, Event, enclose
from shared.events.meetings import (
    AgendaItem,
    BriefItem,
    BriefList,
    BriefNotice,
    BriefPrepared,
    Commissioning,
    DecisionNotice,
    DecisionTaken,
    InvitationAnswered,
    InvitationWithdrawn,
    Invitee,
    MeetingCancelled,
    MeetingPostponed,
    MeetingRescheduled,
    MeetingScheduled,
    MeetingUpdated,
    MessageNotice,
    MessageWritten,
    MinutesApproved,
    Notice,
    PeopleInvited,
    PlaceOffered,
    ProposalDeclined,
    ReplyRequested,
    TaskAssigned,
    TaskLapsed,
)
from shared.events.notifications import AddressSuppressed, LetterFailed, ReplyReceived, ReplyWords
from shared.events.registry import (
    ActivityRecorded,
    ActivityWithdrawn,
    CoalitionChanged,
    CoalitionFormed,
    Contact,
    ContactChanged,
    OrganisationRegistered,
    OrganisationsMerged,
    OrganisationUpdated,
    PeriodNotice,
    PersonErased,
    PersonRegistered,
    PersonUpdated,
    ReportingReminded,
    ReportingRequested,
    SignInRequested,
)
from shared.events.reports import (
    HeldReason,
    ReleaseHeldBack,
    ReleaseNotice,
    ReportCommissioned,
    ReportCorrected,
    ReportNotice,
    ReportPublished,
    ReportWithdrawn,
    SectionAccepted,
    SectionAssigned,
    SectionChangesRequested,
    SectionCommented,
    SectionsDue,
    SectionSignedOff,
    SectionSubmitted,
    SubscriptionConfirmed,
    SubscriptionEnded,
    SubscriptionRequested,
    WebhookDisabled,
    WebhookNotice,
    WritingNotice,
)
from shared.sealing import Sealer

SECRET = "the-fixed-secret-of-the-golden-samples-2026"
SEALER = Sealer([SECRET], purpose="events")
SAMPLES = Path(__file__).parent / "samples"
RELEASED = Path(__file__).parent / "released"
SCHEMAS = Path(__file__).parents[2] / "docs" / "events"


def _id(number: int) -> str:
    return f"01d2c8a0-0000-7000-8000-{number:012d}"


ORGANISATION, PERSON, COALITION, MEETING, INVITATION, REPORT, SUBSCRIPTION = (_id(number) for number in range(1, 8))
BEGINS = datetime(2032, 10, 14, 7, 0, tzinfo=UTC)
_PERSON: dict[str, Any] = {
    "person_id": PERSON,
    "organisation_ids": [ORGANISATION],
    "roles": ["member"],
    "language": "be",
    "time_zone": "Europe/Vilnius",
}
_NOTICE = Notice(
    title={"en": "Implementers' meeting", "be": "Сустрэча выканаўцаў"},
    text={"en": "Coordination of donors and implementers."},
    place="Warsaw",
    agenda=[AgendaItem(starts_at=BEGINS, title={"en": "Opening"})],
)

_PERIOD: dict[str, Any] = {
    "revision": 2,
    "period_id": _id(61),
    "person_ids": [PERSON],
    "from_on": date(2032, 7, 1),
    "to_on": date(2032, 12, 31),
    "closes_at": BEGINS + timedelta(days=90),
    "notice": PeriodNotice(title={"en": "Second half of 2032"}),
}


DECISION = _id(31)
_DECISION = DecisionNotice(
    number="2032-10/1",
    text={"en": "Monitor the freedom of the media."},
    meeting={"en": "Implementers' meeting"},
    report={"en": "Monitoring report"},
)
_WRITING: dict[str, Any] = {"report_id": _id(33), "sections": ["media-freedom"], "person_ids": [PERSON]}
_WRITTEN: dict[str, Any] = {"report": {"en": "Monitoring report"}, "sections": [{"en": "Media freedom"}]}


def _meeting(revision: int, *, days: int = 0, reason: str = "") -> dict[str, Any]:
    return {
        "revision": revision,
        "meeting_id": MEETING,
        "sequence": revision - 1,
        "starts_at": BEGINS + timedelta(days=days),
        "ends_at": BEGINS + timedelta(days=days, hours=8),
        "time_zone": "Europe/Warsaw",
        "notice": _NOTICE.model_copy(update={"reason": {"en": reason} if reason else {}}),
    }


NEWS: list[Event] = [
    OrganisationRegistered(revision=1, organisation_id=ORGANISATION, kinds=["implementer"], country="BY"),
    OrganisationUpdated(revision=2, organisation_id=ORGANISATION, kinds=["implementer", "donor"], country="LT"),
    OrganisationsMerged(
        revision=3,
        organisation_id=ORGANISATION,
        kinds=["implementer"],
        country="PL",
        region="PL-14",
        merged_ids=[_id(41)],
    ),
    PersonRegistered(revision=1, **_PERSON),
    ContactChanged(
        revision=1,
        person_id=PERSON,
        contact=Contact(address="hanna@example.org", display_name="Hanna Example"),
        language="be",
        time_zone="Europe/Vilnius",
    ),
    PersonUpdated(revision=2, **{**_PERSON, "roles": ["member", "editor"]}),
    PersonErased(revision=3, person_id=PERSON),
    CoalitionFormed(revision=1, coalition_id=COALITION, organisation_ids=[ORGANISATION]),
    CoalitionChanged(revision=2, coalition_id=COALITION, organisation_ids=[ORGANISATION, _id(11)]),
    ActivityRecorded(
        revision=1, activity_id=_id(12), organisation_ids=[ORGANISATION], sectors=["15160"], countries=["BY"]
    ),
    ActivityWithdrawn(revision=2, activity_id=_id(12)),
    ReportingRequested(**_PERIOD),
    ReportingReminded(**{**_PERIOD, "revision": 3}),
    SignInRequested(
        revision=1, sign_in_id=_id(13), person_id=PERSON, language="be", expires_at=BEGINS + timedelta(minutes=15)
    ),
    MeetingScheduled(**_meeting(1)),
    PeopleInvited(**_meeting(1), invitees=[Invitee(invitation_id=INVITATION, person_id=PERSON)]),
    InvitationAnswered(revision=2, invitation_id=INVITATION, meeting_id=MEETING, person_id=PERSON, answer="accepted"),
    MeetingRescheduled(**_meeting(2, days=7, reason="The hall is not free.")),
    MeetingUpdated(**_meeting(2)),
    MeetingPostponed(**_meeting(3, days=7, reason="The hall burned down.")),
    ReplyRequested(**_meeting(1), invitees=[Invitee(invitation_id=INVITATION, person_id=PERSON)]),
    MessageWritten(
        **_meeting(1),
        message_id=_id(71),
        message=MessageNotice(
            subject={"en": "The entrance is in the courtyard"}, text={"en": "The gate is open from 12:30."}
        ),
        invitees=[Invitee(invitation_id=INVITATION, person_id=PERSON)],
    ),
    PlaceOffered(**_meeting(1), invitation_id=INVITATION, person_id=PERSON),
    ProposalDeclined(**_meeting(1), proposal_id=_id(61), invitation_id=INVITATION, person_id=PERSON),
    InvitationWithdrawn(**_meeting(3, days=7), invitation_id=INVITATION, person_id=PERSON),
    MeetingCancelled(**_meeting(4, days=7, reason="Postponed to the spring.")),
    SubscriptionRequested(
        revision=1,
        subscription_id=SUBSCRIPTION,
        contact=Contact(address="reader@example.org"),
        language="uk",
        expires_at=BEGINS,
    ),
    SubscriptionConfirmed(revision=2, subscription_id=SUBSCRIPTION, themes=["media-freedom"], language="uk"),
    ReportPublished(
        revision=5,
        report_id=REPORT,
        edition=1,
        themes=["media-freedom", "freedom-of-assembly"],
        languages=["en", "uk"],
        country="BY",
        published_at=BEGINS,
        notice=ReportNotice(title={"en": "Monitoring report"}, summary={"en": "What was found."}),
    ),
    ReportCorrected(
        revision=6,
        report_id=REPORT,
        edition=2,
        corrects=1,
        themes=["media-freedom", "freedom-of-assembly"],
        languages=["en", "uk"],
        country="BY",
        corrected_at=BEGINS + timedelta(days=2),
        notice=ReportNotice(title={"en": "Monitoring report"}, erratum={"en": "The newspaper was closed in May."}),
    ),
    ReportWithdrawn(
        revision=7,
        report_id=REPORT,
        edition=2,
        themes=["media-freedom", "freedom-of-assembly"],
        languages=["en", "uk"],
        country="BY",
        withdrawn_at=BEGINS + timedelta(days=3),
        notice=ReportNotice(title={"en": "Monitoring report"}, reason={"en": "A source is in danger."}),
    ),
    SubscriptionEnded(revision=3, subscription_id=SUBSCRIPTION),
    MinutesApproved(revision=3, minutes_id=_id(30), meeting_id=MEETING, version=1, languages=["en"]),
    DecisionTaken(
        revision=1,
        decision_id=DECISION,
        meeting_id=MEETING,
        owner_id=ORGANISATION,
        taken_by=PERSON,
        due_on=date(2033, 2, 1),
        commission=Commissioning(
            country="BY",
            period_from_on=date(2032, 1, 1),
            period_to_on=date(2032, 12, 31),
            languages=["en"],
            contributor_ids=[ORGANISATION],
            due_on=date(2033, 2, 1),
        ),
        notice=_DECISION,
    ),
    TaskAssigned(
        revision=2,
        decision_id=DECISION,
        task_id=_id(32),
        meeting_id=MEETING,
        person_ids=[PERSON],
        due_on=date(2033, 1, 1),
        notice=_DECISION,
    ),
    ReportCommissioned(
        revision=1, report_id=_id(33), decision_id=DECISION, contributor_ids=[ORGANISATION], due_on=date(2033, 2, 1)
    ),
    TaskLapsed(
        revision=3,
        decision_id=DECISION,
        task_id=_id(32),
        meeting_id=MEETING,
        person_ids=[PERSON],
        due_on=date(2033, 1, 1),
        reminder=1,
        notice=_DECISION,
    ),
    SectionAssigned(**_WRITING, revision=1, due_on=date(2033, 1, 1), notice=WritingNotice(**_WRITTEN)),
    SectionSubmitted(**_WRITING, revision=2, notice=WritingNotice(**_WRITTEN)),
    SectionChangesRequested(**_WRITING, revision=3, notice=WritingNotice(**_WRITTEN, text="Please name the court.")),
    SectionAccepted(**_WRITING, revision=4, notice=WritingNotice(**_WRITTEN)),
    SectionSignedOff(
        **_WRITING,
        revision=5,
        dissents=True,
        notice=WritingNotice(**_WRITTEN, organisation={"en": "Organisation C"}),
    ),
    SectionCommented(**_WRITING, revision=6, language="en", notice=WritingNotice(**_WRITTEN)),
    SectionsDue(
        **_WRITING,
        revision=1,
        due_on=date(2033, 1, 1),
        reminder=1,
        notice=WritingNotice(**_WRITTEN, sign_offs=[{"en": "Economic liberalisation"}]),
    ),
    ReleaseHeldBack(
        report_id=_id(33),
        revision=3,
        person_ids=[PERSON],
        planned_for=BEGINS,
        more=1,
        notice=ReleaseNotice(
            report={"en": "Monitoring report"},
            reasons=[
                HeldReason(
                    code="sign-off-outdated", part="sections", section={"en": "Media freedom"}, languages=["en", "be"]
                )
            ],
        ),
    ),
    WebhookDisabled(
        webhook_id=_id(43),
        revision=12,
        person_ids=[PERSON],
        code="503",
        failing_since=BEGINS - timedelta(days=3),
        notice=WebhookNotice(label="Library", host="hooks.example"),
    ),
    LetterFailed(
        revision=1,
        letter_id=_id(41),
        kind="people-invited",
        about_id=MEETING,
        person_id=PERSON,
        code="550 5.1.1",
    ),
    AddressSuppressed(revision=1, person_id=PERSON, reason="hard-bounce"),
    ReplyReceived(
        revision=1,
        reply_id=_id(42),
        meeting_id=MEETING,
        person_id=PERSON,
        method="COUNTER",
        participation="tentative",
        sequence=1,
        replied_at=BEGINS - timedelta(days=20),
        proposed_starts_at=BEGINS + timedelta(hours=1),
        proposed_ends_at=BEGINS + timedelta(hours=3),
        words=ReplyWords(comment="An hour later?"),
    ),
    BriefPrepared(
        revision=1,
        brief_id=_id(34),
        meeting_id=MEETING,
        starts_at=BEGINS,
        ends_at=BEGINS + timedelta(hours=8),
        time_zone="Europe/Warsaw",
        language="be",
        person_ids=[PERSON],
        notice=BriefNotice(
            title={"be": "Сустрэча выканаўцаў"},
            since_on=date(2032, 4, 1),
            tasks=BriefList(items=[BriefItem(text={"en": "Monitor."}, detail="2032-10/1", due_on=date(2033, 1, 1))]),
            gaps=BriefList(items=[BriefItem(text={}, theme="media-freedom", region="Hrodna")], more=2),
        ),
    ),
]
"""Every event, in an order in which they could happen: what samples of new events are made from."""


def key(event: type[Event]) -> str:
    """Return the name of an event's sample and schema: ``meeting-scheduled.v1``."""
    return f"{event.name}.v{event.contract_version}"


def samples() -> list[str]:
    """Return the keys of every sample, in the order in which they happened."""
    order = {event.name: place for place, event in enumerate(NEWS)}
    return sorted(
        (path.stem for path in SAMPLES.glob("*.json")), key=lambda each: (order[each.rpartition(".")[0]], each)
    )


def body(sample: str) -> bytes:
    """Return a sample as it was sent."""
    return (SAMPLES / f"{sample}.json").read_bytes()


def read(sample: str) -> Event:
    """Return the event of a sample, its sealed fields opened."""
    envelope = Envelope.model_validate_json(body(sample))
    return CATALOGUE[envelope.type].model_validate(envelope.data, context={"sealer": SEALER})


def freeze() -> list[Path]:
    """Write the samples and schemas that are missing; return them."""
    made = []
    for number, event in enumerate(NEWS):
        sample, schema = SAMPLES / f"{key(type(event))}.json", RELEASED / f"{key(type(event))}.json"
        if not sample.exists():
            envelope = enclose(event, sealer=SEALER, traceparent=f"00-{'0' * 31}1-{number + 1:016x}-01", cause=_id(99))
            sent = {**envelope.model_dump(mode="json"), "id": _id(1000 + number), "time": "2026-11-22T08:00:00Z"}
            sample.write_text(json.dumps(sent, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            made.append(sample)
        if not schema.exists():
            shutil.copyfile(SCHEMAS / schema.name, schema)
            made.append(schema)
    return made


if __name__ == "__main__":
    for path in freeze():
        print(path.relative_to(Path.cwd()))
