"""Reads the letters that a system has sent, where a catcher keeps them: our own, or MailDev in containers."""

import re
from dataclasses import dataclass
from typing import Any, Protocol

import httpx2

MANY = 2_000  # letters that are looked through
TIMEOUT = 30  # seconds
_LINK = re.compile(r"https?://[^\s<>\"')\]]+")


@dataclass(frozen=True)
class Letter:
    """One letter: whom it went to, and the links in its text."""

    recipient: str
    links: tuple[str, ...]

    def token(self, path: str) -> str:
        """Return the token at the end of the link whose address holds ``path``."""
        return next(link.rpartition("/")[2] for link in self.links if path in link)


class Letters(Protocol):
    """Where letters can be read."""

    def all(self) -> list[Letter]:
        """Return the letters, oldest first."""


def to(letters: Letters, recipient: str) -> list[Letter]:
    """Return the letters to one recipient, oldest first."""
    return [letter for letter in letters.all() if letter.recipient == recipient]


def with_link(letters: Letters, path: str) -> list[Letter]:
    """Return the letters with a link whose address holds ``path``, oldest first."""
    return [letter for letter in letters.all() if any(path in link for link in letter.links)]


class Caught:
    """Letters in our own catcher."""

    def __init__(self, url: str) -> None:
        self._http = httpx2.Client(base_url=url, timeout=TIMEOUT)
        self._read: dict[int, Letter] = {}

    def all(self) -> list[Letter]:
        """Return the letters, oldest first."""
        listed = self._http.get("/api/mails", params={"limit": MANY}).raise_for_status().json()
        return [self._letter(mail) for mail in reversed(listed)]

    def _letter(self, mail: dict[str, Any]) -> Letter:
        number = mail["id"]
        if number not in self._read:
            parts = self._http.get(f"/api/mails/{number}").raise_for_status().json()
            self._read[number] = _letter(mail["recipients"][0], parts["text"])
        return self._read[number]


class MailDev:
    """Letters in MailDev (https://github.com/maildev/maildev/blob/master/docs/rest.md)."""

    def __init__(self, url: str) -> None:
        self._http = httpx2.Client(base_url=url, timeout=TIMEOUT)

    def all(self) -> list[Letter]:
        """Return the letters, oldest first."""
        listed = self._http.get("/email").raise_for_status().json()
        return [_letter(mail["to"][0]["address"], mail["text"]) for mail in listed]


def _letter(recipient: str, text: str) -> Letter:
    address = recipient.rpartition("<")[2].rstrip(">")
    return Letter(address, tuple(_LINK.findall(text)))
