"""A few kept conversations with the relay, shared by the mails of one window."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Sequence

from services.notifications.smtp.address import RelayAddress
from services.notifications.smtp.conversation import ConnectionLost, Conversation
from services.notifications.smtp.mail import Mail, NeverSent, Outcome
from services.notifications.smtp.window import Window

CONNECT_SECONDS = 30.0  # ours: a relay is near, and the letter waits in the database, not here
GREETING_SECONDS = 60.0  # hello, encryption and sign-in together: the letter waits in the database, not here
KEPT_SECONDS = 60.0  # relays close idle connections after five minutes, some after one


class Relay:
    """Sends windows of mails over up to ``connections`` conversations.  One window at a time."""

    def __init__(
        self,
        address: RelayAddress,
        *,
        connections: int,
        name: str,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._address = address
        self._connections = connections
        self._name = name
        self._context = context or ssl.create_default_context()
        self._kept: list[Conversation] = []
        self._window: Window | None = None

    @property
    def silent_for(self) -> float | None:
        """For how many seconds the relay has let us wait; `None` while we want nothing of it."""
        return None if self._window is None else asyncio.get_running_loop().time() - self._window.moved_at

    async def send(self, mails: Sequence[Mail], *, before_dots: Callable[[], Awaitable[None]]) -> list[Outcome]:
        """Send ``mails`` and return what became of each, in their order.

        ``before_dots`` is awaited once, just before the first final dot is written.  When it raises, nothing was sent
        and the same exception is raised here.
        """
        self._window = window = Window(mails, before_dots)
        try:
            await self._send(window, len(mails))
        finally:
            self._window = None
        return window.settled()

    async def _send(self, window: Window, count: int) -> None:
        workers = (self._send_over_one(window) for _ in range(min(self._connections, count)))
        results = await asyncio.gather(*workers, return_exceptions=True)
        if window.failure is not None:
            raise window.failure
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _send_over_one(self, window: Window) -> None:
        while window and window.failure is None:
            try:
                conversation = await self._conversation()
            except ConnectionLost as lost:
                window.reason = NeverSent(lost.reason)
                return
            settled = conversation.settled
            await conversation.send(window)
            if conversation.alive:
                self._kept.append(conversation)
            elif conversation.settled == settled == 0:
                window.reason = NeverSent(conversation.reason, reached=True)
                return  # a new conversation that got nowhere: the next would not either

    async def _conversation(self) -> Conversation:
        oldest = asyncio.get_running_loop().time() - KEPT_SECONDS
        while self._kept:
            kept = self._kept.pop()
            if kept.alive and kept.used_at >= oldest:
                return kept
            kept.close()
        return await self._open()

    async def _open(self) -> Conversation:
        implicit = self._address.encryption == "implicit"
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, conversation = await asyncio.get_running_loop().create_connection(
                    Conversation,
                    self._address.host,
                    self._address.port,
                    ssl=self._context if implicit else None,
                    server_hostname=self._address.host if implicit else None,
                )
        except ssl.SSLError:
            raise ConnectionLost("relay-not-trusted") from None
        except (OSError, TimeoutError):
            raise ConnectionLost("relay-not-reached") from None
        try:
            async with asyncio.timeout(GREETING_SECONDS):
                await conversation.greet(self._address, name=self._name, context=self._context)
        except TimeoutError:
            conversation.abort("timed-out")
            raise ConnectionLost("relay-does-not-greet") from None
        except BaseException:
            conversation.abort("given-up")
            raise
        return conversation

    def close_idle(self) -> None:
        """Hang up the conversations that have not been used for a while."""
        oldest = asyncio.get_running_loop().time() - KEPT_SECONDS
        for kept in [each for each in self._kept if not each.alive or each.used_at < oldest]:
            self._kept.remove(kept)
            kept.close()

    def close(self) -> None:
        """Hang up."""
        while self._kept:
            self._kept.pop().close()
