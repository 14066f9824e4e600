"""What an operator sets for meetings."""

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of the meetings service."""

    service: str = "meetings"
    reply_to: str = "secretariat@zgoda.example"
    """Where people write to the organisers; the ORGANIZER in calendar files."""
