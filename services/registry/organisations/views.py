"""What of an organisation is shown."""

from services.registry.organisations.domain import Organisation
from shared.ids import Id


class ShownOrganisation(Organisation):
    """An organisation's record, and whether it was asked for by the id of one that was merged into it."""

    asked_id: Id | None = None
    """The id that was asked for, where this record stands for another one now."""


def shown(organisation: Organisation, asked_id: str) -> ShownOrganisation:
    """Return what is shown to somebody who asked for ``asked_id``."""
    fields = {name: getattr(organisation, name) for name in Organisation.model_fields}
    return ShownOrganisation(**fields, asked_id=asked_id if asked_id != organisation.id else None)
