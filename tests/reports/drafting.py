"""A draft that two organisations write, one of them under a pseudonym, and the people who do it."""

from dataclasses import dataclass, field
from typing import Any

import httpx2

from shared.ids import new_id
from shared.testing.stack import Running
from tests.reports.builders import create


@dataclass
class Drafting:
    """One report, two sections that are somebody's, and who is at work on them."""

    reports: Running
    report_id: str = ""
    open_id: str = field(default_factory=new_id)
    """Writes on the media, under its own name."""
    hidden_id: str = field(default_factory=new_id)
    """Writes on assemblies, under a pseudonym."""
    people: dict[str, str] = field(default_factory=dict)

    def as_(self, who: str) -> httpx2.AsyncClient:
        """Return a client for *editor*, *open* or *hidden* (people of these organisations) or *stranger*."""
        person_id = self.people.setdefault(who, new_id())
        organisations = {"open": [self.open_id], "hidden": [self.hidden_id]}.get(who, [])
        role: Any = "editor" if who == "editor" else "member"
        return self.reports.as_(role, person_id=person_id, organisation_ids=organisations)

    def section(self, key: str = "media-freedom", language: str = "en") -> str:
        """Return the path of a section."""
        return f"/reports/{self.report_id}/sections/{key}/{language}"

    async def save(self, who: str, text: str, *, seen: int, key: str = "media-freedom") -> httpx2.Response:
        """Save a section."""
        async with self.as_(who) as client:
            return await client.put(self.section(key), json={"text": text}, headers={"If-Match": f'"{seen}"'})


async def begin(reports: Running) -> Drafting:
    """Return a report with its two writers."""
    found = Drafting(reports, (await create(reports))["id"])
    plan = {
        "contributors": [
            {"organisation_id": found.open_id, "sections": ["media-freedom"], "credit": {"en": "Open Society"}},
            {"organisation_id": found.hidden_id, "sections": ["freedom-of-assembly"], "pseudonymous": True},
        ],
        "due_on": "2030-01-01",
    }
    async with found.as_("editor") as editor:
        answer = await editor.put(f"/reports/{found.report_id}/commission", json=plan)
        if answer.status_code == 404:
            answer = await editor.post(f"/reports/{found.report_id}/commission", json=plan)
    assert answer.status_code in (200, 201), answer.text
    return found
