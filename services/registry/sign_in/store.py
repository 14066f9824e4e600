"""Where requests to sign in, sessions and signing keys are kept."""

from datetime import datetime, timedelta

from services.registry.sign_in.domain import Session, SignIn
from shared.storage import CollectionSpec, Document, Index, Reader, Tx

FORGOTTEN_AFTER = timedelta(hours=1)  # so that a used or expired link can be told from a foreign one

COLLECTIONS = [
    CollectionSpec(
        "sign_ins",
        [
            Index([("state", 1), ("_id", 1)], partial={"state": "asked"}),
            Index([("expires_at", 1)], expire_after=FORGOTTEN_AFTER),
            Index([("person_id", 1)], partial={"state": "sent"}),
        ],
    ),
    CollectionSpec("sessions", [Index([("person_id", 1)]), Index([("expires_at", 1)], expire_after=timedelta(0))]),
    CollectionSpec("signing_keys", [Index([("published_until", 1)], expire_after=timedelta(0))]),
]


def _document(model: SignIn | Session) -> Document:
    document = model.model_dump()
    document["_id"] = document.pop("id")
    return document


def _plain(document: Document) -> Document:
    return {("id" if name == "_id" else name): value for name, value in document.items()}


async def add_sign_in(tx: Tx, sign_in: SignIn) -> None:
    """Keep a new request."""
    await tx["sign_ins"].insert_one(_document(sign_in))


async def put_sign_in(tx: Tx, sign_in: SignIn) -> None:
    """Write a request anew."""
    await tx["sign_ins"].replace_one({"_id": sign_in.id}, _document(sign_in))


async def find_sign_in(reader: Reader, sign_in_id: str) -> SignIn | None:
    """Return a request, or `None`."""
    found = await reader["sign_ins"].find_one({"_id": sign_in_id})
    return None if found is None else SignIn(**_plain(found))


async def drop_sign_in(tx: Tx, sign_in_id: str) -> None:
    """Forget a request."""
    await tx["sign_ins"].delete_one({"_id": sign_in_id})


async def asked(reader: Reader, *, limit: int) -> list[str]:
    """Return the ids of the oldest requests that nobody has looked at."""
    found = await reader["sign_ins"].find({"state": "asked"}, sort=[("_id", 1)], projection={"_id": 1}, limit=limit)
    return [each["_id"] for each in found]


async def add_session(tx: Tx, session: Session) -> None:
    """Keep a new session."""
    await tx["sessions"].insert_one(_document(session))


async def put_session(tx: Tx, session: Session) -> None:
    """Write a session anew."""
    await tx["sessions"].replace_one({"_id": session.id}, _document(session))


async def find_session(reader: Reader, session_id: str) -> Session | None:
    """Return a session, or `None`."""
    found = await reader["sessions"].find_one({"_id": session_id})
    return None if found is None else Session(**_plain(found))


async def drop_session(tx: Tx, session_id: str) -> None:
    """End a session."""
    await tx["sessions"].delete_one({"_id": session_id})


async def end_all(tx: Tx, person_id: str) -> None:
    """End every session of a person, and forget the links on their way to them."""
    await tx["sessions"].delete_many({"person_id": person_id})
    await tx["sign_ins"].delete_many({"person_id": person_id, "state": "sent"})


async def add_key(reader: Reader, key: Document) -> None:
    """Keep a new signing key: ``{_id, sealed, public, signs_from, signs_until, published_until}``."""
    await reader["signing_keys"].insert_one(key)


async def keys(reader: Reader, *, now: datetime) -> list[Document]:
    """Return the keys that are published, newest first."""
    where = {"published_until": {"$gt": now}}
    return await reader["signing_keys"].find(where, sort=[("signs_until", -1)], limit=20)
