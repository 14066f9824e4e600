"""The log of custody: each row holds the hash of the one before, so that none can be altered, left out or put in.

The hash is SHA-256 over the canonical JSON (RFC 8785) of what a row says and of the hash before it; beside it stands
the same under the service's own key, so that whoever can write to the database and does not hold the key cannot make
the chain anew.  Who it was and why is in the row as a salted hash: when somebody must be forgotten, name and salt are
deleted, a mark under the service's key says so, and the chain holds.  Pure.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from shared.ids import Id, new_id
from shared.model import Model, Time

BEGINNING = "0" * 64  # stands before the first row

What = Literal[
    "recorded", "changed", "withdrawn", "restored", "erased", "opened", "taken-in", "handed-out", "claimed", "unclaimed"
]
Kind = Literal["incident", "party", "exhibit", "claim"]
Seal = Callable[[str], str]
"""Hash → the same under the service's own key."""


class CustodyRow(Model):
    """One row: what was done with which piece of evidence.

    ``by``, ``note`` and ``salt`` go when ``by`` is erased; ``forgotten`` then proves that it was this service that
    took them away.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: Id
    report_id: Id
    seq: int = Field(ge=1)
    at: Time
    what: What
    kind: Kind
    subject_id: Id
    sha256: str | None = None
    """Of the file, when one was taken in or handed out."""
    who: str
    """SHA-256 over salt, person and note."""
    previous: str
    hash: str
    seal: str
    by: Id | None = None
    note: str = ""
    salt: str = ""
    forgotten: str = ""


class Head(Model):
    """The end of a report's chain: how many rows there are, and the hash of the last."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    report_id: Id
    seq: int
    hash: str
    seal: str
    at: Time


Code = Literal[
    "row-altered", "row-missing", "chain-broken", "head-altered", "file-altered", "file-missing", "not-in-the-log"
]


class Fault(Model):
    """One thing that is not as it was left: the row by its number, the exhibit by its id."""

    code: Code
    detail: str
    seq: int | None = None
    exhibit_id: Id | None = None


class Verification(Model):
    """What became of verifying one report's evidence; good when there are no faults."""

    report_id: Id
    rows: int
    forgotten: int = 0
    """In how many rows who it was has been erased, as the person may ask."""
    files: int
    head: str
    """The hash of the last row: written down elsewhere, it proves later that nothing was cut off."""
    faults: list[Fault]
    more_faults: int = 0


def append(
    head: Head | None,
    report_id: str,
    what: What,
    kind: Kind,
    subject_id: str,
    *,
    by: str,
    note: str = "",
    sha256: str | None = None,
    now: datetime,
    seal: Seal,
) -> tuple[CustodyRow, Head]:
    """Return the next row of a chain, and its new end."""
    salt = secrets.token_hex(16)
    facts: dict[str, Any] = {
        "report_id": report_id,
        "seq": 1 if head is None else head.seq + 1,
        "at": now,
        "what": what,
        "kind": kind,
        "subject_id": subject_id,
        "sha256": sha256,
        "who": _who(salt, by, note),
        "previous": BEGINNING if head is None else head.hash,
    }
    found = _hash(facts)
    row = CustodyRow(id=new_id(), **facts, hash=found, seal=seal(found), by=by, note=note, salt=salt)
    return row, Head(report_id=report_id, seq=row.seq, hash=found, seal=seal(f"{row.seq} {found}"), at=now)


def mark_of_forgetting(row_hash: str, seal: Seal) -> str:
    """Return what stands in a row once who it was has been erased."""
    return seal(f"forgotten {row_hash}")


class Chain:
    """Checks rows one after the other, as they come; nothing but the row before is kept."""

    def __init__(self, seal: Seal) -> None:
        self._seal = seal
        self._last: CustodyRow | None = None
        self.rows = 0
        self.forgotten = 0
        """In how many rows who it was has been erased."""
        self.faults: list[Fault] = []

    def check(self, row: CustodyRow) -> None:
        """Compare a row with itself and with the one before."""
        expected, previous = (1, BEGINNING) if self._last is None else (self._last.seq + 1, self._last.hash)
        if row.seq != expected:
            self._say("row-missing", row.seq, f"The rows from {expected} to {row.seq - 1} are missing.")
        elif row.previous != previous:
            self._say("chain-broken", row.seq, f"Row {row.seq} does not follow the row before it.")
        if not self._is_itself(row):
            self._say("row-altered", row.seq, f"Row {row.seq} is not as it was written.")
        self._last, self.rows = row, self.rows + 1

    def end(self, head: Head | None) -> None:
        """Compare the last row with what is known of the end of the chain."""
        last, found = (0, BEGINNING) if self._last is None else (self._last.seq, self._last.hash)
        if head is None:
            if last:
                self._say("head-altered", None, "What is known of the end of the log is missing.")
            return
        if not hmac.compare_digest(head.seal, self._seal(f"{head.seq} {head.hash}")):
            self._say("head-altered", None, "What is known of the end of the log is not as it was written.")
        elif head.seq > last:
            self._say("row-missing", last + 1, f"The rows from {last + 1} to {head.seq} are missing.")
        elif head.hash != found:
            self._say("head-altered", last, "The log does not end with the row that was written last.")

    def _is_itself(self, row: CustodyRow) -> bool:
        facts = {name: getattr(row, name) for name in _HASHED}
        return self._is_whose(row) and _hash(facts) == row.hash and hmac.compare_digest(self._seal(row.hash), row.seal)

    def _is_whose(self, row: CustodyRow) -> bool:
        if row.salt:
            return not row.forgotten and _who(row.salt, row.by or "", row.note) == row.who
        nobody = row.by is None and not row.note
        if mine := nobody and hmac.compare_digest(row.forgotten, mark_of_forgetting(row.hash, self._seal)):
            self.forgotten += 1
        return mine

    def _say(self, code: Code, seq: int | None, detail: str) -> None:
        self.faults.append(Fault(code=code, seq=seq, detail=detail))


_HASHED = ("report_id", "seq", "at", "what", "kind", "subject_id", "sha256", "who", "previous")


def _hash(facts: dict[str, Any]) -> str:
    plain = {**facts, "at": facts["at"].isoformat(timespec="milliseconds")}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _who(salt: str, by: str, note: str) -> str:
    return hashlib.sha256(json.dumps([salt, by, note], ensure_ascii=False).encode()).hexdigest()
