"""What signing in does by itself: sending links, and making the next signing key in time."""

from datetime import timedelta

from services.registry.sign_in import actions, store
from services.registry.sign_in.domain import SENDING
from services.registry.sign_in.keys import SigningKeys
from shared import logs
from shared.ids import utc_now
from shared.sealing import Unsealable
from shared.service import Context, Job

AT_ONCE = 100

log = logs.get(__name__)


async def send_links(context: Context) -> None:
    """Look at the requests to sign in that nobody has looked at."""
    for sign_in_id in await store.asked(context.storage.reader, limit=AT_ONCE):
        try:
            await context.storage.transact(actions.send_link, sign_in_id)
        except Unsealable as error:  # one record that cannot be opened keeps nobody else waiting
            log.error("link-not-sent", sign_in_id=sign_in_id, exc_info=error)
            await context.storage.transact(store.drop_sign_in, sign_in_id)
    if await store.asked(context.storage.reader, limit=1):
        context.wake(SENDING)


async def prepare_keys(context: Context) -> None:
    """Make the next signing key when it is time."""
    await SigningKeys(context.storage, context.settings).prepare(now=utc_now())


JOBS = [
    Job(SENDING, send_links, every=timedelta(seconds=1)),  # woken by each request; the second is for other replicas
    Job("signing-keys", prepare_keys, every=timedelta(hours=1)),
]
