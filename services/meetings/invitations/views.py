"""What of an invitation is shown, and to whom: its owner sees the meeting, the coordinators see the answers."""

from datetime import datetime
from typing import Any

from pydantic import Field

from services.meetings.directory.domain import Person
from services.meetings.invitations.domain import Invitation, Joining, Noted, Standing, moved_since
from services.meetings.meetings.domain import AgendaEntry, Form, Meeting, State
from services.meetings.meetings.views import MeetingView
from services.meetings.meetings.views import view as view_meeting
from shared.events.meetings import Answer
from shared.ids import Id
from shared.model import Language, LocalLine, LocalText, Model, Time, ZoneName


class InvitationView(Model):
    """An invitation as coordinators see it; the name of the person is the registry's to tell."""

    id: Id
    revision: int
    meeting_id: Id
    person_id: Id
    answer: Answer
    comment: str
    joining: Joining | None
    """Where they will be, if they come to a hybrid meeting and said so."""
    answered_at: Time | None
    moved_since: bool
    """The meeting has another beginning than the one that was answered for."""
    withdrawn: bool
    invited_at: Time
    standing: Standing
    """Where they stand, in one word: the answer, or what matters more."""
    waiting_number: int | None = None
    """Whoever waits for a place has a number: the lowest is the next."""
    delegated_to: Id | None = None
    delegated_from: Id | None = None
    delegate_wanted: bool = False
    unreachable: str | None = None
    """Why our letters do not arrive, as far as that is known."""
    withdrawing_at: Time | None = None
    """When a withdrawal takes effect that can still be undone."""
    reminded_at: Time | None = None
    noted: list[Noted] = Field(default_factory=list)
    """What the secretariat noted for them, oldest first, and who did."""


class MyInvitation(Model):
    """An invitation as the invited person sees it after signing in."""

    id: Id
    revision: int
    meeting: MeetingView
    answer: Answer
    comment: str
    joining: Joining | None
    """Where they said they will be; of a hybrid meeting alone."""
    answered_at: Time | None
    moved_since: bool
    can_answer: bool
    can_answer_until: Time
    standing: Standing
    stands_in: bool = False
    """They were invited in a colleague's stead, and can hand that back."""
    delegated_to: Id | None = None
    """The colleague who comes instead."""
    attended: bool | None = None
    """Whether they were there; nothing where nobody recorded it."""


class AnswerView(Model):
    """What the bearer of an invitation's link sees: the meeting and their own answer, and nobody else."""

    invitation_id: Id
    revision: int
    meeting_id: Id
    title: LocalLine
    text: LocalText
    place: str
    link: str
    held_as: Form
    agenda: list[AgendaEntry]
    starts_at: Time
    ends_at: Time
    time_zone: ZoneName
    languages: list[Language]
    series: str | None
    state: State
    reason: LocalText
    answer: Answer
    comment: str
    joining: Joining | None
    """Where they said they will be; of a hybrid meeting alone."""
    answered_at: Time | None
    moved_since: bool
    can_answer: bool
    can_answer_until: Time
    my_language: Language
    my_time_zone: ZoneName
    standing: Standing
    stands_in: bool = False
    """They were invited in a colleague's stead, and can hand that back."""
    delegated: bool = False
    """A colleague comes instead; who that is stands in no link."""


OF_INVITATION = {"revision", "answer", "comment", "answered_at", "meeting_id"}
OF_MEETING = set(MeetingView.model_fields) & set(AnswerView.model_fields) - OF_INVITATION


def view_for_coordinators(invitation: Invitation, meeting: Meeting) -> InvitationView:
    """Return ``invitation`` as coordinators see it."""
    return InvitationView.model_construct(
        **_taken(invitation, set(InvitationView.model_fields) - {"moved_since", "standing", "joining"}),
        joining=joining(invitation, meeting),
        standing=invitation.standing,
        moved_since=moved_since(invitation, meeting),
    )


def view_for_owner(
    invitation: Invitation, meeting: Meeting, *, now: datetime, attended: bool | None = None
) -> MyInvitation:
    """Return ``invitation`` as the invited person sees it."""
    return MyInvitation.model_construct(
        **_taken(invitation, {"id", "revision", "answer", "comment", "answered_at", "delegated_to"}),
        joining=joining(invitation, meeting),
        standing=standing_for_owner(invitation),
        stands_in=invitation.delegated_from is not None,
        meeting=view_meeting(meeting),
        moved_since=moved_since(invitation, meeting),
        can_answer=meeting.is_open(now),
        can_answer_until=meeting.starts_at,
        attended=attended,
    )


def view_for_bearer(invitation: Invitation, meeting: Meeting, person: Person, *, now: datetime) -> AnswerView:
    """Return what the bearer of the link to ``invitation`` sees."""
    return AnswerView.model_construct(
        **_taken(meeting, OF_MEETING),
        **_taken(invitation, OF_INVITATION),
        invitation_id=invitation.id,
        joining=joining(invitation, meeting),
        moved_since=moved_since(invitation, meeting),
        can_answer=meeting.is_open(now),
        can_answer_until=meeting.starts_at,
        my_language=person.language,
        my_time_zone=person.time_zone,
        standing=standing_for_owner(invitation),
        stands_in=invitation.delegated_from is not None,
        delegated=invitation.delegated_to is not None,
    )


def joining(invitation: Invitation, meeting: Meeting) -> Joining | None:
    """Return where somebody will be; nothing where there is no choice, or no longer."""
    return invitation.joining if meeting.held_as == "hybrid" else None


def standing_for_owner(invitation: Invitation) -> Standing:
    """Return where somebody stands, for themselves: whoever looks has been reached."""
    return "pending" if invitation.standing == "unreachable" else invitation.standing


def _taken(source: Model, names: set[str]) -> dict[str, Any]:
    """Return these fields of ``source``; they were checked when it was read."""
    return {name: getattr(source, name) for name in names}
