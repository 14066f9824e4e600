"""Everything of organisations that the registry's main puts together: collections and jobs; routes are in routes."""

from services.registry.organisations import jobs, store
from services.registry.organisations.duplicates import store as duplicates
from services.registry.organisations.merging import store as merging
from services.registry.organisations.proposals import store as proposals

COLLECTIONS = [*store.COLLECTIONS, *proposals.COLLECTIONS, *merging.COLLECTIONS, *duplicates.COLLECTIONS]

JOBS = jobs.JOBS
