"""One call to one service: a timeout, a bounded answer, and refusals told as `Refused` or `Down`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import httpx2
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from shared import logs, tracing

log = logs.get(__name__)

MAX_ANSWER_BYTES = 32 * 1024 * 1024  # a report's PDF with its annexes; what may be larger is streamed

OF_TRANSFER = frozenset({"content-encoding", "content-length", "transfer-encoding"})  # not of what was transferred

Authorization = Callable[[str, bool], Awaitable[str]]
"""Service, whether the last one was refused → the ``Authorization`` header for it, or ``""``."""

Answer = TypeVar("Answer")


class Model(BaseModel):
    """A part of an answer: fields that this portal does not know are left out."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Page(Model, Generic[Answer]):
    """Some items, and the cursor of those after them."""

    items: list[Answer]
    next: str | None = None


class FieldError(Model):
    """What is wrong with one field of what was sent, or with one line of a file."""

    code: str = "invalid"
    detail: str = ""
    field: str | None = None
    line: int | None = None
    word: int | None = None


class Refused(Exception):
    """A service decided no: RFC 9457 problem details."""

    def __init__(
        self,
        status: int,
        code: str = "",
        detail: str = "",
        errors: tuple[FieldError, ...] = (),
        *,
        as_person: bool = False,
        suggestion: Mapping[str, Any] | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.as_person = as_person
        """Whether it was asked on behalf of somebody signed in, so that signing in anew may help."""
        self.suggestion = suggestion or {}
        """What would be accepted instead, where the service knows."""
        self.facts = facts or {}
        """Everything that the service says of it."""


class Down(Exception):
    """A service does not answer, or answers with a fault of its own."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


@dataclass(frozen=True, slots=True)
class Stream:
    """A file on its way from a service: its kind and its bytes, of which never more than a few are held."""

    kind: str
    parts: AsyncIterator[bytes]


class Caller:
    """Calls one service at ``url``; ``authorization`` says on whose behalf, ``visitor`` from where they come."""

    def __init__(
        self, http: httpx2.AsyncClient, service: str, url: str, authorization: Authorization, visitor: str = ""
    ) -> None:
        self._http = http
        self._service = service
        self._url = url
        self._authorization = authorization
        self._visitor = visitor

    async def get(self, path: str, answer: type[Answer], params: Mapping[str, Any] | None = None) -> Answer:
        """Read ``path``; empty ``params`` are left out.  Raises `Refused` and `Down`."""
        given = {name: value for name, value in (params or {}).items() if value not in (None, "")}
        return self._read(await self.send("GET", path, params=given), answer)

    async def ask(
        self,
        method: str,
        path: str,
        answer: type[Answer],
        body: Any = None,
        *,
        key: str | None = None,
        revision: int | None = None,
        within: float | None = None,
    ) -> Answer:
        """Send ``body`` and read the answer; ``key`` makes a repetition harmless, ``revision`` is the one seen.

        ``within`` is how many seconds it may take where that is more than others may.
        """
        headers = {}
        if key:
            headers["Idempotency-Key"] = key
        if revision is not None:
            headers["If-Match"] = f'"{revision}"'
        more = {} if within is None else {"timeout": within}
        return self._read(await self.send(method, path, json=body, headers=headers, **more), answer)

    async def send(self, method: str, path: str, **parts: Any) -> httpx2.Response:
        """Call and return the raw answer when it is a success.  Raises `Refused` and `Down`."""
        return await self._send(method, path, parts, stream=False)

    async def stream(self, method: str, path: str, **parts: Any) -> Stream:
        """Call and return the file that is the answer, as it comes; read it to its end.  Raises `Refused` and `Down`.

        A service that breaks off half-way does so for the reader too, who then sees that the file is not whole.
        """
        response = await self._send(method, path, parts, stream=True)

        async def read() -> AsyncIterator[bytes]:
            try:
                async for part in response.aiter_bytes():
                    yield part
            finally:
                await response.aclose()

        return Stream(response.headers.get("content-type", "application/octet-stream"), read())

    async def _send(self, method: str, path: str, parts: dict[str, Any], *, stream: bool) -> httpx2.Response:
        authorization = await self._authorization(self._service, False)
        response = await self._once(method, path, authorization, parts, stream=stream)
        if response.status_code == 401 and authorization.startswith("Bearer "):
            # The person's record is newer than the token: what the registry gives now is the truth.
            authorization = await self._authorization(self._service, True)
            response = await self._once(method, path, authorization, parts, stream=stream)
        if response.status_code >= 400:
            raise refusal(response, as_person=authorization.startswith("Bearer "))
        return response

    async def _once(
        self, method: str, path: str, authorization: str, parts: dict[str, Any], *, stream: bool
    ) -> httpx2.Response:
        parts = dict(parts)
        headers = {**parts.pop("headers", {}), "traceparent": tracing.current() or tracing.follow("")}
        if authorization:
            headers["Authorization"] = authorization
        if self._visitor:
            headers["Zgoda-Visitor"] = self._visitor
        if not all(_is_sendable(value) for value in headers.values()):
            raise Refused(400)  # a link or a form's key that none of us gave out
        if parts.get("json", ...) is None:
            del parts["json"]
        try:
            request = self._http.build_request(method, self._url + path, headers=headers, **parts)
            response = await self._http.send(request, stream=True)
            if not stream or response.status_code >= 400:
                response = await self._whole(response)
        except httpx2.HTTPError as error:
            log.warning("service-down", called=self._service, error_type=type(error).__name__)
            raise Down(self._service) from None
        if response.status_code >= 500:
            log.warning("service-fault", called=self._service, status=response.status_code)
            raise Down(self._service)
        return response

    async def _whole(self, response: httpx2.Response) -> httpx2.Response:
        """Return a response that is read to its end, which is not too far."""
        held = bytearray()
        try:
            async for part in response.aiter_bytes():
                held += part
                if len(held) > MAX_ANSWER_BYTES:
                    log.error("answer-too-large", called=self._service)
                    raise Down(self._service)
        finally:
            await response.aclose()
        headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in OF_TRANSFER]
        return httpx2.Response(response.status_code, headers=headers, content=bytes(held), request=response.request)

    def _read(self, response: httpx2.Response, answer: type[Answer]) -> Answer:
        try:
            return TypeAdapter(answer).validate_json(response.content or b"null")
        except ValidationError as error:
            wrong = [".".join(str(part) for part in each["loc"]) for each in error.errors(include_input=False)][:5]
            log.error("answer-not-understood", called=self._service, fields=wrong)
            raise Down(self._service) from None


def _is_sendable(value: str) -> bool:
    """Whether a header can hold ``value`` (RFC 9110 5.5), as it holds whatever our services gave out."""
    return value.isascii() and value.isprintable() and value.strip() == value


def refusal(response: httpx2.Response, *, as_person: bool = False) -> Refused:
    """Return the problem in a response of 4xx."""
    try:
        body = response.json()
    except ValueError:
        body = {}
    if not isinstance(body, dict):
        body = {}
    found = body.get("errors", ())
    errors = tuple(FieldError.model_validate(each) for each in found if isinstance(each, dict))
    code, detail = str(body.get("code", "")), str(body.get("detail", ""))
    suggestion = body.get("suggestion")
    return Refused(
        response.status_code,
        code,
        detail,
        errors,
        as_person=as_person,
        suggestion=suggestion if isinstance(suggestion, dict) else None,
        facts=body,
    )
