"""Who did something to a draft, and how each of those who write it may know them.

Editors see people.  A contributor sees itself, editors as editors, and other contributors as organisations; one that
goes by a pseudonym is never more than that to the others.
"""

from typing import Literal

from services.reports.access import Part
from services.reports.author import Author
from services.reports.commissions.domain import Commission, Contributor
from services.reports.commissions.pseudonyms import pseudonym
from shared.auth import Actor
from shared.ids import Id
from shared.model import Language, Model


class AuthorView(Model):
    """Who did something, as one reader of the draft may know it."""

    role: Literal["editor", "contributor"]
    mine: bool
    """Whether it was the reader."""
    person_id: Id | None = None
    organisation_id: Id | None = None
    name: dict[Language, str]
    """The name of the organisation as its readers will see it, or its pseudonym; empty for an editor."""


def author_of(part: Part, actor: Actor, section_key: str) -> Author:
    """Return as whom ``actor`` does something to a section: for that of their organisations which writes it.

    Whoever acts for several would else sign the section of one that goes by a pseudonym with the name of another.
    """
    if part.edits or not part.organisation_ids:
        return Author(person_id=actor.person_id)
    writing = [each for each in part.organisation_ids if section_key in part.keys_of.get(each, ())]
    return Author(person_id=actor.person_id, organisation_id=(writing or part.organisation_ids)[0])


def seen_as(author: Author, *, by: Actor, part: Part, commission: Commission | None) -> AuthorView:
    """Return ``author`` as ``by`` may know them, whose part in the report is ``part``."""
    mine = author.person_id == by.person_id
    named = author.person_id if part.edits or mine else None
    if author.organisation_id is None:
        return AuthorView(role="editor", mine=mine, person_id=named, name={})
    contributors = [] if commission is None else commission.contributors
    contributor = next((each for each in contributors if each.organisation_id == author.organisation_id), None)
    known = part.edits or author.organisation_id in part.organisation_ids
    return AuthorView(
        role="contributor",
        mine=mine,
        person_id=named,
        organisation_id=author.organisation_id if known or _is_open(contributor) else None,
        name=_name(contributor),
    )


def _is_open(contributor: Contributor | None) -> bool:
    return contributor is not None and contributor.pseudonym is None


def _name(contributor: Contributor | None) -> dict[Language, str]:
    if contributor is None:
        return {}
    return pseudonym(contributor.pseudonym) if contributor.pseudonym else dict(contributor.credit)
