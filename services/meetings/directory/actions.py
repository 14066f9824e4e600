"""Remembering what the registry tells, and looking up whom an audience means."""

from services.meetings.directory import invited, meaning, store
from services.meetings.directory.domain import Audience, Guest, Preview, check_known
from shared.events.registry import (
    CoalitionChanged,
    CoalitionFormed,
    OrganisationRegistered,
    OrganisationsMerged,
    OrganisationUpdated,
    PersonErased,
    PersonRegistered,
    PersonUpdated,
)
from shared.following import NamedIn, follow_merge
from shared.paging import Page, page_of, read_cursor
from shared.storage import Reader, Tx

PERSON_FACTS = {"organisation_ids", "language", "time_zone", "active", "no_contact", "roles", "address_generation"}


async def remember_person(tx: Tx, event: PersonRegistered | PersonUpdated) -> None:
    """Keep what decides whether, and how, a person is invited."""
    await store.remember(tx, "people", event.person_id, event.revision, event.model_dump(include=PERSON_FACTS))


async def forget_person(tx: Tx, event: PersonErased) -> None:
    """Keep of a person only that they are not to be invited, so that older news does not bring them back."""
    gone = {"organisation_ids": [], "language": "en", "time_zone": "UTC", "active": False, "no_contact": True}
    await store.remember(tx, "people", event.person_id, event.revision, gone)


async def remember_organisation(tx: Tx, event: OrganisationRegistered | OrganisationUpdated) -> None:
    """Keep an organisation's kinds and country."""
    facts = event.model_dump(include={"kinds", "country", "region"})
    await store.remember(tx, "organisations", event.organisation_id, event.revision, facts)


OWN: NamedIn = {"decisions": ["owner_id", "tasks.organisation_id"]}
"""What this service keeps itself that names organisations."""

MIRRORED: NamedIn = {"people": ["organisation_ids"], "coalitions": ["organisation_ids"]}
"""What the registry tells that names organisations."""


async def merge_organisations(tx: Tx, event: OrganisationsMerged) -> None:
    """Follow a merge of organisations, or its taking back, in everything that is kept here."""
    await follow_merge(tx, event, own=OWN, mirrored=MIRRORED)
    facts = event.model_dump(include={"kinds", "country", "region"})
    await store.remember(tx, "organisations", event.organisation_id, event.revision, facts)


async def remember_coalition(tx: Tx, event: CoalitionFormed | CoalitionChanged) -> None:
    """Keep which organisations are in a coalition."""
    facts = event.model_dump(include={"organisation_ids"})
    await store.remember(tx, "coalitions", event.coalition_id, event.revision, facts)


async def preview(reader: Reader, audience: Audience, *, meeting_id: str | None = None) -> Preview:
    """Return whom ``audience`` would reach, beside those who are invited to the meeting already.

    Raises `Invalid` when it names something not known here.
    """
    await check(reader, audience)
    found = await store.preview(reader, audience)
    if meeting_id is None:
        return found
    counted = await invited.by_language(reader, audience, meeting_id)
    left = {language: people - counted.get(language, 0) for language, people in found.by_language.items()}
    among = await invited.among(reader, audience, meeting_id, found.person_ids)
    return found.model_copy(
        update={
            "people": sum(left.values()),
            "invited": sum(counted.values()),
            "by_language": {language: people for language, people in left.items() if people},
            "person_ids": [each for each in found.person_ids if each not in among],
        }
    )


async def check(reader: Reader, audience: Audience) -> None:
    """Raise `Invalid` (``audience-not-known``) when ``audience`` names something not known here."""
    check_known(store.named(audience), await store.known(reader, audience))


async def people(
    reader: Reader, audience: Audience, *, meeting_id: str | None = None, after: str | None, limit: int
) -> Page[Guest]:
    """Return exactly whom ``audience`` means and could be invited, each with every reason, in the order of their ids.

    Those who are invited to the meeting already are marked.  Raises `Invalid` when it names something not known here.
    """
    await check(reader, audience)
    last = "" if after is None else str(read_cursor(after, str)[0])
    found = await store.page(reader, audience, after=last, limit=limit + 1)
    why = await meaning.reasons(reader, audience, [each.id for each in found])
    among = await invited.among(reader, audience, meeting_id, [each.id for each in found]) if meeting_id else set()
    guests = [
        Guest(
            person_id=each.id,
            organisation_ids=each.organisation_ids,
            language=each.language,
            time_zone=each.time_zone,
            reasons=why[each.id],
            invited=each.id in among,
        )
        for each in found
    ]
    return page_of(guests, limit, key=lambda guest: (guest.person_id,))
