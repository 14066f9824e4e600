"""Fills a new system by its own APIs, as people would: sign in, import, invite, answer, publish, subscribe.

Every step may be done again: imports find what they brought, and each POST carries a key under which it counts once.
"""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import cycle
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from deploy.sample import SAMPLE
from deploy.sample.letters import Letter, Letters, to, with_link
from deploy.waiting import Say, wait_until
from shared.ids import new_id

COORDINATOR = ("Halina Maj", "halina.maj@wspolnystol.example")
SUBSCRIBER = "reader@library.example"
AHEAD = timedelta(days=42)
ANSWERS = ("accepted", "accepted", "tentative", "accepted", "declined", "accepted", None)
"""What one after another of the invited answers; ``None`` leaves the letter unanswered."""

COMMENTS = {"tentative": "I am waiting for my visa.", "declined": "", "accepted": ""}
WITHIN = 60  # seconds until a letter is there
Json = dict[str, Any]


class Story:
    """The sample's path through the services at ``urls``; how far it is, is kept in ``record``."""

    def __init__(self, urls: Mapping[str, str], letters: Letters, record: Path, *, say: Say) -> None:
        self._urls = urls
        self._letters = letters
        self._record = record
        self._say = say
        self._http = httpx2.Client(timeout=30)
        self._refresh_token = ""
        self._tokens: dict[str, str] = {}
        self._known = _read(record)

    def tell(self) -> None:
        """Do all of it; about ten seconds."""
        self._known.setdefault("key", new_id())
        self._known.setdefault("starts_at", first_morning(datetime.now(UTC) + AHEAD).isoformat())
        self._save()
        self._sign_in()
        people = self._import()
        self._invite(people)
        self._answer()
        self._publish()
        self._known["told"] = True
        self._save()

    def _sign_in(self) -> None:
        """Sign in as a person does: ask, read the mail, follow its link in the same browser."""
        self._say("signing in as the coordinator")
        browser = hashlib.sha256(secrets.token_bytes(32)).hexdigest()
        _, address = COORDINATOR
        seen = len(to(self._letters, address))
        self._call("registry", "POST", "/sign-ins", {"address": address, "browser": browser})
        self._until(lambda: len(to(self._letters, address)) > seen, "the letter with the link to sign in")
        token = to(self._letters, address)[-1].token("/sign-in/")
        redeemed = self._call("registry", "POST", "/sign-ins/redemption", {"token": token, "browser": browser})
        self._refresh_token = redeemed["refresh_token"]

    def _import(self) -> list[str]:
        """Import activities and people; return the ids of everybody."""
        self._say("importing organisations, activities and people")
        activities, people = ((SAMPLE / name).read_bytes() for name in ("activities.xml", "people.csv"))
        self._as("registry", "POST", "/imports/iati", content=activities, media_type="application/xml")
        self._as("registry", "POST", "/imports/people", content=people, media_type="text/csv")
        organisations = self._all("registry", "/organisations")
        local = [each["id"] for each in organisations if each.get("country") == "BY" or each["names"].get("be")]
        name = {"en": "Authors of the monitoring reports", "pl": "Autorzy raportów monitorujących"}
        self._as("registry", "POST", "/coalitions", {"name": name, "organisation_ids": local}, once=True)
        return [each["id"] for each in self._all("registry", "/people") if not each["no_contact"]]

    def _invite(self, person_ids: list[str]) -> None:
        """Schedule the meeting and wait until every letter is sent."""
        self._say("inviting everybody to the meeting")
        audience = {"person_ids": person_ids}
        known = len(person_ids)
        self._until(lambda: self._knows(audience), "the people, in meetings")
        self._known.setdefault("letters_before", len(with_link(self._letters, "/answer/")))
        self._save()
        command = scheduled(datetime.fromisoformat(self._known["starts_at"]), audience)
        self._as("meetings", "POST", "/meetings", command, once=True)
        self._until(lambda: len(self._invitations()) >= known, "the invitations")

    def _knows(self, audience: Json) -> bool:
        """Whether meetings has heard of everybody in ``audience`` from the registry."""
        try:
            self._as("meetings", "POST", "/audiences/preview", {"audience": audience})
        except httpx2.HTTPStatusError as error:
            if error.response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
                return False
            raise
        return True

    def _answer(self) -> None:
        """Answer by the links in the letters."""
        self._say("answering some of the invitations")
        for answer, letter in zip(cycle(ANSWERS), self._invitations(), strict=False):
            if answer is not None:
                token = letter.token("/answer/")
                body = {"answer": answer, "comment": COMMENTS[answer]}
                self._call("meetings", "PUT", "/answer", body, authorization=f"Link {token}")

    def _invitations(self) -> list[Letter]:
        """Return the letters of our meeting; there may have been others before."""
        return with_link(self._letters, "/answer/")[self._known["letters_before"] :]

    def _publish(self) -> None:
        """Subscribe, write the report, publish it, and wait for the subscriber's letter."""
        self._say("publishing the report")
        self._subscribe()
        texts = json.loads((SAMPLE / "report.json").read_text(encoding="utf-8"))
        sections = texts.pop("sections")
        report = self._as("reports", "POST", "/reports", texts, once=True)
        for theme, languages in sections.items():
            for language, text in languages.items():
                self._write(f"/reports/{report['id']}/sections/{theme}/{language}", text)
        seen = len(to(self._letters, SUBSCRIBER))
        self._as("reports", "POST", f"/reports/{report['id']}/publication", {}, once=True)
        self._until(lambda: len(to(self._letters, SUBSCRIBER)) > seen, "the subscriber's letter")

    def _subscribe(self) -> None:
        themes = list(json.loads((SAMPLE / "report.json").read_text(encoding="utf-8"))["sections"])
        wanted = {"address": SUBSCRIBER, "themes": themes, "language": "en"}
        self._call("reports", "POST", "/subscriptions", wanted)
        self._until(lambda: bool(to(self._letters, SUBSCRIBER)), "the letter that asks for confirmation")
        token = to(self._letters, SUBSCRIBER)[0].token("/subscription/")
        self._call("reports", "POST", "/subscription/confirmation", authorization=f"Link {token}")

    def _write(self, path: str, text: str) -> None:
        """Write one section, unless it says so already."""
        section = self._as("reports", "GET", path)
        if section["text"] != text:
            self._as("reports", "PUT", path, {"text": text}, if_match=f'"{section["revision"]}"')

    def _all(self, service: str, path: str) -> list[Json]:
        """Return every item of a list."""
        items, after = [], None
        while True:
            page = self._as(service, "GET", path, params={"limit": 200} | ({"after": after} if after else {}))
            items += page["items"]
            after = page["next"]
            if not after:
                return items

    def _as(self, service: str, method: str, path: str, body: Any = None, **how: Any) -> Any:
        """Call as the coordinator."""
        if service not in self._tokens:
            asked = {"refresh_token": self._refresh_token, "audience": service}
            tokens = self._ask("registry", "POST", "/tokens", json=asked)
            self._refresh_token, self._tokens[service] = tokens["refresh_token"], tokens["access_token"]
        return self._call(service, method, path, body, authorization=f"Bearer {self._tokens[service]}", **how)

    def _call(
        self,
        service: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        authorization: str | None = None,
        if_match: str | None = None,
        media_type: str | None = None,
        once: bool = False,
        **how: Any,
    ) -> Any:
        headers = {"Authorization": authorization, "If-Match": if_match, "Content-Type": media_type}
        if once:
            headers["Idempotency-Key"] = f"{self._known['key']}{path}"
        given = {name: value for name, value in headers.items() if value}
        return self._ask(service, method, path, headers=given, **({"json": body} if body is not None else {}), **how)

    def _ask(self, service: str, method: str, path: str, **how: Any) -> Any:
        answer = self._http.request(method, self._urls[service] + path, **how)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def _until(self, ready: Callable[[], bool], what: str) -> None:
        wait_until(ready, seconds=WITHIN, what=what, every=0.25)

    def _save(self) -> None:
        self._record.write_text(json.dumps(self._known, indent=2), encoding="utf-8")


