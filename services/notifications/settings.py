"""What an operator sets for notifications."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from services.notifications.deliveries.domain import LetterKind
from services.notifications.deliveries.traffic import PerMinute, Route, RouteName, Rules
from services.notifications.intake.addresses import IntakeAddresses
from services.notifications.letters import Sender
from services.notifications.letters.signing import Signer
from services.notifications.smtp import relay_address
from shared.settings import ServiceSettings, plain
from shared.web import settings_of


class Settings(ServiceSettings):
    """The settings of the notifications service."""

    service: str = "notifications"

    smtp_url: SecretStr = SecretStr("smtp://127.0.0.1:2525")
    """The relay: ``smtp://user:password@host:port?starttls=required|offered|never``, or ``smtps://…``."""
    smtp_ca_file: Path | None = None
    """Certificates of the authorities that may vouch for the relay, where not those of the system."""
    smtp_name: str = Field(default="", pattern=r"^[A-Za-z0-9.\-\[\]:]*$")
    """How we introduce ourselves; empty: the domain of ``sender_address``."""
    smtp_connections: int = Field(default=6, ge=1, le=200)
    """Conversations with the relay that carry bulk; two more are kept for urgent letters."""

    smtp_brake_refusals: int = Field(default=30, ge=0, le=200)
    """A relay that refuses so many letters for good, and most of its last 200, is held until an operator has looked;
    0: never."""
    smtp_per_minute: PerMinute | None = None
    """Letters a minute that this relay takes, at most."""
    smtp_routes: dict[RouteName, Route] = Field(default_factory=dict, max_length=20)
    """Other relays, by name, as JSON: ``{"ministries": {"url": "smtp://…", "domains": ["gov.example"]}}``."""
    domain_limits: dict[str, PerMinute] = Field(default_factory=dict, max_length=1000)
    """Letters a minute that a destination takes, as JSON: ``{"mail.example": 300}``, with everything below it."""

    letters_workers: int = Field(default=3, ge=1, le=20)
    """How many bundles of bulk letters are in work at once; they share the connections."""
    letters_in_flight: int = Field(default=250, ge=1, le=250)
    """Letters of a worker that travel together, at most.  A crash leaves at most 2 × workers × this many ambiguous."""
    letters_in_flight_seconds: float = Field(default=0.25, gt=0, le=60)
    """How long they should travel: with a slower relay they are fewer, so that a crash leaves fewer in doubt."""
    letters_lease_seconds: float = Field(default=15, ge=1, le=300)
    """After how long a dead replica's letters are taken over."""
    letters_held_when_ambiguous: Annotated[tuple[LetterKind, ...], NoDecode] = ()
    """Kinds that wait for an operator when the relay may have them; the others are sent again (same Message-ID)."""

    second_path_after_hours: float = Field(default=48, gt=0, le=720)
    """After how long without an answer a must-read notice is told of by a second path too."""

    sender_name: str = Field(default="Zgoda", min_length=1, max_length=200)
    sender_address: str = "notices@zgoda.example"
    reply_to: str = "secretariat@zgoda.example"
    list_domain: str = ""
    """Names the lists of RFC 2919; empty: ``lists.`` before the domain of ``sender_address``."""

    dkim_key: SecretStr | None = None
    """A private key in PEM (``DKIM_KEY_FILE``), RSA or Ed25519; unset: mails are signed by the relay, or not at all."""
    dkim_selector: str = Field(default="zgoda", pattern=r"^[A-Za-z0-9.\-]{1,63}$")

    intake_domain: str = Field(default="", pattern=r"^([A-Za-z0-9\-]+\.)+[A-Za-z0-9\-]+$|^$")
    """The domain whose mails come back to us: bounces (VERP) and calendar answers; empty: none do."""
    intake_host: str = "127.0.0.1"
    intake_port: int | None = Field(default=None, ge=0, le=65_535)
    """Where the mail server of that domain hands them over, by SMTP or LMTP; unset: nobody listens here."""
    intake_connections: int = Field(default=20, ge=1, le=1000)
    intake_max_bytes: int = Field(default=2_000_000, ge=10_000, le=10_000_000)
    """A bounce quotes our letter, which is about 10 kB; some quote it in pictures."""

    @field_validator("letters_held_when_ambiguous", mode="before")
    @classmethod
    def _kinds(cls, value: Any) -> Any:
        return value.split() if isinstance(value, str) else value

    @field_validator("smtp_url")
    @classmethod
    def _is_a_relay(cls, value: SecretStr) -> SecretStr:
        relay_address(value.get_secret_value())
        return value

    @property
    def traffic(self) -> Rules:
        """Which relay takes a letter, and how many a minute."""
        return Rules(self.smtp_routes, self.domain_limits, self.smtp_per_minute)

    @property
    def signer(self) -> Signer | None:
        """What signs our mails; `None` when the relay does, or nobody."""
        if self.dkim_key is None:
            return None
        return Signer(self.dkim_key.get_secret_value().encode(), selector=self.dkim_selector, domain=self.domain)

    @property
    def domain(self) -> str:
        """The domain that letters come from."""
        return self.sender_address.rpartition("@")[2]

    @property
    def intake_addresses(self) -> IntakeAddresses | None:
        """Our addresses for what comes back; `None` when there is no domain for them."""
        return IntakeAddresses(plain(self.link_secrets), self.intake_domain) if self.intake_domain else None

    @property
    def sender(self) -> Sender:
        """Who writes."""
        return Sender(
            name=self.sender_name,
            address=self.sender_address,
            reply_to=self.reply_to,
            portal_url=self.portal_url.rstrip("/"),
            list_domain=self.list_domain or f"lists.{self.domain}",
        )


SettingsOf = Annotated[Settings, Depends(settings_of)]
"""The settings of this service, in its routes."""
