"""Preferences, asked of notifications: by the link in a letter."""

from datetime import datetime
from typing import Any

from services.portal.clients.base import Caller, Model, Page


class Key(Model):
    """A public key, read back."""

    fingerprint: str
    names: tuple[str, ...] = ()
    expires_at: datetime | None = None
    expires_soon: bool = False
    required: bool = False
    trouble: str | None = None


class QuietHours(Model):
    """When nothing is sent, on the reader's clocks."""

    starts: str
    ends: str


class Preferences(Model):
    """How somebody is written to."""

    revision: int
    topics: dict[str, str]
    language: str
    time_zone: str
    language_chosen: bool = False
    time_zone_chosen: bool = False
    quiet: QuietHours | None = None
    digest_hour: int
    digest_weekday: int
    suppressed: str | None = None
    key: Key | None = None
    second_path: str | None = None
    subscriber: bool = False
    link: str | None = None
    """A new link, where the one that was used is no longer good."""


class OwnLetter(Model):
    """A letter as its reader sees it."""

    id: str
    kind: str
    subject: str
    state: str
    created_at: datetime
    sent_at: datetime | None = None


class SecondPath(Model):
    """Where somebody is told when a notice stays unanswered; a webhook's secret is told this once."""

    channel: str
    secret: str = ""


class OwnLink(Model):
    """A link to one's own preferences."""

    token: str


class PreferencesOf:
    """What the notifications service's HTTP API says about preferences."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def link(self) -> str:
        """Return the token of a link for whoever has signed in."""
        return (await self._call.ask("POST", "/me/preferences-link", OwnLink)).token

    async def show(self) -> Preferences:
        """Return how the holder of the link is written to."""
        return await self._call.get("/preferences", Preferences)

    async def change(self, wishes: dict[str, Any], *, revision: int | None) -> Preferences:
        """Write like this from now on."""
        return await self._call.ask("PUT", "/preferences", Preferences, wishes, revision=revision or None)

    async def can_stop(self) -> None:
        """Raise `Refused` unless the link is good for stopping topics."""
        await self._call.send("GET", "/preferences/stopping")

    async def stop(self, topic: str) -> None:
        """Write of one topic no more."""
        await self._call.send("POST", "/preferences/stopping", json={"topic": topic})

    async def keep_key(self, armored: str, *, required: bool) -> Preferences:
        """Encrypt to a key from now on."""
        command = {"armored": armored, "required": required}
        return await self._call.ask("PUT", "/preferences/key", Preferences, command)

    async def require(self, *, required: bool) -> Preferences:
        """Say whether letters may go out in clear."""
        return await self._call.ask("PUT", "/preferences/key/requirement", Preferences, {"required": required})

    async def forget_key(self) -> Preferences:
        """Write in clear from now on."""
        return await self._call.ask("DELETE", "/preferences/key", Preferences)

    async def keep_second_path(self, command: dict[str, Any]) -> SecondPath:
        """Tell there when a notice stays unanswered."""
        return await self._call.ask("PUT", "/preferences/second-path", SecondPath, command)

    async def forget_second_path(self) -> Preferences:
        """Tell nowhere else any more."""
        return await self._call.ask("DELETE", "/preferences/second-path", Preferences)

    async def letters(self, **wanted: Any) -> Page[OwnLetter]:
        """List everything that was or will be sent."""
        return await self._call.get("/preferences/letters", Page[OwnLetter], wanted)

    async def export(self) -> bytes:
        """Return everything that is kept, as JSON."""
        return (await self._call.send("GET", "/preferences/export")).content
