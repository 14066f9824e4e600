"""Twelve organisations that write one report, each through its own person, who signs in by a real mail."""

import asyncio
from typing import Any

import httpx2

from services.reports.themes import THEMES
from tests.system import Running, Session

LANGUAGES = ("en", "pl")
WATCHERS = "The Watchers of the Media"
OTHERS = [f"Monitors of Region {number}" for number in range(2, 12)]
HIDDEN = "The Unnamed of Homel"
ORGANISATIONS = [WATCHERS, *OTHERS, HIDDEN]
"""Two for each section; the last one goes by a letter."""
DISSENTER = 6
"""The second of the first section."""
DISSENT = {"en": "It was *worse* in the regions.", "pl": "W regionach było gorzej."}


def writer_of(number: int) -> str:
    """Return the address of the person who writes for an organisation."""
    return f"writer{number}@example.org"


def people_of_all(watchers: dict[str, str]) -> str:
    """Return a table of one person for each organisation, and of the first one's people besides."""
    rows = [
        f"Watcher,{address},{language},Europe/Warsaw,{WATCHERS},member,no" for address, language in watchers.items()
    ]
    rows += [
        f"Writer {number},{writer_of(number)},{LANGUAGES[number % 2]},Europe/Warsaw,{name},member,no"
        for number, name in enumerate(ORGANISATIONS)
    ]
    return "\n".join(["display_name,address,language,time_zone,organisation,roles,no_contact", *rows, ""])


def keys_of(number: int) -> str:
    """Return the key of the section that an organisation writes."""
    return THEMES[number % len(THEMES)]


async def sign_in_all(system: Running) -> list[Session]:
    """Return the sessions of the twelve writers."""
    return list(await asyncio.gather(*(system.sign_in(writer_of(number)) for number in range(len(ORGANISATIONS)))))


async def plan(reports: httpx2.AsyncClient, report_id: str, organisation_ids: list[str]) -> None:
    """Say, as the coordinator, who writes which section and under which name."""
    address = f"/reports/{report_id}/commission"
    held = await reports.get(address)
    contributors = [
        {
            "organisation_id": organisation_id,
            "sections": [keys_of(number)],
            "credit": dict.fromkeys(LANGUAGES, name),
            "pseudonymous": name == HIDDEN,
        }
        for number, (organisation_id, name) in enumerate(zip(organisation_ids, ORGANISATIONS, strict=True))
    ]
    body = {"contributors": contributors, "due_on": held.json()["due_on"]}
    answer = await reports.put(address, json=body, headers={"If-Match": held.headers["ETag"]})
    assert answer.status_code == 200, answer.text


async def write(reports: httpx2.AsyncClient, report_id: str, key: str, texts: dict[str, str]) -> None:
    """Write one section in each language."""
    for language, text in texts.items():
        address = f"/reports/{report_id}/sections/{key}/{language}"
        etag = {"If-Match": (await reports.get(address)).headers["ETag"]}
        written = await reports.put(address, json={"text": text}, headers=etag)
        assert written.status_code == 200, written.text


async def submit(writer: Session, report_id: str, key: str) -> None:
    """Write a section in both languages and hand it to the editors."""
    async with writer.at("reports") as reports:
        await write(reports, report_id, key, {each: f"What was *observed* ({each})." for each in LANGUAGES})
        answer = await reports.post(f"/reports/{report_id}/writing/{key}/submission")
        assert answer.status_code == 200, answer.text


async def sign(writer: Session, report_id: str, key: str, dissent: dict[str, str] | None = None) -> None:
    """Sign a section off as it is now, or dissent."""
    async with writer.at("reports") as reports:
        sections = (await reports.get(f"/reports/{report_id}/workshop")).json()["sections"]
        texts = next(each["texts"] for each in sections if each["key"] == key)
        seen = {language: text["revision"] for language, text in texts.items() if text["written"]}
        verdict = {"verdict": "dissent", "dissent": dissent} if dissent else {"verdict": "signed-off"}
        address = f"/reports/{report_id}/writing/{key}/sign-offs"
        answer = await reports.post(address, json={**verdict, "seen": seen})
        assert answer.status_code == 200, answer.text


async def accept(reports: httpx2.AsyncClient, report_id: str, *keys: str) -> None:
    """Take sections as they are, as their editor."""
    for key in keys:
        answer = await reports.post(f"/reports/{report_id}/writing/{key}/acceptance")
        assert answer.status_code == 200, answer.text


async def codes_of(reports: httpx2.AsyncClient, report_id: str) -> list[str]:
    """Return what the checklist still names, each code once."""
    found = (await reports.get(f"/reports/{report_id}/publication")).json()
    points: list[dict[str, Any]] = [*found["whole"], *(each for part in found["languages"] for each in part["missing"])]
    return sorted({each["code"] for each in points})
