"""What an operator sets for meetings."""

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of the meetings service."""

    service: str = "meetings"
    reply_to: str = "secretariat@zgoda.example"
    """Where people write to the organisers; the ORGANIZER in calendar files."""
    publisher_name: str = Field(default="Zgoda", min_length=1, max_length=200)
    """Who convenes: on certificates of attendance."""
