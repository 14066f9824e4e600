"""Pushes as webhooks, signed as standardwebhooks.com says, so that receivers' libraries can verify them."""

import json
from datetime import datetime

from services.notifications.channels.domain import Destination, Push
from shared import webhooks
from shared.calls import Call


class Webhook:
    """Posts JSON; the signature is over id, time and body."""

    def call(self, push: Push, to: Destination, *, now: datetime) -> Call:
        """Return the signed request."""
        what = {"id": push.id, "type": "notice-waits", "language": push.language}
        body = json.dumps({**what, "text": push.words, "url": push.portal}, ensure_ascii=False).encode()
        return webhooks.signed(to.url, to.secret, push.id, body, now=now)
