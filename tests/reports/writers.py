"""Organisations that write a report together, over HTTP: asked, submitting, taken and signing off."""

from typing import Any

import httpx2

from services.reports.consumers import consumer
from shared.events.registry import PersonRegistered
from shared.ids import new_id
from shared.testing.stack import Running

DUE_ON = "2030-03-01"


class Writer:
    """One person of one organisation."""

    def __init__(self, reports: Running, *, roles: tuple[Any, ...] = ("member",)) -> None:
        self.organisation_id = new_id()
        self.person_id = new_id()
        self._reports = reports
        self._roles = roles

    @property
    def client(self) -> httpx2.AsyncClient:
        """Return a client that asks as this person."""
        acting = [self.organisation_id]
        return self._reports.as_(*self._roles, person_id=self.person_id, organisation_ids=acting)

    async def known(self) -> "Writer":
        """Let the service hear of this person."""
        person = PersonRegistered(
            person_id=self.person_id, revision=1, organisation_ids=[self.organisation_id], roles=list(self._roles)
        )
        await self._reports.deliver(consumer, person)
        return self

    def contributor(self, *sections: str, **more: Any) -> dict[str, Any]:
        """Return the plan of what this organisation writes."""
        return {"organisation_id": self.organisation_id, "sections": list(sections), **more}

    async def sign(self, report_id: str, key: str, verdict: str = "signed-off", **dissent: str) -> httpx2.Response:
        """Sign a section off as it is now, or dissent from it in the words given by language."""
        shown = await section_of(self.client, report_id, key)
        seen = {language: text["revision"] for language, text in shown["texts"].items() if text["written"]}
        body = {"verdict": verdict, "dissent": dissent, "seen": seen}
        return await self.client.post(f"/reports/{report_id}/writing/{key}/sign-offs", json=body)


async def plan(reports: Running, report_id: str, *contributors: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Say who writes a report, for the first time or anew; return the commission."""
    address, client = f"/reports/{report_id}/commission", reports.as_("editor")
    body = {"contributors": list(contributors), "due_on": DUE_ON, **more}
    held = await client.get(address)
    if held.status_code == 404:
        answer = await client.post(address, json=body)
    else:
        answer = await client.put(address, json=body, headers={"If-Match": held.headers["etag"]})
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


async def workshop(client: httpx2.AsyncClient, report_id: str) -> dict[str, Any]:
    """Return the workshop of a report as the caller sees it."""
    answer = await client.get(f"/reports/{report_id}/workshop")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def section_of(client: httpx2.AsyncClient, report_id: str, key: str) -> dict[str, Any]:
    """Return how far one section is, as the caller sees it."""
    found = await workshop(client, report_id)
    return next(dict(each) for each in found["sections"] if each["key"] == key)


async def accept(reports: Running, report_id: str, *keys: str) -> None:
    """Take sections as they are."""
    for key in keys:
        answer = await reports.as_("editor").post(f"/reports/{report_id}/writing/{key}/acceptance")
        assert answer.status_code == 200, answer.text


async def told(reports: Running, name: str, report_id: str) -> list[Any]:
    """Return the events of one name that were told of a report, oldest first."""
    return [each["event"] for each in await reports.published(name) if each["subject"] == report_id]
