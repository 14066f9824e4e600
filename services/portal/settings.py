"""What an operator sets for the portal.  It holds no key that opens an event, a link or a person's data."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from shared.settings import MIN_SECRET_CHARACTERS, Secrets, ServiceSettings

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


class Settings(BaseSettings):
    """Where the portal is reached, where it reaches the services, and what seals its cookies."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    service: str = "portal"
    portal_url: str = "http://127.0.0.1:8080"
    """Where people reach the portal: cookies and the Origin check hang on it."""
    registry_url: str = "http://127.0.0.1:8001"
    meetings_url: str = "http://127.0.0.1:8002"
    reports_url: str = "http://127.0.0.1:8003"
    notifications_url: str = "http://127.0.0.1:8004"
    session_secrets: Secrets
    """Seal the cookies: the first for new ones, all for old ones."""
    allow_insecure: bool = False
    """Serve people over plain http from another machine: anyone on the way can then read and take over sessions."""
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = (
        ip_network("127.0.0.1/32"),
        ip_network("::1/128"),
    )
    """Networks of the proxies in front of us, with white space or commas between: whom they say they speak for
    (``X-Forwarded-For``) is believed, so nobody else may have an address there.  Behind a proxy that is not named all
    visitors look alike."""
    secretariat: str = "Zgoda"
    """Who convenes: named at the foot of every page."""
    call_timeout: float = Field(default=10, gt=0, le=60)
    """Seconds a service may take to answer before people read that it does not."""
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")

    @field_validator("portal_url", "registry_url", "meetings_url", "reports_url", "notifications_url")
    @classmethod
    def _without_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("session_secrets", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return value.split() if isinstance(value, str) else value

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: Any) -> Any:
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @field_validator("session_secrets")
    @classmethod
    def _long_enough(cls, value: Secrets) -> Secrets:
        if any(len(secret.get_secret_value()) < MIN_SECRET_CHARACTERS for secret in value):
            raise ValueError(f"a secret needs at least {MIN_SECRET_CHARACTERS} characters")
        return value

    @model_validator(mode="after")
    def _safe(self) -> "Settings":
        if not self.secure and urlsplit(self.portal_url).hostname not in _LOOPBACK and not self.allow_insecure:
            raise ValueError("PORTAL_URL must be https, or name this machine itself; else set ALLOW_INSECURE=1")
        return self

    @property
    def secure(self) -> bool:
        """Whether people reach the portal over https."""
        return urlsplit(self.portal_url).scheme == "https"

    @property
    def origin(self) -> str:
        """What browsers send as ``Origin`` with our own forms (RFC 6454 6.2)."""
        parts = urlsplit(self.portal_url)
        return f"{parts.scheme}://{parts.netloc}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Look at arguments first, then files, then the environment, as every service does."""
        return ServiceSettings.settings_customise_sources(
            settings_cls, init_settings, env_settings, dotenv_settings, file_secret_settings
        )
