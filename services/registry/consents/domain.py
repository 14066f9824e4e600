"""What somebody agreed to, in which words, from when and until when (GDPR Art. 7: it can be shown, and taken back)."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from shared.ids import Id, new_id
from shared.model import Aggregate, Command, Language, Text, Time
from shared.problems import Conflict, Invalid

Purpose = Literal["record", "invitations", "publication-of-name", "photographs", "sharing-with-partners"]
"""What for: being on record, being invited, being named in what is published, being shown, being passed on."""

Way = Literal["on-paper", "by-mail", "by-word", "online"]
"""How it was given."""

MAX_CONSENTS = 200  # of one person


class RecordConsent(Command):
    """Record that somebody agreed."""

    purpose: Purpose
    text: Annotated[Text, Field(min_length=1, max_length=4_000)]
    """The words that were agreed to."""
    language: Language
    given_at: Time
    way: Way


class Consent(Aggregate):
    """Somebody's agreement; a withdrawn one is kept, since what was done before was allowed."""

    person_id: Id
    purpose: Purpose
    text: str
    language: Language
    given_at: Time
    way: Way
    recorded_at: Time
    recorded_by: Id
    withdrawn_at: Time | None = None


def record(command: RecordConsent, *, person_id: Id, by: Id, now: datetime) -> Consent:
    """Return the consent as it is kept.  Raises `Invalid` when it lies ahead."""
    if command.given_at > now:
        raise Invalid("consent-ahead", "A consent is recorded after it was given: correct the day.")
    return Consent(id=new_id(), person_id=person_id, recorded_at=now, recorded_by=by, **command.model_dump())


def withdraw(consent: Consent, *, now: datetime) -> Consent:
    """Return ``consent``, withdrawn.  Raises `Conflict` when it was."""
    if consent.withdrawn_at is not None:
        raise Conflict("consent-withdrawn", "This consent was withdrawn already.")
    return consent.evolve(withdrawn_at=now)
