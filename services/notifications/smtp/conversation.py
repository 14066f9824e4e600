"""One SMTP conversation (RFC 5321) that says exactly what became of each mail and waits for as few replies as it may.

On a connection that offers PIPELINING (RFC 2920) a mail costs one round trip: the text, its final dot and the next
mail's ``MAIL``, ``RCPT`` and ``DATA`` leave together.  Elsewhere each command waits for its reply.
"""

import asyncio
import base64
import re
import ssl
from collections import deque
from typing import NamedTuple

from services.notifications.smtp.address import RelayAddress
from services.notifications.smtp.mail import Accepted, Ambiguous, Mail, Outcome, Refused, envelope, plain, text_of
from services.notifications.smtp.window import Window

# RFC 5321 4.5.3.2: how long a client must be ready to wait, in seconds.
COMMAND_SECONDS = 300.0
DOT_SECONDS = 600.0
REPLY_BYTES = 64 * 1024  # a reply longer than this is no reply

_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?: |$)")


class Reply(NamedTuple):
    """What the relay said: a code and the text of all lines."""

    code: int
    text: str


class ConnectionLost(Exception):
    """The conversation is over; ``reason`` is kebab-case."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Conversation(asyncio.Protocol):
    """A kept connection to a relay."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._lines: list[str] = []
        self._inbox: deque[Reply] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._lost: str | None = None
        self._extensions: dict[str, str] = {}
        self.used_at = self._loop.time()
        self.settled = 0
        """Of how many mails it is known, or will never be, what became of them."""

    # -- what the event loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport (it is another one after STARTTLS)."""
        self._transport = transport  # type: ignore[assignment]  # a stream transport: it comes from create_connection

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever waits for a reply that will not come."""
        self._end("connection-lost")

    def data_received(self, data: bytes) -> None:
        """Collect replies (RFC 5321 4.2.1: several lines are joined by a hyphen after the code)."""
        *lines, self._rest = (self._rest + data).split(b"\r\n")
        for line in lines:
            self._lines.append(line[4:].decode("utf-8", "replace"))
            if line[3:4] == b"-":
                continue
            code = int(line[:3]) if line[:3].isdigit() else 0
            self._inbox.append(Reply(code, self._lines[0] if len(self._lines) == 1 else "\n".join(self._lines)))
            self._lines.clear()
        if len(self._rest) > REPLY_BYTES or len(self._lines) > 1000:
            self.abort("no-smtp")
        elif self._inbox:
            self._wake()

    # -- writing and waiting

    @property
    def alive(self) -> bool:
        """Whether the relay has not hung up."""
        return self._lost is None

    @property
    def reason(self) -> str:
        """Why the conversation is over, in kebab-case."""
        return self._lost or ""

    def abort(self, reason: str) -> None:
        """Drop the connection at once."""
        self._end(reason)
        if self._transport is not None:
            self._transport.abort()

    def _end(self, reason: str) -> None:
        self._lost = self._lost or reason
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None:
            if not self._waiter.done():  # it is done when whoever waited was cancelled
                self._waiter.set_result(None)
            self._waiter = None

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._lost:
            self._transport.write(data)

    async def _reply(self, seconds: float = COMMAND_SECONDS) -> Reply:
        while not self._inbox:
            if self._lost:
                raise ConnectionLost(self._lost)
            self._deadline = self._loop.time() + seconds
            if self._timer is None:
                self._timer = self._loop.call_at(self._deadline, self._overdue)
            elif self._timer.when() > self._deadline:
                self._timer.cancel()
                self._timer = self._loop.call_at(self._deadline, self._overdue)
            self._waiter = self._loop.create_future()
            await self._waiter
        return self._inbox.popleft()

    def _overdue(self) -> None:
        # One timer for the whole conversation: arming one per reply would cost more than reading the reply.
        self._timer = None
        if self._waiter is None:
            return
        if self._loop.time() >= self._deadline:
            self.abort("timed-out")
        else:
            self._timer = self._loop.call_at(self._deadline, self._overdue)

    async def _ask(self, command: bytes) -> Reply:
        self._write(command + b"\r\n")
        return await self._reply()

    # -- the beginning and the end

    async def greet(self, relay: RelayAddress, *, name: str, context: ssl.SSLContext) -> None:
        """Say hello, encrypt, sign in.  Raises `ConnectionLost` when the relay will not have us."""
        if (await self._reply()).code != 220:
            raise ConnectionLost("relay-not-available")
        await self._hello(name)
        if relay.encryption in ("required", "offered"):
            await self._encrypt(relay, name=name, context=context)
        if relay.user:
            await self._sign_in(relay.user, relay.password)

    async def _hello(self, name: str) -> None:
        code, text = await self._ask(b"EHLO " + name.encode("ascii"))
        if code == 250:
            words = (line.partition(" ") for line in text.split("\n")[1:])
            self._extensions = {word.upper(): rest.upper() for word, _, rest in words}
        elif (await self._ask(b"HELO " + name.encode("ascii"))).code != 250:
            raise ConnectionLost("relay-refused-hello")

    async def _encrypt(self, relay: RelayAddress, *, name: str, context: ssl.SSLContext) -> None:
        if "STARTTLS" not in self._extensions:
            if relay.encryption == "required":
                raise ConnectionLost("relay-offers-no-encryption")
            return
        if (await self._ask(b"STARTTLS")).code != 220 or self._transport is None:
            raise ConnectionLost("relay-refused-encryption")
        if self._rest or self._inbox:  # said before the encryption, so by anybody (CVE-2011-0411)
            raise ConnectionLost("relay-spoke-before-encryption")
        try:
            transport = await self._loop.start_tls(self._transport, self, context, server_hostname=relay.host)
        except (ssl.SSLError, OSError):
            raise ConnectionLost("relay-not-trusted") from None
        self._transport = transport
        await self._hello(name)

    async def _sign_in(self, user: str, password: str) -> None:
        ways = self._extensions.get("AUTH", "").split()
        if "PLAIN" in ways:
            secret = base64.b64encode(f"\0{user}\0{password}".encode())
            reply = await self._ask(b"AUTH PLAIN " + secret)
        elif "LOGIN" in ways:
            reply = await self._ask(b"AUTH LOGIN")
            for part in (user, password):
                if reply.code == 334:
                    reply = await self._ask(base64.b64encode(part.encode()))
        else:
            raise ConnectionLost("relay-offers-no-sign-in")
        if reply.code != 235:
            raise ConnectionLost("relay-refused-sign-in")

    def close(self) -> None:
        """Say goodbye and hang up without waiting for the answer."""
        self._write(b"QUIT\r\n")
        if self._transport is not None:
            self._transport.close()

    # -- mails

    async def send(self, window: Window) -> None:
        """Send mails of ``window`` until none waits or the connection is lost.  Raises what ``before_dots`` raised."""
        self.used_at = self._loop.time()
        try:
            current = self._next(window)
            self._write(self._opening(current))
            while current is not None:
                current = await self._send_one(window, *current)
        except ConnectionLost as lost:
            self.abort(lost.reason)
        except BaseException:
            self.abort("given-up")  # in the middle of a mail: nothing more can be said on this connection
            raise
        self.used_at = self._loop.time()

    async def _send_one(self, window: Window, place: int, mail: Mail) -> tuple[int, Mail] | None:
        """See one mail through; return the next, whose envelope left with this one's dot where that is possible."""
        try:
            refusal, awaits_text = await self._read_envelope(mail)
            if refusal is None:
                await window.may_dot()
        except ConnectionLost as lost:
            window.give_back(place, lost.reason)
            raise
        following = self._next(window)
        if refusal is None:
            self._write(text_of(mail) + self._opening(following))
        else:
            # RFC 2920 3.1: the text of a mail that nobody may receive is ended at once.
            self._write((b".\r\n" if awaits_text else b"") + b"RSET\r\n" + self._opening(following))
        window.outcomes[place] = refusal or Ambiguous("connection-lost")
        self.settled += 1
        try:
            if refusal is None:
                window.outcomes[place] = _verdict(await self._reply(DOT_SECONDS))
            else:
                for _ in range(2 if awaits_text else 1):
                    await self._reply(DOT_SECONDS)
        except ConnectionLost as lost:
            if refusal is None:
                window.outcomes[place] = Ambiguous(lost.reason)
            if following is not None:
                window.give_back(following[0], lost.reason)
            raise
        return following

    def _next(self, window: Window) -> tuple[int, Mail] | None:
        """Return the next mail this relay can carry; refuse, in its name, those it cannot."""
        while taken := window.take():
            place, mail = taken
            if not mail.content.isascii() and "8BITMIME" not in self._extensions:
                window.outcomes[place] = Refused(554, "5.6.3", "the relay does not take 8-bit content")
            elif not plain(mail) and "SMTPUTF8" not in self._extensions:
                window.outcomes[place] = Refused(553, "5.6.7", "the relay does not take addresses beyond ASCII")
            else:
                return taken
        return None

    @property
    def _pipelining(self) -> bool:
        return "PIPELINING" in self._extensions

    def _opening(self, following: tuple[int, Mail] | None) -> bytes:
        return b"".join(envelope(following[1])) if following and self._pipelining else b""

    async def _read_envelope(self, mail: Mail) -> tuple[Refused | None, bool]:
        """Return the refusal, if there is one, and whether the relay now awaits the text."""
        refusal: Refused | None = None
        awaits_text = False
        for command in envelope(mail) if not self._pipelining else _PIPELINED:
            self._write(command)
            reply = await self._reply()
            if reply.code in (421, 0):
                raise ConnectionLost("relay-closing" if reply.code else "no-smtp")
            awaits_text = reply.code == 354
            if not awaits_text and not 200 <= reply.code < 300 and refusal is None:
                refusal = _refusal(reply)
            if refusal is not None and not self._pipelining:
                break
        if refusal is None and not awaits_text:
            raise ConnectionLost("no-smtp")
        return refusal, awaits_text


_PIPELINED = (b"", b"", b"")  # the commands have left already: three replies are due


def _refusal(reply: Reply) -> Refused:
    enhanced = _ENHANCED.match(reply.text)
    return Refused(reply.code, enhanced[1] if enhanced else "", reply.text[:500])


def _verdict(reply: Reply) -> Outcome:
    if 200 <= reply.code < 300:
        return Accepted(reply.code, reply.text[:500])
    return Ambiguous("no-smtp") if reply.code < 400 else _refusal(reply)
