"""What of a party is shown to whom: protected names are counted, and shown to nobody who has not said why."""

from typing import Any

from services.reports.evidence.levels import NameLevel, Sight, seen_by
from services.reports.evidence.parties.domain import Kind, Party
from shared.ids import Id
from shared.model import Model, Time


class PartyView(Model):
    """A party; ``names`` and ``notes`` are `None` where they are not for this reader."""

    id: Id
    revision: int
    kind: Kind
    label: str | None
    names: list[str] | None = None
    notes: str | None = None
    level: NameLevel
    mine: bool
    recorded_at: Time
    changed_at: Time


class PartyOpened(PartyView):
    """A party with its names, shown once to somebody who said why."""


def view(party: Party, sight: Sight, *, by: str) -> PartyView:
    """Return what ``sight`` takes in of a party."""
    secret = {"names": party.names, "notes": party.notes} if party.level in seen_by(sight) else {}
    return PartyView(**_own(party), **secret, mine=party.recorded_by == by)


def opened(party: Party, *, by: str) -> PartyOpened:
    """Return everything that is known of a party."""
    return PartyOpened(**_own(party), names=party.names, notes=party.notes, mine=party.recorded_by == by)


def _own(party: Party) -> dict[str, Any]:
    names = ("id", "revision", "kind", "label", "level", "recorded_at", "changed_at")
    return {name: getattr(party, name) for name in names}
