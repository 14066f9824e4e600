"""A request that is sent twice, by a nervous hand or a bad line, is carried out once (``Idempotency-Key``)."""

import asyncio
import hashlib
import hmac
import json
from base64 import urlsafe_b64decode
from datetime import timedelta

from fastapi import Request, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.auth import Needs
from shared.problems import Conflict, Forbidden, Invalid, Problem
from shared.refusals import problem_response
from shared.sealing import Sealer, derive
from shared.settings import ServiceSettings, plain
from shared.storage import Document, OnceOnly, Repeated, Storage, once_only

MAX_KEY = 200  # characters of an Idempotency-Key
MAX_KEPT_ANSWER = 256 * 1024  # bytes of an answer that is kept to be given again
KEPT_HEADERS = ("content-type", "etag", "location")
PURPOSE = "idempotency"
ANSWERED_WITHIN = timedelta(seconds=3)  # how long a twin waits for the first answer


class Idempotency:
    """A POST with an ``Idempotency-Key`` is carried out once; its repetition gets the first answer.

    The key is written in the transaction of the change itself, so a crash in between cannot double it; a repetition of
    what nobody has answered is told what it was ``about_id``.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = Headers(scope=scope) if scope["type"] == "http" else Headers()
        key = headers.get("idempotency-key", "")
        if not key or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        if len(key) > MAX_KEY:
            refusal = Invalid("idempotency-key-not-valid", f"An Idempotency-Key has at most {MAX_KEY} characters.")
            await problem_response(refusal)(scope, receive, send)
            return
        body = await _read_all(receive)
        if body is None:
            return
        settings: ServiceSettings = scope["app"].state.context.settings
        who, _ = _claimed(headers.get("authorization", ""))
        once = OnceOnly(
            key=_fingerprint(settings, who.encode(), scope["path"].encode(), key.encode()),
            fingerprint=_fingerprint(settings, body),
        )
        storage: Storage = scope["app"].state.context.storage
        row = await storage.reader["idempotency"].find_one({"_id": once.key})
        if row is None:
            await self._first(scope, body, once, storage, send)
        else:
            await _again(scope, once, storage, send)

    async def _first(self, scope: Scope, body: bytes, once: OnceOnly, storage: Storage, send: Send) -> None:
        kept = _Kept(send)
        token = once_only.set(once)
        try:
            await self._app(scope, _replay(body), kept)
        except Repeated:  # a twin was faster
            await _again(scope, once, storage, send)
            return
        finally:
            once_only.reset(token)
        if once.used and len(kept.body) <= MAX_KEPT_ANSWER:
            _, roles = _claimed(Headers(scope=scope).get("authorization", ""))
            sealed = _sealer(scope).seal(bytes(kept.body))  # it may hold what is kept encrypted everywhere else
            answer = {"status": kept.status, "headers": kept.headers, "body": sealed, "roles": roles}
            await storage.reader["idempotency"].update_one({"_id": once.key}, {"$set": {"answer": answer}})


def _fingerprint(settings: ServiceSettings, *parts: bytes) -> str:
    """Return what ``parts`` are recognised by: keyed, since a body may hold little but a name or an address."""
    key = derive(plain(settings.vault_secrets)[0], PURPOSE)
    return hmac.digest(key, b"\0".join(parts), hashlib.sha256).hex()


def _sealer(scope: Scope) -> Sealer:
    return Sealer(plain(scope["app"].state.context.settings.vault_secrets), purpose=PURPOSE)


def _claimed(authorization: str) -> tuple[str, list[str]]:
    """Return who asks, stable over the renewals of an access token, and with which roles: unverified, as claimed."""
    scheme, _, token = authorization.partition(" ")
    parts = token.split(".")
    if scheme.lower() == "bearer" and len(parts) == 3:
        try:
            claims = json.loads(urlsafe_b64decode(parts[1] + "==="))
            return str(claims["sub"]), sorted(map(str, claims.get("roles", ())))
        except (ValueError, KeyError, TypeError, AttributeError):
            return authorization, []
    return authorization, []


class _Kept:
    """Passes an answer on and keeps a copy."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 500
        self.headers: dict[str, str] = {}
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message.get("headers", ())}
            self.headers = {name: headers[name] for name in KEPT_HEADERS if name in headers}
        elif len(self.body) <= MAX_KEPT_ANSWER:
            self.body += message.get("body", b"")
        await self._send(message)


async def _again(scope: Scope, once: OnceOnly, storage: Storage, send: Send) -> None:
    """Give the first answer again, to those only who would be let in now."""
    try:
        actor = await Needs(None)(Request(scope))
        kept = await _first_answer(once, storage)
        if not set(kept["roles"]) <= (actor.roles if actor else set()):
            raise Forbidden("role-needed", "Your roles do not allow this: ask a coordinator.")
        headers = {**kept["headers"], "Idempotent-Replayed": "true"}
        answer = Response(_sealer(scope).open(kept["body"]), kept["status"], headers)
    except Problem as problem:
        answer = problem_response(problem)
    await answer(scope, _replay(b""), send)


async def _first_answer(once: OnceOnly, storage: Storage) -> Document:
    """Wait for the first answer, which follows its transaction within moments, and return it as it is kept."""
    give_up_at = asyncio.get_running_loop().time() + ANSWERED_WITHIN.total_seconds()
    while True:
        row = await storage.reader["idempotency"].find_one({"_id": once.key}) or {}
        if row.get("fingerprint", once.fingerprint) != once.fingerprint:
            raise Invalid(
                "idempotency-key-reused", "This Idempotency-Key was used with another body: choose a new one."
            )
        if "answer" in row:
            kept: Document = row["answer"]
            return kept
        if asyncio.get_running_loop().time() > give_up_at:  # it was too long to keep, or its process is gone
            about = {"about_id": row["about"]} if "about" in row else {}
            raise Conflict("carried-out-already", "This request was carried out: read the result instead.", **about)
        await asyncio.sleep(0.02)


async def _read_all(receive: Receive) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":  # what came so far is not what was meant
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            return bytes(body)


def _replay(body: bytes) -> Receive:
    messages = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> Message:
        return next(messages, {"type": "http.disconnect"})

    return receive
