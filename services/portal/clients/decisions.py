"""Meetings, asked for what came of them: minutes, decisions, tasks, and everybody's own brief."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, Model, Page
from shared.model import Language


class Task(Model):
    """A piece of a decision."""

    id: str
    text: dict[str, str]
    organisation_id: str | None = None
    person_id: str | None = None
    due_on: date | None = None
    state: str = "open"


class Moment(Model):
    """Something that happened to a decision."""

    at: datetime
    what: str
    by: str | None = None
    state: str = ""
    edition: int | None = None
    note: str = ""


class Commission(Model):
    """Which report a decision asks for."""

    title: dict[str, str]
    country: str
    period_from_on: date
    period_to_on: date
    languages: list[Language]
    contributor_ids: list[str] = Field(default_factory=list)
    due_on: date


class Decision(Model):
    """A decision, as those who may see it see it."""

    id: str
    revision: int = 1
    meeting_id: str
    number: str
    item: str = "general"
    closed: bool = False
    text: dict[str, str]
    meeting_title: dict[str, str] = Field(default_factory=dict)
    owner_id: str | None = None
    person_id: str | None = None
    due_on: date | None = None
    next_due_on: date | None = None
    state: str = "open"
    overdue: bool = False
    mine: bool = False
    tasks: list[Task] = Field(default_factory=list)
    commission: Commission | None = None
    report_id: str | None = None
    edition: int | None = None
    history: list[Moment] = Field(default_factory=list)

    @property
    def organisation_ids(self) -> list[str]:
        """The organisations it names."""
        wanted = [self.owner_id, *(task.organisation_id for task in self.tasks)]
        return [each for each in wanted if each] + (self.commission.contributor_ids if self.commission else [])


class Minutes(Model):
    """The minutes of one item: ``html`` is sanitised."""

    id: str
    revision: int = 1
    item: str
    state: str
    version: int
    approved_version: int | None = None
    approved_at: datetime | None = None
    text: dict[str, str]
    html: dict[str, str]
    speaker_ids: list[str] = Field(default_factory=list)
    reason: str = ""
    changed_at: datetime


class Version(Model):
    """One text that minutes had."""

    version: int
    text: dict[str, str]
    at: datetime
    by: str
    reason: str = ""


class Session(Model):
    """A session of the agenda: what minutes and decisions belong to."""

    id: str
    title: dict[str, str]


class Agenda(Model):
    """The sessions of a meeting."""

    sessions: list[Session] = Field(default_factory=list)


class BriefItem(Model):
    """One line of a brief."""

    text: dict[str, str]
    detail: str = ""
    theme: str = ""
    region: str = ""
    due_on: date | None = None
    late: bool = False
    id: str = ""


class BriefList(Model):
    """One list of a brief."""

    items: list[BriefItem] = Field(default_factory=list)
    more: int = 0


class Brief(Model):
    """What concerns me before a meeting."""

    meeting_id: str
    closed: bool = False
    general: bool = False
    since_on: date | None = None
    tasks: BriefList
    activities: BriefList
    overlaps: BriefList
    gaps: BriefList
    reports: BriefList
    minutes_of: str | None = None

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to say."""
        lists = (self.tasks, self.activities, self.overlaps, self.gaps, self.reports)
        return self.minutes_of is None and not any(each.items for each in lists)


class BriefPlan(Model):
    """When the brief of a meeting goes out, and how many have had it."""

    revision: int = 1
    days_before: int = 3
    wanted: bool = True
    due_at: datetime
    told: int = 0


