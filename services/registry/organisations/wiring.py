"""Everything of organisations that the registry's `main` puts together: collections here, routes in `routes`."""

from services.registry.organisations import store
from services.registry.organisations.merging import store as merging
from services.registry.organisations.proposals import store as proposals

COLLECTIONS = [*store.COLLECTIONS, *proposals.COLLECTIONS, *merging.COLLECTIONS]
