"""Where coalitions are kept."""

from services.registry.coalitions.domain import Coalition
from shared.storage import Aggregates, CollectionSpec, Index

COLLECTIONS = [CollectionSpec("coalitions", [Index([("organisation_ids", 1)])])]

coalitions = Aggregates("coalitions", Coalition, "coalition")
