"""The words for what has been done with a coalition."""

from services.portal.languages import N_

DONE = {
    "formed": N_("The coalition is formed."),
    "renamed": N_("The name is saved."),
    "changed": N_("The members are saved."),
}
STALE = N_("Somebody else saved in the meantime. Compare, then save again.")
NAMELESS = N_("Give the coalition a name in at least one language.")
