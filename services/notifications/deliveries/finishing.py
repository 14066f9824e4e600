"""The last touches to one reader's mail: encrypted to them, signed by us, under addresses that come back to us."""

from datetime import datetime

from services.notifications.contacts.store import Reachable
from services.notifications.deliveries import domain
from services.notifications.deliveries.domain import Change
from services.notifications.intake.addresses import IntakeAddresses
from services.notifications.letters import Sender
from services.notifications.letters.signing import Signer
from services.notifications.openpgp.certificates import read_certificate
from services.notifications.openpgp.sealing import encrypted
from services.notifications.smtp import Mail
from shared import logs
from shared.problems import Problem
from shared.storage import Document

log = logs.get(__name__)


class Finishing:
    """Finishes the mails of one process."""

    def __init__(
        self, sender: Sender, *, addresses: IntakeAddresses | None = None, signer: Signer | None = None
    ) -> None:
        self._sender = sender
        self._addresses = addresses
        self._signer = signer

    def organiser(self, row: Document) -> str:
        """Return where the calendar of one person invited answers to; ``""``: where everybody's does."""
        return self._addresses.address("reply", row["subject_id"]) if self._addresses else ""

    def _return_path(self, row: Document) -> str:
        """Return where it is told that a letter did not arrive (VERP)."""
        return self._addresses.address("bounce", row["_id"]) if self._addresses else self._sender.address

    def mail(
        self, row: Document, to: Reachable, content: bytes, *, armored: str | None, now: datetime
    ) -> Mail | Change:
        """Return the mail as it travels, or what becomes of a letter that must not travel so."""
        if to.encryption:
            sealed = self._encrypted(row, content, armored, now)
            if sealed is None and to.encryption == "required":
                return domain.hold(f"encryption-impossible {self._trouble(armored, now)}")
            content = sealed or content
        if self._signer is not None:
            content = self._signer.sign(content, now=now)
        return Mail(self._return_path(row), to.address, content, canonical=True)

    def _encrypted(self, row: Document, content: bytes, armored: str | None, now: datetime) -> bytes | None:
        if armored is None or self._trouble(armored, now):
            return None
        try:
            return encrypted(content, read_certificate(armored, now=now).cert)
        except RuntimeError:  # its text is a trace of the library's own
            log.warning("letter-not-encrypted", letter_id=row["_id"])
            return None

    @staticmethod
    def _trouble(armored: str | None, now: datetime) -> str:
        """Return why nothing can be encrypted to a key; ``""`` when it can."""
        if armored is None:
            return "key-missing"
        try:
            return read_certificate(armored, now=now).trouble or ""
        except Problem as problem:
            return problem.code
