"""What is done again and again about second paths: finding who must hear, and telling them."""

from datetime import timedelta

from prometheus_client import Counter

from services.notifications.channels import actions, store
from services.notifications.channels.catalogue import CHANNELS
from services.notifications.channels.domain import Push, next_try
from services.notifications.contacts import store as contacts
from services.notifications.contacts.store import Reachable
from services.notifications.letters.pushing import push_words
from services.notifications.settings import Settings
from shared import logs
from shared.ids import utc_now
from shared.outside import Outside, Refused
from shared.service import Context, Job
from shared.storage import Document

log = logs.get(__name__)

AT_ONCE = 200

pushes = Counter("zgoda_pushes_total", "Pushes by a second path", ["channel", "outcome"])


async def find_unanswered(context: Context) -> None:
    """Owe a push to everybody with a second path who has left a must-read notice unanswered for too long."""
    settings: Settings = context.settings
    after, last = timedelta(hours=settings.second_path_after_hours), ""
    while found := await store.people(context.storage.reader, after=last, limit=AT_ONCE):
        for person_id in found:
            await context.storage.transact(actions.escalate, person_id, after=after)
        last = found[-1]
        if context.stopping.is_set() or len(found) < AT_ONCE:
            return


async def send_pushes(context: Context, outside: Outside | None = None) -> None:
    """Send the pushes that are due, one after the other."""
    outside = outside or Outside()
    while (row := await store.claim(context.storage.reader, now=utc_now())) and not context.stopping.is_set():
        await _send(context, outside, row)


async def _send(context: Context, outside: Outside, row: Document) -> None:
    reader, person_id = context.storage.reader, row["person_id"]
    known, reached = await store.find(reader, person_id), await contacts.reach(reader, [person_id])
    to = reached.get(person_id)
    if known is None or not isinstance(to, Reachable):
        await store.settle(reader, row["_id"], code="path-gone", due_at=None)
        return
    path, destination = known
    settings: Settings = context.settings
    push = Push(row["_id"], push_words(to.language), to.language, settings.portal_url)
    try:
        await outside.call(CHANNELS[path.channel].call(push, destination, now=utc_now()))
    except Refused as refused:
        due_at = next_try(row["attempts"], now=utc_now())
        await store.settle(reader, row["_id"], code=refused.code, due_at=due_at)
        pushes.labels(path.channel, "deferred" if due_at else "failed").inc()
        log.warning("push-not-taken", push_id=row["_id"], reason=refused.code, attempts=row["attempts"])
    else:
        await store.settle(reader, row["_id"], code="sent", due_at=None)
        pushes.labels(path.channel, "sent").inc()


JOBS = [
    Job("unanswered", find_unanswered, timedelta(minutes=5)),
    Job("pushes", send_pushes, timedelta(seconds=10)),
]