class Decisions:
    """The meetings service's HTTP API, as far as it is about what came of meetings."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def board(self, **wanted: Any) -> Page[Decision]:
        """List everybody's decisions: ``which``, ``organisation_id``, ``meeting_id``, ``after``, ``limit``."""
        return await self._call.get("/decisions", Page[Decision], wanted)

    async def mine(self, **wanted: Any) -> Page[Decision]:
        """List what I and my organisations carry out: ``which``, ``after``, ``limit``."""
        return await self._call.get("/my/decisions", Page[Decision], wanted)

    async def of_meeting(self, meeting_id: str) -> list[Decision]:
        """List what a meeting decided."""
        return (await self._call.get(f"/meetings/{meeting_id}/decisions", Page[Decision])).items

    async def overdue(self, meeting_id: str) -> list[Decision]:
        """List what is late in the series of a meeting."""
        return (await self._call.get(f"/meetings/{meeting_id}/overdue", Page[Decision])).items

    async def one(self, decision_id: str) -> Decision:
        """Return one decision."""
        return await self._call.get(f"/decisions/{decision_id}", Decision)

    async def take(self, meeting_id: str, command: dict[str, Any], *, key: str | None) -> Decision:
        """Write down what a meeting decided."""
        return await self._call.ask("POST", f"/meetings/{meeting_id}/decisions", Decision, command, key=key)

    async def change(self, decision_id: str, command: dict[str, Any], *, revision: int) -> Decision:
        """Replace what a decision says."""
        return await self._call.ask("PUT", f"/decisions/{decision_id}", Decision, command, revision=revision)

    async def move(self, decision_id: str, state: str) -> None:
        """Say how far a decision is."""
        await self._call.ask("PUT", f"/decisions/{decision_id}/state", object, {"state": state})

    async def commission(self, decision_id: str, commission: dict[str, Any], *, key: str | None) -> None:
        """Have a decision commission a report."""
        path = f"/decisions/{decision_id}/commission"
        await self._call.ask("POST", path, object, {"commission": commission}, key=key)

    async def assign(self, decision_id: str, command: dict[str, Any], *, key: str | None) -> None:
        """Give a task of a decision to an organisation."""
        await self._call.ask("POST", f"/decisions/{decision_id}/tasks", object, command, key=key)

    async def move_task(self, decision_id: str, task_id: str, state: str) -> None:
        """Say that a task is done, dropped or open after all."""
        path = f"/decisions/{decision_id}/tasks/{task_id}/state"
        await self._call.ask("PUT", path, object, {"state": state})

    async def minutes(self, meeting_id: str) -> list[Minutes]:
        """List a meeting's minutes."""
        return (await self._call.get(f"/meetings/{meeting_id}/minutes", Page[Minutes])).items

    async def versions(self, meeting_id: str, item: str) -> list[Version]:
        """List every text that the minutes of one item had."""
        return (await self._call.get(f"/meetings/{meeting_id}/minutes/{item}/versions", Page[Version])).items

    async def write(self, meeting_id: str, item: str, command: dict[str, Any], *, revision: int | None) -> None:
        """Save the minutes of one item; ``revision`` is that which was seen, none for the first ones."""
        path = f"/meetings/{meeting_id}/minutes/{item}"
        await self._call.ask("PUT", path, object, command, revision=revision)

    async def move_minutes(self, meeting_id: str, item: str, state: str) -> None:
        """Propose minutes, take them back, or approve them."""
        await self._call.ask("PUT", f"/meetings/{meeting_id}/minutes/{item}/state", object, {"state": state})

    async def agenda(self, meeting_id: str) -> Agenda:
        """Return the sessions of a meeting."""
        return await self._call.get(f"/meetings/{meeting_id}/agenda", Agenda)

    async def brief(self, meeting_id: str, language: str) -> Brief:
        """Return what concerns me before a meeting."""
        return await self._call.get(f"/meetings/{meeting_id}/brief", Brief, {"language": language})

    async def brief_plan(self, meeting_id: str) -> BriefPlan:
        """Return when the brief of a meeting goes out."""
        return await self._call.get(f"/meetings/{meeting_id}/brief-plan", BriefPlan)

    async def plan_brief(self, meeting_id: str, days_before: int, *, wanted: bool) -> None:
        """Say when the brief of a meeting goes out, if it does."""
        body = {"days_before": days_before, "wanted": wanted}
        await self._call.ask("PUT", f"/meetings/{meeting_id}/brief-plan", object, body)

    async def send_briefs(self, meeting_id: str, *, key: str | None) -> None:
        """Send everybody their brief now."""
        await self._call.ask("POST", f"/meetings/{meeting_id}/briefs", object, key=key)
