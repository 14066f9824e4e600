"""A mail catcher: takes every mail by SMTP, delivers none, and shows them on a page.

`python -m deploy.local.catcher --smtp-port 2525 --web-port 8025 --folder .zgoda/mail`
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
import uvicorn
from aiosmtpd.smtp import SMTP
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader
from starlette.middleware.trustedhost import TrustedHostMiddleware

from deploy.local.mailbox import Mail, Mailbox
from deploy.local.places import LOOPBACK

PAGES = Path(__file__).with_name("pages")
MAX_MAIL_BYTES = 25 * 1024 * 1024  # what large providers take
SHOWN = 200  # mails on the page; the search finds the others

OUR_PAGE = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'"
FOREIGN_PAGE = (  # no script, no form, nothing from elsewhere; a link opens in a new tab
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline';"
    " img-src data:; frame-ancestors 'self'"
)


class Receiver:
    """What the SMTP server does with a mail: keep it."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Keep one mail."""
        self._mailbox.add(envelope.content)
        return "250 2.0.0 Caught"


def create_app(mailbox: Mailbox, smtp_port: int) -> FastAPI:
    """Return the page over ``mailbox``; while it runs it also takes mails on ``smtp_port``."""

    @asynccontextmanager
    async def receive(_: FastAPI) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        receiver = Receiver(mailbox)

        def protocol() -> Any:
            return SMTP(receiver, loop=loop, enable_SMTPUTF8=True, data_size_limit=MAX_MAIL_BYTES)

        server = await loop.create_server(protocol, LOOPBACK, smtp_port)
        async with server:
            yield

    app = FastAPI(title="Mail catcher", lifespan=receive, docs_url=None, redoc_url=None)
    # another site's page must not read mails by giving its own name to this address
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[LOOPBACK, "localhost"])
    _add_pages(app, mailbox)
    _add_parts(app, mailbox)
    return app


def _add_pages(app: FastAPI, mailbox: Mailbox) -> None:
    environment = Environment(loader=FileSystemLoader(PAGES), autoescape=True)
    templates = Jinja2Templates(env=environment)

    def page(request: Request, name: str, **values: Any) -> Response:
        answer = templates.TemplateResponse(request, name, values)
        answer.headers.update(_headers(f"{OUR_PAGE}; frame-ancestors 'none'"))
        return answer

    @app.get("/", response_class=HTMLResponse)
    async def mails(request: Request, search: str = "") -> Response:
        found = mailbox.newest(search)
        return page(request, "mails.html", mails=found[:SHOWN], count=len(found), search=search)

    @app.get("/mails/{number}", response_class=HTMLResponse)
    async def mail(request: Request, number: int) -> Response:
        known = _known(mailbox, number)
        return page(request, "mail.html", mail=known, parts=mailbox.parts(number))

    @app.get("/style.css")
    async def style() -> Response:
        return Response((PAGES / "style.css").read_text(encoding="utf-8"), media_type="text/css")

    @app.get("/health/ready")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}


def _add_parts(app: FastAPI, mailbox: Mailbox) -> None:
    @app.get("/api/mails")
    async def listed(search: str = "", limit: int = SHOWN) -> list[Mail]:
        """What tests and scripts read: newest first."""
        return mailbox.newest(search)[:limit]

    @app.get("/api/mails/{number}")
    async def taken_apart(number: int) -> dict[str, Any]:
        """One mail for tests and scripts."""
        _known(mailbox, number)
        parts = mailbox.parts(number)
        return {**asdict(parts), "links": parts.links}

    @app.get("/mails/{number}/html", response_class=HTMLResponse)
    async def html(number: int) -> HTMLResponse:
        _known(mailbox, number)
        # a mail's link would open inside the frame, where no page of ours wants to be
        return HTMLResponse('<base target="_blank">' + mailbox.parts(number).html, headers=_headers(FOREIGN_PAGE))

    @app.get("/mails/{number}/source", response_class=PlainTextResponse)
    async def source(number: int) -> PlainTextResponse:
        _known(mailbox, number)
        return PlainTextResponse(mailbox.source(number), headers=_headers("default-src 'none'"))

    @app.get("/mails/{number}/invitation.ics")
    async def calendar(number: int) -> Response:
        _known(mailbox, number)
        return Response(mailbox.parts(number).calendar, media_type="text/calendar")


def _known(mailbox: Mailbox, number: int) -> Mail:
    if (mail := mailbox.get(number)) is None:
        raise HTTPException(404, "This mail is not, or no longer, kept.")
    return mail


def _headers(policy: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",  # links in mails carry secrets
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


def main(
    smtp_port: Annotated[int, typer.Option()],
    web_port: Annotated[int, typer.Option()],
    folder: Annotated[Path, typer.Option()],
) -> None:
    """Catch mails until told to end."""
    app = create_app(Mailbox(folder), smtp_port)
    uvicorn.run(app, host=LOOPBACK, port=web_port, access_log=False, log_level="warning", timeout_graceful_shutdown=3)


if __name__ == "__main__":
    typer.run(main)
