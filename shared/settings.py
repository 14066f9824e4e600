"""What an operator sets: from the environment, each secret also from a file named by ``<NAME>_FILE``."""

import os
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

Secrets = Annotated[list[SecretStr], NoDecode, Field(min_length=1)]
"""One or more secrets, separated by white space; the first is used for new things, all for old ones."""

MIN_SECRET_CHARACTERS = 32


class _FromFiles(EnvSettingsSource):
    """Reads ``NAME`` from the file that the environment's ``NAME_FILE`` points to."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{field_name.upper()}_FILE")
        return (Path(path).read_text().strip() if path else None), field_name, False


class ServiceSettings(BaseSettings):
    """What every service needs to know; a service's own settings extend it."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    service: str
    """The service's name: its queue, its database, the audience of tokens for it."""
    instance: str = Field(default_factory=lambda: f"{os.uname().nodename}-{os.getpid()}")
    """This process among its replicas, in leases and logs."""

    mongo_url: SecretStr = SecretStr("mongodb://127.0.0.1:27017/?replicaSet=rs0")
    mongo_driver: str = Field(default="motor", pattern="^(motor|pymongo)$")
    """Which asynchronous driver: both pass the same tests (docs/decisions)."""
    database: str = ""
    """The service's own database; empty: ``zgoda_<service>``."""
    amqp_url: SecretStr = SecretStr("amqp://guest:guest@127.0.0.1:5672/")
    broker_prefix: str = ""
    """Put before the names of the exchange and the queues, so that tests can share a broker."""
    retry_ladder: Annotated[tuple[float, ...], NoDecode] = (5, 30, 120, 600, 3600)
    """Seconds before the second, third … attempt at an event; after the last it is a dead letter."""
    prefetch: int = Field(default=50, ge=1, le=1000)

    portal_url: str = "http://127.0.0.1:8080"
    """Where people reach the portal; the links in letters begin with it."""
    registry_url: str = "http://127.0.0.1:8001"
    """Where the keys that sign access tokens are published."""

    event_secrets: Secrets
    """Seal the texts in events; shared by the services."""
    link_secrets: Secrets
    """Sign the links in letters; shared by the services."""
    vault_secrets: Secrets
    """Wrap the data keys of people; each service has its own."""

    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")
    max_body_bytes: int = Field(default=1_000_000, ge=1_000)
    """The largest request body; a route that takes files names its own limit."""

    @field_validator("event_secrets", "link_secrets", "vault_secrets", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return value.split() if isinstance(value, str) else value

    @field_validator("retry_ladder", mode="before")
    @classmethod
    def _numbers(cls, value: Any) -> Any:
        return [float(each) for each in value.split(",")] if isinstance(value, str) else value

    @field_validator("event_secrets", "link_secrets", "vault_secrets")
    @classmethod
    def _long_enough(cls, value: list[SecretStr]) -> list[SecretStr]:
        if any(len(secret.get_secret_value()) < MIN_SECRET_CHARACTERS for secret in value):
            raise ValueError(f"a secret needs at least {MIN_SECRET_CHARACTERS} characters")
        return value

    @property
    def database_name(self) -> str:
        """The name of the service's own database."""
        return self.database or f"zgoda_{self.service}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Look at arguments first, then files, then the environment."""
        return init_settings, _FromFiles(settings_cls), env_settings


def plain(secrets: list[SecretStr]) -> list[str]:
    """Return the secrets themselves, for those who seal, sign or wrap."""
    return [secret.get_secret_value() for secret in secrets]
