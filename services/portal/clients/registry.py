"""The registry, asked: signing in, organisations, people, coalitions, activities, imports."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from services.portal.clients.base import Caller, FieldError, Model, Page
from shared.events.registry import OrganisationKind, Role
from shared.model import Language

MAX_LOOKUP = 500  # people asked for at once


class SignedIn(Model):
    """The person who signed in."""

    id: str
    display_name: str
    roles: list[Role] = Field(default_factory=list)
    organisation_ids: list[str] = Field(default_factory=list)
    language: Language = "en"
    time_zone: str = "Europe/Warsaw"


class Redeemed(Model):
    """What a sign-in link is good for, once."""

    refresh_token: str
    person: SignedIn


class Issued(Model):
    """An access token for one service, and the refresh token for the next."""

    access_token: str
    expires_at: datetime
    refresh_token: str


class Organisation(Model):
    """An organisation's public record."""

    id: str
    names: dict[str, str]
    other_names: dict[str, str] = Field(default_factory=dict)
    acronym: str | None = None
    acronyms: list[str] = Field(default_factory=list)
    aliases: list[str] = Field(default_factory=list)
    kinds: list[OrganisationKind] = Field(default_factory=list)
    country: str | None = None

    @property
    def every_name(self) -> list[str]:
        """Whatever it is called, in any language, each once."""
        acronyms = [self.acronym or "", *self.acronyms]
        found = [*self.names.values(), *self.other_names.values(), *self.aliases, *acronyms]
        return [each for each in dict.fromkeys(found) if each]


class Person(Model):
    """A person, as coordinators see them."""

    id: str
    display_name: str
    organisation_ids: list[str] = Field(default_factory=list)
    roles: list[Role] = Field(default_factory=list)
    language: Language = "en"
    time_zone: str = "Europe/Warsaw"
    active: bool = True
    no_contact: bool = False
    unreachable: str | None = None
    """Why letters to them do not arrive, as far as is known."""


class Coalition(Model):
    """A named group of organisations."""

    id: str
    name: dict[str, str]
    organisation_ids: list[str] = Field(default_factory=list)


class Moment(Model):
    """A date in the life of an activity."""

    kind: str
    happens_on: date


class Activity(Model):
    """Who does what where, as a list shows it."""

    id: str
    iati_identifier: str = ""
    title: dict[str, str] = Field(default_factory=dict)
    status: str = ""
    dates: list[Moment] = Field(default_factory=list)
    organisation_ids: list[str] = Field(default_factory=list)
    country_codes: list[str] = Field(default_factory=list)

    def on(self, end: str) -> date | None:
        """Return the day it starts or ends (*start*, *end*): the actual day where it is known, else the planned."""
        days = {each.kind: each.happens_on for each in self.dates}
        return days.get(f"actual-{end}") or days.get(f"planned-{end}")


class ImportReport(Model):
    """What became of a file: how many records, and what was wrong with which line."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    errors: list[FieldError] = Field(default_factory=list)
    more_errors: int = 0


class Registry:
    """The registry's HTTP API."""

    def __init__(self, caller: Caller) -> None:
        self._call = caller

    async def ask_to_sign_in(self, address: str, browser: str, language: Language) -> None:
        """Have a sign-in link sent, if the address is somebody's."""
        body = {"address": address, "browser": browser, "language": language}
        await self._call.ask("POST", "/sign-ins", object, body)

    async def redeem(self, token: str, browser: str) -> Redeemed:
        """Turn a sign-in link into a session."""
        return await self._call.ask("POST", "/sign-ins/redemption", Redeemed, {"token": token, "browser": browser})

    async def refresh(self, refresh_token: str, audience: str) -> Issued:
        """Turn a refresh token into an access token for one service, and the next refresh token."""
        body = {"refresh_token": refresh_token, "audience": audience}
        return await self._call.ask("POST", "/tokens", Issued, body)

    async def sign_out(self, refresh_token: str) -> None:
        """End the session on every machine that holds it."""
        await self._call.ask("POST", "/sign-outs", object, {"refresh_token": refresh_token})

    async def me(self) -> SignedIn:
        """Return the person who asks."""
        return await self._call.get("/me", SignedIn)

    async def organisations(self, **wanted: Any) -> Page[Organisation]:
        """Search organisations: ``q``, ``kind``, ``country``, ``after``, ``limit``."""
        return await self._call.get("/organisations", Page[Organisation], wanted)

    async def organisation(self, organisation_id: str) -> Organisation:
        """Return one organisation."""
        return await self._call.get(f"/organisations/{organisation_id}", Organisation)

    async def people(self, **wanted: Any) -> Page[Person]:
        """Search people: ``q``, ``organisation_id``, ``after``, ``limit``."""
        return await self._call.get("/people", Page[Person], wanted)

    async def look_up(self, person_ids: list[str]) -> dict[str, Person]:
        """Return those of the people who are known, by id."""
        found: dict[str, Person] = {}
        for start in range(0, len(person_ids), MAX_LOOKUP):
            body = {"ids": person_ids[start : start + MAX_LOOKUP]}
            page = await self._call.ask("POST", "/people/lookup", Page[Person], body)
            found |= {person.id: person for person in page.items}
        return found

    async def coalitions(self) -> Page[Coalition]:
        """Return the first 200 coalitions."""
        return await self._call.get("/coalitions", Page[Coalition], {"limit": 200})

    async def activities(self, **wanted: Any) -> Page[Activity]:
        """Search activities: ``q``, ``organisation_id``, ``country``, ``sector``, ``after``, ``limit``."""
        return await self._call.get("/activities", Page[Activity], wanted)

    async def import_file(
        self, what: str, body: bytes, file_name: str, *, create_organisations: bool = False, correction: str = ""
    ) -> ImportReport:
        """Read a file in: ``what`` is *iati* or *people*.

        It may ``create_organisations`` that people name; ``correction`` says why activities of locked periods change.
        """
        kind = {"iati": "application/xml", "people": "text/csv; charset=utf-8"}[what]
        headers = {"Content-Type": kind}  # a file may take minutes to read
        params = {"file_name": file_name}
        params |= {"create_organisations": "true"} if create_organisations and what == "people" else {}
        params |= {"correction": correction} if correction and what == "iati" else {}
        response = await self._call.send(
            "POST", f"/imports/{what}", content=body, headers=headers, params=params, timeout=120
        )
        return ImportReport.model_validate_json(response.content)
