"""As whom something was done to a draft.  Pure: how others may know them is told by `services.reports.authors`."""

from shared.ids import Id
from shared.model import Model


class Author(Model):
    """Who did something: an editor, or somebody for an organisation; ``person_id`` goes when they are erased."""

    person_id: Id | None = None
    organisation_id: Id | None = None
    """The contributing organisation; `None` for an editor."""
