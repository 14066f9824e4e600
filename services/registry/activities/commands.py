"""What is asked for: to record an activity from a file, to write one by hand, to withdraw one."""

import hashlib
import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StringConstraints

from services.registry.activities.parts import (
    MAX_LISTED,
    MAX_TRANSACTIONS,
    MAX_WORDING,
    Block,
    Budget,
    Code,
    Location,
    Moment,
    Named,
    Otherwise,
    Participation,
    Share,
    Transaction,
    Wording,
)
from services.registry.activities.sources import Source
from services.registry.audiences import Audience
from shared.ids import Id
from shared.model import Command, Language, Text, Time

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")


def _printable(value: str) -> str:
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if _NOT_IN_XML.search(value):
        raise ValueError("must not hold control characters")
    return value


Audiences = dict[Block, Audience]
"""Who may see what, where that is not everybody."""

Written = dict[
    Language,
    Annotated[str, StringConstraints(max_length=MAX_WORDING, strip_whitespace=True), AfterValidator(_printable)],
]
"""A text that somebody writes here, in the languages of the pages."""


class RecordActivity(Command):
    """Record an activity, or replace what is recorded of it, by what a file says."""

    iati_identifier: Code
    fingerprint: Code = ""
    """Where the publisher gave no identifier: a hash of all that the file says, by which the same is recognised."""
    title: Wording
    title_otherwise: Otherwise = Field(default_factory=dict)
    description: Wording = Field(default_factory=dict)
    description_otherwise: Otherwise = Field(default_factory=dict)
    reporting: Named
    participations: list[Participation] = Field(default_factory=list, max_length=MAX_LISTED)
    status: Code
    dates: list[Moment] = Field(default_factory=list, max_length=MAX_LISTED)
    sectors: list[Share] = Field(default_factory=list, max_length=MAX_LISTED)
    countries: list[Share] = Field(default_factory=list, max_length=MAX_LISTED)
    regions: list[Share] = Field(default_factory=list, max_length=MAX_LISTED)
    locations: list[Location] = Field(default_factory=list, max_length=MAX_LISTED)
    budgets: list[Budget] = Field(default_factory=list, max_length=MAX_LISTED)
    transactions: list[Transaction] = Field(default_factory=list, max_length=MAX_TRANSACTIONS)
    hierarchy: int | None = None
    humanitarian: bool = False
    default_currency: Code = ""
    related: list[Code] = Field(default_factory=list, max_length=MAX_LISTED)
    updated_at: Time | None = None
    """When the publisher says to have changed it last."""
    audience: Audiences = Field(default_factory=dict)
    """Who may see what, where that is not everybody."""
    source: Annotated[Source | None, Field(exclude=True)] = None
    """What the file says word by word; kept apart."""

    @property
    def content_hash(self) -> str:
        """A fingerprint (SHA-256) of all that is kept of it: equal when a file says nothing new."""
        said = self.model_dump_json(exclude_defaults=True)  # so that a field added later changes no fingerprint
        digest = self.source.digest if self.source is not None else ""
        return hashlib.sha256(f"{said}{digest}".encode()).hexdigest()

    @property
    def key(self) -> str:
        """What it is recognised by."""
        return f"iati:{self.iati_identifier}" if self.iati_identifier else f"content:{self.fingerprint}"


class WriteActivity(Command):
    """Describe an activity by hand: a new one, or an older one as it is now."""

    iati_identifier: Code = ""
    """As the publisher knows it; one is made when there is none."""
    reporting_id: Id
    """The record of the organisation that reports it."""
    title: Annotated[Written, Field(min_length=1)]
    title_otherwise: Otherwise = Field(default_factory=dict)
    description: Written = Field(default_factory=dict)
    description_otherwise: Otherwise = Field(default_factory=dict)
    participations: Annotated[list[Participation], Field(min_length=1, max_length=MAX_LISTED)]
    status: Annotated[str, StringConstraints(pattern=r"^[1-6]$")]
    """Code list ActivityStatus."""
    dates: Annotated[list[Moment], Field(min_length=1, max_length=MAX_LISTED)]
    sectors: list[Share] = Field(default_factory=list, max_length=MAX_LISTED)
    countries: list[Share] = Field(default_factory=list, max_length=MAX_LISTED)
    regions: list[Share] = Field(default_factory=list, max_length=MAX_LISTED)
    locations: list[Location] = Field(default_factory=list, max_length=MAX_LISTED)
    budgets: list[Budget] = Field(default_factory=list, max_length=MAX_LISTED)
    transactions: list[Transaction] = Field(default_factory=list, max_length=MAX_TRANSACTIONS)
    humanitarian: bool = False
    default_currency: Code = ""
    related: list[Code] = Field(default_factory=list, max_length=MAX_LISTED)
    audience: Audiences = Field(default_factory=dict)
    """Who may see what, where that is not everybody."""
    notes: Text = ""
    """For coordinators alone."""
    correction: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000)] = ""
    """Why it is changed although its reporting period is locked."""


class WithdrawActivity(Command):
    """Take an activity off the record; it can be put back."""

    reason: Text = ""
    """For coordinators alone."""


def written(command: WriteActivity, *, reporting: Named, participations: list[Participation]) -> dict[str, Any]:
    """Return what somebody wrote as the fields of an activity, with the names of organisations from their records."""
    names = set(WriteActivity.model_fields) - {"reporting_id", "participations", "iati_identifier", "correction"}
    fields = {name: getattr(command, name) for name in names}
    return {**fields, "reporting": reporting, "reporting_id": command.reporting_id, "participations": participations}
