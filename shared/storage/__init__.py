"""One MongoDB transaction for a change of state and the events that tell of it.

The only package that imports a MongoDB driver.  Two fit behind the same few calls: motor, and pymongo's own
`AsyncMongoClient`; docs/decisions says when to switch.
"""

from pymongo import DeleteOne, InsertOne, UpdateMany, UpdateOne
from pymongo.errors import OperationFailure

from shared.storage.aggregates import Aggregates, from_document, storable, to_document
from shared.storage.collections import Collection, CollectionSpec, Contended, Document, Duplicate, Index, Unreachable
from shared.storage.database import Storage
from shared.storage.files import Files, StoredFile
from shared.storage.transactions import Cause, EventTooLarge, OnceOnly, Reader, Repeated, Tx, asking, once_only

__all__ = [
    "Aggregates",
    "Cause",
    "Collection",
    "CollectionSpec",
    "Contended",
    "DeleteOne",
    "Document",
    "Duplicate",
    "EventTooLarge",
    "Files",
    "Index",
    "InsertOne",
    "OnceOnly",
    "OperationFailure",
    "Reader",
    "Repeated",
    "Storage",
    "StoredFile",
    "Tx",
    "Unreachable",
    "UpdateMany",
    "UpdateOne",
    "asking",
    "from_document",
    "once_only",
    "storable",
    "to_document",
]
