"""Identifiers and the clock: the two things every change of state needs."""

from datetime import UTC, datetime
from typing import Annotated

import uuid_utils
from pydantic import StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")]
"""A UUID in its 36-character lower-case form (RFC 9562)."""


def new_id() -> str:
    """Return a UUIDv7 (RFC 9562 5.7): ids of one process sort in the order they were made."""
    return str(uuid_utils.uuid7())


def utc_now() -> datetime:
    """Return the present as an aware UTC time in whole milliseconds, which is what MongoDB keeps."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
