"""Pushes as notices in a Matrix room (client-server API, v1.11): with the token of an account that is in it."""

import json
from datetime import datetime
from urllib.parse import quote

from services.notifications.channels.domain import Destination, Push
from shared.calls import Call


class Matrix:
    """Puts one notice; the transaction id is the push's, so that the server shows a repetition once."""

    def call(self, push: Push, to: Destination, *, now: datetime) -> Call:
        """Return the request."""
        path = f"/_matrix/client/v3/rooms/{quote(to.room, safe='')}/send/m.room.message/{push.id}"
        body = {"msgtype": "m.notice", "body": f"{push.words}\n{push.portal}"}
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {to.secret}"}
        return Call("PUT", to.url.rstrip("/") + path, headers, json.dumps(body, ensure_ascii=False).encode())
