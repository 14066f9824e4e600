"""The collection of certificates."""

from services.meetings.certificates.domain import Certificate
from shared.storage import Aggregates, CollectionSpec, Index, Reader, Tx, from_document

COLLECTIONS = [
    CollectionSpec(
        "certificates",
        [
            Index([("meeting_id", 1), ("person_id", 1)], unique=True),
            Index([("code_index", 1)], unique=True),
            Index([("person_id", 1)]),
        ],
    )
]
CERTIFICATES = Aggregates("certificates", Certificate, "certificate")


async def of(reader: Reader, meeting_id: str, person_id: str) -> Certificate | None:
    """Return a person's certificate of a meeting, if they have one."""
    document = await reader["certificates"].find_one({"meeting_id": meeting_id, "person_id": person_id})
    return None if document is None else from_document(Certificate, document)


async def by_code(reader: Reader, code_index: str) -> Certificate | None:
    """Return the certificate with a code, if there is one."""
    document = await reader["certificates"].find_one({"code_index": code_index})
    return None if document is None else from_document(Certificate, document)


async def forget_person(tx: Tx, person_id: str) -> None:
    """Take a person's certificates away."""
    await tx["certificates"].delete_many({"person_id": person_id})
