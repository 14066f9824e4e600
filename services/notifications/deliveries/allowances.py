"""How much a relay or a destination takes in a minute: places handed out in turn, counted together by all replicas."""

from datetime import datetime, timedelta

from shared.storage import CollectionSpec, Reader

ALLOWANCES = "allowances"
COLLECTIONS = [CollectionSpec(ALLOWANCES)]


async def reserve(reader: Reader, name: str, count: int, *, per_minute: int, now: datetime) -> list[datetime]:
    """Return when each of ``count`` letters may leave: as far apart as ``per_minute`` asks, after all handed out."""
    apart = timedelta(minutes=1) / per_minute
    taken = round(count * apart.total_seconds() * 1000)
    start = {"$max": ["$next_at", now]}  # what was not used in the past is not saved up
    row = await reader[ALLOWANCES].find_one_and_update(
        {"_id": name}, [{"$set": {"next_at": {"$add": [start, taken]}}}], upsert=True
    )
    first = (row["next_at"] if row else now) - timedelta(milliseconds=taken)
    return [first + number * apart for number in range(count)]
