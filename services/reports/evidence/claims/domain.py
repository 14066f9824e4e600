"""The rules of claims: a passage of a section, word for word, and the evidence that it rests on.  Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from services.reports.evidence.incidents.domain import Incident
from services.reports.reports.domain import Section
from services.reports.templates.domain import Key
from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, Time
from shared.problems import Conflict, FieldError, Invalid

MAX_CLAIMS = 2_000  # of one report
MAX_EVIDENCE = 50  # of one claim
MAX_QUOTE = 1_000  # characters
_EMPHASIS = re.compile(r"[*_`~\\]+")


def _without_controls(value: str) -> str:
    if any(ord(each) < 32 and each not in "\n\t" for each in value):
        raise ValueError("must not hold control characters")
    return value


Quote = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=3, max_length=MAX_QUOTE),
    AfterValidator(_without_controls),
]
"""A passage as it stands in the section, of 3 to 1,000 characters."""


class LinkClaim(Command):
    """Say on which incidents and exhibits a passage rests."""

    section: Key
    language: Language
    quote: Quote
    incident_ids: Annotated[list[Id], Field(max_length=MAX_EVIDENCE)] = Field(default_factory=list)
    exhibit_ids: Annotated[list[Id], Field(max_length=MAX_EVIDENCE)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _rests_on_something(self) -> "LinkClaim":
        if not self.incident_ids and not self.exhibit_ids:
            raise ValueError("name an incident or an exhibit")
        return self


class Claim(Aggregate):
    """A passage and its evidence."""

    report_id: Id
    section: Key
    language: Language
    quote: str
    incident_ids: list[Id]
    exhibit_ids: list[Id]
    recorded_by: Id | None
    recorded_at: Time


def link(
    report_id: str, command: LinkClaim, sections: Iterable[Section], *, others: int, by: str, now: datetime
) -> Claim:
    """Return a new claim.

    Raises `Invalid` (``passage-not-found``) when the section does not say this, `Conflict` when there are 2,000.
    """
    if others >= MAX_CLAIMS:
        raise Conflict("too-many-claims", f"A report has at most {MAX_CLAIMS} claims.")
    here = next((each for each in sections if (each.key, each.language) == (command.section, command.language)), None)
    if here is None or not stands_in(command.quote, here.text):
        error = FieldError("passage-not-found", "Copy the passage from the section as it is saved.", field="quote")
        raise Invalid("passage-not-found", "The section does not say this.", errors=(error,))
    facts = command.model_dump()
    facts |= {name: list(dict.fromkeys(facts[name])) for name in ("incident_ids", "exhibit_ids")}
    return Claim(id=new_id(), report_id=report_id, recorded_by=by, recorded_at=now, **facts)


def stands_in(quote: str, text: str) -> bool:
    """Return whether a text says ``quote``, whatever its white space and emphasis."""
    return _plain(quote) in _plain(text)


def _plain(text: str) -> str:
    return " ".join(_EMPHASIS.sub("", text).split())


def points(
    claims: Iterable[Claim], sections: Iterable[Section], incidents: Mapping[str, Incident], exhibit_ids: set[str]
) -> tuple[FieldError, ...]:
    """Return what hinders publication: passages that are gone, and such that rest on nothing any more.

    An incident is something to rest on while it is recorded and has a source; a file, once it was taken in, which
    ``exhibit_ids`` are.
    """
    texts = {(each.key, each.language): each.text for each in sections}
    found: list[FieldError] = []
    for claim in claims:
        place = f"sections.{claim.section}.{claim.language}"
        if not stands_in(claim.quote, texts.get((claim.section, claim.language), "")):
            detail = "A passage with evidence is no longer in this section: link the new words, or remove the link."
            found.append(FieldError("claim-passage-gone", detail, field=place))
        held = [incidents[each] for each in claim.incident_ids if each in incidents]
        sourced = any(each.state == "recorded" and each.is_sourced(exhibit_ids) for each in held)
        if not sourced and not set(claim.exhibit_ids) & exhibit_ids:
            detail = "A passage of this section rests on evidence without a source, or withdrawn: name the source."
            found.append(FieldError("claim-without-source", detail, field=place))
    return tuple(found)
