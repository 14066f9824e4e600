"""What is done about second paths in a transaction: keeping them, and owing pushes."""

from datetime import timedelta

from services.notifications.channels import store
from services.notifications.channels.domain import Destination, KeepSecondPath, SecondPath
from shared import webhooks
from shared.calls import check_url
from shared.events.meetings import InvitationAnswered
from shared.ids import utc_now
from shared.problems import FieldError, Invalid, NotFound
from shared.storage import Tx


async def keep_second_path(tx: Tx, person_id: str, command: KeepSecondPath) -> Destination:
    """Push there from now on; a webhook's secret is made here and told once.  Raises `Invalid` and `NotFound`."""
    check_url(command.url)
    if command.channel == "matrix" and not (command.room and command.secret):
        missing = FieldError("missing", "Matrix needs a room and the token of an account in it.", "room")
        raise Invalid("path-incomplete", "Say in which room, and with which token.", errors=(missing,))
    secret = command.secret
    if command.channel == "webhook":
        secret = webhooks.new_secret()
    to = Destination(channel=command.channel, url=command.url, secret=secret, room=command.room)
    known = await store.find(tx, person_id)
    revision = known[0].revision + 1 if known else 1
    path = SecondPath(id=person_id, revision=revision, channel=command.channel, kept_at=utc_now())
    if not await store.keep(tx, path, to):
        raise NotFound("contact-not-found", "We do not know how to reach this person, so nothing is sent to them.")
    return to


async def forget_second_path(tx: Tx, person_id: str) -> None:
    """Push nowhere any more."""
    await store.forget(tx, person_id)


async def escalate(tx: Tx, person_id: str, *, after: timedelta) -> int:
    """Owe a push for what a person has not answered for so long; return how many letters that tells of."""
    now = utc_now()
    letters = await store.unanswered(tx, person_id, before=now - after, now=now)
    return await store.owe(tx, letters, person_id=person_id, now=now) if letters else 0


async def remember_answer(tx: Tx, event: InvitationAnswered) -> None:
    """Keep that an invitation needs no second path any more, or needs one again."""
    await store.remember_answer(tx, event.invitation_id, answered=event.answer != "pending")


async def forget_person(tx: Tx, person_id: str) -> None:
    """Delete somebody's second path."""
    await store.forget(tx, person_id)
