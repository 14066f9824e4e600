"""Invitations, asked: where each stands, places, reminders, proposals, whom a query means, who comes instead."""

from datetime import datetime
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page


class Noted(Model):
    """What the secretariat noted for somebody."""

    at: datetime
    by: str | None = None
    what: str


class Invitation(Model):
    """One person's invitation, as coordinators see it."""

    id: str
    person_id: str
    answer: str = "pending"
    standing: str = "pending"
    comment: str = ""
    joining: str | None = None
    """*room* or *online*, of who comes to a hybrid meeting and said so."""
    answered_at: datetime | None = None
    moved_since: bool = False
    withdrawn: bool = False
    invited_at: datetime | None = None
    waiting_number: int | None = None
    delegated_to: str | None = None
    delegated_from: str | None = None
    delegate_wanted: bool = False
    unreachable: str | None = None
    withdrawing_at: datetime | None = None
    reminded_at: datetime | None = None
    noted: list[Noted] = Field(default_factory=list)

    @property
    def was_noted(self) -> bool:
        """Whether where they stand was noted for them, and they said nothing themselves since."""
        return bool(self.noted) and self.answered_at is not None and self.noted[-1].at >= self.answered_at

    @property
    def noted_by(self) -> str | None:
        """Who noted it, if that is known."""
        return self.noted[-1].by if self.was_noted else None


class Summary(Model):
    """How many people stand where, each counted once."""

    invited: int = 0
    accepted: int = 0
    declined: int = 0
    tentative: int = 0
    pending: int = 0
    waiting: int = 0
    delegated: int = 0
    unreachable: int = 0
    moved_since: int = 0
    """How many answered for an earlier time of the meeting."""
    in_room: int = 0
    """Of those who come to a hybrid meeting: who said that they will be in the room."""
    online: int = 0
    capacity: int | None = None
    expanding: bool = False


class Round(Model):
    """One time of asking the silent."""

    days_before: int | None = None
    whom: str = "silent"
    due_at: datetime
    done: bool = False
    asked: int = 0


class Reminders(Model):
    """When the silent are asked again, what came of it, and how many are silent now."""

    days_before: list[int] = Field(default_factory=list)
    moved: bool = False
    """Whether those who answered for an earlier time are asked too."""
    rounds: list[Round] = Field(default_factory=list)
    silent: int = 0
    answered_before_move: int = 0


class Reply(Model):
    """An answer from a calendar program."""

    id: str
    person_id: str
    outcome: str
    refused: str | None = None
    comment: str = ""
    received_at: datetime
    proposal: str | None = None
    proposed_starts_at: datetime | None = None
    proposed_ends_at: datetime | None = None


class Reason(Model):
    """Why somebody is in an audience."""

    part: str
    number: int | None = None


class Guest(Model):
    """Somebody whom an audience means."""

    person_id: str
    organisation_ids: list[str] = Field(default_factory=list)
    language: str = "en"
    reasons: list[Reason] = Field(default_factory=list)
    invited: bool = False
    """They are invited to the meeting already, and get no second letter."""


