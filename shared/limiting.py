"""How often something may be asked, counted in the database so that every replica counts together."""

import hashlib
import hmac
import math
import time

from limits import RateLimitItem, parse
from limits.aio.storage import MongoDBStorage
from limits.aio.strategies import FixedWindowRateLimiter

from shared.problems import TooMany
from shared.sealing import derive
from shared.settings import ServiceSettings, plain


class RateLimits:
    """Counts by a keyed fingerprint of who asks: no address is kept."""

    def __init__(self, settings: ServiceSettings) -> None:
        storage = MongoDBStorage(f"async+{settings.mongo_url.get_secret_value()}", database_name=settings.database_name)
        self._limiter = FixedWindowRateLimiter(storage)
        self._key = derive(plain(settings.vault_secrets)[0], "rate-limits")

    async def hit(self, what: str, who: str, *limits: str) -> None:
        """Count one ``what`` by ``who`` against each of ``limits``, such as ``"5/minute"``.

        Raises `TooMany` with ``retry_after`` in seconds.
        """
        fingerprint = hmac.digest(self._key, who.strip().casefold().encode(), hashlib.sha256).hex()[:32]
        for item in (parse(limit) for limit in limits):
            if not await self._limiter.hit(item, what, fingerprint):
                raise TooMany(
                    "too-many-requests",
                    "That was asked too often: wait a moment and try again.",
                    retry_after=await self._seconds_left(item, what, fingerprint),
                )

    async def _seconds_left(self, item: RateLimitItem, what: str, fingerprint: str) -> int:
        stats = await self._limiter.get_window_stats(item, what, fingerprint)
        return max(1, math.ceil(stats.reset_time - time.time()))
