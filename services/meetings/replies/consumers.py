"""What notifications tells of our letters: answers that came back, and addresses that they do not reach."""

from services.meetings.directory.consumers import consumer
from services.meetings.reachability import actions as reachability
from services.meetings.replies import actions
from shared.events.notifications import AddressSuppressed, LetterFailed, ReplyReceived
from shared.storage import Tx


@consumer.on(ReplyReceived)
async def heed_reply(tx: Tx, event: ReplyReceived) -> None:
    """Do what a calendar program answers for somebody, as far as the rules allow."""
    await actions.receive(tx, event)


@consumer.on(AddressSuppressed)
async def remember_suppression(tx: Tx, event: AddressSuppressed) -> None:
    """Show the organisers whom letters do not reach, or reach again."""
    await reachability.remember_suppression(tx, event)


@consumer.on(LetterFailed)
async def remember_failure(tx: Tx, event: LetterFailed) -> None:
    """Show the organisers whose invitation did not arrive."""
    await reachability.remember_failure(tx, event)
