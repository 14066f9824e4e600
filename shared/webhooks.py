"""Webhooks as standardwebhooks.com says, so that receivers' own libraries can verify them."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

from shared.calls import Call

SECRET_BYTES = 32  # the standard asks for 24 to 64


def new_secret() -> str:
    """Return a secret as receivers are given it: ``whsec_`` and base64."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def signed(url: str, secret: str, id: str, body: bytes, *, now: datetime) -> Call:
    """Return the call that hands over JSON; ``id`` is the same however often it is tried."""
    moment = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "Webhook-Id": id,
        "Webhook-Timestamp": moment,
        "Webhook-Signature": f"v1,{signature(secret, id, moment, body)}",
    }
    return Call("POST", url, headers, body)


def signature(secret: str, id: str, moment: str, body: bytes) -> str:
    """Return the signature of a webhook in base64, over id, time and body."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.digest(key, f"{id}.{moment}.".encode() + body, hashlib.sha256)).decode()
