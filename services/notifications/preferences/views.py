"""What somebody is shown of their own preferences, key and letters."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.notifications.channels import store as channels
from services.notifications.channels.domain import ChannelName
from services.notifications.contacts import store as contacts
from services.notifications.contacts.store import Reachable
from services.notifications.deliveries import facts, store
from services.notifications.deliveries.domain import LetterKind, State
from services.notifications.letters import prepare
from services.notifications.openpgp import store as openpgp
from services.notifications.openpgp.certificates import read_certificate
from services.notifications.openpgp.domain import expires_soon
from services.notifications.preferences.domain import TOPICS, Frequency, QuietHours, Topic, Wishes
from services.notifications.preferences.store import PREFERENCES
from services.notifications.settings import Settings
from services.notifications.subscribers import store as subscribers
from shared.ids import Id, utc_now
from shared.model import Language, Model, ZoneName
from shared.problems import Problem
from shared.service import Context
from shared.storage import Document, Reader


class KeyView(Model):
    """A public key, read back: ``fingerprint`` in groups of four, ``trouble`` where nothing can be encrypted to it."""

    fingerprint: str
    names: list[str]
    expires_at: datetime | None = None
    expires_soon: bool
    required: bool
    trouble: str | None = None


class PreferencesView(Model):
    """How somebody is written to; ``language`` and ``time_zone`` are what holds, chosen here or not."""

    revision: int
    topics: dict[Topic, Frequency]
    language: Language
    time_zone: ZoneName
    language_chosen: bool
    time_zone_chosen: bool
    quiet: QuietHours | None = None
    digest_hour: int
    digest_weekday: int
    suppressed: str | None = None
    """Why nothing arrives, where that is known."""
    key: KeyView | None = None
    second_path: ChannelName | None = None
    """By which channel they are told when a notice stays unanswered."""
    subscriber: bool = False
    """Whether this is somebody who subscribed: what of and how often they choose where reports are."""
    link: str | None = None
    """A link good for an hour, where what was done has put the one before out of use."""


class OwnLetter(Model):
    """A letter as its reader sees it in the list of all."""

    id: Id
    kind: LetterKind
    subject: str
    state: State
    created_at: datetime
    sent_at: datetime | None = None


async def preferences_of(reader: Reader, person_id: str) -> PreferencesView:
    """Return how somebody is written to."""
    known, path = await PREFERENCES.find(reader, person_id), await channels.find(reader, person_id)
    wishes = known.wishes if known else Wishes()
    to = (await contacts.reach(reader, [person_id])).get(person_id)
    reachable = to if isinstance(to, Reachable) else None
    return PreferencesView(
        revision=known.revision if known else 0,
        topics={topic: wishes.topics.get(topic, "now") for topic in TOPICS},
        language=reachable.language if reachable else wishes.language or "en",
        time_zone=reachable.time_zone if reachable else wishes.time_zone or "UTC",
        language_chosen=wishes.language is not None,
        time_zone_chosen=wishes.time_zone is not None,
        quiet=wishes.quiet,
        digest_hour=wishes.digest_hour,
        digest_weekday=wishes.digest_weekday,
        suppressed=(reachable.suppressed or None) if reachable else None,
        key=await key_of(reader, person_id),
        second_path=path[0].channel if path else None,
        subscriber=await subscribers.is_subscriber(reader, person_id),
    )


async def key_of(reader: Reader, person_id: str) -> KeyView | None:
    """Return somebody's public key, read back."""
    known = await openpgp.find(reader, person_id)
    if known is None:
        return None
    key, armored = known
    now = utc_now()
    certificate = read_certificate(armored, now=now)
    return KeyView(
        fingerprint=certificate.spaced_fingerprint,
        names=list(certificate.names),
        expires_at=certificate.expires_at,
        expires_soon=expires_soon(certificate.expires_at, now=now),
        required=key.required,
        trouble=certificate.trouble,
    )


async def letters_of(context: Context, rows: Sequence[Document], person_id: str) -> list[OwnLetter]:
    """Return letters as their reader sees them, each with its subject."""
    reader = context.storage.reader
    to = (await contacts.reach(reader, [person_id])).get(person_id)
    language, zone = (to.language, to.time_zone) if isinstance(to, Reachable) else ("en", "UTC")
    found = await store.facts_of(reader, {row["event_id"] for row in rows})
    return [
        OwnLetter(
            id=row["_id"],
            kind=row["kind"],
            subject=_subject(context.settings, row, found.get(row["event_id"]), row["language"] or language, zone),
            state=row["state"],
            created_at=row["created_at"],
            sent_at=row.get("sent_at"),
        )
        for row in rows
    ]


def _subject(settings: Settings, row: Document, told: Document | None, language: Language, zone: str) -> str:
    if told is None:
        return ""
    try:
        return prepare(row["kind"], facts.told(told), language, zone, settings.sender).subject
    except (Problem, KeyError, TypeError, ValueError):  # told by an older version of ours
        return ""


async def everything_about(context: Context, person_id: str, rows: Sequence[Document]) -> dict[str, Any]:
    """Return what is kept here about somebody, for them to take along by a link.

    A link may have been passed on, so neither address nor name is in it: both are in the export for whoever signs in.
    """
    preferences = await preferences_of(context.storage.reader, person_id)
    return {
        "preferences": preferences.model_dump(mode="json", exclude_none=True),
        "letters": [each.model_dump(mode="json") for each in await letters_of(context, rows, person_id)],
    }