def is_told(record: Path) -> bool:
    """Whether the story with this record was told to its end."""
    return bool(_read(record).get("told"))


def _read(record: Path) -> Json:
    return dict(json.loads(record.read_text(encoding="utf-8"))) if record.exists() else {}


def first_morning(after: datetime) -> datetime:
    """Return nine o'clock in Warsaw on the first Tuesday that follows ``after``."""
    local = after.astimezone(ZoneInfo("Europe/Warsaw"))
    day = local.date() + timedelta(days=(1 - local.weekday()) % 7 or 7)
    return datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Europe/Warsaw"))


def scheduled(starts_at: datetime, audience: Json) -> Json:
    """Return the command that schedules the sample's meeting."""
    command: Json = json.loads((SAMPLE / "meeting.json").read_text(encoding="utf-8"))
    length = command.pop("length_minutes")
    agenda = [
        {"starts_at": _after(starts_at, item["after_minutes"]), "title": item["title"]} for item in command["agenda"]
    ]
    times = {"starts_at": starts_at.isoformat(), "ends_at": _after(starts_at, length), "time_zone": "Europe/Warsaw"}
    return command | times | {"agenda": agenda, "audience": audience}


def _after(moment: datetime, minutes: int) -> str:
    return (moment + timedelta(minutes=minutes)).isoformat()
