"""What an operator sets for the registry."""

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of the registry."""

    service: str = "registry"
