"""Signing in over HTTP; the portal calls these for its visitors."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from services.registry.sign_in import actions
from services.registry.sign_in.domain import (
    SENDING,
    RedeemSignIn,
    RenewTokens,
    RequestSignIn,
    SignedIn,
    SignOut,
    Tokens,
)
from services.registry.sign_in.keys import SigningKeys
from shared.auth import Anyone
from shared.ids import utc_now
from shared.problems import Unauthenticated
from shared.sealing import derive
from shared.service import Context
from shared.settings import plain
from shared.storage import once_only
from shared.web import VisitorOf

router = APIRouter(tags=["sign-in"])

PER_VISITOR = ("30/15 minutes", "200/day")
PER_VISITOR_AND_ADDRESS = ("5/15 minutes", "20/day")
PER_ADDRESS = ("200/day",)  # ten visitors can do that; one alone cannot shut another out
FOR_ALL = ("600/minute",)
KEYS_MAY_BE_KEPT = 300  # seconds


def context_of(request: Request) -> Context:
    """Return the service's context."""
    context: Context = request.app.state.context
    return context


def signing_keys_of(request: Request) -> SigningKeys:
    """Return the keys that sign access tokens."""
    keys: SigningKeys = request.app.state.signing_keys
    return keys


def keep_no_answer(response: Response) -> None:
    """Keep the answer nowhere, neither for an ``Idempotency-Key`` nor in a cache: it holds a token."""
    once_only.set(None)
    response.headers["Cache-Control"] = "no-store"


ContextOf = Annotated[Context, Depends(context_of)]
SigningKeysOf = Annotated[SigningKeys, Depends(signing_keys_of)]


@router.get("/.well-known/jwks.json")
async def show_keys(actor: Anyone, keys: SigningKeysOf, response: Response) -> dict[str, Any]:
    """Show the public keys of access tokens (RFC 7517)."""
    response.headers["Cache-Control"] = f"public, max-age={KEYS_MAY_BE_KEPT}"
    published = await keys.current()
    return {"keys": [key.as_dict(private=False) for key in published.keys]}


@router.post("/sign-ins", status_code=202)
async def request_sign_in(
    command: RequestSignIn, actor: Anyone, context: ContextOf, visitor: VisitorOf = ""
) -> dict[str, str]:
    """Ask for a link to sign in.  The answer, and how long it takes, is the same for known and unknown addresses."""
    if visitor:
        await context.limits.hit("sign-in visitor", visitor, *PER_VISITOR)
    await context.limits.hit("sign-in", f"{visitor} {command.address}", *PER_VISITOR_AND_ADDRESS)
    await context.limits.hit("sign-in address", command.address, *PER_ADDRESS)
    await context.limits.hit("sign-ins", "everybody", *FOR_ALL)
    await context.storage.transact(actions.request_sign_in, command)
    context.wake(SENDING)
    return {"status": "If this address is known, a link is on its way."}


@router.post("/sign-ins/redemption")
async def redeem_sign_in(command: RedeemSignIn, actor: Anyone, context: ContextOf, response: Response) -> SignedIn:
    """Sign in with the link's token: once, within 15 minutes, in the browser that asked."""
    keep_no_answer(response)
    link = context.links.read("sign-in", command.token, now=utc_now())
    return await context.storage.transact(actions.redeem_sign_in, command, link=link)


@router.post("/tokens")
async def renew_tokens(
    command: RenewTokens, actor: Anyone, context: ContextOf, keys: SigningKeysOf, response: Response
) -> Tokens:
    """Exchange a refresh token for an access token and the next refresh token; the old one is good for 30 s more."""
    keep_no_answer(response)
    now = utc_now()
    key = derive(plain(context.settings.link_secrets)[0], "refresh-token")
    renewed = await context.storage.transact(actions.renew_session, command.refresh_token, key=key, now=now)
    if renewed is None:
        raise Unauthenticated("session-over", "Sign in again: this session is over.")
    person, refresh_token = renewed
    access_token, expires_at = await keys.sign(person, command.audience, now=now)
    return Tokens(access_token=access_token, expires_at=expires_at, refresh_token=refresh_token)


@router.post("/sign-outs", status_code=204)
async def sign_out(command: SignOut, actor: Anyone, context: ContextOf) -> None:
    """End the session; the answer is the same when there is none."""
    await context.storage.transact(actions.sign_out, command.refresh_token)
