"""What the registry tells, kept in the directory."""

from services.meetings.directory import actions
from shared.consuming import Consumer
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
from shared.storage import Tx

consumer = Consumer("meetings")


@consumer.on(PersonRegistered)
async def add_person(tx: Tx, event: PersonRegistered) -> None:
    """Make a person somebody who can be invited."""
    await actions.remember_person(tx, event)


@consumer.on(PersonUpdated)
async def change_person(tx: Tx, event: PersonUpdated) -> None:
    """Keep a person's organisations, language, zone and standing as they are now."""
    await actions.remember_person(tx, event)


@consumer.on(PersonErased)
async def forget_person(tx: Tx, event: PersonErased) -> None:
    """Forget a person: what they wrote, and everything but that somebody was invited and came."""
    await actions.forget_person(tx, event)


@consumer.on(OrganisationRegistered)
async def add_organisation(tx: Tx, event: OrganisationRegistered) -> None:
    """Make an organisation one whose people can be invited."""
    await actions.remember_organisation(tx, event)


@consumer.on(OrganisationUpdated)
async def change_organisation(tx: Tx, event: OrganisationUpdated) -> None:
    """Keep an organisation's kinds as they are now."""
    await actions.remember_organisation(tx, event)


@consumer.on(OrganisationsMerged)
async def merge_organisations(tx: Tx, event: OrganisationsMerged) -> None:
    """Have people, coalitions, decisions and tasks name the organisation that stands for the others, or no longer."""
    await actions.merge_organisations(tx, event)


@consumer.on(CoalitionFormed)
async def add_coalition(tx: Tx, event: CoalitionFormed) -> None:
    """Make a coalition one whose people can be invited."""
    await actions.remember_coalition(tx, event)


@consumer.on(CoalitionChanged)
async def change_coalition(tx: Tx, event: CoalitionChanged) -> None:
    """Keep a coalition's members as they are now."""
    await actions.remember_coalition(tx, event)
