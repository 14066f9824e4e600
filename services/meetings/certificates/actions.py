"""Issuing certificates and checking them."""

import json
import secrets

from services.meetings.attendance import store as attendance
from services.meetings.attendance.domain import ALPHABET
from services.meetings.certificates import domain, store
from services.meetings.certificates.domain import (
    CODE_LETTERS,
    Attended,
    Certificate,
    IssueCertificate,
    VerifyCertificate,
)
from services.meetings.certificates.store import CERTIFICATES
from services.meetings.directory.store import find_person
from services.meetings.invitations import words
from services.meetings.meetings.model import Meeting
from services.meetings.meetings.store import MEETINGS
from shared.ids import new_id, utc_now
from shared.model import Language
from shared.problems import NotFound
from shared.storage import Reader, Tx


async def issue_certificate(tx: Tx, meeting_id: str, person_id: str, command: IssueCertificate) -> Certificate:
    """Issue a certificate, or issue it anew: the code of the one before is no longer good."""
    meeting = await MEETINGS.get(tx, meeting_id)
    domain.check_deserved(meeting, await attendance.of(tx, meeting_id, person_id), now=utc_now())
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS))
    facts = {
        "code_index": tx.vault.blind_index(code),
        "cipher": await words.seal(tx, person_id, json.dumps({"name": command.name, "code": code})),
        "language": command.language or await _language(tx, person_id),
        "issued_at": utc_now(),
    }
    known = await store.of(tx, meeting_id, person_id)
    if known is None:
        made = Certificate.model_validate({"id": new_id(), "meeting_id": meeting_id, "person_id": person_id, **facts})
        await CERTIFICATES.add(tx, made)
        return made
    changed = known.evolve(**facts)
    await CERTIFICATES.put(tx, changed)
    return changed


async def own(reader: Reader, meeting_id: str, person_id: str) -> tuple[Certificate, Meeting, str, str]:
    """Return a person's certificate, its meeting, the name and the code on it.  Raises `NotFound`."""
    found = await store.of(reader, meeting_id, person_id)
    if found is None:
        raise NotFound("certificate-not-found", "There is no such certificate: have one issued first.")
    meeting = await MEETINGS.get(reader, meeting_id)
    name, code = await _written(reader, found)
    return found, meeting, name, code


async def verify(reader: Reader, command: VerifyCertificate) -> Attended:
    """Return what the certificate with a code says.  Raises `NotFound`."""
    found = await store.by_code(reader, reader.vault.blind_index(domain.plain(command.code)))
    name = (await _written(reader, found))[0] if found else ""
    if found is None or not name:
        raise NotFound("certificate-not-found", "No certificate has this code: compare it letter by letter.")
    return domain.attended(await MEETINGS.get(reader, found.meeting_id), name, found.issued_at)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Take a person's certificates away: their codes are no longer good."""
    await store.forget_person(tx, person_id)


async def _written(reader: Reader, certificate: Certificate) -> tuple[str, str]:
    (text,) = await words.unseal(reader, [(certificate.person_id, certificate.cipher)])
    written = json.loads(text) if text else {"name": "", "code": ""}
    return written["name"], written["code"]


async def _language(reader: Reader, person_id: str) -> Language:
    person = await find_person(reader, person_id)
    return person.language if person else "en"