class Invitations:
    """The part of the meetings service's HTTP API that is about who is invited."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def page(self, meeting_id: str, **wanted: Any) -> Page[Invitation]:
        """List invitations: ``standing``, ``withdrawn``, ``moved``, ``after``, ``limit``."""
        return await self._call.get(f"/meetings/{meeting_id}/invitations", Page[Invitation], wanted)

    async def summary(self, meeting_id: str) -> Summary:
        """Return how many stand where."""
        return await self._call.get(f"/meetings/{meeting_id}/summary", Summary)

    async def one(self, meeting_id: str, invitation_id: str) -> Invitation:
        """Return one invitation."""
        return await self._call.get(f"/meetings/{meeting_id}/invitations/{invitation_id}", Invitation)

    async def note(self, meeting_id: str, invitation_id: str, answer: dict[str, str]) -> None:
        """Note what somebody answered by telephone or in the room: ``answer``, ``comment``, perhaps ``joining``."""
        await self._call.ask("PUT", f"/meetings/{meeting_id}/invitations/{invitation_id}/answer", object, answer)

    async def their_colleagues(self, meeting_id: str, invitation_id: str) -> list[str]:
        """Return who could come in somebody's stead."""
        path = f"/meetings/{meeting_id}/invitations/{invitation_id}/colleagues"
        return (await self._call.get(path, dict[str, list[str]])).get("person_ids", [])

    async def delegate_for(self, meeting_id: str, invitation_id: str, colleague_id: str) -> None:
        """Have a colleague come in somebody's stead, for them."""
        path = f"/meetings/{meeting_id}/invitations/{invitation_id}/delegation"
        await self._call.ask("POST", path, object, {"colleague_id": colleague_id, "comment": ""})

    async def undo_for(self, meeting_id: str, invitation_id: str) -> None:
        """Undo that, for them."""
        await self._call.ask("DELETE", f"/meetings/{meeting_id}/invitations/{invitation_id}/delegation", object)

    async def withdraw(self, meeting_id: str, invitation_id: str) -> None:
        """Withdraw one invitation in two minutes, unless that is undone."""
        await self._call.ask("PUT", f"/meetings/{meeting_id}/invitations/{invitation_id}/withdrawal", object)

    async def keep(self, meeting_id: str, invitation_id: str) -> None:
        """Undo a withdrawal that nobody has been told of."""
        await self._call.ask("DELETE", f"/meetings/{meeting_id}/invitations/{invitation_id}/withdrawal", object)

    async def set_capacity(self, meeting_id: str, capacity: int | None) -> None:
        """Say how many people have room."""
        await self._call.ask("PUT", f"/meetings/{meeting_id}/capacity", object, {"capacity": capacity})

    async def reminders(self, meeting_id: str) -> Reminders:
        """Return when the silent are asked again."""
        return await self._call.get(f"/meetings/{meeting_id}/reminders", Reminders)

    async def plan(self, meeting_id: str, days_before: list[int], *, moved: bool) -> None:
        """Say how many days before the silent are asked again, and whether those who answered before a move are."""
        body = {"days_before": days_before, "moved": moved}
        await self._call.ask("PUT", f"/meetings/{meeting_id}/reminders", object, body)

    async def remind_now(self, meeting_id: str, whom: str, *, key: str | None) -> None:
        """Ask the *silent*, or those who answered before the meeting was *moved*, at once."""
        await self._call.ask("POST", f"/meetings/{meeting_id}/reminders/now", object, {"whom": whom}, key=key)

    async def replies(self, meeting_id: str, **wanted: Any) -> Page[Reply]:
        """List answers from calendar programs: ``proposals``, ``after``, ``limit``."""
        return await self._call.get(f"/meetings/{meeting_id}/replies", Page[Reply], wanted)

    async def decide(self, meeting_id: str, reply_id: str, *, take: bool, key: str | None) -> None:
        """Take a proposed time, or stay with the meeting's own."""
        what = "acceptance" if take else "refusal"
        await self._call.ask("POST", f"/meetings/{meeting_id}/replies/{reply_id}/{what}", object, key=key)

    async def people(self, audience: dict[str, Any], *, meeting_id: str | None = None, **wanted: Any) -> Page[Guest]:
        """Return a page of exactly whom ``audience`` means, those invited already marked: ``after``, ``limit``."""
        given = "&".join(f"{name}={value}" for name, value in wanted.items() if value)
        path = "/audiences/people" + (f"?{given}" if given else "")
        body = {"audience": audience, **({"meeting_id": meeting_id} if meeting_id else {})}
        return await self._call.ask("POST", path, Page[Guest], body)

    async def delegate(self, colleague_id: str | None, comment: str) -> None:
        """By the link: have a colleague come, or ask the organisers to find somebody."""
        await self._call.ask("POST", "/answer/delegation", object, {"colleague_id": colleague_id, "comment": comment})

    async def undo_delegation(self) -> None:
        """By the link: take that back, or hand it back."""
        await self._call.ask("DELETE", "/answer/delegation", object)

    async def my_colleagues(self, invitation_id: str) -> list[str]:
        """Return who could come in my stead."""
        found = await self._call.get(f"/my/invitations/{invitation_id}/colleagues", dict[str, list[str]])
        return found.get("person_ids", [])

    async def delegate_mine(self, invitation_id: str, colleague_id: str | None, comment: str) -> None:
        """Have a colleague come in my stead, or ask the organisers to find somebody."""
        body = {"colleague_id": colleague_id, "comment": comment}
        await self._call.ask("POST", f"/my/invitations/{invitation_id}/delegation", object, body)

    async def undo_mine(self, invitation_id: str) -> None:
        """Take that back, or hand it back."""
        await self._call.ask("DELETE", f"/my/invitations/{invitation_id}/delegation", object)
