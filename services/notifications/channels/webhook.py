"""Pushes as webhooks, signed as standardwebhooks.com says, so that receivers' libraries can verify them."""

import base64
import hashlib
import hmac
import json
from datetime import datetime

from services.notifications.channels.domain import Call, Destination, Push


class Webhook:
    """Posts JSON; the signature is over id, time and body."""

    def call(self, push: Push, to: Destination, *, now: datetime) -> Call:
        """Return the signed request."""
        what = {"id": push.id, "type": "notice-waits", "language": push.language}
        body = json.dumps({**what, "text": push.words, "url": push.portal}, ensure_ascii=False).encode()
        moment = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "Webhook-Id": push.id,
            "Webhook-Timestamp": moment,
            "Webhook-Signature": f"v1,{signature(to.secret, push.id, moment, body)}",
        }
        return Call("POST", to.url, headers, body)


def signature(secret: str, id: str, moment: str, body: bytes) -> str:
    """Return the signature of a webhook, in base64; ``secret`` is as we gave it: ``whsec_`` and base64."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return base64.b64encode(hmac.digest(key, f"{id}.{moment}.".encode() + body, hashlib.sha256)).decode()
