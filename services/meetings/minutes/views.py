"""What of minutes is shown, and to whom: who wrote them is for coordinators."""

from services.meetings.minutes.domain import Minutes, State, Version
from services.meetings.minutes.markdown import to_html
from shared.auth import READ_GRANTED_BY, Actor
from shared.ids import Id
from shared.model import Language, Model, Time


class MinutesView(Model):
    """The minutes of one item: ``text`` as written, ``html`` sanitised; ``state`` is that of what is shown."""

    id: Id
    revision: int
    meeting_id: Id
    item: str
    state: State
    version: int
    approved_version: int | None
    approved_at: Time | None
    text: dict[Language, str]
    html: dict[Language, str]
    speaker_ids: list[Id]
    reason: str
    """Why this version corrects what was approved, if it does."""
    changed_at: Time
    changed_by: Id | None


class VersionView(Model):
    """One version, as coordinators see it."""

    version: int
    text: dict[Language, str]
    speaker_ids: list[Id]
    at: Time
    by: Id
    reason: str


def view(minutes: Minutes, version: Version, actor: Actor) -> MinutesView:
    """Return ``version`` of ``minutes`` as ``actor`` may see it."""
    coordinates = bool(actor.roles & READ_GRANTED_BY["coordinator"])
    return MinutesView(
        id=minutes.id,
        revision=minutes.revision,
        meeting_id=minutes.meeting_id,
        item=minutes.item,
        state="approved" if version.version == minutes.approved_version else minutes.state,
        version=version.version,
        approved_version=minutes.approved_version,
        approved_at=minutes.approved_at,
        text=version.text,
        html={language: to_html(text) for language, text in version.text.items()},
        speaker_ids=version.speaker_ids if coordinates else [],
        reason=version.reason,
        changed_at=version.at,
        changed_by=version.by if coordinates else None,
    )


def view_version(version: Version) -> VersionView:
    """Return one version as coordinators see it."""
    return VersionView(**version.model_dump(include=set(VersionView.model_fields)))
