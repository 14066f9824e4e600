"""A small SMTP client: pipelined where the relay allows it, exact about what became of each mail."""

from services.notifications.smtp.address import RelayAddress, relay_address
from services.notifications.smtp.mail import Accepted, Ambiguous, Mail, NeverSent, Outcome, Refused
from services.notifications.smtp.relay import Relay

__all__ = [
    "Accepted",
    "Ambiguous",
    "Mail",
    "NeverSent",
    "Outcome",
    "Refused",
    "Relay",
    "RelayAddress",
    "relay_address",
]
