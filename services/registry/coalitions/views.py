"""Coalitions as others see them: without organisations of which they may not know."""

from collections.abc import Sequence

from services.registry.audiences import Audience, Viewer
from services.registry.coalitions.domain import Coalition
from services.registry.organisations.store import audiences_of
from shared.storage import Reader


async def seen_by(reader: Reader, coalitions: Sequence[Coalition], viewer: Viewer) -> list[Coalition]:
    """Return coalitions with those of their members of whom ``viewer`` may know; nothing says that there are more."""
    if viewer.standing == "coordinators":
        return list(coalitions)
    ids = {id for each in coalitions for id in each.organisation_ids}
    guarded = await audiences_of(reader, ids)
    hidden = {
        id
        for id, level in guarded.items()
        if not viewer.may_see(Audience(level=level), own=id in viewer.organisation_ids)
    }
    return [
        each.model_copy(update={"organisation_ids": [id for id in each.organisation_ids if id not in hidden]})
        for each in coalitions
    ]
