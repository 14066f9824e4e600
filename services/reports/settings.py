"""What an operator sets for reports."""

from typing import Annotated

from fastapi import Depends
from pydantic import Field

from shared.settings import ServiceSettings
from shared.web import settings_of


class Settings(ServiceSettings):
    """The settings of the reports service."""

    service: str = "reports"
    publisher_name: str = Field(default="Zgoda", min_length=1, max_length=200)
    """Who publishes: on the title page, in the feed."""
    resend_after_minutes: int = Field(default=15, ge=1)
    """How soon an address that asks again gets the confirmation letter again."""
    confirm_within_days: int = Field(default=7, ge=1)
    """How long a subscription may wait to be confirmed; then it and the address are forgotten."""
    subscriptions_per_minute: int = Field(default=300, ge=1)
    """How many requests to subscribe are taken from everybody together."""
    shelf_bytes: int = Field(default=32 * 2**20, ge=2**20)
    """How much memory rendered pages and PDFs may take; they can always be made again."""


SettingsOf = Annotated[Settings, Depends(settings_of)]
"""The settings of this service, in its routes."""
