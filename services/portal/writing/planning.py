"""Planning who writes a report: organisations, their sections and days, and the names readers know them by."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from services.portal.clients.base import Refused
from services.portal.clients.writing import Commission, PlannedContributor, Workshop
from services.portal.decisions import forms
from services.portal.decisions.forms import Entry
from services.portal.pages import Editor, Visit
from services.portal.registry.names import named, records
from services.portal.writing import words
from shared.ids import Id
from shared.model import Language

router = APIRouter()

MAX_CREDIT = 200
MAX_NAMES = 200  # of one organisation


@router.get("/{language}/reports/{report_id}/contributors")
async def show(visit: Editor, report_id: Id, done: str = "") -> HTMLResponse:
    """Show who writes the report, with the form to plan it."""
    return await _page(visit, report_id, Entry(), done=done)


@router.post("/{language}/reports/{report_id}/contributors")
async def save(visit: Editor, report_id: Id) -> Response:
    """Save who writes which sections until when, and add an organisation where one is named."""
    form = await visit.form()
    entry = forms.read(form)
    held = await held_of(visit, report_id)
    workshop = await visit.services.writing.workshop(report_id)
    chosen = {name: [str(each) for each in form.getlist(name)] for name in form if name.startswith("sections-")}
    command = _Plan(visit, entry, workshop, chosen).command(held)
    added = await forms.organisation(visit, entry, "added")
    if added and added not in {each["organisation_id"] for each in command["contributors"]}:
        command["contributors"].append({"organisation_id": added, "credit": {}, "sections": []})
    await _name(visit, command["contributors"], added, workshop.languages)
    status = 422
    if not entry.errors:
        try:
            revision = forms.revision(entry) if held else None
            await visit.services.writing.plan(report_id, command, revision=revision)
            return visit.go(f"/reports/{report_id}/contributors", done="planned")
        except Refused as refused:
            if refused.status not in (409, 412, 422):
                raise
            status = refused.status
            entry.errors["form"] = visit.why(refused.code, "This cannot be accepted as it is.")
    return await _page(visit, report_id, entry, status=status)


async def _name(visit: Visit, contributors: list[dict[str, Any]], added: str | None, languages: list[Language]) -> None:
    """Take from the registry what the one that was added is called, and every name of those under a pseudonym.

    None of the latter is ever printed: they are searched for in what is.
    """
    wanted = [each for each in contributors if each.get("pseudonymous") or each["organisation_id"] == added]
    known = await records(visit, [each["organisation_id"] for each in wanted])
    for each in wanted:
        organisation = known.get(each["organisation_id"])
        if organisation is None:
            continue
        called = {language: name for language in languages if (name := organisation.names.get(language))}
        each["credit"] = {**called, **each["credit"]}
        if each.get("pseudonymous"):
            every = dict.fromkeys([*each["names"], *organisation.every_name])
            each["names"] = [name[:MAX_CREDIT] for name in every][:MAX_NAMES]


@dataclass(frozen=True, slots=True)
class _Plan:
    """The form of a plan: ``chosen`` are the keys ticked for each place in the list of contributors."""

    visit: Visit
    entry: Entry
    workshop: Workshop
    chosen: dict[str, list[str]]

    def command(self, held: Commission | None) -> dict[str, Any]:
        """Return what was planned, over what is ``held``."""
        contributors = [] if held is None else held.contributors
        kept = [(place, each) for place, each in enumerate(contributors) if f"gone-{place}" not in self.entry.values]
        days = {each.key: self._day(f"due-{each.key}") for each in self.workshop.sections}
        return {
            "contributors": [self._contributor(place, each) for place, each in kept],
            "editor_ids": [] if held is None else held.editor_ids,
            "deadlines": {key: day for key, day in days.items() if day},
            "due_on": forms.day(self.visit, self.entry, "due_on", needed=True),
        }

    def _contributor(self, place: int, contributor: PlannedContributor) -> dict[str, Any]:
        values = self.entry.values
        credit = {
            each: text for each in self.workshop.languages if (text := values.get(f"credit-{place}-{each}", "").strip())
        }
        for each, text in credit.items():
            if len(text) > MAX_CREDIT:
                wrong = self.visit.say("Write at most %(number)s characters.", number=MAX_CREDIT)
                self.entry.errors[f"credit-{place}-{each}"] = wrong
        ticked = self.chosen.get(f"sections-{place}", [])
        return {
            "organisation_id": contributor.organisation_id,
            "credit": credit,
            "names": contributor.names,
            "sections": [each.key for each in self.workshop.sections if each.key in ticked],
            "pseudonymous": f"pseudonymous-{place}" in values,
            "due_on": self._day(f"due_on-{place}"),
        }

    def _day(self, name: str) -> str | None:
        return forms.day(self.visit, self.entry, name)


async def held_of(visit: Visit, report_id: str) -> Commission | None:
    """Return who was asked to write a report; nothing while nobody was."""
    try:
        return await visit.services.writing.commission(report_id)
    except Refused as refused:
        if refused.code != "commission-not-found":
            raise
        return None


async def _page(visit: Visit, report_id: str, entry: Entry, *, done: str = "", status: int = 200) -> HTMLResponse:
    held = await held_of(visit, report_id)
    report = await visit.services.writing.workshop(report_id)
    ids = [] if held is None else [each.organisation_id for each in held.contributors]
    return visit.page(
        "writing/plan.html",
        status,
        report=report,
        held=held,
        names=await named(visit, ids),
        entry=entry,
        errors=entry.errors,
        terms=words,
        done=done,
    )
