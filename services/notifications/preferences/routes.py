"""Preferences over HTTP: by the link in every letter, without signing in; who has signed in is given such a link."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, status

from services.notifications.channels import actions as channels
from services.notifications.channels.domain import Destination, KeepSecondPath
from services.notifications.contacts import store as contacts
from services.notifications.deliveries import store as letters
from services.notifications.openpgp import actions as openpgp
from services.notifications.openpgp.domain import KeepKey, RequireEncryption
from services.notifications.preferences import actions, views
from services.notifications.preferences.domain import TOPICS, ChangeWishes, StopTopic, Topic
from services.notifications.preferences.views import OwnLetter, PreferencesView
from shared.auth import Member, PreferencesLink, StopLink
from shared.ids import utc_now
from shared.links import Links
from shared.model import Model
from shared.paging import Page, Paging, PagingOf
from shared.problems import NotFound
from shared.service import Context
from shared.web import IfMatch, StorageOf

router = APIRouter(tags=["preferences"])

LINK_LASTS = timedelta(hours=1)  # for somebody who has signed in just now
EXPORTED = 1000  # letters, the newest: some years of them


def context_of(request: Request) -> Context:
    """Return the service's context."""
    context: Context = request.app.state.context
    return context


ContextOf = Annotated[Context, Depends(context_of)]


class OwnLink(Model):
    """The token of a link to one's own preferences."""

    token: str


@router.post("/me/preferences-link", status_code=status.HTTP_201_CREATED)
async def make_link(actor: Member, context: ContextOf) -> OwnLink:
    """Give the caller a link to their own preferences, good for an hour."""
    return OwnLink(token=await _link(context, actor.person_id))


async def _link(context: Context, person_id: str) -> str:
    generation = await contacts.link_generation(context.storage.reader, person_id)
    if generation is None:
        raise NotFound("contact-not-found", "Nothing is sent to you, so there is nothing to choose.")
    links: Links = context.links
    return links.sign("preferences", person_id, generation=generation, expires_at=utc_now() + LINK_LASTS)


@router.get("/preferences", response_model_exclude_none=True)
async def show_preferences(link: PreferencesLink, storage: StorageOf) -> PreferencesView:
    """Show how the holder of the link is written to."""
    person_id = await actions.owner(storage.reader, link)
    return await views.preferences_of(storage.reader, person_id)


@router.put("/preferences", response_model_exclude_none=True)
async def change_preferences(
    command: ChangeWishes, link: PreferencesLink, storage: StorageOf, revision: IfMatch
) -> PreferencesView:
    """Write to the holder of the link like this from now on."""
    person_id = await actions.owner(storage.reader, link)
    await storage.transact(actions.change_wishes, person_id, command, revision=revision)
    return await views.preferences_of(storage.reader, person_id)


@router.get("/preferences/stopping")
async def list_stoppable(link: StopLink, storage: StorageOf) -> list[Topic]:
    """List what can be stopped by the link, which is the same for everybody, and nothing of whose it is."""
    await actions.leaver(storage.reader, link)
    return list(TOPICS)


@router.post("/preferences/stopping", status_code=status.HTTP_204_NO_CONTENT)
async def stop_topic(command: StopTopic, link: StopLink, storage: StorageOf) -> None:
    """Write of one topic no more; doing it again changes nothing (RFC 8058)."""
    person_id = await actions.leaver(storage.reader, link)
    await storage.transact(actions.stop_topic, person_id, command)


@router.put("/preferences/key", response_model_exclude_none=True)
async def keep_key(command: KeepKey, link: PreferencesLink, context: ContextOf) -> PreferencesView:
    """Encrypt letters to this public key from now on, those that are held too; older links are no longer good."""
    person_id = await actions.owner(context.storage.reader, link)
    await context.storage.transact(openpgp.keep_key, person_id, command)
    return await _with_new_link(context, person_id)


@router.put("/preferences/key/requirement", response_model_exclude_none=True)
async def require_encryption(command: RequireEncryption, link: PreferencesLink, context: ContextOf) -> PreferencesView:
    """Say whether a letter that cannot be encrypted may go out in clear; if not, older links are no longer good."""
    person_id = await actions.owner(context.storage.reader, link)
    await context.storage.transact(openpgp.require_encryption, person_id, command)
    return await _with_new_link(context, person_id)


async def _with_new_link(context: Context, person_id: str) -> PreferencesView:
    view = await views.preferences_of(context.storage.reader, person_id)
    return view.model_copy(update={"link": await _link(context, person_id)})


@router.delete("/preferences/key", response_model_exclude_none=True)
async def forget_key(link: PreferencesLink, storage: StorageOf) -> PreferencesView:
    """Send letters in clear from now on, those that are held too."""
    person_id = await actions.owner(storage.reader, link)
    await storage.transact(openpgp.forget_key, person_id)
    return await views.preferences_of(storage.reader, person_id)


@router.put("/preferences/second-path")
async def keep_second_path(command: KeepSecondPath, link: PreferencesLink, storage: StorageOf) -> Destination:
    """Tell the holder of the link there when a notice stays unanswered; the secret is shown this once."""
    person_id = await actions.owner(storage.reader, link)
    return await storage.transact(channels.keep_second_path, person_id, command)


@router.delete("/preferences/second-path", response_model_exclude_none=True)
async def forget_second_path(link: PreferencesLink, storage: StorageOf) -> PreferencesView:
    """Tell the holder of the link nowhere else any more."""
    person_id = await actions.owner(storage.reader, link)
    await storage.transact(channels.forget_second_path, person_id)
    return await views.preferences_of(storage.reader, person_id)


@router.get("/preferences/letters", response_model_exclude_none=True)
async def list_own_letters(link: PreferencesLink, context: ContextOf, paging: PagingOf) -> Page[OwnLetter]:
    """List everything that was or will be sent to the holder of the link, the newest first."""
    person_id = await actions.owner(context.storage.reader, link)
    page = await letters.page_of_person(context.storage.reader, person_id, paging)
    return Page(items=await views.letters_of(context, page.items, person_id), next=page.next)


@router.get("/preferences/export")
async def export_own(link: PreferencesLink, context: ContextOf) -> dict[str, Any]:
    """Give what is kept here about the holder of the link, but for what would tell a finder who that is."""
    person_id = await actions.owner(context.storage.reader, link)
    page = await letters.page_of_person(context.storage.reader, person_id, Paging(limit=EXPORTED))
    return await views.everything_about(context, person_id, page.items)
