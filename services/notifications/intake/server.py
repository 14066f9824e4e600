"""Where mails come back: an SMTP or LMTP port for the mail server that stands before us, not for the internet.

Only addresses that we gave away ourselves are taken.  A mail is answered for when what it asks for has been committed;
until then whoever brings it keeps it, and brings it again.
"""

import asyncio
import hashlib
import logging
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from prometheus_client import Counter

from services.notifications.intake import actions
from services.notifications.intake.actions import Arrived
from services.notifications.intake.addresses import IntakeAddresses, Named
from services.notifications.intake.reading import classify, parse
from services.notifications.settings import Settings
from shared import logs
from shared.problems import TooMany
from shared.service import Context
from shared.storage import Duplicate, Unreachable

log = logs.get(__name__)

HEALTH = "intake of mails"
IDLE_SECONDS = 60
PER_ADDRESS = ("30/hour", "100/day")
"""Mails to one of our addresses: one letter is not answered oftener, unless by a machine that answers machines."""
COMMANDS = 20  # of one kind in one connection, before it is told to go

mails = Counter("zgoda_mails_received_total", "Mails that came back", ["sort", "outcome"])


class Connection(SMTP):
    """One connection; at most so many at once."""

    def __init__(self, intake: "Intake", **options: Any) -> None:
        super().__init__(intake, **options)
        self._intake = intake
        self._counted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet, or say that there are too many already."""
        if self._intake.connections >= self._intake.settings.intake_connections:
            if isinstance(transport, asyncio.Transport):
                transport.write(b"421 4.3.2 Too many connections: try again later\r\n")
                transport.close()
            return
        self._counted = True
        self._intake.connections += 1
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Make room for another."""
        if self._counted:
            self._intake.connections -= 1
            super().connection_lost(error)

    async def smtp_LHLO(self, hostname: str) -> None:
        """Take LMTP's greeting for SMTP's: with one recipient a mail the rest is the same."""
        await self.smtp_EHLO(hostname)


@dataclass
class Intake:
    """What the connections share: whom mails may be for, and what is done with them."""

    context: Context
    settings: Settings
    addresses: IntakeAddresses
    connections: int = 0
    _working: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(4))
    """How many mails are read at once: reading takes processor time that letters need."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take one recipient, and only one that we know to be ours."""
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"
        if self.addresses.read(address) is None and not self.addresses.feedback(address):
            return "550 5.1.1 There is no such address"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take a mail, once; answer when it is committed."""
        raw = envelope.original_content or b""
        async with self._working:
            message = await asyncio.to_thread(parse, raw)
            finding = await asyncio.to_thread(classify, message)
        address = envelope.rcpt_tos[0]
        feedback = self.addresses.feedback(address)
        named = actions.named_by_complaint(self.addresses, message) if feedback else self.addresses.read(address)
        if named is None or (feedback and finding.sort != "complaint"):
            return "550 5.7.1 This address takes complaints about our own letters only"
        if named.purpose == "reply" and finding.sort == "other":
            return f"550 5.7.1 This address takes answers of calendar programs only: write to {self.settings.reply_to}"
        return await self._take(Arrived(named, raw, message, finding))

    async def _take(self, arrived: Arrived) -> str:
        try:
            await self.context.limits.hit("intake", _who(arrived.named), *PER_ADDRESS)
            outcome = await self.context.storage.transact(actions.receive, arrived)
        except TooMany:
            return "450 4.7.1 Too many mails to this address: try again later"
        except Duplicate:
            outcome = "received-before"
        except Unreachable as error:
            log.warning("mail-not-taken", reason=type(error).__name__)
            return "451 4.3.0 Not available for the moment: try again later"
        mails.labels(arrived.finding.sort, outcome).inc()
        log.info("mail-received", sort=arrived.finding.sort, outcome=outcome, subject_id=arrived.named.id)
        return "250 2.0.0 Taken"

    async def handle_exception(self, error: Exception) -> str:
        """Say that it is our fault and passes."""
        log.error("mail-not-taken", exc_info=error)
        return "451 4.3.0 Our fault: try again later"

    def connection(self) -> Connection:
        """Return what serves one connection."""
        return Connection(
            self,
            data_size_limit=self.settings.intake_max_bytes,
            hostname=self.settings.intake_domain,
            ident="ready",
            timeout=IDLE_SECONDS,
            decode_data=False,
            enable_SMTPUTF8=True,
            command_call_limit={"*": COMMANDS, "RCPT": 100},
            loop=asyncio.get_running_loop(),
        )


def _who(named: Named) -> str:
    return hashlib.sha256(f"{named.purpose} {named.id}".encode()).hexdigest()


async def receive_mails(context: Context) -> None:
    """Take mails until the service stops; at once done when there is no port or no domain for it."""
    settings: Settings = context.settings
    addresses = settings.intake_addresses
    if addresses is None or settings.intake_port is None:
        return
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # it names addresses
    intake = Intake(context, settings, addresses)
    server = await asyncio.get_running_loop().create_server(
        intake.connection, settings.intake_host, settings.intake_port
    )
    context.health.good(HEALTH)
    async with server:
        await context.stopping.wait()
